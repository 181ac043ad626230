"""An open state: its tables and its one transaction; it decides nothing."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from logscan.store.events import Seen, forget_events, write_events
from logscan.store.incidents import Incidents
from logscan.store.outbox import Outbox
from logscan.store.positions import read_positions, write_positions
from logscan.store.requests import Requests
from logscan.store.silences import Silences
from logscan.store.threads import Threads
from logscan.store.timelines import Timelines
from logscan.times import write_time

_ID_BYTES = 6


class Store:
    """One open state; every method is called from one thread at a time."""

    def __init__(
        self, database: sqlite3.Connection, lock: int | None = None, damaged: str | None = None
    ) -> None:
        self._database = database
        self._lock = lock
        self._is_light: bool | None = None  # as the last transaction was
        self.damaged = damaged  # where a damaged file was put aside, if there was one
        self.is_in_memory = lock is None and not database.execute("PRAGMA database_list").fetchone()[2]
        self.id = self._read_id()
        self.incidents = Incidents(database)
        self.timelines = Timelines(database)
        self.silences = Silences(database)
        self.requests = Requests(database)
        self.outbox = Outbox(database)
        self.threads = Threads(database)

    def read_positions(self) -> dict[tuple[str, str], bytes]:
        """Where reading goes on, by source and stream."""
        return read_positions(self._database)

    def write_positions(self, positions: Mapping[tuple[str, str], bytes | None]) -> None:
        """Keep positions; None forgets a stream that is gone."""
        write_positions(self._database, positions)

    def write_events(self, seen: Sequence[Seen], now: datetime) -> None:
        """Keep what was found."""
        write_events(self._database, seen, now)

    def forget_events(self, before: datetime) -> int:
        """Drop what is older; say how much."""
        return forget_events(self._database, before)

    def write_alive(self, now: datetime) -> None:
        """Note that somebody looks."""
        self._database.execute("INSERT OR REPLACE INTO facts VALUES ('alive', ?)", (write_time(now),))

    def read_alive(self) -> datetime | None:
        """When somebody looked last; None: nobody ever did."""
        row = self._database.execute("SELECT value FROM facts WHERE name = 'alive'").fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    def forget(self, before: datetime) -> None:
        """Drop everything that was over earlier."""
        self.forget_events(before)
        for table in (
            self.incidents,
            self.timelines,
            self.silences,
            self.requests,
            self.outbox,
            self.threads,
        ):
            table.forget(before)

    @contextmanager
    def transaction(self, *, is_light: bool = False) -> Iterator[None]:
        """All that is written within is kept together, or none of it.

        `is_light`: not flushed to the disk at once. A crash of ours loses none of it; a power cut may, and nothing
        that was flushed before.
        """
        if is_light != self._is_light:
            self._database.execute(f"PRAGMA synchronous={'NORMAL' if is_light else 'FULL'}")
            self._is_light = is_light
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file and let another process have it."""
        self._database.close()
        if self._lock is not None:
            os.close(self._lock)

    def _read_id(self) -> str:
        found = self._find_id()
        if found is None:
            with self.transaction():
                made = secrets.token_hex(_ID_BYTES)
                self._database.execute("INSERT OR IGNORE INTO facts VALUES ('id', ?)", (made,))
            found = self._find_id()
        assert found is not None
        return found

    def _find_id(self) -> str | None:
        row = self._database.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()
        return None if row is None else str(row[0])
