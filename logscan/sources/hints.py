"""What an input's end may mean: the words for those whose stream ended though its writer goes on; it prints nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import orjson

from logscan.normalize import strip_colours

_RAILWAY_BACKLOG = 500  # lines that `railway logs` prints into a pipe before it ends
_AT_ONCE_SECONDS = 30.0
_MOST_LOOKED_AT = 20
_HUMAN = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z \[(?:INFO|ERRO|WARN|DBUG)\] ")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_REQUEST_KEYS = frozenset(("timestamp", "httpStatus", "deploymentId"))
_OTHERS_KEYS = frozenset(("source", "app_name"))  # Netlify's, pm2's
_REMEDY = (
    "to follow the service: logscan run --railway SERVICE, or logscan run --exec 'railway logs --json' --pty"
)


class Arrival(NamedTuple):
    """What came of an input from its beginning to its end."""

    lines: int  # not counted further than it matters
    seconds: float
    railway_lines: int  # of those looked at, how many Railway writes
    looked_at: int


class Impression:
    """Looks at the beginning of an input while it is read."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began_at = clock()
        self._ended_at: float | None = None
        self._lines = self._railway_lines = self._looked_at = 0

    def look(self, text: bytes | bytearray) -> None:
        """Whole lines, in their order."""
        if self._lines > _RAILWAY_BACKLOG:
            return
        self._lines += text.count(b"\n") + (not text.endswith(b"\n"))
        if self._looked_at < _MOST_LOOKED_AT:
            for line in text.split(b"\n", _MOST_LOOKED_AT)[:_MOST_LOOKED_AT]:
                if line.strip():
                    self._looked_at += 1
                    self._railway_lines += is_railways(line)

    def finish(self) -> None:
        """The input has ended."""
        self._ended_at = self._clock()

    def explain(self) -> str | None:
        """What to tell people about that end, if there is anything to tell."""
        if self._ended_at is None:
            return None
        seconds = self._ended_at - self._began_at
        return explain_end(Arrival(self._lines, seconds, self._railway_lines, self._looked_at))


def explain_end(arrival: Arrival) -> str | None:
    """A sentence, with the remedy, where an input ended that was likely meant to be followed."""
    if arrival.seconds > _AT_ONCE_SECONDS or arrival.lines > _RAILWAY_BACKLOG:
        return None
    if not arrival.lines:
        return (
            "stdin: ended before a line came; see whether the program before the pipe failed. If it is Railway's: "
            f"`railway logs` has no --follow, and into a pipe it does not follow; {_REMEDY}"
        )
    if not arrival.looked_at or arrival.railway_lines < arrival.looked_at:
        return None
    lines = "1 line" if arrival.lines == 1 else f"{arrival.lines} lines"
    return (
        f"stdin: ended after {lines} in {arrival.seconds:.0f} s. If that was `railway logs`: since 4.17 it prints at "
        f"most {_RAILWAY_BACKLOG} lines into a pipe and ends; {_REMEDY}"
    )


def is_railways(line: bytes | bytearray) -> bool:
    """A line as `railway logs` writes it, with --json or without."""
    text = strip_colours(bytes(line)).strip()
    if not text.startswith(b"{"):
        return _HUMAN.match(text) is not None
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    moment = fields.get("timestamp")
    if not isinstance(moment, str) or not _MOMENT.fullmatch(moment):
        return False
    return ("message" in fields and not _OTHERS_KEYS & fields.keys()) or fields.keys() >= _REQUEST_KEYS
