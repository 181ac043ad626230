"""The section `sources:` in its other forms: schema, written down again, in short, and a sample to start from."""

from __future__ import annotations

from collections.abc import Sequence

from logscan.config.entries import write_size
from logscan.config.schemaparts import (
    FLAG,
    NAME,
    REFERENCE,
    SIZE,
    SOME_TIME,
    TEXT,
    Schema,
    describe,
    write_names,
)
from logscan.config.sourcesections import (
    BEGINNINGS,
    KINDS,
    OWN_KEYS,
    Files,
    Program,
    RailwayLogs,
    SourceSettings,
)
from logscan.config.spellings import drop_empty, write_count, write_duration, write_reference
from logscan.yamlfile import Plain

SOURCE_SAMPLE = r"""#sources:
# What `logscan run` follows when nothing is named on its command line. Each has one of files, command, railway and
# stdin; `service` names whose log it is, or `service_from` the field of a record that says it.

# Files, through every rotation; patterns find new ones. `from` is where a file begins that was never read: end or start.
#  - {name: app, files: ['/var/log/app/*.log'], exclude: ['*.gz'], from: end, service: app}

# A program, started again whenever it ends, and when it says nothing for `silent_after`. A file that is merely found
# in the current directory starts none: say `-c FILE`.
#  - {name: bot, command: [railway, logs, --json], pty: true, service: bot, silent_after: 15m}

# A service on Railway, without its program. A secret is only ever named: {env: …}, {file: …} or {dotenv: …, key: …}.
#  - {name: bot2, railway: {project: shop, environment: production, service: bot, token: {env: RAILWAY_API_TOKEN}}}

# What is piped in. Lines above `max_line` are cut; a record that spreads over lines begins where `record_start` fits.
#  - {name: pipe, stdin: true, service_from: service, max_line: 1MiB, record_start: '^\d{4}-'}
"""


def write_source_schema() -> Schema:
    """What may stand under `sources:`."""
    return {
        "description": "What `logscan run` follows.",
        "type": ["array", "null"],
        "items": {"anyOf": [_write_kind(kind) for kind in KINDS]},
    }


def show_sources(sources: Sequence[SourceSettings]) -> list[Plain]:
    """Every source with every key that says something."""
    return [_show_source(source) for source in sources]


def summarize_sources(sources: Sequence[SourceSettings]) -> list[str]:
    """What `config check` says of a good one."""
    return [write_count(len(sources), "source")] if sources else []


def _write_kind(kind: str) -> Schema:
    own = {kind: _write_origin(kind), **{key: _OWN[key] for key in OWN_KEYS[kind]}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [kind],
        "properties": {
            "name": describe("Under which it is told, and its position kept.", TEXT),
            **own,
            "service": describe("Whose log it is.", TEXT),
            "service_from": describe("The field of a record that says whose log it is.", TEXT),
            "silent_after": describe("Without a line for as long, it cannot be seen.", SOME_TIME),
            "max_line": describe("Lines above this are cut.", SIZE),
            "record_start": describe("A pattern that fits where a record begins.", TEXT),
        },
    }


_OWN: dict[str, Schema] = {
    "pty": describe("Give the program a terminal as its output.", FLAG),
    "exclude": write_names("Names or paths that are not followed, though a pattern finds them."),
    "from": {"description": "Where reading begins of what was never read.", "enum": [*BEGINNINGS]},
}


def _write_origin(kind: str) -> Schema:
    some_names: Schema = {"anyOf": [NAME, {"type": "array", "minItems": 1, "items": NAME}]}
    if kind == "command":
        some_texts: Schema = {"anyOf": [TEXT, {"type": "array", "minItems": 1, "items": NAME}]}
        return describe("A program and its arguments; no shell reads them.", some_texts)
    if kind == "files":
        return describe("Paths and patterns, from this file's folder on.", some_names)
    if kind == "stdin":
        return {"description": "What is piped in.", "const": True}
    return {
        "description": "A service on Railway; what is missing is taken from Railway's variables.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "project": TEXT,
            "environment": TEXT,
            "service": TEXT,
            "token": REFERENCE,
            "base_url": describe("Where Railway's API is.", TEXT),
        },
    }


def _show_source(source: SourceSettings) -> dict[str, Plain]:
    return drop_empty(
        {
            "name": source.name,
            **_show_origin(source),
            "service": source.service,
            "service_from": source.service_from,
            "silent_after": None if source.silent_after is None else write_duration(source.silent_after),
            "max_line": write_size(source.max_line),
            "record_start": source.record_start,
        }
    )


def _show_origin(source: SourceSettings) -> dict[str, Plain]:
    origin = source.origin
    if isinstance(origin, Program):
        return {"command": [*origin.argv], "pty": origin.use_terminal}
    if isinstance(origin, Files):
        beginning = _show_beginning(from_start=origin.from_start)
        return {"files": [*origin.patterns], "exclude": [*origin.exclude], "from": beginning}
    if isinstance(origin, RailwayLogs):
        railway: dict[str, Plain] = {
            "project": origin.project,
            "environment": origin.environment,
            "service": origin.service,
            "token": None if origin.token is None else write_reference(origin.token),
            "base_url": origin.base_url,
        }
        return {"railway": drop_empty(railway), "from": _show_beginning(from_start=origin.from_start)}
    return {"stdin": True}


def _show_beginning(*, from_start: bool | None) -> str | None:
    return next((word for word, value in BEGINNINGS.items() if value is from_start), None)
