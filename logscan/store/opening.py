"""A path → an open state: the lock, migrations, a damaged file put aside; what stands in it is not its affair.

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
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from logscan.caches import make_own_folder
from logscan.errors import StateError, StateInUseError
from logscan.store.sheets import SCHEMA_VERSION, SHEETS
from logscan.store.states import Store
from logscan.store.strangers import refuse_strangers

_IN_MEMORY = ":memory:"
_COMPANIONS = ("", "-wal", "-shm")
_SHUT = frozenset((errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENOENT))


def open_store(path: Path | None, now: datetime) -> Store:
    """Open the state, or make it; without a path it lives in memory only.

    Raises StateInUseError where another process has it, StateError where it cannot be used or is not ours. A damaged
    file is put aside under another name, and `damaged` names it.
    """
    if path is None:
        return Store(_prepare(sqlite3.connect(_IN_MEMORY, isolation_level=None, check_same_thread=False)))
    refuse_strangers(path)
    lock = _lock(path)
    try:
        database, damaged = _open_or_replace(path, now)
        return Store(database, lock, damaged)
    except BaseException:
        os.close(lock)
        raise


def open_view(path: Path, *, writes: bool = False) -> Store:
    """Open a state to look at it, or also to leave requests in it, whoever runs on it; takes no lock.

    Raises StateError where there is none, or it cannot be read.
    """
    try:
        is_there = path.is_file()
    except OSError as error:  # such as a folder of somebody else's
        raise StateError(f"{path}: {error.strerror}; name the state of your run with --state") from None
    if not is_there:
        raise StateError(f"{path}: there is no state; name the one of your run with --state")
    refuse_strangers(path)
    mode = "rw" if writes else "ro"
    address = f"file:{quote(os.path.abspath(path))}?mode={mode}"
    database = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        version = _read_version(database, path)
        if version == SCHEMA_VERSION:
            return Store(database)
    except sqlite3.Error as error:
        database.close()
        raise StateError(f"{path}: {error}; name the state of your run with --state") from error
    except BaseException:
        database.close()
        raise
    database.close()
    raise StateError(f"{path}: written by an older logscan; start `logscan run` on it once")


def find_obstacle(path: Path) -> str | None:
    """Why no state can be made there; None where one can, or is there already, or the trouble may pass."""
    if os.path.lexists(path):
        return None
    try:
        make_own_folder(path.parent)
        shut = not os.access(path.parent, os.W_OK | os.X_OK)
    except OSError as error:
        return error.strerror if error.errno in _SHUT else None
    return "may not be written" if shut else None


def is_in_use(path: Path) -> bool:
    """Whether a process has the state."""
    try:
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _lock(path: Path) -> int:
    """Taken for as long as the process lives; a lock file that stays behind is no lock."""
    try:
        make_own_folder(path.parent)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(f"{path}.lock", flags, 0o600)
    except OSError as error:
        raise StateError(
            f"{path}: {error.strerror}; give --state a file in a folder that you may write, or `none`"
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
    version = _read_version(database, path)
    for number, sheet in enumerate(SHEETS[version:], version + 1):
        database.executescript(f"BEGIN IMMEDIATE; {sheet} PRAGMA user_version={number}; COMMIT;")
    return database


def _read_version(database: sqlite3.Connection, path: Path | None) -> int:
    [version] = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise StateError(
            f"{path}: written by a newer logscan (schema {version}, this one knows {SCHEMA_VERSION});"
            " install that version, or give --state another file"
        )
    return int(version)
