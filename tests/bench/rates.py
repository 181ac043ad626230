"""Bytes a second through following, scanning, passing on and wrapping; all with every shipped pack."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from logscan import app
from logscan.keeper import Batch
from logscan.pipeline import Manner, Pipeline, Station
from logscan.rules import load_rules
from logscan.scans import Scan, ScanOptions
from logscan.sources.follow import FilesSource, FollowOptions
from tests.bench.runs import read_into_memory
from tests.making import NOW, make_reader

_PIECE = 1 << 20
ROOT = Path(__file__).parents[2]


class Sink:
    """Takes what a keeper would, and keeps nothing."""

    def take(self, batch: Batch) -> None:
        pass


def warm_up(log: Path) -> None:
    """Compiled rules are kept from the first run on."""
    words = ["scan", "--format", "summary", "--fail-on", "never", "--no-progress", str(log)]
    subprocess.run([sys.executable, "-m", "logscan", *words], cwd=ROOT, check=True, capture_output=True)


def measure_scan(log: Path) -> float:
    """One job, in this process."""
    scanner = app.build_scanner(load_rules().rules)
    read_into_memory(log)
    scan = Scan([str(log)], scanner, make_reader(), ScanOptions(now=NOW, jobs=1), clock=time.monotonic)
    began = time.monotonic()
    for _ in scan:
        pass
    return log.stat().st_size / (time.monotonic() - began)


def measure_follow(log: Path) -> float:
    """One file from its start to where it ends now, with nobody else writing."""
    size = log.stat().st_size
    options = FollowOptions(patterns=(str(log),), from_start=True)
    source = FilesSource("app", options, key=b"key", clock=time.monotonic)
    station = Station(time.monotonic, lambda: NOW, b"no mark", {}, False, lambda _news: None)
    scanner, reader = app.build_scanner(load_rules().rules), make_reader()
    pipeline = Pipeline({source: Manner()}, scanner, reader, Sink(), station)  # type: ignore[arg-type]
    read_into_memory(log)
    running = threading.Thread(target=pipeline.run)
    began, over = time.monotonic(), threading.Event()
    running.start()
    while pipeline.counts["app"].bytes < size:
        over.wait(0.005)
    seconds = time.monotonic() - began
    pipeline.stop()
    running.join()
    return size / seconds


def measure_passthrough(log: Path) -> float:
    with log.open("rb") as file:
        words = ["run", "--output", "none", "--passthrough", "-"]
        return _read_through(words, file.fileno(), log.stat().st_size)


def measure_wrap(log: Path) -> float:
    return _read_through(
        ["wrap", "--output", "none", "--", "cat", str(log)], subprocess.DEVNULL, log.stat().st_size
    )


def _read_through(words: list[str], stdin: int, size: int) -> float:
    """From the first byte that comes to the last."""
    command = [sys.executable, "-m", "logscan", *words]
    buffer, total, began = memoryview(bytearray(_PIECE)), 0, 0.0
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=quiet, bufsize=0, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        while count := process.stdout.readinto(buffer):  # type: ignore[attr-defined]
            began = began or time.monotonic()
            total += count
        seconds = time.monotonic() - began
    assert total == size, f"{total} of {size} bytes came through"
    return size / seconds
