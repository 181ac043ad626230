"""Carries one stream of the program to where it belongs, and shows the scanner what it carries; it never waits."""

from __future__ import annotations

import os
import select
from collections.abc import Callable

from logscan.wraps.targets import Target

_PIECE_BYTES = 1 << 18

Tap = Callable[[memoryview], None]


class Pump:
    """Reads only when all that it read before was written: so the program waits for its reader, as ever."""

    def __init__(self, source: int, target: Target, tap: Tap | None) -> None:
        self._source, self._target, self._tap = source, target, tap
        self._buffer = memoryview(bytearray(_PIECE_BYTES))
        self._left = self._buffer[:0]  # read, and not written yet
        self._allowance: int | None = None  # how much is still to be read, once the program has ended
        self.has_ended = False

    def register(self, poll: select.poll) -> None:
        """Say what it waits for."""
        if self.has_ended:
            return
        if self._left:
            poll.register(self._target.descriptor, select.POLLOUT)
        elif self._target.owner is None:
            poll.register(self._source, select.POLLIN)

    def move(self, ready: dict[int, int]) -> None:
        """Do what can be done now."""
        if self.has_ended:
            return
        if self._left:
            if self._target.descriptor in ready:
                self._write()
        elif self._source in ready and self._target.owner is None:
            self._read()

    def end_soon(self, waiting_bytes: int) -> None:
        """The program has ended: what waits in the pipe is all that is carried, for others may hold it open."""
        self._allowance = waiting_bytes
        self._end_if_done()

    def close(self) -> None:
        """Whoever still writes is told so, as if there were no pump between."""
        if not self.has_ended:
            self.has_ended = True
            os.close(self._source)
            if self._target.owner is self:
                self._target.owner = None

    @property
    def source(self) -> int:
        return self._source

    def _read(self) -> None:
        most = _PIECE_BYTES if self._allowance is None else min(_PIECE_BYTES, self._allowance)
        try:
            count = os.readv(self._source, [self._buffer[:most]])
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody has the terminal open any more
            count = 0
        if not count:
            self.close()
            return
        if self._allowance is not None:
            self._allowance -= count
        piece = self._left = self._buffer[:count]
        self._target.owner = self
        self._write()
        if self._tap is not None:
            self._tap(piece)

    def _write(self) -> None:
        try:
            self._left = self._left[self._target.write(self._left) :]
        except OSError:  # EPIPE above all: its reader is gone
            self._left = self._buffer[:0]
            self.close()
            return
        if not self._left:
            self._target.owner = None
        self._end_if_done()

    def _end_if_done(self) -> None:
        if self._allowance is not None and self._allowance <= 0 and not self._left:
            self.close()
