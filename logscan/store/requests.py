"""What commands ask of a running logscan, and what it answered; it fulfils none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple


class Request(NamedTuple):
    """One wish, as a command left it."""

    id: int
    made_at: datetime
    author: str
    kind: str
    value: Mapping[str, str]


class Requests:
    """One table of one open state; commands of other processes write to it, too."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def leave(self, kind: str, value: Mapping[str, str], author: str, now: datetime) -> int:
        """Leave a request for whoever runs on this state; give its number."""
        row = self._database.execute(
            "INSERT INTO requests (made_at, author, kind, value) VALUES (?, ?, ?, ?)",
            (now.timestamp(), author, kind, json.dumps(dict(value))),
        )
        assert row.lastrowid is not None
        return row.lastrowid

    def read_waiting(self) -> list[Request]:
        """Those without an answer, the oldest first."""
        rows = self._database.execute(
            "SELECT id, made_at, author, kind, value FROM requests WHERE answer IS NULL ORDER BY id"
        )
        return [
            Request(number, datetime.fromtimestamp(made_at, UTC), author, kind, json.loads(value))
            for number, made_at, author, kind, value in rows
        ]

    def answer(self, number: int, answer: str) -> None:
        """Say what became of a request; '' where there is nothing to say but that it is done."""
        self._database.execute("UPDATE requests SET answer = ? WHERE id = ?", (answer, number))

    def read_answer(self, number: int) -> str | None:
        """What became of it; None while it waits."""
        row = self._database.execute("SELECT answer FROM requests WHERE id = ?", (number,)).fetchone()
        return None if row is None else row[0]

    def count_changes(self) -> int:
        """Another number than before when another process has written meanwhile."""
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])

    def forget(self, before: datetime) -> int:
        """Drop what was answered and is older; say how much."""
        return self._database.execute(
            "DELETE FROM requests WHERE answer IS NOT NULL AND made_at < ?", (before.timestamp(),)
        ).rowcount
