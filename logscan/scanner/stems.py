"""What patterns need → a few stems of words, one of which is in every line that some pattern fits; it reads no line.

They are looked for everywhere, before anything else is: a few hundred stems are found several times as quickly as
some thousand texts. Nearly every line of a log without trouble holds none, and nothing more is asked about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush

from logscan.rarity import TELLING, Row, guess_share

_FEWEST_LETTERS, _MOST_LETTERS = 4, 7
_MOST_TEXTS = 64  # a longer row needs too many stems
_PART_WORTH = 0.3  # of a row, when only some of its texts hold a stem
_SHARE_WORTH = 300  # what a line found in vain costs, in stems
_SELDOM, _SELDOM_END = 0.0035, 0.03  # the shares of lines up to which a stem and its last letters are good
_END_LENGTH = 4
_DIGITS = re.compile(rb"[0-9]{3}|[0-9]$")  # a number is looked for as a whole, or not at all
_NUMBER = re.compile(rb"(?<![0-9])(?:190|40[13]|[1-9][0-9]{4,})(?![0-9])")
_NUMBER_SHARE = 0.02  # what few digits are found in, times and ids included
_PLAIN = re.compile(rb"[a-z0-9_ ]+")
_KNOWN = tuple(text for text in TELLING if not text.isdigit())
_ANY_KNOWN = re.compile(b"|".join(map(re.escape, _KNOWN)))
_Place = tuple[int, int, bytes]  # a text of a row of a pattern


def choose_stems(patterns: Sequence[Sequence[Row]]) -> list[bytes]:
    """Of each pattern some row is chosen, and a stem of every text in it."""
    others = [rows for rows in patterns if not any(row and all(map(_ANY_KNOWN.search, row)) for row in rows)]
    return [*_KNOWN, *_Choice(others).choose()]


class _Choice:
    """Takes the stem that serves the most patterns, again and again, until all are served."""

    def __init__(self, patterns: Sequence[Sequence[Row]]) -> None:
        self._places: dict[bytes, list[_Place]] = {}
        self._missing: dict[tuple[int, int], set[bytes]] = {}
        self._served: set[int] = set()
        self._count = len(patterns)
        for i, rows in enumerate(patterns):
            for j, row in enumerate(_list_good(rows)):
                missing = {text for text in row if not _ANY_KNOWN.search(text)}
                self._missing[i, j] = missing
                for text in missing:
                    for stem in _list_stems(text):
                        self._places.setdefault(stem, []).append((i, j, text))
        self._share = {stem: 1 + _SHARE_WORTH * _guess(stem) for stem in self._places}

    def choose(self) -> list[bytes]:
        chosen: list[bytes] = []
        queue = [(-self._weigh(stem), stem) for stem in self._places]
        heapify(queue)
        while len(self._served) < self._count:
            worth, stem = heappop(queue)
            now = -self._weigh(stem)
            if now > worth:
                heappush(queue, (now, stem))
                continue
            chosen.append(stem)
            self._take(stem)
        return chosen

    def _take(self, stem: bytes) -> None:
        for i, j, text in self._places[stem]:
            missing = self._missing[i, j]
            missing.discard(text)
            if not missing:
                self._served.add(i)

    def _weigh(self, stem: bytes) -> float:
        """How many patterns it serves, for what it costs."""
        texts: dict[tuple[int, int], int] = {}
        for i, j, text in self._places[stem]:
            if i not in self._served and text in self._missing[i, j]:
                texts[i, j] = texts.get((i, j), 0) + 1
        worth: dict[int, float] = {}
        for (i, j), count in texts.items():
            share = count / len(self._missing[i, j])
            worth[i] = max(worth.get(i, 0), share if share == 1 else _PART_WORTH * share)
        return sum(worth.values()) / self._share[stem]


def have_stems(rows: Sequence[Row]) -> bool:
    """True when there are good stems for all texts of some row."""
    return any(map(_is_good_row, rows))


def _is_good_row(row: Row) -> bool:
    texts = row if len(row) <= _MOST_TEXTS else ()
    return bool(texts) and all(_ANY_KNOWN.search(text) or _list_good_stems(text) for text in texts)


def _list_good(rows: Sequence[Row]) -> Iterable[Row]:
    """Those with good stems; or else the one that is found most seldom."""
    return [row for row in rows if _is_good_row(row)] or [min(filter(None, rows), key=guess_share)]


def _list_stems(text: bytes) -> frozenset[bytes]:
    return _list_good_stems(text) or frozenset({text})


@lru_cache(maxsize=1 << 15)
def _list_good_stems(text: bytes) -> frozenset[bytes]:
    """What of a text can be looked for by itself, plain and seldom found in vain."""
    stems = set(_NUMBER.findall(text))
    for piece in _PLAIN.findall(text):
        for length in range(_FEWEST_LETTERS, min(_MOST_LETTERS, len(piece)) + 1):
            parts = (piece[i : i + length] for i in range(len(piece) - length + 1))
            stems.update(filter(_is_good, parts))
    return frozenset(stems)


def _guess(stem: bytes) -> float:
    return max(guess_share((stem,)), _NUMBER_SHARE if stem.isdigit() and len(stem) <= _FEWEST_LETTERS else 0)


def _is_good(stem: bytes) -> bool:
    if stem.strip(b" ") != stem or _DIGITS.search(stem):
        return False
    return guess_share((stem,)) <= _SELDOM and guess_share((stem[-_END_LENGTH:],)) <= _SELDOM_END
