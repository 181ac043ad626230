"""One question in two steps: what may be anywhere in a text, and which expression that is; it knows no rule."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from logscan.caches import Cache
from logscan.databases import Database, open_database
from logscan.scanner.places import Line, copy_lines, find_ends, list_found

_BYTES_A_HIT = 8 << 10  # more hits than that cost more time than the first step saves
_FEW = 16


class Search:
    """Looks for the rough expressions first, and for the close ones only on the few lines that hold one."""

    def __init__(
        self, rough: Sequence[bytes], list_close: Callable[[], Sequence[bytes]], cache: Cache | None
    ) -> None:
        self._rough = open_database(rough, cache)
        self._list_close = list_close
        self._cache = cache
        self._lock = threading.Lock()
        self._close: Database | None = None

    def find_lines(self, text: bytearray, start: int, end: int) -> Iterator[tuple[Line, int]]:
        """The lines on which a close expression was found, with the expression; a line may come up again."""
        most = (end - start) // _BYTES_A_HIT + _FEW
        hits = find_ends(self._rough, text, start, end, most)
        if not hits:
            return
        close = self._close or self._open()
        if len(hits) > most:
            yield from list_found(find_ends(close, text, start, end), text, start, end)
            return
        lines = dict.fromkeys(line for line, _ in list_found(hits, text, start, end))
        copy, origins = copy_lines(text, lines)
        ends = find_ends(close, copy, 0, len(copy))
        for line, expression in list_found(ends, copy, 0, len(copy)):
            yield origins[line.start], expression

    def _open(self) -> Database:
        """Written and compiled when first needed: most starts find nothing, and never need it."""
        with self._lock:
            if self._close is None:
                self._close = open_database(self._list_close(), self._cache)
            return self._close
