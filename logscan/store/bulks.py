"""Many rows → few statements; what the rows mean is not its affair.

Each statement lets other threads run, and has to wait for its turn again: in a storm that costs far more than to write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

_MOST_TOGETHER = 256  # less than 32,766 values in all


def write_rows(database: sqlite3.Connection, head: str, rows: Sequence[tuple[object, ...]]) -> None:
    """`head` is the statement up to `VALUES`."""
    for together in _split(rows):
        row = f"({', '.join('?' * len(together[0]))})"
        values = list(chain.from_iterable(together))
        database.execute(f"{head} VALUES {', '.join([row] * len(together))}", values)


def read_rows(
    database: sqlite3.Connection, head: str, names: Sequence[str] | Sequence[int]
) -> list[tuple[Any, ...]]:
    """`head` is the statement up to the names that a column is among."""
    return [
        row
        for together in _split([(name,) for name in names])
        for row in database.execute(
            f"{head} ({', '.join('?' * len(together))})", list(chain.from_iterable(together))
        )
    ]


def _split(rows: Sequence[tuple[object, ...]]) -> Iterator[Sequence[tuple[object, ...]]]:
    """Into sizes that come again and again, so that their statements are prepared already."""
    first, size = 0, _MOST_TOGETHER
    while first < len(rows):
        while size > len(rows) - first:
            size //= 2
        yield rows[first : first + size]
        first += size
