"""F32, S16: a million matching lines over a hundred thousand keys in a minute, through a whole run and a chat.

Memory stays within bounds, people get few messages that count everything, and a real incident in another log is told at once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.sinks_made import Sent, Sink, run_sink
from tests.soak.oracle import ROOT

MOST_GROWTH_MIB = 64
MOST_MESSAGES = 10
MOST_SECONDS = 5.0
PATIENCE = 120.0
_BURST_SECONDS = 0.1
_LIVE_KEYS = 1_000
_MERGED = re.compile(r"(\d+) notices of \d+ incidents? in one")
_DELAYS = re.compile(r'^logscan_detection_delay_seconds_bucket\{le="5\.0"\} (\S+)', re.MULTILINE)
_ALL_DELAYS = re.compile(r"^logscan_detection_delay_seconds_count (\S+)", re.MULTILINE)
_PACK = r"""
pack: bot
title: A made-up bot
credential: bot-token
specificity: provider
runbook: |
  1. Make a new token.
rules:
  - id: bot.phone-expired
    title: The session has expired
    credential: bot-token/{phone}
    signal: expired
    any: ['session of (?P<phone>\d+) has expired']
    examples: {match: ['session of 7 has expired'], ignore: ['a session has expired']}
  - id: bot.revoked
    title: The password of the database was revoked
    credential: db-password
    signal: revoked
    any: ['database password was revoked']
    examples: {match: ['database password was revoked'], ignore: ['revoked']}
"""
_CONFIG = """
logscan: 1
sources:
  - {name: storm, files: [storm.log], from: start}
  - {name: calm, files: [calm.log], from: start}
rules: {packs: [], files: [pack.yaml]}
channels: [{name: ops, slack: {webhook: {env: HOOK}}}]
"""


class Storm(NamedTuple):
    """How much comes in how long."""

    lines: int
    keys: int
    seconds: float


class Outcome(NamedTuple):
    """What was measured."""

    growth_mib: float
    counted: int  # lines, over all incidents of the storm
    notices: int  # that a program was given
    told: int  # of these, by messages and in digests
    most_messages: int  # to the chat in any minute
    within_five: float  # part of all lines that were detected within five seconds
    real_seconds: float  # until the incident in the other log was told
    line_micros: float  # of CPU that a line took: what a busy machine does not change much

    def list_failures(self, storm: Storm) -> Iterator[str]:
        """Each promise that was not kept."""
        if self.growth_mib > MOST_GROWTH_MIB:
            yield f"{self.growth_mib:.0f} MiB more than an idle run"
        if self.counted != storm.lines:
            yield f"{self.counted} lines counted of {storm.lines}"
        if self.told != self.notices:
            yield f"{self.told} notices told of {self.notices}"
        if self.most_messages > MOST_MESSAGES:
            yield f"{self.most_messages} messages in a minute"
        if self.within_five < 0.99:
            yield f"{self.within_five:.1%} of the lines detected within 5 s"
        if self.real_seconds > MOST_SECONDS:
            yield f"{self.real_seconds:.1f} s until what is real was told"


class Run:
    """`logscan run` in a folder of its own, with a chat in another process."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        self._folder, self._sink = folder, sink
        (folder / "pack.yaml").write_text(_PACK, encoding="utf-8")
        (folder / "logscan.yaml").write_text(_CONFIG, encoding="utf-8")
        for name in ("storm.log", "calm.log"):
            (folder / name).write_bytes(b"")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.out = folder / "out"
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        command = ["run", "-c", "logscan.yaml", "--state", "state.db", "--listen", self.address]
        with self.out.open("wb") as out, (folder / "errors").open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "logscan", *command, "--output", "jsonl"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": path, "HOOK": sink.url},
            )

    def ask(self, path: str) -> str:
        with urllib.request.urlopen(f"http://{self.address}{path}", timeout=30) as answer:
            return str(answer.read().decode())

    def read_peak(self) -> float:
        """MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024

    def read_cpu(self) -> float:
        """Seconds."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def list_notices(self) -> list[dict[str, object]]:
        """What a program was given; the line that is being written is left out."""
        whole = self.out.read_bytes().rpartition(b"\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def list_messages(self) -> list[Sent]:
        return self._sink.read()

    def count_lines(self) -> int:
        """Over all incidents of the storm, as they are kept."""
        with closing(sqlite3.connect(self._folder / "state.db")) as database:
            [[count]] = database.execute(
                "SELECT coalesce(sum(json_extract(CAST(value AS TEXT), '$.count')), 0) FROM incidents"
                " WHERE key LIKE 'bot-token%'"
            )
        return int(count)

    def say(self, name: str, text: str) -> None:
        with (self._folder / name).open("a", encoding="ascii") as file:
            file.write(text)

    def wait_for(self, what: str) -> float:
        """Until something is told; give how long that took."""
        began = time.monotonic()
        while not any(what in str(one["key"]) for one in self.list_notices()):
            assert self.process.poll() is None, (self._folder / "errors").read_text()
            assert time.monotonic() - began < PATIENCE, what
            time.sleep(0.05)
        return time.monotonic() - began


@contextmanager
def running(folder: Path, sink: Sink) -> Iterator[Run]:
    run = Run(folder, sink)
    try:
        began = time.monotonic()
        while "\n" not in _try(run):
            assert run.process.poll() is None, (folder / "errors").read_text()
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.05)
        yield run
    finally:
        run.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(30)
        run.process.kill()
        run.process.wait()


def _try(run: Run) -> str:
    try:
        return run.ask("/metrics")
    except OSError:
        return ""


def raise_storm(run: Run, storm: Storm) -> float:
    """Write at an even pace, and halfway what is real into the other log; give how long that took to be told."""
    began, written, real_seconds = time.monotonic(), 0, None
    while written < storm.lines:
        part = min(1.0, (time.monotonic() - began) / storm.seconds)
        until = int(storm.lines * part)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        run.say("storm.log", "".join(_write_line(number, storm, now) for number in range(written, until)))
        written = until
        if part > 0.5 and real_seconds is None:
            run.say("calm.log", f"{now} ERROR the database password was revoked\n")
            said_at = time.monotonic()
            real_seconds = -said_at
        if real_seconds is not None and real_seconds < 0 and _is_told(run, "db-password"):
            real_seconds += time.monotonic()
        time.sleep(_BURST_SECONDS)
    assert real_seconds is not None
    if real_seconds < 0:
        run.wait_for("db-password")
        real_seconds += time.monotonic()
    return real_seconds


def _is_told(run: Run, what: str) -> bool:
    return any(what in str(one["key"]) for one in run.list_notices())


def _write_line(number: int, storm: Storm, now: str) -> str:
    return f"{now} ERROR request {number} failed: session of {number % storm.keys} has expired\n"


def measure(folder: Path, storm: Storm) -> Outcome:
    """An idle run, then the storm."""
    for name in ("idle", "storm"):
        (folder / name).mkdir()
    with run_sink(folder, "idle-sink") as sink, running(folder / "idle", sink) as run:
        run.say("calm.log", "ERROR the database password was revoked\n")
        run.wait_for("db-password")
        idle = run.read_peak()
    with run_sink(folder, "sink") as sink, running(folder / "storm", sink) as run:
        before = run.read_cpu()
        real_seconds = raise_storm(run, storm)
        deadline = time.monotonic() + PATIENCE
        while run.count_lines() < storm.lines and time.monotonic() < deadline:
            time.sleep(0.5)
        spent = run.read_cpu() - before
        run.wait_for("bot-token/other" if storm.keys > _LIVE_KEYS else "bot-token")
        while _count_told(run) < len(run.list_notices()) and time.monotonic() < deadline:
            time.sleep(0.5)
        delays = run.ask("/metrics")
        return Outcome(
            growth_mib=run.read_peak() - idle,
            counted=run.count_lines(),
            notices=len(run.list_notices()),
            told=_count_told(run),
            most_messages=_count_most(run.list_messages()),
            within_five=float(_DELAYS.findall(delays)[0]) / float(_ALL_DELAYS.findall(delays)[0]),
            real_seconds=real_seconds,
            line_micros=spent * 1e6 / storm.lines,
        )


def _count_told(run: Run) -> int:
    return sum(_count(one) for one in run.list_messages())


def _count(message: Sent) -> int:
    merged = _MERGED.search(json.dumps(message.body))
    return int(merged[1]) if merged else 1


def _count_most(messages: list[Sent]) -> int:
    times = [one.at for one in messages]
    return max(sum(first <= at < first + 60 for at in times) for first in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    storm = Storm(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure(Path(folder), storm)
    failures = list(outcome.list_failures(storm))
    sys.stdout.write(f"{outcome}\n" + "".join(f"not kept: {one}\n" for one in failures))
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
