"""What each line did, for those who ask later; nothing is decided by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from logscan.model import Event
from logscan.store.positions import write_name
from logscan.times import write_time


class Seen(NamedTuple):
    """An event, and where the line stands that it came from."""

    event: Event
    stream: str
    offset: int
    line: int | None = (
        None  # counted from where this run began to read the stream; None: it came from no line
    )
    marks: tuple[tuple[int, int], ...] = ()  # spans of the event's evidence that made the rule fit


def write_events(database: sqlite3.Connection, seen: Iterable[Seen], now: datetime) -> None:
    """Keep what was found."""
    kept_at = write_time(now)
    database.executemany(
        "INSERT INTO events (kept_at, seen_at, source, stream, offset, credential, service, signal,"
        " severity, rule, expires_at, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_list_columns(one, kept_at) for one in seen),
    )


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
