"""The pipe to the scanner, which loses what finds no room and says how much that was; it never waits."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from contextlib import suppress

from logscan.frames import DATA, ENDED, RESTARTED, Loss, pack_code, pack_head, pack_loss

_PIPE_BYTES = 1 << 20
_LINE_END = 0x0A


class Feed:
    """Outlives its scanners: each gets a pipe of its own, and is told what those before it missed."""

    def __init__(self) -> None:
        self.writer: int | None = None
        self._reader: int | None = None  # ours too, to know what was never read
        self._rest = bytearray()  # of what is half written
        self._losses = [Loss(), Loss(), Loss()]  # by stream; the first where it is not known which one
        self._ends_a_line = [True, True, True]  # by stream: what comes next begins a line
        self._starts = 0

    @property
    def is_behind(self) -> bool:
        """There is something to write as soon as there is room."""
        return bool(self._rest) or any(loss.pieces for loss in self._losses)

    def open(self) -> int:
        """A new pipe; give the end to read from."""
        self._reader, self.writer = os.pipe()
        with suppress(OSError):  # only so much is granted to one user
            fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        os.set_blocking(self.writer, False)
        if self._starts:
            self._rest += pack_head(RESTARTED, 0, 0)
        self._starts += 1
        return self._reader

    def put(self, stream: int, piece: memoryview) -> None:
        """Hand on a piece of output, or count it as lost."""
        self._ends_a_line[stream] = piece[-1] == _LINE_END
        if self.writer is None or not self.catch_up():
            self._lose(stream, piece)
            return
        head = pack_head(DATA, stream, len(piece))
        try:
            count = os.writev(self.writer, [head, piece])
        except OSError:
            self._lose(stream, piece)
            return
        if count < len(head) + len(piece):
            self._rest += (head + bytes(piece))[count:]

    def catch_up(self) -> bool:
        """Write what was left over; True when nothing is."""
        self._flush()
        if not self._rest:
            self._queue_losses()
            self._flush()
        return not self.is_behind

    def end(self, code: int) -> None:
        """The program has ended; what this says is never lost."""
        self._queue_losses()
        self._rest += pack_head(ENDED, 1, 0) + pack_head(ENDED, 2, 0) + pack_code(code)
        self._flush()

    def finish(self) -> None:
        """All was said: the scanner sees the end as soon as it has read it."""
        if self.writer is not None and self._reader is not None:
            os.close(self.writer)
            os.close(self._reader)
            self._reader = self.writer = None

    def close(self) -> None:
        """The scanner is gone, or shall go: what it did not read is lost."""
        if self.writer is None or self._reader is None:
            return
        [unread] = struct.unpack("i", fcntl.ioctl(self._reader, termios.FIONREAD, bytes(4)))
        missed = unread + len(self._rest)
        ends_a_line = all(self._ends_a_line)
        if missed or not ends_a_line:
            self._add(0, Loss(missed, 1, ends_a_line))
        self._rest.clear()
        os.close(self._reader)
        os.close(self.writer)
        self._reader = self.writer = None

    def _queue_losses(self) -> None:
        for stream, loss in enumerate(self._losses):
            if loss.pieces:
                self._rest += pack_loss(stream, loss)
                self._losses[stream] = Loss()

    def _flush(self) -> None:
        if self._rest and self.writer is not None:
            with suppress(OSError):
                del self._rest[: os.write(self.writer, self._rest)]

    def _lose(self, stream: int, piece: memoryview) -> None:
        self._add(stream, Loss(len(piece), 1, self._ends_a_line[stream]))

    def _add(self, stream: int, loss: Loss) -> None:
        before = self._losses[stream]
        self._losses[stream] = Loss(before.bytes + loss.bytes, before.pieces + loss.pieces, loss.ends_a_line)
