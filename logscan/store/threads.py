"""What each channel wants to know again of each incident that it was told of; it does not know what that means."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import NamedTuple

from logscan.model import Incident
from logscan.notices import pack_incident, unpack_incident


class Thread(NamedTuple):
    """One incident on one channel."""

    channel: str
    name: str  # as `name_thread` has it
    memory: str | None
    incident: Incident | None = None  # as it was last told, where the channel repeats that


class Threads:
    """One table of one open state."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def write(self, thread: Thread, now: datetime) -> None:
        """Keep it; a memory that is None leaves the one before."""
        incident = None if thread.incident is None else pack_incident(thread.incident)
        self._database.execute(
            "INSERT INTO threads VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (channel, name) DO UPDATE"
            " SET memory = coalesce(?3, memory), incident = coalesce(?4, incident), told_at = ?5",
            (thread.channel, thread.name, thread.memory, incident, now.timestamp()),
        )

    def read_memory(self, channel: str, name: str) -> str | None:
        row = self._database.execute(
            "SELECT memory FROM threads WHERE channel = ? AND name = ?", (channel, name)
        ).fetchone()
        return None if row is None else row[0]

    def read_incidents(self, channel: str) -> list[Incident]:
        """Everything that the channel was told of, as it was last told."""
        rows = self._database.execute(
            "SELECT incident FROM threads WHERE channel = ? AND incident IS NOT NULL ORDER BY name",
            (channel,),
        )
        return [unpack_incident(packed) for (packed,) in rows]

    def forget(self, before: datetime) -> int:
        """Drop what was told earlier and is not among the incidents that live; say how much."""
        return self._database.execute(
            "DELETE FROM threads WHERE told_at < ? AND name NOT IN"
            " (SELECT id FROM incidents WHERE resolved_at IS NULL)",
            (before.timestamp(),),
        ).rowcount
