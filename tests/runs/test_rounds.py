"""Rounds beside a run: a heartbeat while all is well, and a file of metrics."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from logscan.http import Client
from logscan.references import Secret
from logscan.runs.rounds import Round, make_heartbeat, make_textfile
from tests.metrics.making import make_metrics

PATIENCE = 20.0


class Station:
    """Hears heartbeats, and answers with the status that is set."""

    def __init__(self) -> None:
        self.status, self.heard = 200, queue.Queue[str]()
        station = self

        class Ear(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                station.heard.put(self.path)
                self.send_response(station.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> Secret:
        return Secret(f"http://127.0.0.1:{self.server.server_port}/ping/s3cret", "BEAT")


@pytest.fixture
def station() -> Iterator[Station]:
    made = Station()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(clock=time.monotonic, agent="logscan/test")
    yield made
    made.close()


def test_the_heart_beats_while_all_is_well(station: Station, client: Client):
    said: list[str] = []
    beat = Round("heartbeat", 0.01, make_heartbeat(station.url, client, lambda: True), said.append)

    beat.start()
    heard = [station.heard.get(timeout=PATIENCE) for _ in range(3)]
    beat.stop()

    assert heard == ["/ping/s3cret"] * 3
    assert said == []


def test_it_is_still_when_something_is_wrong(station: Station, client: Client):
    call = make_heartbeat(station.url, client, lambda: False)

    call()

    assert station.heard.empty()


def test_a_heartbeat_that_is_refused_is_told_once_and_without_its_address(station: Station, client: Client):
    said: queue.Queue[str] = queue.Queue()
    station.status = 500
    beat = Round("heartbeat", 0.01, make_heartbeat(station.url, client, lambda: True), said.put)

    beat.start()
    for _ in range(3):
        station.heard.get(timeout=PATIENCE)
    station.status = 200
    first, second = said.get(timeout=PATIENCE), said.get(timeout=PATIENCE)
    beat.stop()

    assert first == "heartbeat: answered with status 500; check the address in BEAT"
    assert second == "heartbeat: works again"
    assert said.empty()


def test_the_metrics_file_is_whole_whenever_it_is_looked_at(tmp_path: Path):
    path = tmp_path / "logscan.prom"
    written = threading.Event()
    write = make_textfile(make_metrics(), path)

    def write_and_tell() -> None:
        write()
        written.set()

    round_ = Round("metrics", 0.01, write_and_tell, print)
    round_.start()
    assert written.wait(PATIENCE)
    texts = {path.read_text()[-1:] for _ in range(100)}
    round_.stop()

    assert texts == {"\n"}
    assert os.listdir(tmp_path) == ["logscan.prom"]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path):
    said: queue.Queue[str] = queue.Queue()
    round_ = Round("metrics", 60, make_textfile(make_metrics(), tmp_path / "none" / "x.prom"), said.put)

    round_.start()
    text = said.get(timeout=PATIENCE)
    round_.stop()

    assert "No such file or directory" in text
