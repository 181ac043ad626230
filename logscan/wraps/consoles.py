"""The terminal that a program sees where ours is one: same size, same settings, its own session; it carries nothing."""

from __future__ import annotations

import os
import termios
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from logscan.children import Terminal, open_terminal

_IFLAG, _OFLAG, _LFLAG, _CC = 0, 1, 3, 6
# Keys go through as they are: the program's own terminal turns them into signals, lines and echo.
_INPUT = termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP | termios.IXON
_LOCAL = termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN


class Console:
    """Which of our streams are a terminal, and the one that stands for it."""

    def __init__(self, streams: Iterable[int]) -> None:
        """At least one stream; the first of them gives size and settings."""
        self.streams = tuple(streams)
        self._ours = self.streams[0]
        self._terminal: Terminal = open_terminal(*termios.tcgetwinsize(self._ours))
        settings = termios.tcgetattr(self._ours)
        settings[_OFLAG] &= ~termios.OPOST  # ours does that, once is enough
        termios.tcsetattr(self._terminal.slave, termios.TCSANOW, settings)
        self._saved: list[Any] | None = None

    @property
    def path(self) -> str:
        return self._terminal.path

    @property
    def master(self) -> int:
        return self._terminal.master

    def pass_keys(self) -> bool:
        """Let keys through untouched; False where they are not ours to read."""
        if 0 not in self.streams or os.tcgetpgrp(0) != os.getpgrp():
            return False
        self._saved = termios.tcgetattr(0)
        settings = termios.tcgetattr(0)
        settings[_IFLAG] &= ~_INPUT
        settings[_LFLAG] &= ~_LOCAL
        settings[_CC][termios.VMIN], settings[_CC][termios.VTIME] = 1, 0
        termios.tcsetattr(0, termios.TCSADRAIN, settings)
        return True

    def let_go(self) -> None:
        """The program has it open now."""
        os.close(self._terminal.slave)

    def resize(self) -> None:
        """Where ours has another size, the kernel tells the program."""
        with suppress(termios.error):  # ours was hung up: it has no size any more
            termios.tcsetwinsize(self.master, termios.tcgetwinsize(self._ours))

    def restore(self) -> None:
        """Leave the terminal as it was found."""
        if self._saved is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, self._saved)
