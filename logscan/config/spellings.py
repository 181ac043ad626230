"""Values as a configuration spells them, so that they read back as the same; a secret has no value here."""

from __future__ import annotations

from datetime import timedelta

from logscan.references import Reference
from logscan.yamlfile import Plain

_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_MILLISECOND = timedelta(milliseconds=1)


def write_duration(duration: timedelta) -> str:
    """`90s` or `2h`: the largest unit of which it is a whole number."""
    milliseconds = duration // _MILLISECOND
    for unit, size in _UNITS.items():
        if milliseconds % size == 0:
            return f"{milliseconds // size}{unit}" if milliseconds else "0s"
    return f"{milliseconds}ms"


def write_reference(reference: Reference) -> dict[str, Plain]:
    """Where a secret stands."""
    if reference.key is None:
        return {reference.kind: reference.name}
    return {reference.kind: reference.name, "key": reference.key}


def drop_empty(values: dict[str, Plain]) -> dict[str, Plain]:
    """Leave out what was not said."""
    return {key: value for key, value in values.items() if value is not None}


def write_count(count: int, noun: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
