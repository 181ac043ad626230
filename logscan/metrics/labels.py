"""How many series one metric may have: what is known beforehand is free, the rest is counted and ends in `other`."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

OTHER = "other"
DEFAULT_LIMIT = 1000  # series of one metric
_MOST_CHARS = 200
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

Labels = tuple[str, ...]


class Cap(NamedTuple):
    """Which metric, how many series beyond the known ones, and which of its labels then become `other`."""

    metric: str
    most: int
    yielding: Collection[int]  # places of the labels whose values come from log text


class CappedLabels:
    """Lets so many sets of label values through; may be shared by threads."""

    def __init__(self, cap: Cap, known: Iterable[Labels], on_overflow: Callable[[str], None]) -> None:
        self._cap, self._on_overflow = cap, on_overflow
        self._known = set(known)
        self._others: set[Labels] = set()
        self._lock = threading.Lock()

    def know(self, known: Iterable[Labels]) -> None:
        """These are free from now on, too."""
        self._known = self._known.union(known)

    def admit(self, labels: Labels) -> Labels:
        """These label values, or `other` in place of those that log text decided."""
        if labels in self._known:
            return labels
        clean = tuple(map(clean_label, labels))
        with self._lock:
            if clean in self._known or clean in self._others:
                return clean
            if len(self._others) < self._cap.most:
                self._others.add(clean)
                return clean
        self._on_overflow(self._cap.metric)
        return tuple(OTHER if i in self._cap.yielding else value for i, value in enumerate(clean))


def clean_label(value: str) -> str:
    """Without what no terminal and no page should be given, and of bounded length."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", value[:_MOST_CHARS])
