"""What a sender works with, and what it asks of whoever owns the state; nothing here acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import NamedTuple

from logscan.model import Event
from logscan.store import Store

Write = Callable[[Store], None]


class Outcome(StrEnum):
    """What became of an attempt, or of a notice; counted by."""

    SENT = "sent"
    RETRIED = "retried"
    DEAD = "dead"
    SUPPRESSED = "suppressed"  # told as part of a digest, or by a later reminder


class Desk(NamedTuple):
    """Hands, clocks and ears."""

    hand: Callable[
        [Write, Write], None
    ]  # the first within the next transaction, the second once that is kept
    clock: Callable[[], float]  # never jumps
    now: Callable[[], datetime]
    chance: Random
    tell: Callable[[Event], None]  # what a channel's own credential has come to
    tally: Callable[[str, str, int], None] = lambda _channel, _outcome, _count: None  # for metrics
    warn: Callable[[str], None] = lambda _: None  # where logscan runs
