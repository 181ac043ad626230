"""Rows in memory, and which of them is the first of its incident; it keeps no time and chooses none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from logscan.delivery.digests import list_keys, rank_severity
from logscan.model import ChangeKind, Notice, NoticeType, Severity
from logscan.store import Due

Rank = tuple[bool, int, int]


@dataclass(slots=True)
class Letter:
    """A row, and what happened to it in this run."""

    row: Due
    keys: frozenset[str]
    is_urgent: bool
    rank: Rank  # the smallest goes first
    taken_at: float
    ready_at: float
    closes_at: float  # until then it may be merged; never once it was tried: it may have arrived
    tried_at: float = -math.inf

    def is_open(self, now: float) -> bool:
        """Whether it is a digest that takes in more."""
        return self.row.notice.type is NoticeType.DIGEST and now < self.closes_at

    def urge(self) -> bool:
        """Something urgent waits behind it; False when it was urgent already."""
        if self.is_urgent:
            return False
        self.is_urgent, self.rank = True, (False, *self.rank[1:])
        return True


def make_letter(row: Due, now: float, closes_at: float) -> Letter:
    urgent = is_urgent(row.notice)
    rank = not urgent, -rank_severity(row.notice), row.id
    return Letter(row, list_keys(row.notice), urgent, rank, now, now, closes_at)


def is_urgent(notice: Notice) -> bool:
    """What passes every damper: it became worse, or is as bad as can be."""
    if notice.type is NoticeType.DIGEST:
        return any(_is_alarm(one.change, one.severity) for one in notice.merged)
    return _is_alarm(notice.change, rank_severity(notice))


def _is_alarm(change: ChangeKind, severity: Severity) -> bool:
    return change is ChangeKind.ESCALATED or (change is ChangeKind.OPENED and severity is Severity.CRITICAL)


class Lanes:
    """Of each incident its letters in order; the first takes on the urgency of what waits behind it."""

    def __init__(self, letters: Iterable[Letter] = ()) -> None:
        self._lanes: dict[str, dict[int, Letter]] = {}
        self.first: dict[int, Letter] = {}  # by row, those with nothing before them
        for letter in letters:
            self.add(letter)

    def add(self, letter: Letter) -> None:
        """It comes after all others."""
        for key in letter.keys:
            self._lanes.setdefault(key, {})[letter.row.id] = letter
        if self._is_first(letter):
            self.first[letter.row.id] = letter
        if letter.is_urgent:
            self._urge_before(letter)

    def drop(self, letter: Letter) -> None:
        self.first.pop(letter.row.id, None)
        for key in letter.keys:
            lane = self._lanes[key]
            del lane[letter.row.id]
            if not lane:
                del self._lanes[key]
                continue
            head = _find_head(lane)
            if any(one.is_urgent for one in lane.values()) and head.urge():
                self._urge_before(head)
            if self._is_first(head):
                self.first[head.row.id] = head

    def _is_first(self, letter: Letter) -> bool:
        return all(_find_head(self._lanes[key]) is letter for key in letter.keys)

    def _urge_before(self, letter: Letter) -> None:
        for key in letter.keys:
            head = _find_head(self._lanes[key])
            if head is not letter and head.urge():
                self._urge_before(head)


def _find_head(lane: dict[int, Letter]) -> Letter:
    return next(iter(lane.values()))
