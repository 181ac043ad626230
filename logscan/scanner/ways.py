"""The way in which lines are looked for: the one that is quick to begin with, later the one that is quick; it asks no rule.

A start must not wait for seconds, and most never meet a line in vain. Where many were met, a sieve is compiled beside
the work, and kept. Both ways find the same: whatever they leave is asked of the rules themselves.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from logscan.caches import Cache
from logscan.databases import is_sound
from logscan.errors import ConfigError
from logscan.model import Rule
from logscan.scanner.expressions import Expressions
from logscan.scanner.questions import Questions
from logscan.scanner.searches import Search
from logscan.scanner.sieves import Sieve
from logscan.scanner.writings import find_sieve, list_expressions, list_sieve

_LINES_TO_READ = 500  # so many were asked about, and a sieve that was kept is worth reading
_LINES_TO_COMPILE = 10_000  # half a second of work, and it is worth compiling
_NICENESS = 10


class Way(NamedTuple):
    """What finds lines, and what it raises there."""

    search: Search | Sieve
    questions: Questions


class Ways:
    """Gives the best way there is; one serves many threads."""

    def __init__(self, rules: Sequence[Rule], cache: Cache | None) -> None:
        self._rules, self._cache = rules, cache
        expressions = list_expressions(rules, cache)
        self._search = Search(expressions, cache) if expressions.first else None
        self.best = None if self._search is None else Way(self._search, Questions(expressions))
        self._lock = threading.Lock()
        self._asked = 0
        self._next = _LINES_TO_READ if expressions.stems else 0

    def note(self, lines: int) -> None:
        """So many lines more were found, which a better way might have left alone."""
        self._asked += lines  # two threads may count as one; it need not be exact
        if not self._next or self._asked < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            if self._next == _LINES_TO_READ:
                self._next = 0 if not is_sound() or self.take_kept() else _LINES_TO_COMPILE
            if self._next and self._asked >= self._next:
                self._next = 0
                # Waited for at the end, for what an engine at work does while its program ends is anybody's guess.
                threading.Thread(target=self.compile, name="sieve").start()
        finally:
            self._lock.release()

    def take_kept(self) -> bool:
        """True when nothing had to be compiled."""
        expressions = find_sieve(self._rules, self._cache)
        if expressions is None:
            return False
        sieve = self._make(expressions)
        if not all(part.load() for part in sieve.parts):
            return False
        self.best = Way(sieve, Questions(expressions))
        return True

    def compile(self) -> None:
        """Part by part, each of which is kept; no further once the program ends."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        expressions = list_sieve(self._rules, self._cache)
        sieve = self._make(expressions)
        for part in sieve.parts:
            if not threading.main_thread().is_alive():
                return
            try:
                part.get_ready()
            except ConfigError:
                return  # too much for the engine all at once: the other way goes on
        self.best = Way(sieve, Questions(expressions))

    def _make(self, expressions: Expressions) -> Sieve:
        assert self._search is not None
        assert self._search.stems is not None
        return Sieve(self._search.stems, expressions, self._cache)
