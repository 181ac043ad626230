"""Which of a channel's waiting rows comes next, and when; it sends and keeps nothing.

Of one incident, what was written first is sent first; across incidents what is urgent comes before the rest. A row that
failed does not hold up the others for longer than its channel does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from logscan.delivery.digests import list_keys, rank_severity
from logscan.delivery.paces import Meter, list_paces
from logscan.model import ChangeKind, Manner, Notice, NoticeType, Severity
from logscan.store import Due

_KEPT_FREE = 2  # of a pace, for what is urgent
_OPEN_SECONDS = 2.0  # so long a digest takes in more before it is sent
_WINDOW = 200
_MERGING_WINDOW = 1_000
_MOST_WINDOWS = 5


class Send(NamedTuple):
    """Try this row now."""

    row: Due


class Merge(NamedTuple):
    """Too many for one by one: put a digest in the place of the first."""

    rows: tuple[Due, ...]


class Pause(NamedTuple):
    """For how many seconds a failure silences the row, and its whole channel."""

    row: float
    channel: float


class Trial(NamedTuple):
    """The how manyeth attempt this is of a row, and of its channel since that last answered."""

    row: int
    channel: int
    age_seconds: float  # for how long this run has tried to deliver it


class Wait(NamedTuple):
    """Nothing to do until then; None: until something comes."""

    until: float | None


@dataclass(slots=True)
class _Letter:
    row: Due
    keys: frozenset[str]
    is_urgent: bool
    severity: Severity
    taken_at: float
    ready_at: float
    closes_at: float  # until then it may be merged; never once it was tried: it may have arrived
    tried_at: float = -math.inf

    def is_open(self, now: float) -> bool:
        """Whether it is a digest that takes in more."""
        return self.row.notice.type is NoticeType.DIGEST and now < self.closes_at


class Queue:
    """One channel's rows in memory; every method is told the time, by a clock that never jumps."""

    def __init__(self, manner: Manner) -> None:
        self._merges = manner.takes_digests
        self.window = _MERGING_WINDOW if self._merges else _WINDOW
        self._meter = Meter(list_paces(manner))
        self._letters: dict[int, _Letter] = {}  # by row, in order
        self._closed_until = -math.inf
        self.failures = 0  # in a row

    def __len__(self) -> int:
        return len(self._letters)

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(self._letters)

    @property
    def space(self) -> int:
        """How many more may be taken in; what fails again and again leaves room for others, within bounds."""
        untried = sum(1 for letter in self._letters.values() if letter.tried_at == -math.inf)
        return max(0, min(self.window - untried, _MOST_WINDOWS * self.window - len(self._letters)))

    def add(self, rows: Iterable[Due], now: float) -> None:
        """Take rows in, to be tried at once; a row that is here already stays as it is."""
        for row in rows:
            if row.id not in self._letters:
                is_new = row.attempts == 0 and row.notice.type is NoticeType.NOTICE
                self._letters[row.id] = _make_letter(row, now, math.inf if is_new else -math.inf)
        self._sort()

    def choose(self, now: float) -> Send | Merge | Wait:
        """What comes next; the same again until what became of it is said."""
        if not self._letters:
            return Wait(None)
        if now < self._closed_until:
            return Wait(self._closed_until)
        first = list(self._list_first())
        ready = [letter for letter in first if letter.ready_at <= now]
        if not ready:
            return Wait(min(letter.ready_at for letter in first))
        free = self._meter.count_free(now)
        if free <= 0:
            return Wait(self._meter.find_free(now, 1))
        return self._choose_for_readers(ready, free, now) if self._merges else Send(self._pick(ready))

    def note_done(self, row: int, now: float) -> None:
        """The channel answered, one way or the other, and the row is not tried again."""
        self._meter.note(now)
        self._letters.pop(row, None)
        self.failures = 0

    def note_failed(self, row: int, now: float, again_after: Pause) -> None:
        """Both the row and its channel are left alone for a while."""
        self._meter.note(now)
        self.failures += 1
        self._closed_until = now + again_after.channel
        letter = self._letters[row]
        letter.row = letter.row._replace(attempts=letter.row.attempts + 1)
        letter.ready_at, letter.closes_at, letter.tried_at = now + again_after.row, -math.inf, now

    def describe(self, row: int, now: float) -> Trial:
        """What decides about a failure of this row."""
        letter = self._letters[row]
        return Trial(letter.row.attempts + 1, self.failures + 1, now - letter.taken_at)

    def replace(self, rows: Iterable[int], digest: Due, now: float) -> None:
        """A digest stands for them, and takes in more for a little while."""
        merged = [letter for row in rows if (letter := self._letters.pop(row, None))]
        closes_at = min([now + _OPEN_SECONDS, *(letter.closes_at for letter in merged)])
        self._letters[digest.id] = _make_letter(digest, now, closes_at)
        self._sort()

    def _sort(self) -> None:
        self._letters = dict(sorted(self._letters.items()))

    def _list_first(self) -> Iterator[_Letter]:
        """Of each incident the earliest, which takes on the urgency of what waits behind it."""
        leaders: dict[str, _Letter] = {}
        first: list[_Letter] = []
        for letter in self._letters.values():
            before = [leaders[key] for key in letter.keys if key in leaders]
            if letter.is_urgent:
                for leader in before:
                    leader.is_urgent = True
            for key in letter.keys:
                leaders.setdefault(key, letter)
            if not before:
                first.append(letter)
        return iter(first)

    def _pick(self, ready: Iterable[_Letter]) -> Due:
        if self.failures:
            # Perhaps it is the row, not the channel: another one is the better question.
            return min(ready, key=lambda letter: (letter.tried_at, _rank(letter))).row
        return min(ready, key=_rank).row

    def _choose_for_readers(self, ready: Sequence[_Letter], free: int, now: float) -> Send | Merge | Wait:
        """One by one while there is room; then a digest, and the last of the room for what is urgent."""
        if len(self._letters) <= free - _KEPT_FREE:
            return Send(self._pick(ready))
        # A digest of what is urgent is open to more of it for a moment.
        urgent = [letter for letter in ready if letter.is_urgent and not letter.is_open(now)]
        if urgent and (len(urgent) <= free or free > 1):
            return Send(self._pick(urgent))
        room = free if urgent else free - _KEPT_FREE
        if room <= 0:
            closing = [letter.closes_at for letter in ready if letter.is_urgent]
            return Wait(min([self._meter.find_free(now, _KEPT_FREE + 1), *closing]))
        tried = [letter for letter in ready if now >= letter.closes_at]
        if room > 1 or tried:
            return Send(self._pick(tried or ready))
        rows = tuple(self._list_mergeable(now))
        return Merge(rows) if len(rows) > 1 else Send(self._pick(ready))

    def _list_mergeable(self, now: float) -> Iterator[Due]:
        """What was never tried, and has nothing of its incident before it that was."""
        tried: set[str] = set()
        for letter in self._letters.values():
            if letter.ready_at > now or now >= letter.closes_at or not tried.isdisjoint(letter.keys):
                tried |= letter.keys
            else:
                yield letter.row


def _make_letter(row: Due, now: float, closes_at: float) -> _Letter:
    return _Letter(
        row, list_keys(row.notice), is_urgent(row.notice), rank_severity(row.notice), now, now, closes_at
    )


def is_urgent(notice: Notice) -> bool:
    """What passes every damper: it became worse, or is as bad as can be."""
    if notice.type is NoticeType.DIGEST:
        return any(_is_alarm(one.change, one.severity) for one in notice.merged)
    return _is_alarm(notice.change, rank_severity(notice))


def _is_alarm(change: ChangeKind, severity: Severity) -> bool:
    return change is ChangeKind.ESCALATED or (change is ChangeKind.OPENED and severity is Severity.CRITICAL)


def _rank(letter: _Letter) -> tuple[bool, int, int]:
    return not letter.is_urgent, -letter.severity, letter.row.id
