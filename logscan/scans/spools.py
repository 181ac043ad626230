"""Findings of several inputs, put by until all were read and given back in the order of time; it judges none.

What does not fit into a little memory waits in a nameless temporary file.
"""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import IO, NamedTuple

from logscan.model import Finding
from logscan.scans.readings import Timed

_MEMORY_BYTES = 4 << 20
_FUTURE = timedelta(days=1)


class Step(NamedTuple):
    """A finding, or only time that passed, with the time as the story takes it: in one input it never goes back."""

    time: datetime
    source: str
    finding: Finding | None


class Spool:
    """The findings of one input, in the order of its lines."""

    def __init__(self, source: str, now: datetime) -> None:
        self.source = source
        self._latest = now + _FUTURE  # whatever is later is no time of a log line
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_MEMORY_BYTES)  # noqa: SIM115 - closed by `close`
        self.first_time: datetime | None = None

    def put(self, timed: Timed) -> None:
        """Put one by."""
        time = timed.time if timed.time is None or timed.time <= self._latest else None
        if self.first_time is None:
            self.first_time = time
        pickle.dump((time, timed.finding), self._file, pickle.HIGHEST_PROTOCOL)

    def read(self) -> Iterator[tuple[datetime | None, Finding | None]]:
        """Give all back."""
        self._file.seek(0)
        while True:
            try:
                yield pickle.load(self._file)  # noqa: S301 - our own, of this very process
            except EOFError:
                return

    def read_steps(self) -> Iterator[Step]:
        """Give all back with a time: what has none takes that before it, the first ones that after them."""
        assert self.first_time is not None
        last = self.first_time
        for time, finding in self.read():
            last = last if time is None or time < last else time
            yield Step(last, self.source, finding)

    def close(self) -> None:
        """Give the room back."""
        self._file.close()


def merge_steps(spools: Iterable[Spool]) -> Iterator[Step]:
    """The steps of several inputs in the order of time."""
    return heapq.merge(*(spool.read_steps() for spool in spools), key=lambda step: step.time)
