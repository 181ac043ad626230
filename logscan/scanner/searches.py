"""Looks for stems everywhere, then for expressions on the lines that hold one, in two steps; it knows no rule."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from logscan.caches import Cache
from logscan.databases import Database, load_database, open_database
from logscan.scanner.expressions import Expressions
from logscan.scanner.places import End, Line, copy_lines, find_ends, find_places, group_found, list_found


class Search:
    """Looks for the first expressions where a stem is, and for the close ones where a common one is."""

    def __init__(self, expressions: Expressions, cache: Cache | None) -> None:
        self.stems = Seeker(expressions.stems, cache) if expressions.stems else None
        self._first = Seeker(expressions.first, cache)
        self._close = Seeker(expressions.close, cache)
        self._behind = len(expressions.first)  # the close ones are numbered from there
        self._common = frozenset(expressions.common)
        self._silent = frozenset(number for number in expressions.common if not expressions.origins[number])
        (self.stems or self._first).get_ready()

    def find_lines(self, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        """The lines on which something was found that raises a question, with the expressions."""
        if self.stems is None:
            return self._find_among(text, start, end)
        stemmed = list_found(self.stems.find_places(text, start, end), text, start, end)
        if not stemmed:
            return {}
        copy, origins = copy_lines(text, stemmed)
        found = self._find_among(copy, 0, len(copy))
        return {origins[line.start]: expressions for line, expressions in found.items()}

    def _find_among(self, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        lines = group_found(self._first.find(text, start, end), text, start, end)
        isdisjoint = self._common.isdisjoint
        near = [line for line, found in lines.items() if not isdisjoint(found)]
        if not near:
            return lines
        copy, origins = copy_lines(text, near)
        close = group_found(self._close.find(copy, 0, len(copy)), copy, 0, len(copy))
        for line in near:
            lines[line] -= self._silent
        behind = self._behind
        for line, found in close.items():
            lines[origins[line.start]].update([behind + number for number in found])
        return {line: found for line, found in lines.items() if found}


class Seeker:
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

    def load(self) -> bool:
        """True when it need not be compiled."""
        if self._expressions and self._database is None:
            self._database = load_database(self._expressions, self._cache)
        return self._database is not None or not self._expressions

    def _open(self) -> Database:
        with self._lock:
            if self._database is None:
                self._database = open_database(self._expressions, self._cache)
            return self._database

    def find(self, text: bytearray, start: int, end: int) -> list[End]:
        if not self._expressions:
            return []
        return find_ends(self._database or self._open(), text, start, end)

    def find_places(self, text: bytearray, start: int, end: int) -> list[int]:
        """Where something ends, whatever it is."""
        return find_places(self._database or self._open(), text, start, end)
