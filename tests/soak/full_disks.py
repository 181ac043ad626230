"""F24: the disk is full while lines take effect: it is said, nothing is lost, and all is told once there is room.

The disk is a small tmpfs, or a file may not grow further (RLIMIT_FSIZE).
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.soak.followers import Logscan
from tests.soak.oracle import Verdict, judge, make_lines, start_writer
from tests.soak.outages import mounted

_ROOM = 512 << 10
_PIECE = 1 << 12
SAID = b"cannot be written"


def fill_tmpfs(folder: Path, lines: int) -> Verdict:
    """Another file takes all the room; then it goes."""
    disk = folder / "disk"
    disk.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={_ROOM + (lines << 10)}")
    with (
        mounted(*options, "logscan-test", str(disk)),
        Logscan(folder, folder / "app.log", state=disk / "state.db") as logscan,
    ):
        return _run(logscan, lines, lambda: _fill(disk / "ballast"), (disk / "ballast").unlink)


def forbid_growth(folder: Path, lines: int) -> Verdict:
    """No file of its may grow any more; then they may."""
    with Logscan(folder, folder / "app.log") as logscan:

        def limit(size: int) -> None:
            assert logscan.process is not None
            resource.prlimit(logscan.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        return _run(logscan, lines, lambda: limit(_PIECE), lambda: limit(resource.RLIM_INFINITY))


def _run(logscan: Logscan, lines: int, break_it: Callable[[], None], cure: Callable[[], None]) -> Verdict:
    log = logscan.folder / "app.log"
    log.write_bytes(make_lines(0, lines, 1))
    logscan.listen = _find_address()
    logscan.start()
    logscan.wait_until_told(range(lines))
    assert _read_health(logscan) == 200
    break_it()
    assert start_writer(log, range(lines, 2 * lines), every=1, batch=50, pause=0.01).wait() == 0
    took = logscan.wait_until(lambda: logscan.has_said(SAID), 20)
    assert logscan.has_said(SAID), "nobody was told that nothing can be kept"
    assert took <= 5, f"{took:.1f} s until that was said"
    assert _read_health(logscan) == 503
    cure()
    wanted = range(3 * lines)
    with log.open("ab") as file:
        file.write(make_lines(2 * lines, 3 * lines, 1))
    logscan.wait_until_told(wanted)
    assert _read_health(logscan) == 200
    assert logscan.stop() == 0
    logscan.said()
    return judge(wanted, logscan.told())


def _find_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _read_health(logscan: Logscan) -> int:
    """The status of `/healthz`."""
    try:
        with urllib.request.urlopen(f"http://{logscan.listen}/healthz", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _fill(path: Path) -> None:
    """Down to the last byte."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for size in (1 << 20, _PIECE, 1):
            while True:
                try:
                    os.write(descriptor, b"x" * size)
                except OSError:
                    break
    finally:
        os.close(descriptor)


@contextmanager
def _in_new_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000, help="of each of the three parts")
    lines = parser.parse_args().lines
    for fault in (fill_tmpfs, forbid_growth):
        with _in_new_folder() as folder:
            verdict = fault(folder, lines)
        sys.stdout.write(f"{fault.__name__}: {verdict}\n")
        if not verdict.is_good:
            sys.exit(1)


if __name__ == "__main__":
    main()
