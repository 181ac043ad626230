"""The wrapped program: started with pipes, or a terminal, in place of our outputs, and what carries them."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from logscan.children import Streams, spawn
from logscan.wraps.consoles import Console
from logscan.wraps.pumps import Pump, Tap
from logscan.wraps.targets import Target, identify

_PIPE_BYTES = 1 << 20
_STDOUT, _STDERR = 1, 2

Show = Callable[[int, memoryview], None]


class Program:
    """Our child. Its stdin is ours, untouched, unless that is a terminal."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], show: Show) -> None:
        """Start it; raise OSError when that fails."""
        self._show = show
        self.targets: dict[tuple[int, int], Target] = {}
        self.pumps: list[Pump] = []
        terminals = [number for number in (_STDOUT, _STDERR, 0) if os.isatty(number)]
        self.console = Console(terminals) if terminals else None
        theirs: list[int] = []
        streams = self._connect(terminals, theirs)
        try:
            self.pid = spawn(argv, environment, streams)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
            if self.console is not None:
                self.console.let_go()
        self._carry_keys()

    def signal(self, number: int) -> None:
        """Pass a signal on, as if it had come to the program itself."""
        if number == signal.SIGWINCH and self.console is not None:
            self.console.resize()
            return
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, number)

    @property
    def carriers(self) -> list[Pump]:
        """All that moves, keys too."""
        return self.pumps if self._keys is None else [*self.pumps, self._keys]

    def end_soon(self) -> None:
        """It has ended: carry what it left in the pipes."""
        for pump in self.pumps:
            if not pump.has_ended:
                [waiting] = struct.unpack("i", fcntl.ioctl(pump.source, termios.FIONREAD, bytes(4)))
                pump.end_soon(waiting)
        if self._keys is not None:
            self._keys.close()

    def close(self) -> None:
        for pump in self.pumps:
            pump.close()
        for target in self.targets.values():
            target.close()
        if self.console is not None:
            self.console.restore()

    def _connect(self, terminals: list[int], theirs: list[int]) -> Streams:
        """What stands for each of our streams in the program, and a pump for it."""
        ends: list[int | str] = [0]
        for number in (_STDOUT, _STDERR):
            if number in terminals and self.console is not None:
                ends.append(self.console.path)
                continue
            reader, writer = os.pipe()
            with suppress(OSError):  # only so much is granted to one user
                fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
            theirs.append(writer)
            ends.append(writer)
            os.set_blocking(reader, False)
            self._carry(reader, number, partial(self._show, number))
        if self.console is not None:
            ours = terminals[0]
            tap = (
                partial(self._show, ours) if ours else None
            )  # what a terminal repeats of the keys is no output
            os.set_blocking(self.console.master, False)
            self._carry(os.dup(self.console.master), ours, tap)
            if 0 in terminals:
                ends[0] = self.console.path
        return Streams(*ends)

    def _carry(self, source: int, number: int, tap: Tap | None) -> None:
        self.pumps.append(Pump(source, self._target(number), tap))

    def _target(self, number: int) -> Target:
        key = identify(number)
        if key not in self.targets:
            self.targets[key] = Target(number)
        return self.targets[key]

    def _carry_keys(self) -> None:
        self._keys: Pump | None = None
        if self.console is not None and self.console.pass_keys():
            self._keys = Pump(os.dup(0), _Keyboard(self.console), None)


class _Keyboard(Target):
    """The program's end of the keys. What was pressed after ours changed its size comes after that change."""

    def __init__(self, console: Console) -> None:
        super().__init__(console.master, never_waits=True)
        self._console = console

    def write(self, data: memoryview) -> int:
        self._console.resize()  # the signal that tells of it may be heard only later
        return super().write(data)
