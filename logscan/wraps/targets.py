"""Where a program's output goes: written to without ever waiting, whatever kind of file it is; it reads nothing."""

from __future__ import annotations

import errno
import os
import select
import stat
from collections.abc import Callable
from contextlib import suppress

_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class Target:
    """One of our own outputs. Its settings stay as they are, for others may share them."""

    def __init__(self, descriptor: int, *, never_waits: bool = False) -> None:
        self.descriptor, self._is_ours = descriptor, False
        self._write: Callable[[memoryview], int] = self._write_plainly
        self.owner: object | None = None  # who has a piece half written: another's must not stand within it
        if never_waits:
            return
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISSOCK(mode):
            self._write = _make_sender(descriptor)
        elif stat.S_ISFIFO(mode) or os.isatty(descriptor):
            self._reopen()

    def write(self, data: memoryview) -> int:
        """How many bytes it took; 0 when it has no room now. Raise OSError when it takes no more, ever."""
        try:
            return self._write(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno in _NO_ROOM:
                return len(data)  # dropped: a full disk must not end the program
            raise

    def say(self, text: str) -> None:
        """A word of our own, unless it would have to wait or stand within a piece of the program's."""
        with suppress(OSError):
            if self.owner is None:
                self._write(memoryview(text.encode(errors="replace")))

    def close(self) -> None:
        if self._is_ours:
            os.close(self.descriptor)

    def _reopen(self) -> None:
        """Open it once more for ourselves alone, so that it can be told not to wait."""
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY
        try:
            self.descriptor = os.open(f"/proc/self/fd/{self.descriptor}", flags)
            self._is_ours = True
        except OSError:  # another user's, or no /proc
            self._write = self._write_little

    def _write_plainly(self, data: memoryview) -> int:
        return os.write(self.descriptor, data)

    def _write_little(self, data: memoryview) -> int:
        """As much as is sure to find room where any room is."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLOUT)
        return os.write(self.descriptor, data[: select.PIPE_BUF]) if poll.poll(0) else 0


def identify(descriptor: int) -> tuple[int, int]:
    """What two descriptors of one and the same file have in common."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _make_sender(descriptor: int) -> Callable[[memoryview], int]:
    import socket  # rare, and slow to import

    sender = socket.socket(fileno=os.dup(descriptor))
    return lambda data: sender.send(data, socket.MSG_DONTWAIT)
