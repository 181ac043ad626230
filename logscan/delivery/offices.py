"""Notices → rows for the channels that get them, and the senders that take them from there; it decides no incident."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from logscan.delivery.couriers import Courier, name_digest
from logscan.delivery.desks import Outcome
from logscan.delivery.digests import merge_notices
from logscan.delivery.routes import Address, Directory
from logscan.delivery.senders import Pulse, Sender
from logscan.model import ChangeKind, Notice, NoticeType
from logscan.store import UNADDRESSED, Store

MOST_WAITING = 20_000  # of one channel
_MERGED_PART = 100  # of all that may wait, so that it is not full again at once
_ENDINGS = (ChangeKind.LOWERED, ChangeKind.RESOLVED)


class Undelivered(NamedTuple):
    """What a channel was not told when all ended."""

    channel: str
    notices: int


def write_for_later(store: Store, notices: Sequence[Notice], now: datetime) -> None:
    """Where nobody tells people now: whoever opens an office on this state next finds whom they are for."""
    for notice in notices:
        store.outbox.add(UNADDRESSED, notice, now)


class Office:
    """`open`, `write` and `settle` are called by the owner of the state, in its thread."""

    def __init__(
        self,
        directory: Directory,
        couriers: Sequence[Courier],
        tally: Callable[[str, str, int], None] = lambda _channel, _outcome, _count: None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.directory = directory
        self._couriers = {courier.name: courier for courier in couriers}
        self._senders = {courier.name: Sender(courier) for courier in couriers}
        self._tally, self._most_waiting = tally, most_waiting
        self._touched: set[str] = set()
        self._suppressed: dict[str, int] = {}

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        """When each sender last moved."""
        return tuple(sender.pulse for sender in self._senders.values())

    @property
    def is_idle(self) -> bool:
        """Nothing waits that could be sent."""
        return all(courier.is_idle for courier in self._couriers.values())

    @property
    def is_unanswered(self) -> bool:
        """Some channel was not tried to its end yet."""
        return any(courier.is_unanswered for courier in self._couriers.values())

    def open(self, store: Store, now: datetime) -> int:
        """Take up what an earlier run left; say how much waits for channels that are gone, and is told to nobody."""
        with store.transaction():
            kept = store.outbox.read_waiting(UNADDRESSED)
            self.write(store, [row.notice for row in kept], now)
            store.outbox.drop(row.id for row in kept)
            strangers = store.outbox.hold_strangers(self._couriers, now)
        for courier in self._couriers.values():
            courier.open(store)
        self.settle(store)
        return strangers

    def start(self) -> None:
        for sender in self._senders.values():
            sender.start()

    def find_courier(self, channel: str) -> Courier | None:
        """Who sends on that channel now."""
        return self._couriers.get(channel)

    def change(self, directory: Directory, names: Collection[str], fresh: Sequence[Courier]) -> None:
        """Tell people so from now on: the fresh ones begin, each in the place of one of its name; what is not named ends."""
        couriers = {courier.name: courier for courier in (*self._couriers.values(), *fresh)}
        senders = {**self._senders, **{courier.name: Sender(courier) for courier in fresh}}
        left = [one for name, one in self._senders.items() if senders[name] is not one or name not in names]
        # Others look at these meanwhile, so they are replaced as a whole.
        self._couriers = {name: one for name, one in couriers.items() if name in names}
        self._senders = {name: one for name, one in senders.items() if name in names}
        self.directory = directory
        for sender in left:
            sender.leave()
        for courier in fresh:
            self._senders[courier.name].start()

    def write(self, store: Store, notices: Sequence[Notice], now: datetime) -> None:
        """Within the transaction that keeps what they tell: one row for each channel that gets one."""
        self._touched, self._suppressed = set(), {}
        for notice in notices:
            for address in self._list_addresses(store, notice, now):
                if address.held_until is not None and self._leave_one_reminder(store, notice, address, now):
                    continue
                if store.outbox.add(address.channel, notice, now, address.held_until):
                    self._touched.add(address.channel)
                    if address.held_until is None:
                        store.outbox.release(address.channel, notice.key, now)
        for channel in self._touched:
            excess = store.outbox.count_waiting(channel) - self._most_waiting
            if excess > 0:
                self._make_room(store, channel, excess, now)

    def settle(self, store: Store) -> None:
        """Once that is kept: hand it to the senders."""
        for channel in self._touched:
            self._couriers[channel].fill(store)
        for channel, count in self._suppressed.items():
            self._tally(channel, Outcome.SUPPRESSED.value, count)
        self._touched, self._suppressed = set(), {}

    def leave(self, patience_seconds: float) -> None:
        """Send nothing more; wait a little for what is being sent."""
        for sender in self._senders.values():
            sender.leave()
        for sender in self._senders.values():
            sender.join(patience_seconds / max(1, len(self._senders)))

    def list_undelivered(self, store: Store) -> list[Undelivered]:
        """What waits, by channel."""
        counts = [Undelivered(name, store.outbox.count_waiting(name)) for name in self._couriers]
        return [one for one in counts if one.notices]

    def _list_addresses(self, store: Store, notice: Notice, now: datetime) -> list[Address]:
        if notice.is_acknowledgement:
            return self._list_callers(store, notice)
        found = [one for one in self.directory.list_addresses(notice, now) if one.channel in self._couriers]
        incident = notice.incident
        if notice.change not in _ENDINGS or incident is None:
            return found
        # Whoever was told that it began is told that it ended, though it has become milder since.
        known = {one.channel for one in found}
        told = store.outbox.find_told(notice.key, incident.opened_at or incident.first_seen)
        for channel, due in told.items():
            if channel in self._couriers and channel not in known:
                found.append(Address(channel, due if due > now else None))
        return found

    def _list_callers(self, store: Store, notice: Notice) -> list[Address]:
        """Those that were told that it began, and call people again and again."""
        assert notice.incident is not None
        since = notice.incident.opened_at or notice.incident.first_seen
        told = store.outbox.find_told(notice.key, since)
        callers = {name for name, one in self._couriers.items() if one.channel.manner.takes_acknowledgements}
        return [Address(channel) for channel in sorted(callers & told.keys())]

    def _make_room(self, store: Store, channel: str, excess: int, now: datetime) -> None:
        """Too much waits: the mildest is merged, and every one of it counted."""
        held = self._couriers[channel].ids
        wanted = max(excess + 1, self._most_waiting // _MERGED_PART)
        mild = store.outbox.list_mildest(channel, wanted + len(held))
        busy = {key for number, key in mild if number in held}
        numbers = [number for number, key in mild if key not in busy]
        numbers = sorted(numbers[:wanted])
        if len(numbers) < 2:
            return
        rows = store.outbox.read_rows(numbers)
        digest = merge_notices([row.notice for row in rows], name_digest(channel, rows), now)
        store.outbox.merge(numbers, digest, now)
        merged = sum(1 for row in rows if row.notice.type is NoticeType.NOTICE)
        self._count_suppressed(channel, merged)

    def _leave_one_reminder(self, store: Store, notice: Notice, address: Address, now: datetime) -> bool:
        """Of what is held back people want one reminder, the last, and none beside news of the same incident."""
        if notice.change is not ChangeKind.REMINDED:
            return False
        held = store.outbox.list_held(address.channel, notice.key, now)
        reminders = [row.id for row in held if row.notice.change is ChangeKind.REMINDED]
        store.outbox.drop(reminders)
        is_told_anyway = len(held) > len(reminders)
        self._count_suppressed(address.channel, len(reminders) + is_told_anyway)
        return is_told_anyway

    def _count_suppressed(self, channel: str, count: int) -> None:
        if count:
            self._suppressed[channel] = self._suppressed.get(channel, 0) + count
