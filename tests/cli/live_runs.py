"""Live runs as processes: what they print is waited for, and nothing is left running."""

from __future__ import annotations

import json
import select
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.cli.running import environment, list_words

PATIENCE = 60


@contextmanager
def running(*arguments: str | Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Leave nothing running."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    options = {**pipes, "env": environment(), **options}
    with subprocess.Popen(list_words(*arguments), **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def following(config: Path, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """One that prints no notices."""
    with running("run", "-c", config, "--output", "none", env=environment(**environ)) as process:
        yield process


def read_notice(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for the next line of stdout."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr and process.stderr.read()
    return dict(json.loads(line))


def wait_for_news(process: subprocess.Popen[bytes], words: str) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line.decode():
            return line.decode()
    raise AssertionError(words)


def write(process: subprocess.Popen[bytes], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.flush()


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(PATIENCE)


_READ: dict[int, int] = {}  # the last event that was read of a process


def read_event(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for the next line that took effect, in the state that was given with `--state`; what sources say is none."""
    assert isinstance(process.args, list)
    path = Path(process.args[process.args.index("--state") + 1])
    for _ in range(PATIENCE * 100):
        if path.exists():
            with closing(sqlite3.connect(path)) as database, suppress(sqlite3.OperationalError):
                row = database.execute(
                    "SELECT id, service, signal, severity, rule, evidence FROM events"
                    " WHERE id > ? AND credential NOT LIKE 'source:%' ORDER BY id",
                    (_READ.get(process.pid, 0),),
                ).fetchone()
                if row is not None:
                    _READ[process.pid] = row[0]
                    names = ("service", "signal", "severity", "rule", "evidence")
                    return dict(zip(names, row[1:], strict=True))
        select.select([], [], [], 0.01)
    raise AssertionError(path)
