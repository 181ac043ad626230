"""Which lines of a restarted program were seen before: it replays, and nothing may take effect twice.

A line is dropped only when it says when it was written, to the second, or carries the platform's own id, and
stands word for word among the last lines before the restart, and no more often than it stood there. So a program
that says the same thing again loses nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque

import orjson

_MOST_LINES = 2_000
_MOST_BYTES = 4 << 20
_CLOCK_TIME = re.compile(rb"\d\d:[0-5]\d:[0-6]\d")
_TIME_REACH = 80  # a line's own time stands near its beginning
_TIME_KEYS = frozenset(
    "timestamp time ts @timestamp datetime date eventTimestamp timestampInMs __REALTIME_TIMESTAMP".split()
)
_ID_KEYS = frozenset(("insertId", "__CURSOR", "eventId"))


class Recent:
    """The last lines that were handed on, unread until they are asked for."""

    def __init__(self) -> None:
        self._texts: deque[bytes] = deque()
        self._bytes = 0

    def add(self, text: bytes | bytearray) -> None:
        """Whole lines, in their order."""
        kept = bytes(text[-_MOST_BYTES:])
        self._texts.append(kept if kept.endswith(b"\n") else kept + b"\n")
        self._bytes += len(self._texts[-1])
        while self._bytes > _MOST_BYTES and len(self._texts) > 1:
            self._bytes -= len(self._texts.popleft())

    def count_identities(self) -> Counter[bytes]:
        """How often each of the lines that can be told from all others was seen."""
        lines = b"".join(self._texts).split(b"\n")[-_MOST_LINES - 1 : -1]
        identities = (identify(line) for line in lines)
        return Counter(one for one in identities if one is not None)


class Replay:
    """Takes the lines that were seen before out of what a restarted program says first."""

    def __init__(self, seen: Counter[bytes]) -> None:
        self._seen = seen
        self._expected = seen.total()  # of what was seen, and did not come again yet
        self._left = _MOST_LINES
        self.dropped_lines = 0

    @property
    def is_over(self) -> bool:
        """From here on every line is new."""
        return self._left <= 0 or self._expected <= 0

    def keep_new(self, text: bytes | bytearray) -> bytearray:
        """What of these lines was not seen before."""
        kept = bytearray()
        start = 0
        while start < len(text) and not self.is_over:
            end = text.find(b"\n", start) + 1 or len(text)
            if self._take(bytes(text[start:end])):
                self.dropped_lines += 1
            else:
                kept += text[start:end]
            start = end
        return kept + text[start:]

    def _take(self, line: bytes) -> bool:
        self._left -= 1
        identity = identify(line)
        if identity is None or not self._seen[identity]:
            return False
        self._seen[identity] -= 1
        self._expected -= 1
        return True


def identify(line: bytes) -> bytes | None:
    """What tells a line from all others; None where the same words may well be said again."""
    text = line.rstrip(b"\r\n")
    if text.startswith(b"{"):
        fields = _read_json(text)
        if fields is not None:
            if not (_TIME_KEYS | _ID_KEYS) & fields.keys():
                return None
            # Railway's command line writes the keys in another order each time.
            text = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
            return hashlib.blake2b(text, digest_size=16).digest()
    if not _CLOCK_TIME.search(text, 0, _TIME_REACH):
        return None
    return hashlib.blake2b(text, digest_size=16).digest()


def _read_json(text: bytes) -> dict[str, object] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
