"""What is to be told on which channel, and how far that has come; it sends nothing.

A row is written in the same transaction as the change that it tells, and marked in a later one. The same notice stands at
most once for a channel.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from logscan.model import Notice, Severity
from logscan.notices import pack_notice, unpack_notice

_ROWS = "SELECT id, channel, notice, created, due, attempts, state, error, note FROM outbox WHERE "


class RowState(StrEnum):
    """How far a row has come."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # given up; kept for those who ask
    MERGED = "merged"  # told as part of a digest
    HELD = "held"  # nobody is told: its channel is gone from the configuration


class Due(NamedTuple):
    """A row of the outbox."""

    id: int
    channel: str
    notice: Notice
    created: datetime
    due: datetime  # when it may be tried
    attempts: int = 0
    state: RowState = RowState.WAITING
    error: str = ""  # of the last attempt; holds no secret
    note: str = ""  # what the channel wants to know again, such as the message that a resolve belongs under


class Outbox:
    """One table of one open state."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, channel: str, notice: Notice, now: datetime, due: datetime | None = None) -> None:
        """Write a row; a notice that this channel has already is left as it is."""
        severity = notice.incident.severity if notice.incident is not None else _rank(notice)
        self._database.execute(
            "INSERT OR IGNORE INTO outbox (channel, notice_id, key, severity, notice, created, due)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                channel,
                notice.id,
                notice.key,
                int(severity),
                pack_notice(notice),
                now.timestamp(),
                (due or now).timestamp(),
            ),
        )

    def read_waiting(self, channel: str | None = None, most: int = -1) -> list[Due]:
        """What is still to be told, in the order in which it was written; of every channel where none is named."""
        rows = self._database.execute(
            _ROWS + "state = 'waiting' AND (?1 IS NULL OR channel = ?1) ORDER BY id LIMIT ?2",
            (channel, most),
        )
        return [_make_due(row) for row in rows]

    def read_due(self, channel: str, now: datetime, most: int = 100) -> list[Due]:
        """What may be tried now, in the order in which it was written."""
        rows = self._database.execute(
            _ROWS + "state = 'waiting' AND channel = ? AND due <= ? ORDER BY id LIMIT ?",
            (channel, now.timestamp(), most),
        )
        return [_make_due(row) for row in rows]

    def read_of(self, key: str) -> list[Due]:
        """All of one incident's key, done or not."""
        rows = self._database.execute(_ROWS + "key = ? ORDER BY id", (key,))
        return [_make_due(row) for row in rows]

    def mark(self, row: int, state: RowState, now: datetime, *, error: str = "", note: str = "") -> None:
        """A row is done with, in one way or another; counts as an attempt unless it was merged or held."""
        tries = int(state in (RowState.SENT, RowState.DEAD))
        self._database.execute(
            "UPDATE outbox SET state = ?, done_at = ?, error = ?, note = ?, attempts = attempts + ? WHERE id = ?",
            (state.value, now.timestamp(), error, note, tries, row),
        )

    def postpone(self, row: int, due: datetime, error: str) -> None:
        """An attempt failed, and there will be another."""
        self._database.execute(
            "UPDATE outbox SET due = ?, error = ?, attempts = attempts + 1 WHERE id = ?",
            (due.timestamp(), error, row),
        )

    def merge(self, rows: Iterable[int], digest: Notice, channel: str, now: datetime) -> None:
        """Tell one digest in place of several rows."""
        self.add(channel, digest, now)
        for row in rows:
            self.mark(row, RowState.MERGED, now, note=digest.id)

    def count(self) -> dict[tuple[str, RowState], int]:
        """How many rows there are, by channel and state."""
        rows = self._database.execute("SELECT channel, state, count(*) FROM outbox GROUP BY channel, state")
        return {(channel, RowState(state)): number for channel, state, number in rows}

    def forget(self, before: datetime) -> int:
        """Drop what was done with earlier; say how much."""
        return self._database.execute(
            "DELETE FROM outbox WHERE state <> 'waiting' AND done_at < ?", (before.timestamp(),)
        ).rowcount


def _rank(digest: Notice) -> Severity:
    return max((one.severity for one in digest.merged), default=Severity.INFO)


def _make_due(row: tuple[int, str, bytes, float, float, int, str, str, str]) -> Due:
    number, channel, notice, created, due, attempts, state, error, note = row
    return Due(
        number,
        channel,
        unpack_notice(notice),
        datetime.fromtimestamp(created, UTC),
        datetime.fromtimestamp(due, UTC),
        attempts,
        RowState(state),
        error,
        note,
    )
