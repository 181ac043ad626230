"""Open channels and a keeper → senders that take their rows from its state; it sends nothing itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from logscan.delivery import Courier, Desk, Directory, Office
from logscan.keeper import Batch, Keeper, Post
from logscan.model import Channel, Event
from logscan.store import Seen, Store


class Way(NamedTuple):
    """How people are told."""

    channels: Sequence[Channel] = ()
    directory: Directory = Directory()
    tally: Callable[[str, str, int], None] = lambda _channel, _outcome, _count: None  # for metrics


def open_office(way: Way, keeper: Keeper) -> Office:
    """Take up what an earlier run left; the keeper has not started yet."""

    def hand(write: Callable[[Store], None], then: Callable[[Store], None]) -> None:
        # To lose it in a power cut only means to send the same id once more.
        keeper.perform(write, then, is_light=True)

    def tell(event: Event) -> None:
        keeper.take(Batch(event.source, "", None, (Seen(event, "", 0),)))

    desk = Desk(hand, time.monotonic, _now, random.SystemRandom(), tell, way.tally)
    office = Office(way.directory, [Courier(one, desk) for one in way.channels], way.tally)
    office.open(keeper.desk.store, _now())
    keeper.desk.post = Post(office.write, office.settle)
    return office


def _now() -> datetime:
    return datetime.now(UTC)
