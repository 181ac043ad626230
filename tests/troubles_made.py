"""Channels in trouble beside others; a reader that is killed while it tells."""

from __future__ import annotations

import gzip
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from logscan.store import open_store
from tests.certificates_made import make_own_tls
from tests.cli.running import environment, list_words
from tests.delivery.making import make_notices
from tests.making import NOW
from tests.offices_made import make_hook, run_office
from tests.services_made import Act, Reply, Request, Service, pour, reset, say_nothing, trickle
from tests.sinks_made import Sink, run_sink
from tests.soak import rotation

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n"
TROUBLES: Mapping[str, Act | Reply] = {
    "black hole": say_nothing,
    "reset": reset,
    "one byte a second": trickle(b"x" * 999, 1.0, head=_HEAD + b"X: "),
    "500": Reply(500),
    "429": Reply(429, b"", (("Retry-After", "3"),)),
    "400": Reply(400),
    "401": Reply(401),
    "404": Reply(404),
    "redirect": Reply(307, b"", (("Location", "http://127.0.0.1:1/"),)),
    "endless": pour(_HEAD + b"\r\n", b"x" * 65_536),
    "bomb": Reply(200, gzip.compress(b"0" * 30_000_000), (("Content-Encoding", "gzip"),)),
}


class Others(NamedTuple):
    """How a channel fared whose neighbours are all in trouble."""

    delays: list[float]  # milliseconds from before a notice is written until it is there, the least first
    longest_call: float  # seconds, of any channel

    @property
    def late(self) -> float:
        return self.delays[len(self.delays) * 99 // 100]


def measure_others(folder: Path, seconds: float, rate: float = 10.0) -> Others:
    """One that is well among all that are not, for so long."""
    longest, over = 0.0, threading.Event()
    opened: dict[str, float] = {}
    with ExitStack() as stack:
        sink = stack.enter_context(run_sink(folder))
        hooks = [make_hook("well", sink.url), make_hook("refused", "http://127.0.0.1:1/hook")]
        for name, act in TROUBLES.items():
            service = stack.enter_context(Service(partial(_answer, act)))
            hooks.append(make_hook(name, f"{service.url}/hook"))
        tls = stack.enter_context(Service(tls=make_own_tls()))
        hooks.append(make_hook("bad TLS", f"{tls.url}/hook"))
        running = stack.enter_context(run_office(folder / "state.db", hooks))
        for number in range(int(seconds * rate)):
            [notice] = make_notices([f"n{number}"])
            opened[notice.id] = time.time()
            running.post([notice])
            over.wait(1 / rate)
            now = time.monotonic()
            longest = max(longest, *(now - pulse.moved_at for pulse in running.office.pulses))
        for _ in range(600):
            if sink.count() >= len(opened):
                break
            over.wait(0.05)
        arrived = {one.key: one.at for one in sink.read()}
    assert opened.keys() <= arrived.keys()  # and it is told which of the others are refused
    return Others(sorted((arrived[one] - at) * 1_000 for one, at in opened.items()), longest)


def _answer(act: Act | Reply, _request: Request) -> Act | Reply:
    return act


class Told(NamedTuple):
    """What a service was sent by a reader that was killed again and again."""

    verdict: rotation.Verdict  # of the lines
    unsent: int  # notices that never came
    unknown: int  # that came, and nobody knows of
    repeats: int  # requests beyond one for each notice


_RULES = r"""
pack: test
title: Made-up
credential: token
specificity: provider
rules:
  - id: test.expired
    title: A token has expired
    credential: token/{number}
    signal: expired
    any: ['token expired (?P<number>\d+)']
    examples: {match: ['token expired 7'], ignore: ['token expired']}
"""


def endure_rotations(folder: Path, plan: rotation.Plan) -> Told:
    """F2 with a channel: rotations, a reader that is killed, and every notice at the service."""
    (folder / "test.yaml").write_text(_RULES)
    with run_sink(folder) as sink:
        verdict = rotation.run(plan, folder, partial(_start_reader, sink=sink))
        with _finishing(folder, sink):
            _wait_until_none_waits(folder / "state.db")
        with closing(sqlite3.connect(folder / "state.db")) as database:
            known = {name for (name,) in database.execute("SELECT notice_id FROM outbox")}
        sent = Counter(one.key for one in sink.read())
    return Told(verdict, len(known - sent.keys()), len(sent.keys() - known), sum(sent.values()) - len(sent))


def _start_reader(folder: Path, *, sink: Sink) -> subprocess.Popen[bytes]:
    words: list[str | Path] = [
        "run",
        "--no-packs",
        "--rules",
        folder / "test.yaml",
        "--state",
        folder / "state.db",
    ]
    words += ["--from", "start", "--output", "none", "--notify", sink.url, folder / "app.log"]
    return subprocess.Popen(list_words(*words), stdin=subprocess.DEVNULL, env=environment())


@contextmanager
def _finishing(folder: Path, sink: Sink) -> Iterator[None]:
    with _start_reader(folder, sink=sink) as reader:
        try:
            yield
        finally:
            reader.terminate()
            assert reader.wait(60) in (0, -signal.SIGTERM)  # it may have had nothing to do, not even to start


def _wait_until_none_waits(state: Path) -> None:
    for _ in range(3_000):
        with closing(sqlite3.connect(state)) as database:
            if not database.execute("SELECT count(*) FROM outbox WHERE state = 'waiting'").fetchone()[0]:
                return
        threading.Event().wait(0.1)
    raise AssertionError(state)


def measure_outage() -> float:
    """By how much the memory of a process grows in an hour's outage with 10,000 notices, as a part of it."""
    words = [sys.executable, "-c", "from tests.troubles_made import stand_outage; print(stand_outage())"]
    return float(subprocess.run(words, env=environment(), capture_output=True, check=True, text=True).stdout)


def stand_outage() -> float:
    """In a process of its own: the clock is set by hand, the state lies on disk."""
    import tempfile

    from logscan.errors import DeliveryError, TryAgain
    from logscan.model import Notice
    from tests.delivery.making import Box, Table

    def fail(_notice: Notice) -> DeliveryError | None:
        return TryAgain("HTTP 503")

    with tempfile.TemporaryDirectory() as folder:
        table, box = Table(open_store(Path(folder) / "state.db", NOW)), Box()
        box.fault = fail
        courier = table.open(box)
        before = most = 0
        for minute in range(60):
            table.post(*make_notices(f"{minute}-{number}" for number in range(170)))
            courier.fill(table.store)
            table.run(courier, 60)
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            before = before or (pages if minute == 9 else 0)  # as much as ever is in memory is there by then
            most = max(most, pages)
        table.store.close()
    return most / before - 1
