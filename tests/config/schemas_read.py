"""As much of JSON Schema 2020-12 as logscan's own uses, read literally; an unknown keyword is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
_ANNOTATIONS = {"$schema", "title", "description", "default"}


def accepts(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value is valid."""
    return all(
        _holds(keyword, wanted, value, schema)
        for keyword, wanted in schema.items()
        if keyword not in _ANNOTATIONS
    )


def _holds(keyword: str, wanted: Any, value: Any, schema: Mapping[str, Any]) -> bool:
    match keyword:
        case "type":
            return any(_is_of(name, value) for name in ([wanted] if isinstance(wanted, str) else wanted))
        case "const":
            return _is_same(value, wanted)
        case "enum":
            return any(_is_same(value, word) for word in wanted)
        case "anyOf":
            return any(accepts(inner, value) for inner in wanted)
    if isinstance(value, str):
        return _holds_of_text(keyword, wanted, value)
    if isinstance(value, dict):
        return _holds_of_mapping(keyword, wanted, value, schema)
    if isinstance(value, list):
        return _holds_of_list(keyword, wanted, value)
    if isinstance(value, int) and not isinstance(value, bool) and keyword in ("minimum", "maximum"):
        return bool(wanted <= value if keyword == "minimum" else value <= wanted)
    return True  # a keyword of another type's


def _is_of(name: str, value: Any) -> bool:
    return isinstance(value, _TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def _is_same(value: Any, wanted: Any) -> bool:
    return type(value) is type(wanted) and bool(value == wanted)


def _holds_of_text(keyword: str, wanted: Any, value: str) -> bool:
    match keyword:
        case "minLength":
            return bool(len(value) >= wanted)
        case "pattern":
            return re.search(wanted, value, re.ASCII) is not None
    return keyword in _OF_OTHERS


def _holds_of_mapping(keyword: str, wanted: Any, value: dict[str, Any], schema: Mapping[str, Any]) -> bool:
    match keyword:
        case "properties":
            return all(accepts(wanted[key], inner) for key, inner in value.items() if key in wanted)
        case "additionalProperties":
            others = [inner for key, inner in value.items() if key not in schema.get("properties", {})]
            return not others if wanted is False else all(accepts(wanted, inner) for inner in others)
        case "required":
            return all(key in value for key in wanted)
        case "minProperties":
            return bool(len(value) >= wanted)
    return keyword in _OF_OTHERS


def _holds_of_list(keyword: str, wanted: Any, value: list[Any]) -> bool:
    match keyword:
        case "items":
            return all(accepts(wanted, inner) for inner in value)
        case "minItems":
            return bool(len(value) >= wanted)
    return keyword in _OF_OTHERS


_OF_OTHERS = frozenset(
    "minLength pattern properties additionalProperties required minProperties items minItems minimum maximum".split()
)
