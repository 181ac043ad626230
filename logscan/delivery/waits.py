"""How long a failed attempt waits for the next one, and when there is none; it keeps no time itself."""

from __future__ import annotations

from random import Random

from logscan.delivery.queues import Pause, Trial

LEAST_SECONDS = 1.0
MOST_SECONDS = 300.0
OLDEST_SECONDS = 86_400.0  # after a day of trying, whatever it was is told elsewhere
_ASKED_JITTER_SECONDS = 0.8  # what a service asked for is kept to a second


def choose_wait(attempt: int, chance: Random) -> float:
    """Full jitter: from one second to 2ⁿ, at most five minutes."""
    return chance.uniform(LEAST_SECONDS, min(MOST_SECONDS, 2.0 ** min(attempt, 16)))


def choose_pause(trial: Trial, chance: Random, asked_seconds: float | None) -> Pause | None:
    """For how long a failure silences its row and its channel; None: it is given up."""
    if trial.age_seconds >= OLDEST_SECONDS:
        return None
    # A service that asks for no time and goes on failing is no reason to knock without pause.
    if asked_seconds is not None and asked_seconds >= LEAST_SECONDS:
        asked = asked_seconds + chance.uniform(0.0, _ASKED_JITTER_SECONDS)
        return Pause(asked, asked)
    row = choose_wait(trial.row, chance)
    return Pause(row, row if trial.row == trial.channel else choose_wait(trial.channel, chance))
