"""Lines with the time in them, from a process of their own, and how long it takes until each is known.

`python -m tests.bench.delays PATH LINES` is the writer; PATH may be `-` for stdout.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from logscan.keeper import Batch
from logscan.pipeline import Manner, Pipeline, Station
from logscan.sources.follow import FilesSource, FollowOptions
from logscan.sources.live import LiveSource
from logscan.sources.stdin import PipeSource
from tests.making import NOW, make_reader, make_rule, make_scanner

PAUSE = 0.011  # between two lines, in step with nothing
PATIENCE = 60.0
_STAMP = re.compile(rb"token expired at (\d+)")
_RULE = make_rule("test.expired", r"token expired at (?P<at>\d+)", credential="token")
_MTAIL = "counter expired\n/token expired at/ {\n  expired++\n}\n"


class Delays(NamedTuple):
    """What was measured, in milliseconds."""

    name: str
    milliseconds: list[float]

    def share(self, part: float) -> float:
        """The delay that this part of all lines do not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def write(path: str, lines: int) -> None:
    """Each line says when it was written, by a clock that all processes share."""
    with open(1 if path == "-" else path, "ab", buffering=0) as file:
        for _ in range(lines):
            time.sleep(PAUSE)
            file.write(b"2026-11-21T10:00:00Z ERROR token expired at %d\n" % time.monotonic_ns())


def start_writer(path: str, lines: int, stdout: int | None = None) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.bench.delays", path, str(lines)]
    return subprocess.Popen(words, stdout=stdout, cwd=Path(__file__).parents[2])


class Stamps:
    """Takes what a keeper would, and the time; nothing is written."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.is_whole = threading.Event()
        self._wanted = 1

    def expect(self, lines: int) -> None:
        self.milliseconds, self._wanted = [], lines
        self.is_whole.clear()

    def take(self, batch: Batch) -> None:
        now = time.monotonic_ns()
        for one in batch.seen:
            if found := _STAMP.search(one.event.evidence.encode()):
                self.milliseconds.append((now - int(found[1])) / 1e6)
        if len(self.milliseconds) >= self._wanted:
            self.is_whole.set()


def _measure_source(
    name: str, source: LiveSource, lines: int, start: Callable[[int], subprocess.Popen[bytes]]
) -> Delays:
    stamps, up = Stamps(), threading.Event()
    station = Station(time.monotonic, lambda: NOW, b"no mark", {}, False, lambda _news: up.set())
    scanner, reader = make_scanner((_RULE,)), make_reader()
    pipeline = Pipeline({source: Manner()}, scanner, reader, stamps, station)  # type: ignore[arg-type]
    running = threading.Thread(target=pipeline.run)
    running.start()
    assert up.wait(PATIENCE)
    for count in (1, lines):  # the first match of all compiles what every later one uses
        stamps.expect(count)
        writer = start(count)
        assert stamps.is_whole.wait(PATIENCE + count * PAUSE * 2)
        writer.wait()
    pipeline.stop()
    running.join()
    return Delays(name, stamps.milliseconds)


def measure_file(folder: Path, lines: int) -> Delays:
    """A followed file with events."""
    log = folder / "app.log"
    log.touch()
    options = FollowOptions(patterns=(str(log),))
    source = FilesSource("app", options, key=b"key", clock=time.monotonic)
    return _measure_source("followed file", source, lines, lambda count: start_writer(str(log), count))


def measure_pipe(_folder: Path, lines: int) -> Delays:
    """What stands on a pipe."""
    reader, writer = os.pipe()
    source = PipeSource("stdin", reader, max_line=1 << 20)
    delays = _measure_source("pipe", source, lines, lambda count: start_writer("-", count, writer))
    os.close(reader)
    os.close(writer)
    return delays


def measure_grep(folder: Path, lines: int) -> Delays:
    """`tail -F` into `grep --line-buffered`."""
    log = folder / "app.log"
    log.touch()
    with ExitStack() as stack:
        tail = stack.enter_context(
            subprocess.Popen(
                ["tail", "-n", "0", "-F", log], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        )
        words = ["grep", "--line-buffered", "-iE", "token expired at [0-9]+"]
        grep = stack.enter_context(subprocess.Popen(words, stdin=tail.stdout, stdout=subprocess.PIPE))
        assert grep.stdout is not None
        threading.Event().wait(0.5)  # until it watches
        writer = start_writer(str(log), lines)
        milliseconds = [_read_delay(grep.stdout.readline()) for _ in range(lines)]
        writer.wait()
        tail.kill()
        grep.kill()
    return Delays("tail -F | grep --line-buffered", milliseconds)


def measure_mtail(folder: Path, lines: int) -> Delays | None:
    """mtail's counter, asked over HTTP again and again: half a question's time is in it."""
    if shutil.which("mtail") is None:
        return None
    log, program = folder / "app.log", folder / "expired.mtail"
    log.touch()
    program.write_text(_MTAIL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["mtail", "--progs", program, "--logs", log, "--address", "127.0.0.1", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*map(str, words), "--log_dir", str(folder)], stdout=quiet, stderr=quiet) as mtail:
        try:
            milliseconds = list(_ask_mtail(f"http://127.0.0.1:{port}/metrics", log, lines))
        finally:
            mtail.kill()
    return Delays("mtail", milliseconds)


def _ask_mtail(url: str, log: Path, lines: int) -> Iterable[float]:
    began = time.monotonic()
    while (known := _read_counter(url)) is None:
        assert time.monotonic() - began < PATIENCE
        threading.Event().wait(0.05)
    threading.Event().wait(0.5)
    writer = start_writer(str(log), lines)
    seen = 0
    with log.open("rb") as file:
        while seen < lines:
            count = _read_counter(url) or 0
            now = time.monotonic_ns()
            while seen < count - known:
                found = _STAMP.search(file.readline())
                assert found
                yield (now - int(found[1])) / 1e6
                seen += 1
    writer.wait()


def _read_counter(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            found = re.search(rb"^expired\{[^}]*\} (\d+)", answer.read(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else 0


def _read_delay(line: bytes) -> float:
    now = time.monotonic_ns()
    found = _STAMP.search(line)
    assert found, line
    return (now - int(found[1])) / 1e6


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
