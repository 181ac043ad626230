"""One question in steps: what may be anywhere in a text, and which expression that is; it knows no rule."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence

from logscan.caches import Cache
from logscan.databases import Database, open_database
from logscan.scanner.expressions import Expressions
from logscan.scanner.places import End, Line, copy_lines, find_ends, list_found

_BYTES_A_HIT = 128  # more hits than that cost more time than the first steps save
_BYTES_A_WORD = 1 << 10  # likewise for telling words, since what they tell of is looked for more quickly
_FEW = 16


class Search:
    """Looks for the rough expressions first, and for the close ones only on the few lines that hold one."""

    def __init__(self, expressions: Expressions, cache: Cache | None) -> None:
        self._rough = _Seeker(expressions.rough, cache)
        self._telling = _Seeker(expressions.telling, cache)
        self._told = _Seeker(expressions.told, cache)
        self._close = _Seeker(expressions.close, cache)
        for first in (self._rough, self._telling):
            first.get_ready()

    def find_lines(self, text: bytearray, start: int, end: int) -> Iterator[tuple[Line, int]]:
        """The lines on which a close expression was found, with the expression; a line may come up again."""
        most = (end - start) // _BYTES_A_HIT + _FEW
        rough = self._rough.find(text, start, end, most)
        if len(rough) > most:
            yield from list_found(self._close.find(text, start, end), text, start, end)
            return
        lines = dict.fromkeys(line for line, _ in list_found(rough, text, start, end))
        lines.update(dict.fromkeys(line for line, _ in self._find_told(text, start, end)))
        yield from self._close.find_among(lines, text)

    def _find_told(self, text: bytearray, start: int, end: int) -> Iterator[tuple[Line, int]]:
        most = (end - start) // _BYTES_A_WORD + _FEW
        words = self._telling.find(text, start, end, most)
        if len(words) > most:
            return list_found(self._told.find(text, start, end), text, start, end)
        return self._told.find_among(
            dict.fromkeys(line for line, _ in list_found(words, text, start, end)), text
        )


class _Seeker:
    """A database that is compiled when first needed: most starts find nothing, and never need the later ones."""

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

    def find_among(self, lines: Iterable[Line], text: bytearray) -> Iterator[tuple[Line, int]]:
        """What is found on some lines of a text."""
        copy, origins = copy_lines(text, lines)
        if not copy:
            return
        for line, expression in list_found(self.find(copy, 0, len(copy)), copy, 0, len(copy)):
            yield origins[line.start], expression
