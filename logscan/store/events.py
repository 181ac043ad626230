"""What each line did, for those who ask later; nothing is decided by it, so that the oldest may go."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from logscan.model import Event
from logscan.store.bulks import write_rows
from logscan.store.positions import write_name
from logscan.times import write_time

MOST_EVENTS = 100_000  # some 40 MB; a storm brings as many in seconds
_SPARE = 10_000  # so many more may stand before the oldest go


class Seen(NamedTuple):
    """An event, and where the line stands that it came from."""

    event: Event
    stream: str
    offset: int
    line: int | None = (
        None  # counted from where this run began to read the stream; None: it came from no line
    )
    marks: tuple[tuple[int, int], ...] = ()  # spans of the event's evidence that made the rule fit


def write_events(database: sqlite3.Connection, seen: Sequence[Seen], now: datetime) -> None:
    """Keep what was found, and forget the oldest where there is too much of it."""
    kept_at = write_time(now)
    write_rows(
        database,
        "INSERT INTO events (kept_at, seen_at, source, stream, offset, credential, service, signal,"
        " severity, rule, expires_at, evidence)",
        [_list_columns(one, kept_at) for one in seen[-MOST_EVENTS:]],
    )
    if seen:
        first, last = database.execute(
            "SELECT (SELECT min(id) FROM events), (SELECT max(id) FROM events)"
        ).fetchone()
        if last - first >= MOST_EVENTS + _SPARE:
            database.execute("DELETE FROM events WHERE id <= ?", (last - MOST_EVENTS,))


def forget_events(database: sqlite3.Connection, before: datetime) -> int:
    """Drop what is older; say how much."""
    return database.execute("DELETE FROM events WHERE kept_at < ?", (write_time(before),)).rowcount


def _list_columns(seen: Seen, kept_at: str) -> tuple[object, ...]:
    event = seen.event
    return (
        kept_at,
        write_time(event.seen_at) if event.seen_at else None,
        write_name(event.source),
        write_name(seen.stream),
        seen.offset,
        event.credential,
        event.service,
        event.signal.value,
        int(event.severity),
        event.rule,
        write_time(event.expires_at) if event.expires_at else None,
        event.evidence,
    )
