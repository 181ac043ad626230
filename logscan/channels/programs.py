"""A program of its own for one notice: what it is given on stdin, how long it may take, how it ended; no shell is asked.

What it is given lies in memory that only the two of them have: nothing on a command line, nothing in a file.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from logscan.children import Streams, open_end, signal_group, spawn

_LEAVE_SECONDS = 2.0  # between the polite signal and the other
_LOOK_SECONDS = 0.05
_MOST_OUTPUT = 64 << 10
# What a program needs to find its way; secrets of others stand in what is left out.
_PASSED_ON = frozenset({"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE"})
_LOCALE = "LC_"


class Ended(NamedTuple):
    code: int | None  # negative for a signal; None: its time was up
    output: bytes  # the start of it, where it was asked for


def run_program(
    argv: Sequence[str],
    environment: Mapping[str, str],
    content: bytes,
    timeout_seconds: float,
    *,
    wants_output: bool = False,
) -> Ended:
    """Run it to its end; when its time is up, end it and all that it started. Raise OSError where it cannot start."""
    with _hold(content) as given, _hold(b"") as said:
        pid = spawn(argv, environment, Streams(given, said if wants_output else os.devnull, os.devnull))
        in_time = _wait(pid, timeout_seconds)
        if not in_time:
            signal_group(pid, signal.SIGTERM)
            _wait(pid, _LEAVE_SECONDS)
            # Also those that outlived their leader, whose number stays taken until it is waited for.
            signal_group(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status) if in_time else None
        return Ended(code, os.pread(said, _MOST_OUTPUT, 0))


def choose_environment(environ: Mapping[str, str], further: frozenset[str] = frozenset()) -> dict[str, str]:
    """What of our environment a program of others is given."""
    wanted = _PASSED_ON | further
    return {name: value for name, value in environ.items() if name in wanted or name.startswith(_LOCALE)}


@contextmanager
def _hold(content: bytes) -> Iterator[int]:
    """A file without a name, open at its start."""
    held = os.memfd_create("notice", os.MFD_CLOEXEC)
    try:
        os.write(held, content)
        os.lseek(held, 0, os.SEEK_SET)
        yield held
    finally:
        os.close(held)


def _wait(pid: int, seconds: float) -> bool:
    """Whether it ended in time; it is left to be waited for."""
    end = open_end(pid)
    if end is None:
        return _look(pid, seconds)
    try:
        poll = select.poll()
        poll.register(end, select.POLLIN)
        return bool(poll.poll(seconds * 1_000))
    finally:
        os.close(end)


def _look(pid: int, seconds: float) -> bool:
    never = threading.Event()
    for _ in range(max(1, round(seconds / _LOOK_SECONDS))):
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        never.wait(_LOOK_SECONDS)
    return False
