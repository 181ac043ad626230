"""Owns the state and is its one writer: what a batch of lines did, and where reading goes on behind it, at once.

A batch with events is written as soon as it comes, together with every earlier position of its source; positions
alone are written once a second. What cannot be written is tried again, and the sources wait meanwhile.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from logscan.store import Seen, Store

_SAVE_SECONDS = 1.0
_RETRY_SECONDS = 1.0
_MOST_WAITING = 256
_MOST_TOGETHER = 512
_RETENTION = timedelta(days=30)
_CLEAN_SECONDS = 3600.0


class Batch(NamedTuple):
    """What some lines of one stream did; kept with where reading goes on behind them."""

    source: str
    stream: str
    position: bytes | None  # b"" forgets the stream
    seen: tuple[Seen, ...] = ()


class Keeper:
    """Takes batches on its own thread; `on_kept` is called there, once what it names cannot be lost any more."""

    def __init__(
        self,
        store: Store,
        on_kept: Callable[[Sequence[Seen]], None],
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._on_kept, self._clock, self._now = store, on_kept, clock, now
        self._batches: queue.Queue[Batch | None] = queue.Queue(_MOST_WAITING)
        self._positions: dict[tuple[str, str], bytes | None] = {}
        self._saved_at = self._cleaned_at = clock()
        self._giving_up = threading.Event()
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self.failure: str | None = None  # why nothing can be written now
        self.failing_since: float | None = None  # by the clock

    def start(self) -> None:
        self._thread.start()

    def take(self, batch: Batch) -> None:
        """Hand over a batch; wait while many are waiting."""
        self._batches.put(batch)

    def stop(self, patience_seconds: float) -> bool:
        """Write what is waiting; False when that could not be done in time."""
        try:
            self._batches.put(None, timeout=patience_seconds)
            self._thread.join(patience_seconds)
        except queue.Full:
            pass
        done = not self._thread.is_alive()
        self._giving_up.set()
        self._thread.join()
        return done and self.failure is None

    def _work(self) -> None:
        ending = False
        while not ending:
            batches, ending = self._collect()
            seen = [one for batch in batches for one in batch.seen]
            for batch in batches:
                if batch.position is not None:
                    self._positions[batch.source, batch.stream] = batch.position or None
            is_due = self._clock() - self._saved_at >= _SAVE_SECONDS
            if seen or ((is_due or ending) and self._positions):
                if not self._write(seen):
                    return
                self._on_kept(seen)

    def _collect(self) -> tuple[list[Batch], bool]:
        """What is waiting, and whether that was the last of it."""
        batches: list[Batch] = []
        try:
            while len(batches) < _MOST_TOGETHER:
                batch = self._batches.get(block=not batches, timeout=_SAVE_SECONDS)
                if batch is None:
                    return batches, True
                batches.append(batch)
        except queue.Empty:
            pass
        return batches, self._giving_up.is_set()

    def _write(self, seen: Sequence[Seen]) -> bool:
        """Try until it is done; False when that was given up."""
        while True:
            try:
                with self._store.transaction():
                    self._store.write_positions(self._positions)
                    self._store.write_events(seen, self._now())
                    self._clean()
            except (sqlite3.Error, OSError) as error:
                self.failure = str(error)
                self.failing_since = self.failing_since or self._clock()
                if self._giving_up.wait(_RETRY_SECONDS):
                    return False
                continue
            self.failure = self.failing_since = None
            self._positions.clear()
            self._saved_at = self._clock()
            return True

    def _clean(self) -> None:
        if self._clock() - self._cleaned_at >= _CLEAN_SECONDS:
            self._cleaned_at = self._clock()
            self._store.forget_events(self._now() - _RETENTION)
