"""A thread of a real run stands still, held in a call that the kernel does not end: health tells it, and no heart beats."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.alertmanagers_made import find_port
from tests.cli.running import BROKEN, COMMAND, MENDED, PACK, environment
from tests.services_made import Service

_PROMISED = 30.0
_CONFIG = """
logscan: 1
sources: [{{name: app, files: [app.log]}}]
rules: {{packs: [], files: [bot.yaml]}}
incidents: {{settle: 0s}}
channels:
  - {{name: fix, exec: ['true'], allow_exec: true}}
  - {{name: hook, webhook: {{url: '{url}/hook'}}}}
heartbeat: {{url: {{file: beat.url}}, every: 1s}}
"""


class Freeze(NamedTuple):
    """A call that only one thread makes, and what that thread is called."""

    call: str
    thread: str
    path: str | None = None  # only on this file


FREEZES = {
    "sender": Freeze("memfd_create", "send fix"),
    "reader": Freeze("pread64", "read app", "app.log"),
    "database": Freeze("fdatasync,fsync", "keeper", "state.db-wal"),
}


@pytest.mark.needs("strace")
def test_a_thread_that_stands_still_is_told_within_30_seconds(tmp_path: Path):
    with ThreadPoolExecutor() as at_once:
        for what in at_once.map(lambda name: stand_still(name, tmp_path / name), FREEZES):
            assert what in FREEZES


def stand_still(what: str, folder: Path) -> str:
    freeze = FREEZES[what]
    folder.mkdir()
    with Service() as service, follow(folder, service.url, freeze) as url:
        wait_until_seen(service, "/beat", 1)
        started = time.monotonic()
        write_line(folder, BROKEN)
        told = wait_until(url, 503)
        seconds = time.monotonic() - started
        silent_from = count_seen(service, "/beat")
        threading.Event().wait(3)
        silent_to = count_seen(service, "/beat")

        assert seconds <= _PROMISED + 5, "a few more, for the machine may be busy"
        assert told["problems"][0].startswith(f"the thread {freeze.thread!r} has not moved for ")
        assert silent_to - silent_from <= 1, "one that was on its way"
        if what == "sender":  # and nothing else waits for it
            assert httpx.get(f"{url}/readyz").status_code == 200
            write_line(folder, MENDED)
            wait_until_seen(service, "/hook", 2)
    return what


@contextmanager
def follow(folder: Path, service: str, freeze: Freeze) -> Iterator[str]:
    (folder / "bot.yaml").write_text(PACK)
    (folder / "bot.conf").write_text(_CONFIG.format(url=service))
    (folder / "beat.url").write_text(f"{service}/beat")
    log = folder / "app.log"
    log.touch()
    port = find_port()
    words = [*COMMAND, "run", "-c", "bot.conf", "--output", "none", "--state", "state.db"]
    words += ["--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(words, cwd=folder, env=environment()) as run:
        try:
            wait_until(f"http://127.0.0.1:{port}", 200)
            with hold(run.pid, freeze, folder):
                yield f"http://127.0.0.1:{port}"
        finally:
            run.kill()


@contextmanager
def hold(pid: int, freeze: Freeze, folder: Path) -> Iterator[None]:
    """Whoever makes that call from now on is kept in it."""
    words = ["-e", f"trace={freeze.call}", "-e", f"inject={freeze.call}:delay_enter=120s"]
    words += ["-P", str(folder / freeze.path)] if freeze.path else []
    command = ["strace", "-f", "-o", "/dev/null", *words, "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        for line in strace.stderr:
            if "attached" in line:
                break
        try:
            yield
        finally:
            os.kill(pid, signal.SIGKILL)
            strace.kill()


def write_line(folder: Path, text: str) -> None:
    with (folder / "app.log").open("a") as file:
        file.write(f"{datetime.now(UTC).isoformat()} {text}\n")


def wait_until(url: str, status: int) -> dict[str, list[str]]:
    """Until its health is that."""
    for _ in range(600):
        try:
            answer = httpx.get(f"{url}/healthz", timeout=5)
        except httpx.TransportError:
            threading.Event().wait(0.1)
            continue
        if answer.status_code == status:
            return dict(answer.json())
        threading.Event().wait(0.1)
    raise AssertionError(status)


def count_seen(service: Service, path: str) -> int:
    return sum(1 for request in service.seen if request.path == path)


def wait_until_seen(service: Service, path: str, count: int) -> None:
    for _ in range(600):
        if count_seen(service, path) >= count:
            return
        threading.Event().wait(0.1)
    raise AssertionError(path, count)
