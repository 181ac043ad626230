"""Whether a file that is named as the state is somebody else's; it changes nothing, and leaves nothing beside it.

A damaged state is put aside. A log or another program's database that was named by a slip must not be: so what has no
lock of ours beside it is a state only if it reads as one, or may have been one.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from logscan.errors import StateError

_MAGIC = b"SQLite format 3\0"
_RIGHT = "give --state a path of its own"


def refuse_strangers(path: Path) -> None:
    """Raise StateError for what logscan did not make; what cannot be looked at is left to those who open it."""
    if os.path.lexists(f"{path}.lock"):
        return
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise StateError(f"{path}: not a file; {_RIGHT}")
        head = os.read(descriptor, len(_MAGIC))
    finally:
        os.close(descriptor)
    if head and head != _MAGIC:
        raise StateError(
            f"{path}: holds something else than a state of logscan, and is left as it is; {_RIGHT}"
        )
    if head and _is_of_others(path):
        raise StateError(f"{path}: is another program's database, and is left as it is; {_RIGHT}")


def _is_of_others(path: Path) -> bool:
    """Whether there are tables, and none of them is ours; what is too damaged to tell may be ours."""
    # Immutable: neither a lock nor a journal is made beside it.
    address = f"file:{quote(os.path.abspath(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            tables = {
                name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            }
    except sqlite3.Error:
        return False
    return bool(tables) and "facts" not in tables
