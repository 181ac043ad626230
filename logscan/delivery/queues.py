"""Which of a channel's waiting rows comes next, and when; it sends and keeps nothing.

Of one incident, what was written first is sent first; across incidents what is urgent comes before the rest. A row that
failed does not hold up the others for longer than its channel does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from logscan.delivery.letters import Lanes, Letter, make_letter
from logscan.delivery.paces import Meter, list_paces
from logscan.model import Manner, NoticeType
from logscan.store import Due

_KEPT_FREE = 2  # of a pace, for what is urgent
_OPEN_SECONDS = 2.0  # so long a digest takes in more before it is sent
_WINDOW = 200
_MERGING_WINDOW = 1_000
_MOST_WINDOWS = 5
_by_rank = attrgetter("rank")
_by_trial = attrgetter("tried_at", "rank")


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


class Queue:
    """One channel's rows in memory; every method is told the time, by a clock that never jumps."""

    def __init__(self, manner: Manner) -> None:
        self._merges = manner.takes_digests
        self.window = _MERGING_WINDOW if self._merges else _WINDOW
        self._meter = Meter(list_paces(manner))
        self._letters: dict[int, Letter] = {}  # by row, in order
        self._lanes = Lanes()
        self._untried = 0
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
        return max(0, min(self.window - self._untried, _MOST_WINDOWS * self.window - len(self._letters)))

    def add(self, rows: Iterable[Due], now: float) -> None:
        """Take rows in, to be tried at once; a row that is here already stays as it is."""
        for row in rows:
            if row.id not in self._letters:
                is_new = row.attempts == 0 and row.notice.type is NoticeType.NOTICE
                self._put(make_letter(row, now, math.inf if is_new else -math.inf))

    def choose(self, now: float) -> Send | Merge | Wait:
        """What comes next; the same again until what became of it is said."""
        if not self._letters:
            return Wait(None)
        if now < self._closed_until:
            return Wait(self._closed_until)
        first = self._lanes.first.values()
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
        self._take_out(row)
        self.failures = 0

    def note_failed(self, row: int, now: float, again_after: Pause) -> None:
        """Both the row and its channel are left alone for a while."""
        self._meter.note(now)
        self.failures += 1
        self._closed_until = now + again_after.channel
        letter = self._letters[row]
        self._untried -= letter.tried_at == -math.inf
        letter.row = letter.row._replace(attempts=letter.row.attempts + 1)
        letter.ready_at, letter.closes_at, letter.tried_at = now + again_after.row, -math.inf, now

    def describe(self, row: int, now: float) -> Trial:
        """What decides about a failure of this row."""
        letter = self._letters[row]
        return Trial(letter.row.attempts + 1, self.failures + 1, now - letter.taken_at)

    def replace(self, rows: Iterable[int], digest: Due, now: float) -> None:
        """A digest stands for them, and takes in more for a little while."""
        merged = [letter for row in rows if (letter := self._take_out(row))]
        closes_at = min([now + _OPEN_SECONDS, *(letter.closes_at for letter in merged)])
        self._put(make_letter(digest, now, closes_at))

    def _put(self, letter: Letter) -> None:
        number = letter.row.id
        is_last = not self._letters or number > next(reversed(self._letters))
        self._letters[number] = letter
        self._untried += 1
        if is_last:
            self._lanes.add(letter)
        else:
            self._letters = dict(sorted(self._letters.items()))
            self._lanes = Lanes(self._letters.values())

    def _take_out(self, row: int) -> Letter | None:
        letter = self._letters.pop(row, None)
        if letter is not None:
            self._untried -= letter.tried_at == -math.inf
            self._lanes.drop(letter)
        return letter

    def _pick(self, ready: Iterable[Letter]) -> Due:
        if self.failures:
            # Perhaps it is the row, not the channel: another one is the better question.
            return min(ready, key=_by_trial).row
        return min(ready, key=_by_rank).row

    def _choose_for_readers(self, ready: Sequence[Letter], free: int, now: float) -> Send | Merge | Wait:
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
