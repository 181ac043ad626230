"""`scan` as a job: its metrics in a file, or pushed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

LINE = "2026-11-21T10:00:00Z ERROR Error validating access token: Session has expired\n"


class Gateway:
    """Remembers what was put, and answers with the status that is set."""

    def __init__(self) -> None:
        self.puts: list[tuple[str, bytes]] = []
        self.status = 200
        gateway = self

        class Taker(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                gateway.puts.append((self.path, body))
                self.send_response(gateway.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text(LINE * 3)
    return path


def scan(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "logscan", "scan", "--pack", "meta", "--format", "summary", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def read(text: str) -> dict[tuple[str, str], float]:
    """Samples by name and, where they have one, rule."""
    return {
        (sample.name, sample.labels.get("rule", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_file_of_metrics_tells_what_was_found(log: Path, tmp_path: Path):
    target = tmp_path / "out" / "logscan.prom"
    target.parent.mkdir()

    done = scan(str(log), "--metrics-textfile", str(target))

    samples = read(target.read_text())
    assert done.returncode == 1
    assert samples["logscan_matches_total", "meta.session-expired"] == 3
    assert samples["logscan_matches_total", "meta.password-changed"] == 0
    assert samples["logscan_lines_total", ""] == 3
    assert [path.name for path in target.parent.iterdir()] == ["logscan.prom"]


def test_metrics_are_told_of_incidents_too(log: Path, tmp_path: Path):
    target = tmp_path / "logscan.prom"

    words = ["--incidents", "--format", "jsonl", str(log), "--metrics-textfile", str(target)]
    scan(*words)

    assert read(target.read_text())["logscan_matches_total", "meta.session-expired"] == 3


def test_a_gateway_is_told(log: Path, gateway: Gateway):
    done = scan(str(log), "--push-gateway", gateway.url)

    [(path, body)] = gateway.puts
    assert done.returncode == 1
    assert path == "/metrics/job/logscan"
    assert read(body.decode())["logscan_matches_total", "meta.session-expired"] == 3


def test_a_gateway_that_takes_nothing_is_an_error_and_findings_win_over_it(log: Path, gateway: Gateway):
    gateway.status = 400

    done = scan(str(log), "--push-gateway", gateway.url, "--fail-on", "never")
    found = scan(str(log), "--push-gateway", gateway.url)

    assert (done.returncode, found.returncode) == (2, 1)
    assert all("answered with status 400" in one.stderr for one in (done, found))


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://me:hunter2@127.0.0.1:1/", "a login stands in the address"), ("nonsense", "no address")],
)
def test_an_address_that_cannot_be_meant_is_refused_before_anything_is_read(url: str, said: str, log: Path):
    done = scan(str(log), "--push-gateway", url)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "hunter2" not in done.stderr


def test_a_file_that_cannot_be_written_is_an_error(log: Path, tmp_path: Path):
    words = ["--metrics-textfile", str(tmp_path / "none" / "x.prom")]

    done, found = scan(str(log), *words, "--fail-on", "never"), scan(str(log), *words)

    assert (done.returncode, found.returncode) == (2, 1)
    assert "x.prom: No such file or directory; name a file" in done.stderr
