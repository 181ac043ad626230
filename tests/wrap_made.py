"""`wrap` as a process of its own, with a scanner that writes down what it was given."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / "tests" / "programs"
PATIENCE = 60.0
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def list_words(notes: Path | None, argv: tuple[str, ...], manner: str = "") -> list[str]:
    """The command line; without notes the scanner is a program that takes everything and does nothing."""
    scanner = ["sh", "-c", "exec cat >/dev/null"]
    if notes is not None:
        scanner = [sys.executable, str(PROGRAMS / "scanner.py"), str(notes), manner]
    return [sys.executable, str(PROGRAMS / "wrapping.py"), *scanner, "--", *argv]


def wrap(
    *argv: str, notes: Path | None = None, manner: str = "", **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end."""
    pipe = subprocess.PIPE
    options = {"stdout": pipe, "stderr": pipe, "env": ENVIRONMENT, "timeout": PATIENCE, **options}
    return subprocess.run(list_words(notes, argv, manner), check=False, **options)


@contextmanager
def wrapping(
    *argv: str, notes: Path | None = None, manner: str = "", **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run, and leave nothing running."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT, **options}
    with subprocess.Popen(list_words(notes, argv, manner), **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()


def read_notes(notes: Path) -> list[list[Any]]:
    """What the scanner was given, in its order; an unfinished line is none yet."""
    if not notes.exists():
        return []
    return [json.loads(line) for line in notes.read_bytes().split(b"\n")[:-1]]


def text_of(items: list[list[Any]], stream: str) -> str:
    return "".join(item[1] for item in items if item[0] == stream)


def wait_for(claim: Callable[[], Any]) -> Any:
    """Ask until it is true: what another process does to a file wakes nobody."""
    deadline = monotonic() + PATIENCE
    while not (value := claim()):
        assert monotonic() < deadline
        select.poll().poll(5)
    return value
