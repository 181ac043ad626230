"""What is said where logscan runs of a channel in trouble: at once, then at most once a minute; it knows no stream."""

from __future__ import annotations

import math
from collections.abc import Callable

_PAUSE_SECONDS = 60.0


class Complaints:
    """One channel's; every method is told the time, by a clock that never jumps."""

    def __init__(self, channel: str, say: Callable[[str], None]) -> None:
        self._channel, self._say = channel, say
        self._is_down = False  # and that was said
        self._down_again_at = self._lost_again_at = -math.inf  # not said again before
        self._lost, self._why = 0, ""  # given up, and not said yet

    def fail(self, words: str, now: float) -> None:
        """An attempt failed, and there will be another."""
        if not self._is_down and now >= self._down_again_at:
            self._is_down, self._down_again_at = True, now + _PAUSE_SECONDS
            self._say(f"channel {self._channel}: {words}; it is tried again")

    def succeed(self) -> None:
        """It took one."""
        if self._is_down:
            self._is_down = False
            self._say(f"channel {self._channel}: takes messages again")

    def give_up(self, words: str, notices: int, now: float) -> None:
        """So many are not tried again."""
        self._lost, self._why = self._lost + notices, words
        if now >= self._lost_again_at:
            self._lost_again_at = now + _PAUSE_SECONDS
            self.tell_rest()

    def tell_rest(self) -> None:
        """What was held back for its minute."""
        if self._lost:
            what = "a notice" if self._lost == 1 else f"{self._lost} notices"
            self._say(f"channel {self._channel}: gave up {what}: {self._why}")
        self._lost = 0
