"""What happened to an incident, step by step, for those who ask later; nothing is decided by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from logscan.store.bulks import write_rows


class Entry(NamedTuple):
    """One step."""

    at: datetime
    incident: str  # its id
    kind: str  # 'seen', 'opened', 'untold', …
    word: str  # the reason
    text: str = ""  # for people; holds no secret


class Timelines:
    """One table of one open state."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def write(self, entries: Iterable[Entry]) -> None:
        """Keep further steps."""
        rows = [(one.at.timestamp(), *one[1:]) for one in entries]
        write_rows(self._database, "INSERT INTO history (at, incident, kind, word, text)", rows)

    def read(self, incident: str) -> list[Entry]:
        """One incident's steps, the first first."""
        rows = self._database.execute(
            "SELECT at, incident, kind, word, text FROM history WHERE incident = ? ORDER BY id",
            (incident,),
        )
        return [Entry(datetime.fromtimestamp(at, UTC), *rest) for at, *rest in rows]

    def forget(self, before: datetime) -> int:
        """Drop what is older; say how much."""
        return self._database.execute("DELETE FROM history WHERE at < ?", (before.timestamp(),)).rowcount
