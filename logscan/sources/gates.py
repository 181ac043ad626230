"""Where sources wait while too much is under way: the one bound on memory over all of them; it reads nothing."""

from __future__ import annotations

import threading
from collections import deque

from logscan.model import Chunk, News
from logscan.sources.live import Stopped

Item = Chunk | News


class Gate:
    """Chunks in the order in which they came, no more bytes of them than allowed; news never waits."""

    def __init__(self, most_bytes: int) -> None:
        self.stopping = threading.Event()
        self._most_bytes = most_bytes
        self._items: deque[Item] = deque()
        self._under_way = 0  # bytes that were put and are not done with
        self._changed = threading.Condition()

    @property
    def bytes_under_way(self) -> int:
        return self._under_way

    def put(self, chunk: Chunk) -> None:
        """Wait for room. A chunk larger than all room passes alone. Raise Stopped at the end."""
        size = len(chunk.text)
        with self._changed:
            while self._under_way and self._under_way + size > self._most_bytes:
                if self.stopping.is_set():
                    raise Stopped
                self._changed.wait()
            if self.stopping.is_set():
                raise Stopped
            self._under_way += size
            self._items.append(chunk)
            self._changed.notify_all()

    def tell(self, news: News) -> None:
        """News keeps its place among the chunks."""
        with self._changed:
            self._items.append(news)
            self._changed.notify_all()

    def take(self, timeout_seconds: float) -> Item | None:
        """The next item; None where none came in time."""
        with self._changed:
            if not self._items:
                self._changed.wait(timeout_seconds)
            return self._items.popleft() if self._items else None

    def finish(self, chunk: Chunk) -> None:
        """Nobody looks at this chunk any more."""
        with self._changed:
            self._under_way -= len(chunk.text)
            self._changed.notify_all()

    def stop(self) -> None:
        """Let every waiting source leave."""
        with self._changed:
            self.stopping.set()
            self._changed.notify_all()
