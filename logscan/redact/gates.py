"""Which kinds of secrets a text may hold, told by one pass of Hyperscan; a hint here proves nothing.

Every expression fits at least what the pattern behind it fits, so no hint means no secret.
"""

from __future__ import annotations

import threading
from operator import itemgetter
from typing import NamedTuple

from logscan.caches import Cache, Writing, list_written
from logscan.databases import Database, open_database
from logscan.errors import PatternError
from logscan.prefilters import write_prefilter
from logscan.redact.keys import ASSIGNED, BESIDE, OPTION
from logscan.redact.kinds import PRINTABLE_BASE64, PRIVATE_KEY, SHAPES
from logscan.syntax import read_pattern

ASSIGNED_ID = len(SHAPES)
BESIDE_ID = ASSIGNED_ID + 1
OPTION_ID = ASSIGNED_ID + 2
BASE64_ID = ASSIGNED_ID + 3
PRIVATE_KEY_ID = ASSIGNED_ID + 4


KEY_IDS = frozenset((ASSIGNED_ID, BESIDE_ID, OPTION_ID))
_ID, _PLACE = itemgetter(0), itemgetter(1, 0)


class Hints(NamedTuple):
    """The ids of what may be there, and for keys (id, place) at which the expression ended."""

    ids: frozenset[int]
    places: tuple[tuple[int, int], ...]


NOTHING = Hints(frozenset(), ())


class Gate:
    """One database for every thread that asks; it is compiled when first asked."""

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._database: Database | None = None

    def __call__(self, text: str) -> Hints:
        """Give the hints for a text."""
        try:
            raw = text.encode()
        except UnicodeEncodeError:
            raw = text.encode(errors="surrogatepass")
        hits: list[tuple[int, int]] = []

        def on_match(expression: int, _start: int, end: int, _flags: int, _context: object) -> None:
            hits.append((expression, end))

        database = self._database or self._open()
        database.scan(raw, on_match)
        return _read_hits(text, raw, hits) if hits else NOTHING

    def _open(self) -> Database:
        with self._lock:
            if self._database is None:
                self._database = open_database(list_written(GATE, self._cache), self._cache)
            return self._database


def write_expressions() -> list[bytes]:
    """Give Hyperscan's text for every pattern, in the order of the ids."""
    shapes = [shape.gate or _write(shape.pattern, case_sensitive=not shape.ignore_case) for shape in SHAPES]
    keys = [_write(pattern, case_sensitive=False) for pattern in (ASSIGNED, BESIDE, OPTION)]
    return [*shapes, *keys, *(_write(text, case_sensitive=True) for text in (PRINTABLE_BASE64, PRIVATE_KEY))]


def _write(pattern: str, *, case_sensitive: bool) -> bytes:
    # A text is asked about with its escapes and without them, so nothing needs to be read through.
    expression = write_prefilter(read_pattern(pattern), case_sensitive=case_sensitive, through_escapes=False)
    if expression is None:
        raise PatternError(f"{pattern}: would fit any text; give it a literal", 0)
    return expression


GATE = Writing(
    "secrets",
    ("literals.py", "parts.py", "prefilters.py", "rarity.py", "syntax.py", "redact/*.py"),
    write_expressions,
)


def _read_hits(text: str, raw: bytes, hits: list[tuple[int, int]]) -> Hints:
    ids = frozenset(map(_ID, hits))
    if ids.isdisjoint(KEY_IDS):
        return Hints(ids, ())
    places = hits
    if len(hits) > 1:
        places = sorted({hit for hit in hits if ASSIGNED_ID <= hit[0] <= OPTION_ID}, key=_PLACE)
    if len(raw) != len(text):
        places = _count_characters(raw, places)
    return Hints(ids, tuple(places))


def _count_characters(raw: bytes, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Turn places in UTF-8 into places in the text, walking it once."""
    counted, done, characters = [], 0, 0
    for expression, place in places:
        characters += sum(1 for byte in raw[done:place] if byte & 0xC0 != 0x80)
        done = place
        counted.append((expression, characters))
    return counted
