"""`logscan run` as a process on one state, started and ended as often as one likes, and what it has told so far."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from tests.soak.oracle import PACK, ROOT, RULE, read_number

PATIENCE = 120.0
_TICK = 0.05


class Logscan:
    """One after the other; each leads a group of processes, so that nothing stays behind."""

    def __init__(self, folder: Path, *sources: str | Path, state: Path | None = None) -> None:
        self.folder, self.sources = folder, [str(source) for source in sources]
        self.state = state or folder / "state" / "state.db"
        self.errors = folder / "errors"
        self.rules = folder / "oracle.yaml"
        self.rules.write_text(PACK, encoding="utf-8")
        self.listen = "off"  # where it serves
        self.process: subprocess.Popen[bytes] | None = None
        self._said_before = 0  # bytes on stderr, of those before this one

    @property
    def command(self) -> list[str]:
        rules = ["--no-packs", "--rules", str(self.rules), "--state", str(self.state)]
        start = ["run", "-v", *rules, "--from", "start", "--output", "none", "--listen", self.listen]
        return [sys.executable, "-m", "logscan", *start, *self.sources]

    def start(self, *wrapper: str, **options: object) -> subprocess.Popen[bytes]:
        """Begin, under another program where one is given."""
        self._said_before = self.errors.stat().st_size if self.errors.exists() else 0
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [*wrapper, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": path},
                cwd=self.folder,
                start_new_session=True,
                **options,  # type: ignore[call-overload]
            )
        return self.process

    def signal(self, number: int) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> int:
        """Tell it to end once it hears that, and give its status."""
        self.wait_until_reading()
        self.signal(signal.SIGTERM)
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        """What stands on stderr so far; a fault of our own is never fine."""
        text = self.errors.read_text(encoding="utf-8") if self.errors.exists() else ""
        assert "Traceback" not in text, text
        assert "own fault" not in text, text
        return text

    def told(self) -> list[int]:
        """The number in each line that took effect, in their order."""
        query = "SELECT evidence FROM events WHERE rule = ? ORDER BY id"
        return [read_number(str(row[0])) for row in self._ask(query, RULE)]

    def has_told(self, numbers: Iterable[int]) -> bool:
        return set(numbers) <= set(self.told())

    def wait_until_told(self, numbers: Sequence[int], seconds: float = PATIENCE) -> float:
        """Wait for all of them; give the seconds that it took, or those that were too few."""
        return self.wait_until(lambda: self.has_told(numbers), seconds)

    def wait_until_reading(self) -> None:
        """It says so of the first file, and then it hears signals, too; or it has ended."""
        process = self.process
        assert process is not None
        self.wait_until(lambda: self.has_said(b"is being read") or process.poll() is not None)

    def has_said(self, words: bytes) -> bool:
        """Whether this one has, on stderr."""
        return words in self.errors.read_bytes()[self._said_before :]

    def wait_until_ended(self, seconds: float = PATIENCE) -> bool:
        process = self.process
        assert process is not None
        self.wait_until(lambda: process.poll() is not None, seconds)
        return process.poll() is not None

    def wait_until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> float:
        began, over = time.monotonic(), threading.Event()
        while not holds() and time.monotonic() - began < seconds:
            over.wait(_TICK)
        return time.monotonic() - began

    def _ask(self, query: str, *values: str) -> list[tuple[object, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{self.state}?mode=ro", uri=True)) as database:
                return database.execute(query, values).fetchall()
        except sqlite3.OperationalError:  # not there yet, or being written
            return []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.kill()
