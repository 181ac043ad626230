"""The loop of `wrap`: one poll over pumps, signals and the scanner's pipe, until the program has ended."""

from __future__ import annotations

import errno
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from logscan.children import describe_refusal
from logscan.wraps.programs import Program
from logscan.wraps.scanners import ScannerChild, draw_chance
from logscan.wraps.targets import identify
from logscan.wraps.wakeups import ENDING, FORWARDED, Wakeups

OWN_FAULT, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127
_SIGNALLED = 128
_SCARCE = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN))  # not the program's fault
_FAREWELL_SECONDS = 5.0  # for the scanner, to tell what it saw last
_TERM_SECONDS = 1.0  # and then to leave


def run_wrapped(argv: Sequence[str], scanner_argv: Sequence[str]) -> int:
    """Run a program to its end, fed to a scanner that reads frames on its stdin; give the exit status for it.

    The last thing that a process does: stdout is closed afterwards.
    """
    _hold_standard_streams()
    try:
        with closing(Wakeups()) as wakeups:
            return Wrap(argv, scanner_argv, os.environ, time.monotonic).run(wakeups)
    except OSError as error:
        _say(f"logscan wrap: {error.strerror or error}; logscan cannot go on\n")
        return OWN_FAULT
    except Exception as error:  # noqa: BLE001 - whatever it is, the status must not look like the program's
        _say(f"logscan wrap: internal error: {type(error).__name__}; please report it\n")
        return OWN_FAULT


class Wrap:
    """One program and its scanner."""

    def __init__(
        self,
        argv: Sequence[str],
        scanner_argv: Sequence[str],
        environment: Mapping[str, str],
        clock: Callable[[], float],
    ) -> None:
        self._argv, self._environment, self._clock = argv, environment, clock
        self._scanner = ScannerChild(scanner_argv, environment, draw_chance)
        self._code: int | None = None  # of the program
        self._is_hurried = False  # told to end, when there was no program left to pass that on to

    def run(self, wakeups: Wakeups) -> int:
        """Give the exit status."""
        try:
            program = Program(self._argv, self._environment, self._scanner.feed.put)
        except OSError as error:
            if error.errno in _SCARCE:
                raise
            _say(f"logscan wrap: {describe_refusal(self._argv[0], error)}\n")
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        try:
            self._tell(program, self._scanner.start(self._clock()))
            while not self._is_done(program):
                self._turn(program, wakeups)
        finally:
            program.close()
        _let_go_of_stdout()
        assert self._code is not None
        self._part(self._code, program, wakeups)
        return self._code if self._code >= 0 else _SIGNALLED - self._code

    def _is_done(self, program: Program) -> bool:
        return self._code is not None and (self._is_hurried or all(pump.has_ended for pump in program.pumps))

    def _turn(self, program: Program, wakeups: Wakeups) -> None:
        """Wait for anything to happen, and do what it asks for."""
        due_at = self._scanner.due_at
        poll = self._open_poll(wakeups)
        for pump in program.carriers:
            pump.register(poll)
        limit = None if due_at is None else max(0.0, due_at - self._clock()) * 1000
        ready = dict(poll.poll(limit))
        for pump in program.carriers:
            pump.move(ready)
        self._look_after_scanner(program, ready)
        if wakeups.reader in ready:
            self._hear(program, wakeups)

    def _open_poll(self, wakeups: Wakeups) -> select.poll:
        poll = select.poll()
        poll.register(wakeups.reader, select.POLLIN)
        feed = self._scanner.feed
        if feed.writer is not None and feed.is_behind:
            poll.register(feed.writer, select.POLLOUT)
        return poll

    def _look_after_scanner(self, program: Program, ready: Mapping[int, int]) -> None:
        if self._scanner.feed.writer in ready:
            self._scanner.feed.catch_up()
        due_at = self._scanner.due_at
        if due_at is not None and self._clock() >= due_at and self._code is None:
            self._tell(program, self._scanner.start(self._clock()))

    def _hear(self, program: Program, wakeups: Wakeups) -> None:
        for number in wakeups.take():
            if number == signal.SIGCHLD:
                continue  # several may have come as one: reaped below
            if self._code is not None:
                self._is_hurried |= number in ENDING
            elif number in FORWARDED:
                program.signal(number)
        self._reap(program)

    def _reap(self, program: Program) -> None:
        """Take up every child that ended; as PID 1, strangers' too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid == program.pid:
                self._code = os.waitstatus_to_exitcode(status)
                program.end_soon()
            elif pid == self._scanner.pid:
                words = self._scanner.note_end(os.waitstatus_to_exitcode(status), self._clock())
                if self._code is None:
                    self._tell(program, words)

    def _part(self, code: int, program: Program, wakeups: Wakeups) -> None:
        """The program has ended: let the scanner tell what it saw last, but not for long."""
        self._scanner.feed.end(code)
        if not self._is_hurried:
            self._wait_for_scanner(program, wakeups, _FAREWELL_SECONDS)
        self._scanner.stop()
        self._wait_for_scanner(program, wakeups, _TERM_SECONDS)
        self._scanner.stop(signal.SIGKILL)
        self._scanner.feed.close()

    def _wait_for_scanner(self, program: Program, wakeups: Wakeups, seconds: float) -> None:
        ends_at = self._clock() + seconds
        was_hurried = self._is_hurried
        while self._scanner.pid is not None and self._is_hurried == was_hurried:
            left = ends_at - self._clock()
            if left <= 0:
                return
            feed = self._scanner.feed
            if feed.writer is not None and not feed.is_behind:
                feed.finish()
            ready = dict(self._open_poll(wakeups).poll(left * 1000))
            self._look_after_scanner(program, ready)
            if wakeups.reader in ready:
                self._hear(program, wakeups)

    def _tell(self, program: Program, words: str) -> None:
        if words:
            program.targets[identify(2)].say(words)


def _let_go_of_stdout() -> None:
    """Who reads the program's output sees its end now, and need not wait for the scanner."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def _say(text: str) -> None:
    os.write(2, text.encode(errors="replace"))


def _hold_standard_streams() -> None:
    """A descriptor of ours must not take the number of a stream that was closed."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
