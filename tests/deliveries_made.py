"""A run that is killed while it delivers, again and again, and what the service was sent."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from tests.cli.running import PACK, start
from tests.sinks_made import Sink, run_sink

MANY = (
    PACK.replace("    signal: expired\n", "    signal: expired\n    credential: 'bot-token/{name}'\n", 1)
    .replace("any: ['session has expired(?:", "any: ['(?P<name>k\\d+) session has expired(?:")
    .replace("match: ['Error: Session", "match: ['Error: k1 Session")
)


def endure_kills(folder: Path, kills: int) -> Counter[str]:
    """Kill a run as soon as the service has what it was sent, that often; give how often each id came there."""
    rules, log = folder / "bot.yaml", folder / "app.log"
    rules.write_text(MANY)
    log.touch()
    with run_sink(folder) as sink:
        for number in range(kills):
            with start_run(folder, sink) as run:
                before = sink.count()
                write_line(log, number)
                wait_for(sink, before + 1)
                run.kill()
                run.communicate()
        with start_run(folder, sink) as run:
            write_line(log, kills)
            wait_for_keys(sink, {f"bot-token/k{number}@bot" for number in range(kills + 1)})
            run.terminate()
            run.communicate()
            assert run.returncode == 0
        return Counter(one.key for one in sink.read())


@contextmanager
def start_run(folder: Path, sink: Sink) -> Iterator[subprocess.Popen[bytes]]:
    words = ("--no-packs", "--rules", folder / "bot.yaml", "--state", folder / "state.db", "--service", "bot")
    source = (folder / "app.log", "--from", "start")
    with start("run", *source, *words, "--notify", sink.url, stdin=subprocess.DEVNULL) as run:
        try:
            yield run
        finally:
            run.kill()


def write_line(log: Path, number: int) -> None:
    with log.open("a") as file:
        file.write(f"{datetime.now(UTC).isoformat()} ERROR k{number} Session has expired\n")


def wait_for(sink: Sink, count: int) -> None:
    for _ in range(60_000):
        if sink.count() >= count:
            return
        Event().wait(0.001)
    raise AssertionError("nothing was sent")


def wait_for_keys(sink: Sink, keys: set[str]) -> None:
    for _ in range(3_000):
        if keys <= {one.body["key"] for one in sink.read()}:
            return
        Event().wait(0.01)
    raise AssertionError(f"never sent: {keys - {one.body['key'] for one in sink.read()}}")
