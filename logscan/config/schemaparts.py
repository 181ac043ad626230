"""Pieces of JSON Schema that sections of a configuration share; each refuses only what its reader refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]  # JSON

TEXT: Schema = {"type": "string", "pattern": "\\S"}
FLAG: Schema = {"type": "boolean"}
DURATION: Schema = {"type": "string", "pattern": "^[0-9]{1,9}(?:ms|s|m|h|d)$"}
SOME_TIME: Schema = {"type": "string", "pattern": "^(?=[0-9]{1,9}[a-z])0*[1-9][0-9]*(?:ms|s|m|h|d)$"}
SIZE: Schema = {"type": "string", "pattern": "^[0-9]{1,9}(?:KiB|MiB|B)$"}
NAME: Schema = {"type": "string", "minLength": 1}
_VARIABLE = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
REFERENCE: Schema = {
    "description": "Where a secret stands; it is never written out.",
    "anyOf": [
        {
            "type": "object",
            "additionalProperties": False,
            "required": [*shape],
            "properties": shape,
        }
        for shape in ({"env": _VARIABLE}, {"file": NAME}, {"dotenv": NAME, "key": NAME})
    ],
}


def describe(description: str, schema: Schema) -> Schema:
    """The same with words for people."""
    return {"description": description, **schema}


def write_mapping(description: str, properties: Mapping[str, Schema]) -> Schema:
    """A section, which may be empty."""
    return {
        "description": description,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": dict(properties),
    }


def write_names(description: str, name: Schema = NAME) -> Schema:
    """A list of texts, which may be empty; one text stands for a list of it."""
    return {
        "description": description,
        "anyOf": [{"type": "null"}, name, {"type": "array", "items": name}],
    }
