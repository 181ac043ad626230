"""F19: ten thousand idle files cost next to nothing, and a line in one of them is told within two seconds."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from logscan.sources.follow import FilesSource, FollowOptions
from tests.live_made import Collected

_KIB = 1 << 10


def _read_memory() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _read_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _has_more(sink: Collected, than: int) -> bool:
    return len(sink.text) > than


class Idleness(NamedTuple):
    """What files cost that nobody writes, and how long the slowest line took in one of them."""

    files: int
    share: float  # of a core
    bytes_each: float
    slowest_seconds: float


def measure(files: int, seconds: float, folder: Path) -> Idleness:
    """What following costs, and how long a line takes."""
    folder.mkdir(exist_ok=True)
    for number in range(files):
        (folder / f"{number}.log").write_bytes(b"line of %d\n" % number)
    options = FollowOptions(patterns=(str(folder / "*.log"),))
    source = FilesSource("idle", options, key=b"key", clock=time.monotonic)
    sink, before = Collected(), _read_memory()
    running = threading.Thread(target=source.run, args=(sink,))
    running.start()
    with sink.changed:
        sink.changed.wait_for(lambda: len(sink.chunks) >= files, 120)
        sink.chunks.clear()
    threading.Event().wait(2)
    grown, cpu = _read_memory() - before, _read_cpu()
    threading.Event().wait(seconds)
    share = (_read_cpu() - cpu) / seconds
    delays = []
    for number in range(0, files, max(1, files // 50)):
        with sink.changed:
            seen, started = len(sink.text), time.monotonic()
            with (folder / f"{number}.log").open("ab") as file:
                file.write(b"new\n")
            sink.changed.wait_for(partial(_has_more, sink, seen), 20)
            delays.append(time.monotonic() - started)
    sink.stopping.set()
    source.wake()
    running.join()
    return Idleness(files, share, grown / files, max(delays))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cost = measure(given.files, given.seconds, Path(folder))
    each, slowest = cost.bytes_each / _KIB, cost.slowest_seconds * 1_000
    sys.stdout.write(
        f"{cost.files} files: {cost.share:.2%} of a core, {each:.2f} KiB a file, slowest line {slowest:.1f} ms\n"
    )


if __name__ == "__main__":
    main()
