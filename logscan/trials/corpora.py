"""Labelled lines: what one wants of each, read from JSON lines; it holds nothing against a rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from logscan.errors import ConfigError, InputError
from logscan.model import Signal

_NOBODY = ("", "none")
_KINDS = {"line": str, "want": str, "signal": str, "provider": str, "ambiguous": bool}
_REQUIRED = ("line", "want")
_MOST_PROBLEMS = 20


class Want(StrEnum):
    """What a careful reader wants of a line."""

    ALERT = "alert"
    RECOVER = "recover"
    NONE = "none"


class LabelledLine(NamedTuple):
    """One line with its labels. Holds raw text."""

    place: str  # file:line
    text: str
    want: Want
    signal: Signal | None
    provider: str | None
    ambiguous: bool


def read_corpus(path: Path) -> tuple[LabelledLine, ...]:
    """Read every line; raise ConfigError with each problem at its place."""
    try:
        rows = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is no UTF-8; write JSON lines in UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a file of JSON lines") from error
    problems: list[str] = []
    read = [_read_row(f"{path}:{i}", row, problems) for i, row in enumerate(rows, 1) if row.strip()]
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        told = problems[:_MOST_PROBLEMS] + ([f"{path}: {more} more problems"] if more > 0 else [])
        raise ConfigError("\n".join(told))
    if not read:
        raise ConfigError(f'{path}: no line in it; write one {{"line": "…", "want": "alert"}} a line')
    return tuple(line for line in read if line is not None)


def _read_row(place: str, row: str, problems: list[str]) -> LabelledLine | None:
    try:
        labels = json.loads(row)
    except (ValueError, RecursionError):
        labels = None
    if not isinstance(labels, dict):
        problems.append(f'{place}: no JSON object; write {{"line": "…", "want": "alert"}}')
        return None
    found = _find_problem(labels)
    if found is not None:
        problems.append(f"{place}: {found}")
        return None
    provider = labels.get("provider")
    return LabelledLine(
        place=place,
        text=labels["line"],
        want=Want(labels["want"]),
        signal=Signal(labels["signal"]) if labels.get("signal") else None,
        provider=None if provider in _NOBODY else provider,
        ambiguous=labels.get("ambiguous") is True,
    )


def _find_problem(labels: Mapping[str, object]) -> str | None:
    for name, kind in _KINDS.items():
        value = labels.get(name)
        if value is None and name in _REQUIRED:
            return f"no {name}; add it"
        if value is not None and not isinstance(value, kind):
            return f"{name} is {value!r}; write {'text' if kind is str else 'true or false'}"
    for name, words in (("want", Want), ("signal", Signal)):
        value = labels.get(name)
        if value and value not in [str(word) for word in words]:
            return f"{name} is {value!r}; there are {', '.join(words)}"
    return None
