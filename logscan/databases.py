"""The one place that compiles, keeps and scans Hyperscan databases; it knows no rule.

Expressions come from `prefilters` or are literals of our own; a foreign text is never compiled here.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache

import hyperscan
from hyperscan import __version__ as engine_version  # type: ignore[attr-defined]  # its stub forgets it

from logscan.caches import Cache
from logscan.errors import ConfigError

Buffer = bytes | bytearray | memoryview
OnMatch = Callable[[int, int, int, int, object], bool | None]

# Hyperscan's literal matcher looks at every second to fourth place when all literals are long, and then
# stumbles over its own false positives: 0.9 GB/s for 40 rules. A few short literals of bytes that no log
# holds make it look at every place: 2.5 GB/s for 40 and for 250 rules alike.
_DECOYS = tuple(
    b"\\x%02x\\x%02x\\x%02x\\x%02x" % (0xF8 | i & 7, 0xFF - (i >> 3), 0xF8 | i * 3 & 7, 0xFD)
    for i in range(32)
)
_DECOY_ID = 0xFFFF_FFFF
_PLACES = 64  # the engine looks at so many bytes at once, at most
_FEW = 8  # below this many expressions decoys cost more than they give
_FLAGS = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_ALLOWEMPTY


class Database:
    """A compiled set of expressions; one serves many threads, each with a work space of its own."""

    def __init__(self, compiled: hyperscan.Database) -> None:
        self._compiled = compiled
        self._thread = threading.local()

    def scan(self, text: Buffer, on_match: OnMatch) -> None:
        """Call `on_match(id, 0, end, 0, None)` for every expression and every end of a match.

        The id is the expression's place in the list. An `on_match` that returns True stops the scan.
        The text is copied, for the engine's door takes nothing else than `bytes`.
        """
        try:
            scratch: hyperscan.Scratch = self._thread.scratch
        except AttributeError:
            scratch = self._thread.scratch = hyperscan.Scratch(self._compiled)
        with suppress(hyperscan.ScanTerminated):
            self._compiled.scan(bytes(text), on_match, scratch=scratch)

    def holds_any(self, text: Buffer) -> bool:
        """True when some expression is found; looks no further than the first."""
        found: list[int] = []

        def note(expression: int, _start: int, _end: int, _flags: int, _context: object) -> bool:
            found.append(expression)
            return True

        self.scan(text, note)
        return bool(found)


def open_database(expressions: Sequence[bytes], cache: Cache | None = None) -> Database:
    """Compile the expressions, or take them from the cache."""
    kept = load_database(expressions, cache)
    if kept is not None:
        return kept
    texts = _add_decoys(expressions)
    compiled = _compile(texts, len(expressions))
    if cache:
        cache.write(_write_key(texts), hyperscan.dumpb(compiled))
    return Database(compiled)


def load_database(expressions: Sequence[bytes], cache: Cache | None) -> Database | None:
    """What the cache holds of it; None where it would have to be compiled."""
    kept = cache.read(_write_key(_add_decoys(expressions))) if cache else None
    if kept is not None:
        # It may be of another build of the engine, or for another processor.
        with suppress(hyperscan.HyperscanError):
            return Database(hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK))
    return None


@lru_cache(maxsize=1)
def is_sound() -> bool:
    """True when the engine finds a long pattern wherever it stands in a text.

    Vectorscan 5.4.12 does not: it skips places where two bytes in a row could begin one of several words.
    """
    words = rb"(?i)(?:got|received|hit)(?:\x20a)?(?:\x20code)?[\x20:=]{1,2}401[^\n;]{0,24}(?:from|while|for)"
    database = open_database([words])
    return all(
        database.holds_any(b"=401" + b" " * place + b"got 401 while it ran") for place in range(_PLACES)
    )


def find_refusal(expression: bytes) -> str | None:
    """Why the engine refuses an expression, in its own words; None where it takes it."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(expressions=[expression], ids=[0], flags=_FLAGS)
    except hyperscan.HyperscanError as error:
        return str(error).rstrip(".")
    return None


def _compile(texts: Sequence[bytes], real: int) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    ids = [i if i < real else _DECOY_ID for i in range(len(texts))]
    try:
        database.compile(expressions=list(texts), ids=ids, flags=_FLAGS)
    except hyperscan.HyperscanError as error:
        raise ConfigError(
            f"patterns: the engine refuses them ({error}); make the longest one shorter"
        ) from error
    return database


def _add_decoys(expressions: Sequence[bytes]) -> tuple[bytes, ...]:
    return (*expressions, *(_DECOYS if len(expressions) >= _FEW else ()))


def _write_key(texts: Sequence[bytes]) -> str:
    digest = hashlib.sha256(f"{engine_version} {_FLAGS}".encode())
    for text in texts:
        digest.update(b"%d:%s" % (len(text), text))
    return f"database-{digest.hexdigest()[:40]}"
