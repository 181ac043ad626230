"""Signals as bytes in a pipe, so that one poll hears everything; what was ignored stays ignored."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

_NAMES = "HUP INT QUIT TERM USR1 USR2 ALRM CONT WINCH URG IO PWR"
FORWARDED = frozenset(
    {signal.Signals[f"SIG{name}"] for name in _NAMES.split()}
    | set(range(signal.SIGRTMIN, signal.SIGRTMAX + 1))
)
ENDING = frozenset((signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM))


class Wakeups:
    """Between `open` and `close` no signal does anything but write its number here."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
        self._woke_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in sorted({*FORWARDED, signal.SIGCHLD}):
            is_ignored = signal.getsignal(number) is signal.SIG_IGN
            if not is_ignored or number == signal.SIGCHLD:  # without it nothing could be waited for
                self._before[number] = signal.signal(number, _do_nothing)

    def take(self) -> list[int]:
        """The signals that came, in their order."""
        try:
            return list(os.read(self.reader, 4096))
        except BlockingIOError:
            return []

    def close(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, signal.SIG_DFL if before is None else before)
        signal.set_wakeup_fd(self._woke_before)
        os.close(self.reader)
        os.close(self._writer)


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """A signal without a handler of Python's would not reach the pipe."""
