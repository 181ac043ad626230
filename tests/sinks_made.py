"""A service in a process of its own that takes notices, and what it was sent."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = Path(__file__).parent / "programs" / "sink.py"


class Sent(NamedTuple):
    """One request, as it came."""

    at: float
    key: str
    status: str
    body: dict[str, Any]


class Sink:
    def __init__(self, log: Path, port: int) -> None:
        self._log, self.url = log, f"http://127.0.0.1:{port}/hook"

    def read(self) -> list[Sent]:
        """Everything that was sent so far."""
        if not self._log.exists():
            return []
        return [_read_line(line) for line in self._log.read_bytes().splitlines()]

    def count(self) -> int:
        return self._log.read_bytes().count(b"\n") if self._log.exists() else 0

    def break_down(self, answer: str = "") -> None:
        """Answer that from now on, such as `503`; nothing at all where it is empty."""
        self._down.write_text(answer)

    def recover(self) -> None:
        self._down.unlink()

    @property
    def _down(self) -> Path:
        return self._log.with_name(f"{self._log.name}.down")


@contextmanager
def run_sink(folder: Path, name: str = "sink") -> Iterator[Sink]:
    log = folder / f"{name}.log"
    program = subprocess.Popen([sys.executable, str(PROGRAM), str(log)], stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout is not None
        yield Sink(log, int(program.stdout.readline()))
    finally:
        program.kill()
        program.wait()
        assert program.stdout is not None
        program.stdout.close()


def _read_line(line: bytes) -> Sent:
    at, key, status, *rest = line.split(b" ", 3)
    words = status.decode()
    body = b" ".join(rest)
    start = body.find(b"{")
    return Sent(float(at), key.decode(), words, json.loads(body[start:]) if start >= 0 else {})
