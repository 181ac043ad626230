"""Reads one JSON object within limits of size, depth and time; never raises, whatever the bytes."""

from __future__ import annotations

import json
import re

import orjson

Json = dict[str, object]

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_CONTAINERS = 20_000
MAX_COLONS = 100_000
MAX_REPAIR_BYTES = 1 << 16
MAX_DIGITS = 300

_SURE_DIGITS = 19  # fewer fit into 64 bits
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def read_document(text: bytes | str) -> Json | None:
    """The object that `text` is, or None."""
    size = len(text)
    if size > MAX_BYTES:
        return None
    openers = _count(text, "{") + _count(text, "[")
    if openers > MAX_CONTAINERS or (size > MAX_REPAIR_BYTES and _count(text, ":") > MAX_COLONS):
        return None
    try:
        document = orjson.loads(text)
    except ValueError:
        document = _read_damaged(text, openers) if size <= MAX_REPAIR_BYTES else None
    if type(document) is not dict or (openers > MAX_DEPTH and _is_too_deep(document)):
        return None
    return document


def write_text(value: object) -> str:
    """A JSON value as one line of text; a text as it is."""
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _count(text: bytes | str, character: str) -> int:
    return text.count(character) if isinstance(text, str) else text.count(character.encode())


def _read_damaged(text: bytes | str, openers: int) -> object:
    """What a strict reader refuses but loggers write: bad UTF-8, half a surrogate pair, NaN."""
    if openers > MAX_DEPTH:
        return None
    decoded = text if isinstance(text, str) else text.decode("utf-8", "replace")
    decoded = _LONE_SURROGATE.sub(r"\\ufffd", decoded)
    try:
        return json.loads(decoded, strict=False, parse_int=_read_number, parse_constant=_drop_constant)
    except ValueError:
        return None


def _read_number(digits: str) -> int | float:
    """As the strict reader does it: what is above 64 bits could not be written down again."""
    if len(digits) > MAX_DIGITS:
        raise ValueError("more digits than a number has")
    return int(digits) if len(digits) < _SURE_DIGITS else float(digits)


def _drop_constant(_name: str) -> None:
    return None


def _is_too_deep(document: Json) -> bool:
    level: list[object] = [document]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (
                outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ()
            )
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
