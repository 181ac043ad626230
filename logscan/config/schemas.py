"""The JSON Schema of a configuration, for editors; whatever it refuses, `read_settings` refuses, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from logscan.config.readings import VERSION, VERSION_KEY
from logscan.config.rulesections import ALL_PACKS, SEVERITIES, STATUSES
from logscan.rules import list_shipped

Schema = dict[str, Any]  # JSON

_TEXT = {"type": "string", "minLength": 1}
_DURATION = {"type": "string", "pattern": "^[0-9]{1,9}(?:ms|s|m|h|d)$"}
_SOME_TIME = {"type": "string", "pattern": "^(?=[0-9]{1,9}[a-z])0*[1-9][0-9]*(?:ms|s|m|h|d)$"}


def write_schema() -> Schema:
    """JSON Schema 2020-12 of the whole file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "logscan's configuration",
        **_mapping(
            "Everything is optional.",
            {
                VERSION_KEY: {"const": VERSION, "description": "The version of this format."},
                "rules": _write_rules(),
            },
        ),
    }


def _write_rules() -> Schema:
    return _mapping(
        "Which rules are used, and what is changed in them.",
        {
            "packs": _write_packs(),
            "files": _names("Your own packs; paths are told from this file's folder."),
            "disable": _names("Rules that are not used, by id."),
            "tune": {
                "description": "Rules with other values, by id.",
                "type": ["object", "null"],
                "additionalProperties": _write_adjustment(),
            },
            "ignore": {
                "description": "Lines that rules are kept off.",
                "type": ["array", "null"],
                "items": _write_ignore(),
            },
        },
    )


def _write_packs() -> Schema:
    name: Schema = {"enum": list(list_shipped())}
    return {
        "description": "The shipped packs that are used: all, or a list of names.",
        "default": ALL_PACKS,
        "anyOf": [{"const": ALL_PACKS}, {"type": "null"}, name, {"type": "array", "items": name}],
    }


def _write_adjustment() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            "threshold": {
                "description": "So many lines within so much time make an incident.",
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": {
                    "count": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
                    "within": _SOME_TIME,
                },
            },
            "severity": {"enum": list(SEVERITIES)},
            "grace": {"description": "Wait this long for a good signal.", **_DURATION},
            "status": {
                "description": "experimental: counted, never told.",
                "enum": list(STATUSES),
            },
        },
    }


def _write_ignore() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["pattern"],
        "properties": {
            "pattern": {
                "description": "As in a pack: the syntax of `regex`, ignoring case.",
                "type": "string",
                "pattern": "\\S",
            },
            "rules": {
                "description": "The rules that are kept off, by id; absent: all.",
                "anyOf": [_TEXT, {"type": "array", "minItems": 1, "items": _TEXT}],
            },
        },
    }


def _mapping(description: str, properties: Mapping[str, Schema]) -> Schema:
    return {
        "description": description,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": dict(properties),
    }


def _names(description: str) -> Schema:
    return {
        "description": description,
        "anyOf": [{"type": "null"}, _TEXT, {"type": "array", "items": _TEXT}],
    }
