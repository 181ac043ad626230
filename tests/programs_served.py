"""Real servers of other projects, started on free ports of this machine and ended with the test."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

_T = TypeVar("_T")
_WAIT_SECONDS = 60.0


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return int(asked.getsockname()[1])


def wait_for(ask: Callable[[], _T | None], what: str, seconds: float = _WAIT_SECONDS) -> _T:
    """Ask again and again until there is an answer: other programs offer no better way."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:g} s")


class Prometheus:
    """A running Prometheus."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=20)

    def is_ready(self) -> bool:
        try:
            return self._client.get("/-/ready").status_code == 200
        except httpx.TransportError:
            return False

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """The series of an expression, at this moment."""
        answer = self._client.get("/api/v1/query", params={"query": expression})
        said = json.loads(answer.content)
        assert said["status"] == "success", (expression, said)
        result: list[dict[str, Any]] = said["data"]["result"]
        return result

    def list_firing(self) -> set[str]:
        said = json.loads(self._client.get("/api/v1/alerts").content)
        return {one["labels"]["alertname"] for one in said["data"]["alerts"] if one["state"] == "firing"}

    def close(self) -> None:
        self._client.close()


@contextmanager
def run_prometheus(configuration: str, folder: Path) -> Iterator[Prometheus]:
    (folder / "prometheus.yml").write_text(configuration)
    port = find_free_port()
    words = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    program = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    asked = Prometheus(f"http://127.0.0.1:{port}")
    try:
        wait_for(asked.is_ready, "Prometheus")
        yield asked
    finally:
        asked.close()
        program.terminate()
        program.wait(20)
