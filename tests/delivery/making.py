"""A channel that remembers, clocks that are set by hand, and a state that writes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random

from logscan.delivery import Courier, Desk
from logscan.errors import DeliveryError
from logscan.model import Event, Manner, Notice, Receipt
from logscan.store import Store, open_store
from tests.making import NOW
from tests.store.making import make_incident, make_notice

READERS = Manner("readers", takes_digests=True)
PROGRAM = Manner("program")


class Box:
    """Keeps what it is sent, or raises what it is told to."""

    def __init__(self, manner: Manner = PROGRAM, name: str = "ops") -> None:
        self.name, self.manner = name, manner
        self.sent: list[Notice] = []
        self.asked: list[tuple[str, str | None]] = []  # notice and memory, of every attempt
        self.fault: Callable[[Notice], DeliveryError | None] = lambda _notice: None
        self.is_closed = False

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        self.asked.append((notice.id, memory))
        fault = self.fault(notice)
        if fault is not None:
            raise fault
        self.sent.append(notice)
        return Receipt(memory=f"message {len(self.sent)}")

    def close(self) -> None:
        self.is_closed = True


class Frozen(Box):
    """Stands still in its first call until it may go on."""

    def __init__(self, name: str = "frozen") -> None:
        super().__init__(name=name)
        self.is_in, self.may_go_on = threading.Event(), threading.Event()

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        self.is_in.set()
        self.may_go_on.wait(60)
        return super().send(notice, memory)


class Table:
    """A state and clocks in one hand."""

    def __init__(self, store: Store | None = None, seed: int = 1) -> None:
        self.store = store or open_store(None, NOW)
        self.time = 0.0
        self.events: list[Event] = []
        self.tallies: list[tuple[str, str, int]] = []
        self.said: list[str] = []
        self.desk = Desk(
            self.hand,
            lambda: self.time,
            self.now,
            Random(seed),
            self.events.append,
            lambda *told: self.tallies.append(told),
            self.said.append,
        )

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.time)

    def hand(self, write: Callable[[Store], None], finish: Callable[[Store], None]) -> None:
        with self.store.transaction():
            write(self.store)
        finish(self.store)

    def post(self, *notices: Notice, channel: str = "ops", due: datetime | None = None) -> None:
        with self.store.transaction():
            for notice in notices:
                self.store.outbox.add(channel, notice, self.now(), due)

    def open(self, channel: Box) -> Courier:
        courier = Courier(channel, self.desk)
        courier.open(self.store)
        return courier

    def run(self, courier: Courier, seconds: float) -> None:
        """All that happens within that time."""
        end = self.time + seconds
        while (due := courier.step()) <= end:
            self.time = max(self.time, due)
        self.time = end

    def count(self, outcome: str) -> int:
        return sum(count for _, told, count in self.tallies if told == outcome)


def make_notices(names: Iterable[object], **changes: object) -> list[Notice]:
    """One for each name, of an incident of its own."""
    return [make_notice(str(name), make_incident(f"token-{name}", **changes)) for name in names]
