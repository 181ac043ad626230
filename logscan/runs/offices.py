"""Open channels and a keeper → senders that take their rows from its state, others when that is asked for; it sends nothing itself."""

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
    warn: Callable[[str], None] = lambda _: None  # where logscan runs


class Shift(NamedTuple):
    """How people are told from now on."""

    directory: Directory
    names: frozenset[str]  # of every channel
    fresh: tuple[Channel, ...] = ()  # those that are new, or in another's place


def open_office(way: Way, keeper: Keeper) -> Office:
    """Take up what an earlier run left; the keeper has not started yet."""
    desk = _make_desk(way, keeper)
    office = Office(way.directory, [Courier(one, desk) for one in way.channels], way.tally)
    office.open(keeper.desk.store, _now())
    keeper.desk.post = Post(office.write, office.settle)
    return office


def change_office(
    office: Office,
    keeper: Keeper,
    shift: Shift,
    way: Way,
    then: Callable[[int], None],
) -> None:
    """Between two of the keeper's transactions; `then` is called there, with how much waited for channels that are gone."""
    held = [0]

    def write(store: Store) -> None:
        held[0] = store.outbox.hold_strangers(shift.names, _now())

    def settle(_store: Store) -> None:
        desk = _make_desk(way, keeper)
        fresh = [Courier(one, desk, office.find_courier(one.name)) for one in shift.fresh]
        office.change(shift.directory, shift.names, fresh)
        then(held[0])

    keeper.order(write, settle)


def _make_desk(way: Way, keeper: Keeper) -> Desk:
    def hand(write: Callable[[Store], None], then: Callable[[Store], None]) -> None:
        # To lose it in a power cut only means to send the same id once more.
        keeper.perform(write, then, is_light=True)

    def tell(event: Event) -> None:
        keeper.take(Batch(event.source, "", None, (Seen(event, "", 0),)))

    return Desk(hand, time.monotonic, _now, random.SystemRandom(), tell, way.tally, way.warn)


def _now() -> datetime:
    return datetime.now(UTC)
