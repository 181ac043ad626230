"""Blocking calls that can be left at once when the program ends; it never knows what they do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from logscan.sources.live import Stopped

T = TypeVar("T")


class Waiter:
    """The waits of one source, all of which end when it is woken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._woken = False
        self._on_wake: Callable[[], None] | None = None

    @property
    def is_woken(self) -> bool:
        return self._woken

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            on_wake = self._on_wake
            self._changed.notify_all()
        if on_wake is not None:
            on_wake()

    def set_on_wake(self, on_wake: Callable[[], None] | None) -> None:
        """What ends the wait that is not ours; raise Stopped when it is too late for that."""
        with self._changed:
            self._on_wake = on_wake
            if self._woken and on_wake is not None:
                raise Stopped

    def rest(self, seconds: float) -> None:
        """Wait; raise Stopped when woken."""
        with self._changed:
            if self._changed.wait_for(lambda: self._woken, seconds):
                raise Stopped

    def run(self, call: Callable[[], T], discard: Callable[[T], None] | None = None) -> T:
        """Call on another thread, since names and connections are looked up for as long as that takes.

        Raise Stopped when woken before it returns; `discard` takes what it gives after that.
        """
        errand = _Errand(call, discard, self._changed)
        threading.Thread(target=errand.run, name="railway-errand", daemon=True).start()
        with self._changed:
            self._changed.wait_for(lambda: self._woken or errand.is_done)
            if not errand.is_done:
                errand.is_abandoned = True
                raise Stopped
        return errand.give()


class _Errand(Generic[T]):
    def __init__(
        self, call: Callable[[], T], discard: Callable[[T], None] | None, changed: threading.Condition
    ) -> None:
        self._call, self._discard, self._changed = call, discard, changed
        self.is_done = self.is_abandoned = False
        self._results: list[T] = []
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._results.append(self._call())
        except Exception as error:  # noqa: BLE001 - raised again where it was waited for
            self._error = error
        with self._changed:
            self.is_done = True
            self._changed.notify_all()
            abandoned = self.is_abandoned
        if abandoned and self._discard is not None:
            for result in self._results:
                self._discard(result)

    def give(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
