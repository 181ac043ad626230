"""Other programs as our children: how one is started, ended, and how its end is put in words; it reads nothing.

A child is started by posix_spawn, never by a bare fork: no code of ours runs between fork and exec, so that
threads may exist. Each leads a session and a process group of its own.
"""

from __future__ import annotations

import os
import signal
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

# Python ignores these for itself; a child that inherited that would never learn that its reader is gone.
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_NEW_FILE_MODE = 0o600


class Streams(NamedTuple):
    """The child's standard streams: a descriptor of ours, or the path of what it is to open itself.

    The first terminal that it opens becomes its controlling one.
    """

    stdin: int | str
    stdout: int | str
    stderr: int | str


class Terminal(NamedTuple):
    """A pseudo-terminal: we hold `master`; `slave` stays open until the child has opened `path`."""

    master: int
    slave: int
    path: str


class Backoff(NamedTuple):
    """How long to wait before the next try: twice as long each time, and never two of us at once."""

    shortest_seconds: float = 1.0
    longest_seconds: float = 60.0

    def delay(self, failures: int, chance: float) -> float:
        """Seconds after so many failures in a row; `chance` is drawn from 0 to 1."""
        doubled = self.shortest_seconds * (1 << min(failures, 30))
        most = min(self.longest_seconds, doubled)
        return max(self.shortest_seconds, most * (1 + chance) / 2)


def spawn(argv: Sequence[str], environment: Mapping[str, str], streams: Streams) -> int:
    """Start a program, found on PATH like a shell's word, and give its pid; raise OSError when that fails."""
    actions = [_place(stream, number) for number, stream in enumerate(streams)]
    return os.posix_spawnp(
        argv[0],
        tuple(argv),
        environment,
        file_actions=actions,
        setsid=True,
        setsigmask=(),  # what a thread of ours does not hear, a child must
        setsigdef=_IGNORED_BY_PYTHON,
    )


def open_terminal(rows: int, columns: int) -> Terminal:
    """A pseudo-terminal that changes no byte of what is written to it and repeats no input."""
    master, slave = os.openpty()
    settings = termios.tcgetattr(slave)
    settings[1] &= ~termios.OPOST
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    termios.tcsetwinsize(slave, (rows, columns))
    return Terminal(master, slave, os.ttyname(slave))


def open_end(pid: int) -> int | None:
    """A descriptor that can be read when the child has ended; None where the kernel has none to give."""
    try:
        return os.pidfd_open(pid)
    except OSError:  # Linux before 5.3, and some sandboxes
        return None


def signal_group(pid: int, number: int) -> None:
    """Tell the child and all that it started, as far as they are still there."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def describe_end(code: int) -> str:
    """`ended with status 1`, `was ended by SIGKILL`; `code` is negative for a signal."""
    if code >= 0:
        return f"ended with status {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def describe_refusal(program: str, error: OSError) -> str:
    """Why a program could not be started, and what would be right."""
    if isinstance(error, FileNotFoundError):
        where = "does not exist" if "/" in program else "is not on PATH"
        return f"{program} {where}; install it or write its full path"
    if isinstance(error, PermissionError):
        return f"{program} may not be executed; see to its permissions (chmod +x)"
    return f"{program} cannot be started: {error.strerror or error}"


def _place(stream: int | str, number: int) -> tuple[int, int, int] | tuple[int, int, str, int, int]:
    if isinstance(stream, int):
        return (os.POSIX_SPAWN_DUP2, stream, number)
    return (os.POSIX_SPAWN_OPEN, number, stream, os.O_RDWR, _NEW_FILE_MODE)
