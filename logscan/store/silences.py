"""What is not told, and until when; whom a silence fits is decided elsewhere."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Somebody's wish not to be told of what its matchers fit."""

    id: str
    matchers: tuple[str, ...]  # as they were typed; all must fit
    made_at: datetime
    until: datetime
    author: str
    comment: str
    ended_at: datetime | None = None  # when it was taken back

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and self.made_at <= now < self.until


class Silences:
    """One table of one open state."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def write(self, silence: Silence) -> None:
        """Keep one, also one that has changed."""
        self._database.execute(
            "INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                silence.id,
                json.dumps(silence.matchers),
                silence.made_at.timestamp(),
                silence.until.timestamp(),
                silence.author,
                silence.comment,
                None if silence.ended_at is None else silence.ended_at.timestamp(),
            ),
        )

    def read(self) -> list[Silence]:
        """All that are kept, the oldest first."""
        rows = self._database.execute(
            "SELECT id, matchers, made_at, until, author, comment, ended_at FROM silences ORDER BY made_at, id"
        )
        return [_make_silence(row) for row in rows]

    def forget(self, before: datetime) -> int:
        """Drop what was over earlier; say how much."""
        return self._database.execute(
            "DELETE FROM silences WHERE coalesce(ended_at, until) < ?", (before.timestamp(),)
        ).rowcount


def _make_silence(row: tuple[str, str, float, float, str, str, float | None]) -> Silence:
    name, matchers, made_at, until, author, comment, ended_at = row
    return Silence(
        id=name,
        matchers=tuple(json.loads(matchers)),
        made_at=datetime.fromtimestamp(made_at, UTC),
        until=datetime.fromtimestamp(until, UTC),
        author=author,
        comment=comment,
        ended_at=None if ended_at is None else datetime.fromtimestamp(ended_at, UTC),
    )
