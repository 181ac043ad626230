"""The section `sources:` of a configuration → what is to be followed; it opens nothing and starts nothing."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from logscan.config.entries import (
    choose_one,
    list_mappings,
    list_names,
    place_of,
    read_secret,
    read_size,
    read_some_time,
    read_url,
)
from logscan.references import Reference
from logscan.rules.entries import Entry
from logscan.rules.expressions import check_pattern

DEFAULT_LINE_BYTES = 1 << 20
LEAST_LINE_BYTES, MOST_LINE_BYTES = 1 << 10, 16 << 20
RAILWAY_URL = "https://backboard.railway.com"
BEGINNINGS = {"end": False, "start": True}
KINDS = ("command", "railway", "files", "stdin")
SHARED_KEYS = ("name", "service", "service_from", "silent_after", "max_line", "record_start")
OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    "command": ("pty",),
    "railway": ("from",),
    "files": ("exclude", "from"),
    "stdin": (),
}
RAILWAY_KEYS = ("project", "environment", "service", "token", "base_url")
_RIGHT = "{name: app, files: ['/var/log/app/*.log']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program whose output is followed."""

    argv: tuple[str, ...]
    use_terminal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayLogs:
    """A service on Railway; what is missing is taken from Railway's variables."""

    project: str | None = None
    environment: str | None = None
    service: str | None = None
    token: Reference | None = None
    base_url: str = RAILWAY_URL
    from_start: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files that are followed through rotations."""

    patterns: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    from_start: bool | None = None  # None: as was typed


@dataclass(frozen=True, slots=True)
class Stdin:
    """What is piped in."""


Origin = Program | RailwayLogs | Files | Stdin


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source: where its lines come from, and how they are taken."""

    name: str
    origin: Origin
    service: str | None = None
    service_from: str | None = None  # the record's field that names it
    silent_after: timedelta | None = None
    max_line: int = DEFAULT_LINE_BYTES
    record_start: str | None = None  # a pattern; None: every line that is not indented begins a record
    place: str = ""  # file:line:column


def read_sources(root: Entry, folder: Path) -> tuple[SourceSettings, ...]:
    """Read the section; paths are told from `folder` on."""
    sources: list[SourceSettings] = []
    names: dict[str, str] = {}
    for entry in list_mappings(root, "sources", _RIGHT):
        source = _read_source(entry, folder)
        if source is None:
            continue
        if source.name in names:
            right = "give each source a `name` of its own"
            at = ("name",) if "name" in entry.values else ()
            entry.complain(
                f"{source.name} is the name of the source at {names[source.name]}, too", right, *at
            )
        names.setdefault(source.name, source.place)
        if isinstance(source.origin, Stdin) and any(one.origin == source.origin for one in sources):
            entry.complain("stdin is read twice", "keep one of them", "stdin", of_key=True)
        sources.append(source)
    return tuple(sources)


def _read_source(entry: Entry, folder: Path) -> SourceSettings | None:
    kind = choose_one(entry, KINDS, "say where its lines come from, such as `files: ['/var/log/app/*.log']`")
    if kind is None:
        own = dict.fromkeys(key for keys in OWN_KEYS.values() for key in keys)
        entry.refuse_unknown((*KINDS, *SHARED_KEYS, *own))
        return None
    _refuse_unknown(entry, kind)
    origin = _READERS[kind](entry, folder)
    name = _read_text(entry, "name")
    silent_after = read_some_time(entry, "silent_after", timedelta(seconds=1))
    settings: dict[str, Any] = {
        "service": _read_text(entry, "service"),
        "service_from": _read_text(entry, "service_from"),
        "silent_after": silent_after if "silent_after" in entry.values else None,
        "max_line": read_size(entry, "max_line", DEFAULT_LINE_BYTES, MOST_LINE_BYTES, LEAST_LINE_BYTES),
        "record_start": _read_record_start(entry),
    }
    if origin is None:
        return None
    return SourceSettings(name=name or name_origin(origin), origin=origin, place=place_of(entry), **settings)


def name_origin(origin: Origin) -> str:
    """What a source is called that has no name."""
    if isinstance(origin, Program):
        return os.path.basename(origin.argv[0])  # only the program's: its arguments may hold a secret
    if isinstance(origin, RailwayLogs):
        return origin.service or "railway"
    return origin.patterns[0] if isinstance(origin, Files) else "stdin"


def _refuse_unknown(entry: Entry, kind: str) -> None:
    known = ("name", kind, *OWN_KEYS[kind], *SHARED_KEYS[1:])
    others = {key for keys in OWN_KEYS.values() for key in keys if key not in known}
    for key in [key for key in entry.values if key in others]:
        right = "it goes with " + " or ".join(kind for kind, keys in OWN_KEYS.items() if key in keys)
        entry.complain(f"{key} belongs to another kind of source", right, key, of_key=True)
    entry.refuse_unknown((*known, *others))


def _read_program(entry: Entry, _folder: Path) -> Program | None:
    from logscan.errors import ConfigError
    from logscan.sources.commands import split_command  # only here: few configurations name a program

    written = entry.values["command"]
    use_terminal = entry.read_flag("pty")
    words = (entry.read_text("command"),) if isinstance(written, str) else entry.read_texts("command")
    if not words or words[0] is None:
        return None
    try:
        argv = split_command(written if isinstance(written, str) else tuple(word for word in words if word))
    except ConfigError as error:
        what, _, right = str(error).rpartition("; ")
        entry.complain(what, right, "command")
        return None
    return Program(argv=argv, use_terminal=use_terminal)


def _read_railway(entry: Entry, _folder: Path) -> RailwayLogs | None:
    from_start = _read_beginning(entry)
    if entry.values["railway"] is None:
        entry.complain(
            "railway is empty", "write {project: …, environment: …, service: …}", "railway", of_key=True
        )
    inner = entry.enter("railway")
    if inner is None:
        return None
    inner.refuse_unknown(RAILWAY_KEYS)
    return RailwayLogs(
        project=_read_text(inner, "project"),
        environment=_read_text(inner, "environment"),
        service=_read_text(inner, "service"),
        token=read_secret(inner, "token"),
        base_url=read_url(inner, "base_url", RAILWAY_URL),
        from_start=from_start,
    )


def _read_files(entry: Entry, folder: Path) -> Files | None:
    patterns = tuple(_locate_patterns(entry, "files", folder))
    exclude = tuple(_locate_patterns(entry, "exclude", folder, keeps_names=True))
    from_start = _read_beginning(entry)
    if not patterns:
        if entry.values["files"] in (None, []):
            right = "name files, or patterns such as '/var/log/app/*.log'"
            entry.complain("files names none", right, "files", of_key=True)
        return None
    return Files(patterns=patterns, exclude=exclude, from_start=from_start)


def _read_stdin(entry: Entry, _folder: Path) -> Stdin | None:
    if entry.values["stdin"] is True:
        return Stdin()
    entry.complain("stdin is not true", "write `stdin: true`, or leave this source out", "stdin")
    return None


_READERS: Mapping[str, Callable[[Entry, Path], Origin | None]] = {
    "command": _read_program,
    "railway": _read_railway,
    "files": _read_files,
    "stdin": _read_stdin,
}


def _locate_patterns(entry: Entry, key: str, folder: Path, *, keeps_names: bool = False) -> Iterator[str]:
    """Patterns from the root on; a bare name that is excluded is one in any folder."""
    for name, at in list_names(entry, key):
        if "\0" in name or (not keeps_names and os.path.isdir(os.path.join(folder, name))):
            right = f"name its files, such as {os.path.join(name, '*.log')!r}"
            entry.complain(
                f"{name!r} is a folder" if "\0" not in name else f"{name!r} is no path", right, *at
            )
        elif keeps_names and os.sep not in name:
            yield name
        else:
            base = glob.escape(os.path.abspath(folder))
            yield os.path.normpath(os.path.join(base, os.path.expanduser(name)))


def _read_beginning(entry: Entry) -> bool | None:
    choices: dict[str, bool | None] = {**BEGINNINGS}
    return entry.read_word("from", choices, None)


def _read_text(entry: Entry, key: str) -> str | None:
    return entry.read_text(key) if key in entry.values else None


def _read_record_start(entry: Entry) -> str | None:
    pattern = _read_text(entry, "record_start")
    compiled = check_pattern(entry, pattern, "record_start", case_sensitive=True) if pattern else None
    if compiled is None:
        return None
    if compiled.search(b""):
        right = "write what only the first line of a record begins with, such as '^\\d{4}-'"
        entry.complain("a pattern that fits any line", right, "record_start")
        return None
    return pattern
