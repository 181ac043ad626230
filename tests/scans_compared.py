"""A log that is read beside a channel that is well, and beside others that are not: what it costs in each case."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from logscan.delivery.offices import MOST_WAITING
from logscan.model import Severity
from logscan.store import open_store
from tests.cli.running import environment, list_words
from tests.deliveries_made import MANY
from tests.delivery.making import make_notices
from tests.making import NOW
from tests.services_made import Service, say_nothing
from tests.sinks_made import run_sink

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_CONFIG = """
logscan: 1
incidents: {{settle: 0s}}
rules: {{packs: [], files: [bot.yaml]}}
channels: [{{name: hook, webhook: {{url: '{url}'}}}}]
"""
_LINE = b"2026-11-21T10:00:00Z INFO request %d of a user was answered with 200 in 12 ms by worker 7\n"
_KEYED = b"k%d Session has expired\n"


class Scanned(NamedTuple):
    """What one reading cost."""

    wall: float
    cpu: float
    rss_mib: float


def compare_scanning(
    folder: Path, mib: int, rounds: int, cases: Sequence[str] = ("dead", "hanging", "full")
) -> dict[str, Scanned]:
    """Against a run whose channel is well: those with one that is dead, one that never answers, and a full outbox.

    All in turn, so that a slow minute of the machine falls on all; the middle of each round's ratios.
    """
    (folder / "bot.yaml").write_text(MANY)
    log = folder / "app.log"
    with log.open("wb") as file:
        some, number, size = b"".join(_LINE % n for n in range(100_000)), 0, 0
        while size < mib << 20:
            size += file.write(_KEYED % number + some)
            number += 1
        file.write(_KEYED % number)
    fill_outbox(folder / "full.db")
    ratios: dict[str, list[Scanned]] = {name: [] for name in cases}
    with run_sink(folder) as sink, Service(lambda _: say_nothing) as hanging:
        urls = {"well": sink.url, "dead": "http://127.0.0.1:1/hook", "hanging": f"{hanging.url}/hook"}
        urls["full"] = urls["dead"]
        for turn in range(rounds):
            found = {
                name: _scan(folder, number, urls[name], is_full=name == "full")
                for name in (["well", *cases] if turn % 2 else [*reversed(cases), "well"])
            }
            for name, each in ratios.items():
                each.append(
                    Scanned(*(mine / well for mine, well in zip(found[name], found["well"], strict=True)))
                )
    return {
        name: Scanned(*(statistics.median(part) for part in zip(*each, strict=True)))
        for name, each in ratios.items()
    }


def fill_outbox(path: Path) -> None:
    """As much waits for the channel as ever may."""
    with closing(open_store(path, NOW)) as store, store.transaction():
        for notice in make_notices(range(MOST_WAITING), severity=Severity.WARNING):
            store.outbox.add("hook", notice, NOW)


def _scan(folder: Path, last: int, url: str, *, is_full: bool) -> Scanned:
    """Started with a line of its own, so that what a start costs is over when the log comes."""
    config, state, logs = folder / "bot.conf", folder / "scan.db", folder / "logs"
    for path in folder.glob(f"{state.name}*"):
        path.unlink()
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir()
    (logs / "first.log").write_bytes(_KEYED % (last + 1))
    if is_full:
        shutil.copyfile(folder / "full.db", state)
    config.write_text(_CONFIG.format(url=url))
    options = ["--from", "start", "--output", "jsonl", "--service", "bot"]
    words = list_words("run", "-c", config, "--state", state, *options, logs / "*.log")
    environ, nowhere = environment(), subprocess.DEVNULL
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=nowhere, env=environ) as run:
        try:
            assert run.stdout is not None
            assert b"bot-token/k%d@" % (last + 1) in run.stdout.readline()
            wall, cpu = time.monotonic(), _read_cpu(run.pid)
            (folder / "app.log").rename(logs / "app.log")
            for line in run.stdout:
                if b"bot-token/k%d@" % last in line:
                    break
            wall, cpu = time.monotonic() - wall, _read_cpu(run.pid) - cpu
            pages = int(Path(f"/proc/{run.pid}/statm").read_text().split()[1])
            return Scanned(wall, cpu, pages * _PAGE / (1 << 20))
        finally:
            run.kill()
            (logs / "app.log").rename(folder / "app.log")


def _read_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
