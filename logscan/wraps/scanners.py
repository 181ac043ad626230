"""The scanner as our child: fed without waiting for it, and started again when it ends; nothing waits for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from logscan.children import Backoff, Streams, describe_end, describe_refusal, signal_group, spawn
from logscan.wraps.feeds import Feed

_BACKOFF = Backoff()
_WELL_SECONDS = 60.0  # who ran for so long did not fail at its start
# Where memory runs out, the kernel takes the scanner rather than the program.
_FIRST_TO_GO = b"800"


class ScannerChild:
    """At most one process; what it prints goes to stderr."""

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], chance: Callable[[], float]
    ) -> None:
        self.feed = Feed()
        self.pid: int | None = None
        self.due_at: float | None = None  # when it is to be started again
        self._argv, self._environment, self._chance = argv, environment, chance
        self._failures = 0
        self._started_at = 0.0

    def start(self, now: float) -> str:
        """Start it; say why when that failed, and when it is tried again."""
        self._started_at, self.due_at = now, None
        try:
            reader = self.feed.open()
            self.pid = spawn(self._argv, self._environment, Streams(reader, 2, 2))
        except OSError as error:
            return self._fall(describe_refusal(self._argv[0], error), now)
        with suppress(OSError), open(f"/proc/{self.pid}/oom_score_adj", "wb", buffering=0) as file:
            file.write(_FIRST_TO_GO)
        return ""

    def note_end(self, code: int, now: float) -> str:
        """It has ended and was reaped; say so, and when it is started again."""
        self.pid = None
        if now - self._started_at >= _WELL_SECONDS:
            self._failures = 0
        return self._fall(f"the scanner {describe_end(code)}", now)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.pid is not None:
            signal_group(self.pid, number)

    def _fall(self, words: str, now: float) -> str:
        self.feed.close()
        self._failures += 1
        delay = _BACKOFF.delay(self._failures, self._chance())
        self.due_at = now + delay
        return f"logscan: {words}; the program goes on unwatched, it is started again in {delay:.0f} s\n"


def draw_chance() -> float:
    """From 0 to 1, without the weight of the library for it."""
    return int.from_bytes(os.urandom(4)) / 0xFFFFFFFF
