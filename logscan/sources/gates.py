"""Where sources wait while too much is under way: the one bound on memory over all of them; it reads nothing."""

from __future__ import annotations

import threading
from collections import Counter, deque

from logscan.model import Chunk, News
from logscan.sources.live import Stopped

Item = Chunk | News


class Gate:
    """Each source's chunks in their order, the sources in turn; no more bytes than allowed, and news never waits.

    A source of which nothing is under way may always put one chunk: another's storm does not keep it out.
    """

    def __init__(self, most_bytes: int, sources: int = 1) -> None:
        self.stopping = threading.Event()
        self._most_bytes, self._sources = most_bytes, sources
        self._items: dict[str, deque[Item]] = {}  # by source; whose turn it is stands first
        self._under_way: Counter[str] = Counter()  # bytes that were put and are not done with, by source
        self._changed = threading.Condition()

    @property
    def bytes_under_way(self) -> int:
        return self._under_way.total()

    @property
    def is_deserted(self) -> bool:
        """Every source has left."""
        return self._sources <= 0

    def put(self, chunk: Chunk) -> None:
        """Wait for room. A chunk larger than all room passes alone. Raise Stopped at the end."""
        size = len(chunk.text)
        with self._changed:
            while self._under_way[chunk.source] and self._under_way.total() + size > self._most_bytes:
                if self.stopping.is_set():
                    raise Stopped
                self._changed.wait()
            if self.stopping.is_set():
                raise Stopped
            self._under_way[chunk.source] += size
            self._add(chunk)

    def tell(self, news: News) -> None:
        """News keeps its place among the chunks."""
        with self._changed:
            self._add(news)

    def take(self, timeout_seconds: float) -> Item | None:
        """The next item; None where none came in time, or none will come."""
        with self._changed:
            if not self._items and not self.is_deserted:
                self._changed.wait(timeout_seconds)
            if not self._items:
                return None
            source, items = next(iter(self._items.items()))
            item = items.popleft()
            del self._items[source]
            if items:
                self._items[source] = items  # behind the others
            return item

    def finish(self, chunk: Chunk) -> None:
        """Nobody looks at this chunk any more."""
        with self._changed:
            self._under_way[chunk.source] -= len(chunk.text)
            self._changed.notify_all()

    def leave(self) -> None:
        """A source puts nothing more: nobody is to wait for the last one."""
        with self._changed:
            self._sources -= 1
            self._changed.notify_all()

    def _add(self, item: Item) -> None:
        self._items.setdefault(item.source, deque()).append(item)
        self._changed.notify_all()

    def stop(self) -> None:
        """Let every waiting source leave."""
        with self._changed:
            self.stopping.set()
            self._changed.notify_all()
