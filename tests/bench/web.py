"""`python -m tests.bench.web`: what metrics and the page cost a run at full speed, and what slow clients cost it."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.bench.inputs import Input, write_input
from tests.bench.tables import VERDICT_HEAD, write_table
from tests.metrics.making import make_event, make_incident, make_metrics, make_snapshot
from tests.programs_served import find_free_port, wait_for

SIZE_BYTES = 400_000_000
ROUNDS = 5
SLOW_CLIENTS = 500
HOSTILE_LABELS = 1_000_000
_SCRAPE_SECONDS = 0.25


class Pass(NamedTuple):
    """One reading of the file."""

    seconds: float
    cpu_seconds: float
    scrapes: list[float]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="logscan-web-") as name:
        folder = Path(name)
        path = folder / "quiet.log"
        write_input(Input("quiet", SIZE_BYTES, loud=0.0001), path)
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        read(path, environment, scrapes=False)  # so that rules are compiled
        plain, scraped, slowed = [], [], []
        for _ in range(ROUNDS):
            plain.append(read(path, environment, scrapes=False))
            scraped.append(read(path, environment, scrapes=True))
            slowed.append(read(path, environment, scrapes=True, slow_clients=SLOW_CLIENTS))
    rows = [
        ("scan while scraped four times a second, CPU time to alone", _ratio(scraped, plain), 1.05, "x"),
        ("scan with 500 slow clients, CPU time to without them", _ratio(slowed, scraped), 1.10, "x"),
        ("scrape of all packs' series meanwhile, p99", _p99(scraped), 0.05, "s"),
        *measure_series(),
        *measure_hostile_labels(),
    ]
    cells = [
        (claim, f"{value:.3g} {unit}", f"{bound:g}", "met" if value <= bound else "NOT MET")
        for claim, value, bound, unit in rows
    ]
    print(write_table(VERDICT_HEAD, cells))
    return 0


def read(path: Path, environment: dict[str, str], *, scrapes: bool, slow_clients: int = 0) -> Pass:
    """Have a `logscan run` read the whole file."""
    port = find_free_port()
    listen = f"127.0.0.1:{port}" if scrapes else "off"
    words = [sys.executable, "-m", "logscan", "run", str(path), "--from", "start", "--state", "none"]
    words += ["--output", "none", "--listen", listen]
    began = time.monotonic()
    program = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took: list[float] = []
    try:
        with ExitStack() as stack:
            if scrapes:
                client = stack.enter_context(
                    httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
                )
                wait_for(lambda: _is_up(client), "the server")
                stack.enter_context(_crowd(port, slow_clients))
                _scrape_until_read(client, took)
            else:
                wait_for(lambda: _has_read(program.pid), "the end of the file", seconds=300)
        seconds = time.monotonic() - began
        return Pass(seconds, _cpu_seconds(program.pid), took)
    finally:
        program.terminate()
        program.wait(20)


def measure_series() -> Iterator[tuple[str, float, float, str]]:
    """A registry with 1,000 incidents, and a page of as many."""
    from logscan.web.pages import Page

    incidents = [make_incident(number, service=f"s{number}") for number in range(1_000)]
    snapshot = make_snapshot(*incidents)
    metrics, page = make_metrics(snapshot), Page("0")
    yield "1,000 series written, p99", _time(metrics.write), 0.05, "s"
    yield "the page of 1,000 incidents, p99", _time(lambda: page.write(snapshot)), 0.1, "s"
    yield "its size", len(page.write(snapshot).encode()) / 1_000, 50, "KB"


def measure_hostile_labels() -> Iterator[tuple[str, float, float, str]]:
    metrics = make_metrics()
    for number in range(2_000):  # the most series there will ever be
        metrics.match(make_event(credential=f'x{number}"\\\n{{}}'))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(HOSTILE_LABELS):
        metrics.match(make_event(credential=f'y{number}"\\\n{{}}'))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert list(text_string_to_metric_families(metrics.write()[0].decode()))
    yield "1 M hostile label values: memory more", (after - before) / 1_000, 1, "MB"


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def _scrape_until_read(client: httpx.Client, took: list[float]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        began = time.perf_counter()
        text = client.get("/metrics").text
        took.append(time.perf_counter() - began)
        read_bytes = sum(
            float(line.split()[-1]) for line in text.splitlines() if line.startswith("logscan_bytes_total")
        )
        if read_bytes >= SIZE_BYTES * 0.99:
            return
        threading.Event().wait(_SCRAPE_SECONDS)


def _has_read(pid: int) -> bool:
    """By what the kernel says that the process read."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["rchar"]) >= SIZE_BYTES


@contextmanager
def _crowd(port: int, count: int) -> Iterator[None]:
    """Clients that connect, begin to ask, and go on one byte a second; who is sent away comes again."""
    leaving = threading.Event()

    def stay() -> None:
        crowd: list[socket.socket] = []
        while not leaving.wait(1.0 if len(crowd) >= count else 0.0):
            while len(crowd) < count:
                one = socket.create_connection(("127.0.0.1", port), timeout=5)
                one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nx: ")
                crowd.append(one)
            for one in tuple(crowd):
                try:
                    one.sendall(b"a")
                except OSError:
                    one.close()
                    crowd.remove(one)
        for one in crowd:
            one.close()

    thread = threading.Thread(target=stay, daemon=True)
    if count:
        thread.start()
    try:
        yield
    finally:
        leaving.set()
        if count:
            thread.join()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ratio(some: Sequence[Pass], others: Sequence[Pass]) -> float:
    return median(one.cpu_seconds for one in some) / median(one.cpu_seconds for one in others)


def _p99(passes: Sequence[Pass]) -> float:
    took = sorted(second for one in passes for second in one.scrapes)
    return took[min(int(len(took) * 0.99), len(took) - 1)]


def _time(act: object, times: int = 100) -> float:
    assert callable(act)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return sorted(took)[int(times * 0.99) - 1]


if __name__ == "__main__":
    sys.exit(main())
