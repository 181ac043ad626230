"""A real Alertmanager on loopback that tells what it would tell to a service of the tests; it asserts nothing."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Self

import httpx

PATIENCE_SECONDS = 30.0
CONFIGURATION = """
route:
  receiver: stub
  group_by: [alertname, service]
  group_wait: 100ms
  group_interval: 200ms
  repeat_interval: 1h
receivers:
  - name: stub
    webhook_configs:
      - url: {url}
        send_resolved: true
"""


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Alertmanager:
    """Starts on the same port, with the same folder, each time it is entered."""

    def __init__(self, folder: Path, receiver_url: str) -> None:
        self.url = f"http://127.0.0.1:{find_port()}"
        self._folder = folder
        (folder / "alertmanager.yml").write_text(CONFIGURATION.format(url=receiver_url))
        self._program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._program = subprocess.Popen(
            [
                "prometheus-alertmanager",
                f"--config.file={self._folder}/alertmanager.yml",
                f"--storage.path={self._folder}/kept",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self._is_ready)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._program is not None
        self._program.kill()
        self._program.wait(PATIENCE_SECONDS)

    def list_alerts(self) -> list[dict[str, Any]]:
        """What it holds to be firing."""
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/api/v2/alerts", timeout=PATIENCE_SECONDS).json()
        return found

    def _is_ready(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/-/ready", timeout=5).is_success
        return False


def wait_for(is_so: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        threading.Event().wait(0.05)
