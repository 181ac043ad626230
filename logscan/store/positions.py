"""Where reading goes on, by source and stream; it knows no file but the state."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

Place = tuple[str, str]  # source and stream


def read_positions(database: sqlite3.Connection) -> dict[Place, bytes]:
    """Everything that is kept."""
    rows = database.execute("SELECT source, stream, value FROM positions")
    return {(read_name(source), read_name(stream)): bytes(value) for source, stream, value in rows}


def write_positions(database: sqlite3.Connection, positions: Mapping[Place, bytes | None]) -> None:
    """Keep positions; None forgets a stream that is gone."""
    for place, value in positions.items():
        source, stream = map(write_name, place)
        if value is None:
            database.execute("DELETE FROM positions WHERE source = ? AND stream = ?", (source, stream))
        else:
            database.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (source, stream, value))


def write_name(name: str) -> str | bytes:
    """A path need be no text; sqlite would refuse its odd bytes as such, and everything with it."""
    if name.isascii():
        return name
    raw = name.encode("utf-8", "surrogateescape")
    return name if raw.decode("utf-8", "replace") == name else raw


def read_name(kept: str | bytes) -> str:
    """Undo `write_name`."""
    return kept if isinstance(kept, str) else kept.decode("utf-8", "surrogateescape")
