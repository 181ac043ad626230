"""How long something takes, for people; two units tell enough."""

from __future__ import annotations

from datetime import timedelta

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def write_span(span: timedelta) -> str:
    """`3 d 4 h`, `5 min`, `0 s`; a span that is negative counts as none."""
    rest = max(0, round(span.total_seconds()))
    parts: list[str] = []
    for unit, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts) or "0 s"
