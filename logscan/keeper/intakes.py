"""What waits for the keeper: bounded by how much it is, so that a storm of lines makes the sources wait; it writes nothing."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import NamedTuple

from logscan.model import Verdict
from logscan.store import Seen, Store

_MOST_WAITING = 256
_MOST_SEEN_WAITING = 4_096  # behind them stands what is real
_MOST_TOGETHER = 512
_MOST_SEEN_TOGETHER = 2_048
_FEW_SEEN = 64


class Batch(NamedTuple):
    """What some lines of one stream did; kept with where reading goes on behind them."""

    source: str
    stream: str
    position: bytes | None  # b"" forgets the stream
    seen: tuple[Seen, ...] = ()


class Task(NamedTuple):
    """What others want written."""

    write: Callable[[Store], None]  # within the next transaction, and again when that fails
    then: Callable[[Store], None] = lambda _: None  # once that is kept
    is_light: bool = False  # to lose it in a power cut only means to do it again


class Load(NamedTuple):
    """What was taken in at once, each kind in its order."""

    batches: tuple[Batch, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    tasks: tuple[Task, ...] = ()
    is_last: bool = False


class Intake:
    """Filled by many threads, emptied by one."""

    def __init__(self) -> None:
        self._items: deque[Batch | Verdict | Task] = deque()
        self._changed = threading.Condition()
        self._seen = 0  # events that wait
        self._sources: Counter[str] = Counter()  # batches that wait
        self._is_over = False

    def put(self, item: Batch | Verdict | Task, seconds: float | None = None) -> bool:
        """Hand over; wait while much is waiting. False when there was no room in time.

        What little a source says of which nothing waits goes before all others': another's storm does not keep it.
        """
        size = _measure(item)
        with self._changed:
            is_calm = isinstance(item, Batch) and 0 < size <= _FEW_SEEN and not self._sources[item.source]
            if not is_calm and not self._changed.wait_for(lambda: self._has_room(size), seconds):
                return False
            if is_calm:
                self._items.appendleft(item)
            else:
                self._items.append(item)
            if isinstance(item, Batch):
                self._sources[item.source] += 1
            self._seen += size
            self._changed.notify_all()
        return True

    def order(self, task: Task) -> None:
        """Hand over what a person asked for, however much is waiting: that is seldom, and little."""
        with self._changed:
            self._items.append(task)
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing will follow."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nobody empties it any more: whoever waits for room need not."""
        with self._changed:
            self._items.clear()
            self._is_over = True
            self._changed.notify_all()

    def take(self, seconds: float) -> Load:
        """What is waiting, at most so much that it can be kept at once; wait for the first of it."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._is_over, seconds)
            items: list[Batch | Verdict | Task] = []
            size = 0
            while self._items and len(items) < _MOST_TOGETHER and size < _MOST_SEEN_TOGETHER:
                items.append(self._items.popleft())
                size += _measure(items[-1])
            self._sources.subtract(one.source for one in items if isinstance(one, Batch))
            self._seen -= size
            self._changed.notify_all()
            return _sort(items, is_last=self._is_over and not self._items)

    def _has_room(self, size: int) -> bool:
        few = not self._seen or self._seen + size <= _MOST_SEEN_WAITING
        return self._is_over or (few and len(self._items) < _MOST_WAITING)


def _measure(item: Batch | Verdict | Task) -> int:
    return len(item.seen) if isinstance(item, Batch) else 0


def _sort(items: list[Batch | Verdict | Task], *, is_last: bool) -> Load:
    return Load(
        tuple(one for one in items if isinstance(one, Batch)),
        tuple(one for one in items if isinstance(one, Verdict)),
        tuple(one for one in items if isinstance(one, Task)),
        is_last,
    )
