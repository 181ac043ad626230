"""One question in two steps: which lines may hold anything, and what that is; it knows no rule."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from logscan.caches import Cache
from logscan.databases import Database, open_database
from logscan.scanner.expressions import Expressions
from logscan.scanner.places import End, Line, copy_lines, find_ends, group_found

_BYTES_A_HIT = 60  # more hits than that cost more time than the first step saves
_FEW = 16


class Search:
    """Looks for the first expressions, and for the close ones only on the few lines that hold one."""

    def __init__(self, expressions: Expressions, cache: Cache | None) -> None:
        self._first = _Seeker(expressions.first, cache)
        self._close = _Seeker(expressions.close, cache)
        self._first.get_ready()

    def find_lines(self, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        """The lines on which a close expression was found, with the expressions."""
        most = (end - start) // _BYTES_A_HIT + _FEW
        first = self._first.find(text, start, end, most)
        if len(first) > most:
            return group_found(self._close.find(text, start, end), text, start, end)
        copy, origins = copy_lines(text, group_found(first, text, start, end))
        if not copy:
            return {}
        found = group_found(self._close.find(copy, 0, len(copy)), copy, 0, len(copy))
        return {origins[line.start]: expressions for line, expressions in found.items()}


class _Seeker:
    """A database that is compiled when first needed: most starts find nothing, and never need the later one."""

    def __init__(self, expressions: Sequence[bytes], cache: Cache | None) -> None:
        self._expressions = expressions
        self._cache = cache
        self._lock = threading.Lock()
        self._database: Database | None = None

    def get_ready(self) -> None:
        """Before the threads that use it, and the clock that measures them, are started."""
        if self._expressions:
            self._open()

    def _open(self) -> Database:
        with self._lock:
            if self._database is None:
                self._database = open_database(self._expressions, self._cache)
            return self._database

    def find(self, text: bytearray, start: int, end: int, most: int | None = None) -> list[End]:
        if not self._expressions:
            return []
        return find_ends(self._database or self._open(), text, start, end, most)
