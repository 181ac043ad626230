"""The state on disk: positions, what was found, and who this logscan is; it decides nothing.

One sqlite file, written by one thread of one process, in WAL mode with synchronous=FULL: what a transaction
wrote is there after a power cut, or all of it is not.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from logscan.errors import StateError, StateInUseError
from logscan.model import Event
from logscan.times import write_time

SCHEMA_VERSION = 1
_IN_MEMORY = ":memory:"
_ID_BYTES = 6
_COMPANIONS = ("", "-wal", "-shm")
_SHEETS: tuple[str, ...] = (
    """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE positions (
        source TEXT NOT NULL, stream TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (source, stream)
    ) WITHOUT ROWID;
    CREATE TABLE events (
        id INTEGER PRIMARY KEY, kept_at TEXT NOT NULL, seen_at TEXT, source TEXT NOT NULL, stream TEXT NOT NULL,
        offset INTEGER NOT NULL, credential TEXT NOT NULL, service TEXT, signal TEXT NOT NULL,
        severity INTEGER NOT NULL, rule TEXT NOT NULL, expires_at TEXT, evidence TEXT NOT NULL
    );
    CREATE INDEX events_by_time ON events (kept_at);
    """,
)  # one for each version: what brings a file of the version before to this one


class Seen(NamedTuple):
    """An event, and where the line stands that it came from."""

    event: Event
    stream: str
    offset: int
    line: int | None = (
        None  # counted from where this run began to read the stream; None: it came from no line
    )
    marks: tuple[tuple[int, int], ...] = ()  # spans of the event's evidence that made the rule fit


class Store:
    """One open state; every method is called from one thread."""

    def __init__(self, database: sqlite3.Connection, lock: int | None, damaged: str | None) -> None:
        self._database = database
        self._lock = lock
        self.damaged = damaged  # where a damaged file was put aside, if there was one
        self.id = self._read_id()

    def read_positions(self) -> dict[tuple[str, str], bytes]:
        """Where reading goes on, by source and stream."""
        rows = self._database.execute("SELECT source, stream, value FROM positions")
        return {(_read_name(source), _read_name(stream)): bytes(value) for source, stream, value in rows}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept together, or none of it."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")
            raise

    def write_positions(self, positions: Mapping[tuple[str, str], bytes | None]) -> None:
        """Keep positions; None forgets a stream that is gone."""
        for place, value in positions.items():
            source, stream = map(_write_name, place)
            if value is None:
                self._database.execute(
                    "DELETE FROM positions WHERE source = ? AND stream = ?", (source, stream)
                )
            else:
                self._database.execute(
                    "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (source, stream, value)
                )

    def write_events(self, seen: Iterable[Seen], now: datetime) -> None:
        """Keep what was found."""
        self._database.executemany(
            "INSERT INTO events (kept_at, seen_at, source, stream, offset, credential, service, signal,"
            " severity, rule, expires_at, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_list_columns(one, now) for one in seen),
        )

    def forget_events(self, before: datetime) -> int:
        """Drop what is older; say how much."""
        return self._database.execute("DELETE FROM events WHERE kept_at < ?", (write_time(before),)).rowcount

    def close(self) -> None:
        """Close the file and let another process have it."""
        self._database.close()
        if self._lock is not None:
            os.close(self._lock)

    def _read_id(self) -> str:
        with self.transaction():
            made = secrets.token_hex(_ID_BYTES)
            self._database.execute("INSERT OR IGNORE INTO facts VALUES ('id', ?)", (made,))
        return str(self._database.execute("SELECT value FROM facts WHERE name = 'id'").fetchone()[0])


def open_store(path: Path | None, now: datetime) -> Store:
    """Open the state, or make it; without a path it lives in memory only.

    Raises StateInUseError where another process has it, StateError where it cannot be used. A damaged file
    is put aside under another name, and `damaged` names it.
    """
    if path is None:
        return Store(
            _prepare(sqlite3.connect(_IN_MEMORY, isolation_level=None, check_same_thread=False)), None, None
        )
    lock = _lock(path)
    try:
        database, damaged = _open_or_replace(path, now)
        return Store(database, lock, damaged)
    except BaseException:
        os.close(lock)
        raise


def _lock(path: Path) -> int:
    """Taken for as long as the process lives; a lock file that stays behind is no lock."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(f"{path}.lock", flags, 0o600)
    except OSError as error:
        raise StateError(
            f"{path}: {error.strerror}; give --state a file in a folder that you may write"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise StateError(
                f"{path}: cannot be locked ({error.strerror}); put it on a local disk"
            ) from error
        raise StateInUseError(
            f"{path}: in use by another logscan; stop that one, or give this one a state of its own with --state"
        ) from error
    return lock


def _open_or_replace(path: Path, now: datetime) -> tuple[sqlite3.Connection, str | None]:
    try:
        return _open(path), None
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}; give --state the path of a file of your own") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and not _is_damage(error):
            raise StateError(f"{path}: {error}; make room, or mend the rights of the folder") from error
    aside = f"{path}.damaged-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    for end in _COMPANIONS:
        with suppress(FileNotFoundError):
            os.replace(f"{path}{end}", f"{aside}{end}")
    return _open(path), aside


def _is_damage(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    )


def _open(path: Path) -> sqlite3.Connection:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    mode = os.fstat(descriptor).st_mode
    os.close(descriptor)
    if not stat.S_ISREG(mode):
        raise StateError(f"{path}: not a file; give --state the path of a file")
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        _check(database)
        return _prepare(database, path)
    except BaseException:
        database.close()
        raise


def _check(database: sqlite3.Connection) -> None:
    [[verdict]] = database.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _prepare(database: sqlite3.Connection, path: Path | None = None) -> sqlite3.Connection:
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    [version] = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise StateError(
            f"{path}: written by a newer logscan (schema {version}, this one knows {SCHEMA_VERSION});"
            " install that version, or give --state another file"
        )
    for number, sheet in enumerate(_SHEETS[version:], version + 1):
        database.executescript(f"BEGIN IMMEDIATE; {sheet} PRAGMA user_version={number}; COMMIT;")
    return database


def _write_name(name: str) -> str | bytes:
    """A path need be no text; sqlite would refuse its odd bytes as such, and everything with it."""
    raw = name.encode("utf-8", "surrogateescape")
    return name if raw.decode("utf-8", "replace") == name else raw


def _read_name(kept: str | bytes) -> str:
    return kept if isinstance(kept, str) else kept.decode("utf-8", "surrogateescape")


def _list_columns(seen: Seen, now: datetime) -> tuple[object, ...]:
    event = seen.event
    return (
        write_time(now),
        write_time(event.seen_at) if event.seen_at else None,
        _write_name(event.source),
        _write_name(seen.stream),
        seen.offset,
        event.credential,
        event.service,
        event.signal.value,
        int(event.severity),
        event.rule,
        write_time(event.expires_at) if event.expires_at else None,
        event.evidence,
    )
