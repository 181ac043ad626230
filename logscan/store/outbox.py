"""What is to be told on which channel, and how far that has come; it sends nothing.

A row is written in the same transaction as the change that it tells, and marked in a later one. The same notice stands at
most once for a channel.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from logscan.model import Notice, Severity
from logscan.notices import pack_notice, unpack_notice
from logscan.store.bulks import read_rows

_ROWS = "SELECT id, channel, notice, created, due, attempts, state, error, note, done_at FROM outbox WHERE "


UNADDRESSED = ""  # the channel of what was written while nobody knew who is to be told


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
    done_at: datetime | None = None  # when it was sent, given up or merged


class Outbox:
    """One table of one open state."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, channel: str, notice: Notice, now: datetime, due: datetime | None = None) -> bool:
        """Write a row; a notice that this channel has already is left as it is. Say whether it is new."""
        written = self._database.execute(
            "INSERT OR IGNORE INTO outbox (channel, notice_id, key, severity, notice, created, due)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                channel,
                notice.id,
                notice.key,
                int(_rank(notice)),
                pack_notice(notice),
                now.timestamp(),
                (due or now).timestamp(),
            ),
        )
        return written.rowcount == 1

    def read_waiting(self, channel: str | None = None, most: int = -1) -> list[Due]:
        """What is still to be told, in the order in which it was written; of every channel where none is named."""
        rows = self._database.execute(
            _ROWS + "state = 'waiting' AND (?1 IS NULL OR channel = ?1) ORDER BY id LIMIT ?2",
            (channel, most),
        )
        return [_make_due(row) for row in rows]

    def list_ready(self, channel: str, now: datetime, most: int) -> list[int]:
        """The first rows that may be tried now, or were before: what failed once keeps its place in its order."""
        rows = self._database.execute(
            "SELECT id FROM outbox INDEXED BY outbox_in_order WHERE state = 'waiting' AND channel = ?"
            " AND (due <= ? OR attempts > 0) ORDER BY id LIMIT ?",
            (channel, now.timestamp(), most),
        )
        return [number for (number,) in rows]

    def read_rows(self, numbers: Sequence[int]) -> list[Due]:
        """These rows, in the order of the numbers."""
        rows = {row[0]: row for row in read_rows(self._database, _ROWS + "id IN", numbers)}
        return [_make_due(rows[number]) for number in numbers if number in rows]

    def find_next_due(self, channel: str, now: datetime) -> datetime | None:
        """When the next row is due that is not yet."""
        [due] = self._database.execute(
            "SELECT min(due) FROM outbox WHERE state = 'waiting' AND channel = ? AND due > ?",
            (channel, now.timestamp()),
        ).fetchone()
        return None if due is None else datetime.fromtimestamp(due, UTC)

    def count_waiting(self, channel: str) -> int:
        [count] = self._database.execute(
            "SELECT count(*) FROM outbox WHERE state = 'waiting' AND channel = ?", (channel,)
        ).fetchone()
        return int(count)

    def list_mildest(self, channel: str, most: int) -> list[tuple[int, str]]:
        """Number and key of untried rows that wait, of the least severe incidents first, each with all of its rows."""
        rows = self._database.execute(
            "WITH mild AS (SELECT key, max(severity) AS worst FROM outbox WHERE state = 'waiting' AND channel = ?1"
            " GROUP BY key HAVING max(attempts) = 0 ORDER BY worst, min(id) LIMIT ?2)"
            " SELECT id, key FROM outbox JOIN mild USING (key) WHERE state = 'waiting' AND channel = ?1"
            " ORDER BY worst, id LIMIT ?3",
            (channel, most, 2 * most),
        )
        return [(number, key) for number, key in rows]

    def find_told(self, key: str, since: datetime) -> dict[str, datetime]:
        """The channels that were, or will be, told of an incident's key since then, and when each row is due."""
        rows = self._database.execute(
            "SELECT channel, max(due) FROM outbox WHERE key = ? AND created >= ?"
            " AND state IN ('waiting', 'sent', 'merged') GROUP BY channel",
            (key, since.timestamp()),
        )
        return {channel: datetime.fromtimestamp(due, UTC) for channel, due in rows}

    def release(self, channel: str, key: str, now: datetime) -> None:
        """What was held back of an incident goes out before its next row."""
        self._database.execute(
            "UPDATE outbox SET due = ?3 WHERE channel = ?1 AND key = ?2 AND state = 'waiting' AND due > ?3"
            " AND attempts = 0",
            (channel, key, now.timestamp()),
        )

    def list_held(self, channel: str, key: str, now: datetime) -> list[Due]:
        """What of an incident is held back there until later."""
        rows = self._database.execute(
            _ROWS + "key = ? AND channel = ? AND state = 'waiting' AND due > ? AND attempts = 0 ORDER BY id",
            (key, channel, now.timestamp()),
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

    def merge(self, rows: Sequence[int], digest: Notice, now: datetime) -> Due:
        """Put one digest in the place of the first of several rows, so that later ones of its incidents come after it."""
        first, *others = rows
        gone = self._database.execute(
            "SELECT channel, notice_id, key, severity, notice, created, due FROM outbox WHERE id = ?",
            (first,),
        ).fetchone()
        self._database.execute(
            "UPDATE outbox SET notice_id = ?, key = ?, severity = ?, notice = ?, due = ? WHERE id = ?",
            (digest.id, digest.key, int(_rank(digest)), pack_notice(digest), now.timestamp(), first),
        )
        self._database.execute(
            "INSERT INTO outbox (channel, notice_id, key, severity, notice, created, due, state, done_at, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'merged', ?, ?)",
            (*gone, now.timestamp(), digest.id),
        )
        self._database.executemany(
            "UPDATE outbox SET state = 'merged', done_at = ?, error = '', note = ? WHERE id = ?",
            [(now.timestamp(), digest.id, row) for row in others],
        )
        return self.read_rows([first])[0]

    def drop(self, rows: Iterable[int]) -> None:
        """Others stand in their place."""
        self._database.executemany("DELETE FROM outbox WHERE id = ?", [(row,) for row in rows])

    def hold_strangers(self, channels: Iterable[str], now: datetime) -> int:
        """Nobody will send what waits for any other channel; say how much that is."""
        strangers = {channel for channel, state in self.count() if state is RowState.WAITING} - {*channels}
        return sum(
            self._database.execute(
                "UPDATE outbox SET state = 'held', done_at = ? WHERE state = 'waiting' AND channel = ?",
                (now.timestamp(), channel),
            ).rowcount
            for channel in strangers
        )

    def count(self) -> dict[tuple[str, RowState], int]:
        """How many rows there are, by channel and state."""
        rows = self._database.execute("SELECT channel, state, count(*) FROM outbox GROUP BY channel, state")
        return {(channel, RowState(state)): number for channel, state, number in rows}

    def forget(self, before: datetime) -> int:
        """Drop what was done with earlier; say how much."""
        return self._database.execute(
            "DELETE FROM outbox WHERE state <> 'waiting' AND done_at < ?", (before.timestamp(),)
        ).rowcount


def _rank(notice: Notice) -> Severity:
    if notice.incident is not None:
        return notice.incident.severity
    return max((one.severity for one in notice.merged), default=Severity.INFO)


def _make_due(row: tuple[int, str, bytes, float, float, int, str, str, str, float | None]) -> Due:
    number, channel, notice, created, due, attempts, state, error, note, done_at = row
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
        None if done_at is None else datetime.fromtimestamp(done_at, UTC),
    )
