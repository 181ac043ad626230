"""How each incident stands, and the rows in which the machine remembers; it judges neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from logscan.model import Incident
from logscan.notices import pack_incident, unpack_incident
from logscan.store.bulks import write_rows


class Incidents:
    """Two tables of one open state."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def write(self, incidents: Iterable[Incident]) -> None:
        """Keep how they stand now."""
        write_rows(
            self._database,
            "INSERT OR REPLACE INTO incidents",
            [
                (
                    one.id,
                    one.key,
                    one.state.value,
                    int(one.severity),
                    one.last_seen.timestamp(),
                    None if one.resolved_at is None else one.resolved_at.timestamp(),
                    pack_incident(one),
                )
                for one in incidents
            ],
        )

    def read(self) -> list[Incident]:
        """All that are kept, the last seen first."""
        rows = self._database.execute("SELECT value FROM incidents ORDER BY last_seen DESC, id")
        return [unpack_incident(value) for (value,) in rows]

    def drop(self, ids: Iterable[str]) -> None:
        """Forget incidents that turned out to be none."""
        self._database.executemany("DELETE FROM incidents WHERE id = ?", ((one,) for one in ids))

    def forget(self, before: datetime) -> int:
        """Drop what ended earlier; say how much."""
        return self._database.execute(
            "DELETE FROM incidents WHERE resolved_at < ?", (before.timestamp(),)
        ).rowcount

    def write_book(self, rows: Mapping[str, bytes | None]) -> None:
        """Keep what the machine remembers; None forgets a row."""
        kept = [(name, value) for name, value in rows.items() if value is not None]
        write_rows(self._database, "INSERT OR REPLACE INTO book", kept)
        self._database.executemany(
            "DELETE FROM book WHERE name = ?", ((name,) for name, value in rows.items() if value is None)
        )

    def read_book(self) -> dict[str, bytes]:
        """Every row that the machine left."""
        return {name: bytes(value) for name, value in self._database.execute("SELECT name, value FROM book")}
