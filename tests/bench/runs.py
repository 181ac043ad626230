"""Runs one program to its end and says what it cost; it neither repeats nor compares."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What a process and the children it waited for took."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    def less(self, other: Cost) -> Cost:
        """What is left when the other's time, that of an empty file, is taken away."""
        return Cost(
            max(self.wall_seconds - other.wall_seconds, 1e-6),
            max(self.cpu_seconds - other.cpu_seconds, 1e-6),
            self.peak_bytes,
        )


class RunError(Exception):
    """A program ended with a status that no benchmark run ends with."""


def run_once(
    command: Sequence[str], environment: Mapping[str, str], output: Path, good: Sequence[int] = (0,)
) -> Cost:
    """Run with standard output in a file: grep stops at the first match when its output is /dev/null."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.fspath(output), write, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, f"{output}.err", write, 0o600),
    ]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], list(command), dict(environment), file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    wall_seconds = time.perf_counter() - started
    exit_status = os.waitstatus_to_exitcode(status)
    if exit_status not in good:
        said = Path(f"{output}.err").read_text(errors="replace")
        raise RunError(f"{' '.join(command)}: ended with {exit_status} and said: {said}")
    return Cost(wall_seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def read_into_memory(path: Path) -> None:
    """Read a file and forget it, so that a run measures the program and not the disk."""
    buffer = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def take_median(costs: Sequence[Cost]) -> Cost:
    """The median of each time, and the highest peak."""
    return Cost(
        statistics.median(cost.wall_seconds for cost in costs),
        statistics.median(cost.cpu_seconds for cost in costs),
        max(cost.peak_bytes for cost in costs),
    )


def own_peak_bytes() -> int:
    """The peak of this process, below which no child's peak can be measured."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
