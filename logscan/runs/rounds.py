"""What is done again and again beside a run: the heartbeat is called, the metrics file is written; it watches nothing itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from logscan.errors import ExchangeError, LogscanError
from logscan.http import Client
from logscan.metrics import Metrics
from logscan.references import Secret

_HEARTBEAT_SECONDS = 10.0
_LEAVE_SECONDS = 1.0


class Round:
    """Does something every so often on a thread of its own; what goes wrong is told once, until it works again."""

    def __init__(
        self, name: str, every_seconds: float, act: Callable[[], None], tell: Callable[[str], None]
    ) -> None:
        self._name, self._every_seconds, self._act, self._tell = name, every_seconds, act, tell
        self._leaving = threading.Event()
        self._is_failing = False
        self._thread = threading.Thread(target=self._walk, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Once more where that is quick; nothing waits for a slow one."""
        self._leaving.set()
        if self._thread.ident is not None:
            self._thread.join(_LEAVE_SECONDS)

    def _walk(self) -> None:
        while True:
            self._take_turn()
            if self._leaving.wait(self._every_seconds):
                return

    def _take_turn(self) -> None:
        try:
            self._act()
        except (OSError, LogscanError) as error:
            if not self._is_failing:
                self._tell(f"{self._name}: {_describe(error)}")
            self._is_failing = True
            return
        if self._is_failing:
            self._tell(f"{self._name}: works again")
        self._is_failing = False


def make_heartbeat(url: Secret, client: Client, is_well: Callable[[], bool]) -> Callable[[], None]:
    """Call an address as long as all is well: silence is what tells people that it is not."""

    def call() -> None:
        if not is_well():
            return
        answer = client.send("GET", url.reveal())
        if not 200 <= answer.status < 300:
            raise ExchangeError(f"answered with status {answer.status}; check the address in {url.origin}")

    return call


def make_textfile(metrics: Metrics, path: Path) -> Callable[[], None]:
    """Put the metrics in place as a whole file."""

    def write() -> None:
        metrics.write_file(path)

    return write


def _describe(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror or type(error).__name__}; name a place that can be written"
    return str(error)
