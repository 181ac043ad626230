"""F29 through a whole run: a channel that is well beside others in every kind of trouble, and what each of these was sent.

`python -m tests.soak.troubles [SECONDS]` takes two minutes of it.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from socket import socket
from typing import NamedTuple

import httpx

from tests.alertmanagers_made import find_port
from tests.certificates_made import make_own_tls
from tests.cli.running import environment, list_words
from tests.deliveries_made import MANY
from tests.services_made import Act, Reply, Request, Service
from tests.sinks_made import Sink, run_sink
from tests.troubles_made import TROUBLES

MOST_LATE_MS = 1_000
LONGEST_CALL_SECONDS = 30.0
ASKED_SECONDS = 3.0  # that the service which is told too much wants to be left alone
_REFUSING = "markup"  # a chat that refuses whatever it is sent, such as its markup
_PATIENCE = 60.0
_DEAD = re.compile(r'^logscan_notifications_total\{channel="([^"]+)",outcome="dead"\} (\d+)', re.MULTILINE)
_CONFIG = """
logscan: 1
incidents: {{settle: 0s}}
sources: [{{name: app, files: [app.log], from: start, service: bot}}]
rules: {{packs: [], files: [bot.yaml]}}
web: {{listen: '127.0.0.1:{port}'}}
channels:
"""


class Endured(NamedTuple):
    """How a run fared whose channels are all in trouble but one."""

    delays: list[
        float
    ]  # milliseconds from before a line is written until its notice is there, the least first
    longest_call: float  # seconds
    unwell: list[str]  # what was said of its health that was not well
    pauses: list[float]  # seconds between two tries at the service that asks for three
    buried: Mapping[str, int]  # notices that were given up, by channel
    is_counted: bool  # the same in metrics
    tries: Mapping[str, int]  # requests, by channel
    plain: int  # of them to the chat that refuses, those without its markup
    left_in: float  # seconds from SIGTERM to the end
    status: int

    @property
    def late(self) -> float:
        return self.delays[len(self.delays) * 99 // 100]


class _Crowd:
    """Services in trouble, and when each was asked what, and for how long."""

    def __init__(self, stack: ExitStack) -> None:
        self.asked: defaultdict[str, list[float]] = defaultdict(list)
        self.calls: list[float] = []
        self.urls: dict[str, str] = {}
        self.chat = Service(partial(self._answer, _REFUSING, Reply(400)))
        stack.enter_context(self.chat)
        for name, act in TROUBLES.items():
            channel = name.replace(" ", "-")
            told = _hold if name == "black hole" else act
            service = Service(partial(self._answer, channel, told))
            self.urls[channel] = f"{stack.enter_context(service).url}/hook"
        tls = stack.enter_context(Service(tls=make_own_tls()))
        self.urls |= {"bad-tls": f"{tls.url}/hook", "refused": "http://127.0.0.1:1/hook"}

    def _answer(self, name: str, told: Act | Reply, _request: Request) -> Act | Reply:
        self.asked[name].append(time.monotonic())
        return told if isinstance(told, Reply) else self._time(told)

    def _time(self, act: Act) -> Act:
        def work(connection: socket, ending: threading.Event) -> None:
            began = time.monotonic()
            try:
                act(connection, ending)
            finally:
                self.calls.append(time.monotonic() - began)

        return work


def _hold(connection: socket, ending: threading.Event) -> None:
    """Say nothing until the other one hangs up."""
    connection.settimeout(0.2)
    while not ending.is_set():
        with suppress(TimeoutError):
            if not connection.recv(1):
                return


def endure(folder: Path, seconds: float, rate: float = 8.0) -> Endured:
    """So many lines a second, for so long; each is a notice on every channel."""
    (folder / "bot.yaml").write_text(MANY)
    log, over = folder / "app.log", threading.Event()
    log.touch()
    written: dict[str, float] = {}
    with ExitStack() as stack:
        sink = stack.enter_context(run_sink(folder))
        crowd = _Crowd(stack)
        port = find_port()
        run = stack.enter_context(_running(folder, _write_config(port, sink, crowd)))
        unwell = _Health(port)
        unwell.wait_until_well()
        for number in range(int(seconds * rate)):
            written[f"bot-token/k{number}@bot"] = time.time()
            with log.open("a") as file:
                file.write(f"ERROR k{number} Session has expired\n")
            over.wait(1 / rate)
            if number % int(rate) == 0:
                unwell.look()
        _wait_until(lambda: written.keys() <= {one.body["key"] for one in sink.read()})
        is_counted = _wait_for_counts(unwell, folder / "state.db")
        ended = time.monotonic()
        run.terminate()
        status = run.wait(_PATIENCE)
        ended = time.monotonic() - ended
    arrived = {one.body["key"]: one.at for one in reversed(sink.read())}
    times = crowd.asked["429"]
    return Endured(
        delays=sorted((arrived[key] - at) * 1_000 for key, at in written.items()),
        longest_call=max(crowd.calls, default=0.0),
        unwell=unwell.said,
        pauses=[later - first for first, later in itertools.pairwise(times)],
        buried=_count_dead(folder / "state.db"),
        is_counted=is_counted,
        tries={name: len(asked) for name, asked in crowd.asked.items()},
        plain=sum("embeds" not in request.read_json() for request in crowd.chat.seen),
        left_in=ended,
        status=status,
    )


class _Health:
    """What a run says of its own health."""

    def __init__(self, port: int) -> None:
        self._url, self.said = f"http://127.0.0.1:{port}/", list[str]()

    def ask(self, page: str) -> str:
        return httpx.get(self._url + page, timeout=_PATIENCE, trust_env=False).raise_for_status().text

    def look(self) -> None:
        try:
            self.ask("healthz")
        except httpx.HTTPError as error:
            self.said.append(str(error))

    def wait_until_well(self) -> None:
        _wait_until(lambda: self._answers("readyz"))

    def _answers(self, page: str) -> bool:
        with suppress(httpx.HTTPError):
            return bool(self.ask(page))
        return False


def _write_config(port: int, sink: Sink, crowd: _Crowd) -> str:
    urls = {"well": sink.url, **crowd.urls}
    hooks = [f"  - {{name: '{name}', webhook: {{url: '{url}'}}}}\n" for name, url in urls.items()]
    chat = f"  - {{name: {_REFUSING}, discord: {{webhook: {{env: CHAT}}, base_url: '{crowd.chat.url}'}}}}\n"
    return _CONFIG.format(port=port) + "".join(hooks) + chat


@contextmanager
def _running(folder: Path, config: str) -> Iterator[subprocess.Popen[bytes]]:
    path = folder / "bot.conf"
    path.write_text(config)
    words = list_words("run", "-c", path, "--state", folder / "state.db", "--output", "none")
    words.remove("--listen")
    words.remove("off")
    environ = environment(CHAT="https://discord.com/api/webhooks/1/abc")
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ) as run:
        try:
            yield run
        finally:
            run.kill()


def _wait_for_counts(health: _Health, state: Path) -> bool:
    """Whether what was given up comes to be counted just so."""

    def agree() -> bool:
        found = {name: int(count) for name, count in _DEAD.findall(health.ask("metrics"))}
        return +Counter(found) == _count_dead(state)

    with suppress(AssertionError):
        _wait_until(agree)
        return True
    return False


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        threading.Event().wait(0.2)


def _count_dead(state: Path) -> Counter[str]:
    with closing(sqlite3.connect(state)) as database:
        rows = database.execute("SELECT channel, count(*) FROM outbox WHERE state = 'dead' GROUP BY channel")
        return Counter(dict(rows))


def list_failures(found: Endured) -> Iterator[str]:
    """Each promise that was not kept, but for those that a busy machine breaks."""
    if found.longest_call > LONGEST_CALL_SECONDS:
        yield f"a call of {found.longest_call:.1f} s"
    if found.unwell:
        yield f"not well: {found.unwell}"
    if found.pauses and min(found.pauses) < ASKED_SECONDS - 0.05:
        yield f"{min(found.pauses):.2f} s between two tries where {ASKED_SECONDS} were asked for"
    for name in ("400", "401", "404", "redirect", _REFUSING):
        if not found.buried.get(name):
            yield f"{name}: nothing was given up"
        # The last may have been in flight when all ended.
        elif found.tries[name] // (2 if name == _REFUSING else 1) - found.buried[name] not in (0, 1):
            yield f"{name}: {found.tries[name]} requests for {found.buried[name]} notices"
    if found.plain != found.tries[_REFUSING] // 2:
        yield f"{found.plain} of {found.tries[_REFUSING]} requests to a chat were plain"
    if not found.is_counted:
        yield "what was given up is not what is counted"
    if found.status or found.left_in > 5:
        yield f"ended with status {found.status} after {found.left_in:.1f} s"


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    with tempfile.TemporaryDirectory() as folder:
        found = endure(Path(folder), seconds)
    failures = list(list_failures(found))
    if found.late > MOST_LATE_MS:
        failures.append(f"p99 {found.late:.0f} ms")
    pause = statistics.median(found.pauses)
    if not ASKED_SECONDS <= pause <= ASKED_SECONDS + 1:
        failures.append(f"{pause:.2f} s between two tries")
    sys.stdout.write(
        f"{len(found.delays)} lines, {len(TROUBLES) + 3} channels in trouble: p50 {statistics.median(found.delays):.0f} ms,"
        f" p99 {found.late:.0f} ms, last {found.delays[-1]:.0f} ms from line to sink; longest call"
        f" {found.longest_call:.1f} s; 429 kept to {min(found.pauses):.2f} to {max(found.pauses):.2f} s"
        f" of {ASKED_SECONDS}; ended in {found.left_in:.1f} s\ngiven up {dict(found.buried)}, requests {dict(found.tries)}\n"
        + "".join(f"not kept: {one}\n" for one in failures)
    )
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
