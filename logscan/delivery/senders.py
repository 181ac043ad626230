"""One thread for each channel, so that a dead one delays no other; what it does stands in `couriers`."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import NamedTuple

from logscan.delivery.couriers import Courier
from logscan.errors import LogscanError

_BEAT_SECONDS = 5.0
LONGEST_STEP_SECONDS = 29.0  # a call may last 25


class Pulse(NamedTuple):
    """When a thread last moved, by the clock that never jumps, and how long it may take for one step."""

    name: str
    moved_at: float
    longest_seconds: float


class Sender:
    """Runs a courier until it is told to leave."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"send {courier.name}", daemon=True)

    @property
    def pulse(self) -> Pulse:
        return Pulse(self._thread.name, self._courier.moved_at, LONGEST_STEP_SECONDS)

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        """Start nothing more."""
        self._leaving.set()
        self._courier.leave()

    def join(self, seconds: float) -> bool:
        """False when it is still in a call, which ends with the process."""
        if self._thread.ident is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._leaving.is_set():
            until = self._courier.step()
            if until > self._courier.moved_at and not self._leaving.is_set():
                self._courier.wait(_BEAT_SECONDS)
        with suppress(LogscanError):
            self._courier.close()
