"""One channel's rows, step by step: send, record, wait; no thread and no clock of its own.

What became of an attempt is kept before the next one starts, so that a crash repeats at most the call in flight. What is
due and not in memory stays in the state: an outage of an hour costs no memory. One that takes another's place starts
where that one has ended, so that nothing is sent twice, or out of order.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from logscan.delivery.complaints import Complaints
from logscan.delivery.desks import Desk, Outcome, Write
from logscan.delivery.digests import count_notices, merge_notices
from logscan.delivery.queues import Merge, Queue, Send
from logscan.delivery.verdicts import make_event
from logscan.delivery.waits import choose_pause
from logscan.errors import GiveUp, TryAgain, write_fault
from logscan.model import Channel, Incident, NoticeType, Receipt, Repeater, name_thread
from logscan.store import Due, RowState, Store, Thread

_LOOK_SECONDS = 60.0  # the wall clock may have jumped, so the state is asked that often when a row is due
_RECORD_SECONDS = 1.0
_LONGEST_CALL_SECONDS = 26.0  # so long one that leaves may still be sending
_NAME_CHARS = 24
_MOST_MEMORIES = 10_000


class Courier:
    """`step` belongs to one thread, `fill` and `open` to the one that owns the state."""

    def __init__(self, channel: Channel, desk: Desk, before: Courier | None = None) -> None:
        self.channel, self.name, self._desk = channel, channel.name, desk
        self._before = before  # whose place it takes, until it has
        self.has_left = threading.Event()  # it sends nothing any more, and what it sent is handed over
        self._repeater = channel if isinstance(channel, Repeater) else None
        self._queue = Queue(channel.manner)
        self._complaints = Complaints(self.name, desk.warn)
        self._memories: dict[str, str | None] = {}  # by thread, of what is in the queue
        self._told: dict[str, Incident] = {}  # as they were last sent, for a channel that repeats
        self._repeat_at = desk.clock()
        self._fill_at = math.inf
        self._has_more = False
        self._is_refused: bool | None = None  # None: nobody knows yet
        self._is_open = self._is_leaving = False
        self._changed = threading.Condition()
        self.moved_at = desk.clock()  # when it last did anything

    @property
    def is_idle(self) -> bool:
        with self._changed:
            return self._is_open and not self._queue and not self._has_more

    @property
    def is_unanswered(self) -> bool:
        """Something waits, and nothing has failed."""
        return not self.is_idle and not self._queue.failures

    @property
    def ids(self) -> frozenset[int]:
        """The rows in memory, which nobody else may change."""
        before = self._before
        with self._changed:
            return self._queue.ids if before is None else self._queue.ids | before.ids

    def open(self, store: Store) -> None:
        """Take up what an earlier run left."""
        if self._repeater is not None:
            self._told = {one.id: one for one in store.threads.read_incidents(self.name)}
        self._is_open, self._before = True, None
        self.fill(store)

    def fill(self, store: Store) -> None:
        """Take in what may be sent now, as far as there is room; nothing while another may still send it."""
        if not self._is_open or self._is_leaving:
            return
        now, clock = self._desk.now(), self._desk.clock()
        with self._changed:
            held, space = self._queue.ids, self._queue.space
        numbers = store.outbox.list_ready(self.name, now, len(held) + space) if space else []
        rows = store.outbox.read_rows([one for one in numbers if one not in held][:space])
        memories = {
            thread: store.threads.read_memory(self.name, thread)
            for thread in {name_thread(row.notice) for row in rows}
        }
        next_due = store.outbox.find_next_due(self.name, now)
        with self._changed:
            self._queue.add(rows, clock)
            self._memories = {**memories, **self._memories}
            self._has_more = not space or len(numbers) == len(held) + space
            seconds = math.inf if next_due is None else (next_due - now).total_seconds()
            self._fill_at = clock + min(seconds, _LOOK_SECONDS) if next_due else math.inf
            self._changed.notify_all()

    def wait(self, most_seconds: float) -> None:
        """Until there is something to do, but no longer than that."""
        with self._changed:
            seconds = self._find_next() - self._desk.clock()
            if seconds > 0 and not self._is_leaving:
                self._changed.wait(min(seconds, most_seconds))

    def leave(self) -> None:
        """Wait for nothing any more; what is being sent is not recorded, and sent again by the next run."""
        with self._changed:
            self._is_leaving = True
            self._changed.notify_all()

    def step(self) -> float:
        """Do what is next; give the time of the step after that, infinity where only news can bring one."""
        clock = self.moved_at = self._desk.clock()
        if not self._is_open:
            self._take_over()
            return clock
        if self._repeater is not None and clock >= self._repeat_at:
            self._repeat(self._repeater, clock)
        if self._wants_more(clock):
            self._record(lambda _store: None, lambda: None)
        with self._changed:
            step = self._queue.choose(self._desk.clock())
        if isinstance(step, Send):
            self._send(step.row)
        elif isinstance(step, Merge):
            self._merge(step.rows)
        else:
            with self._changed:
                return self._find_next()
        return clock

    def close(self) -> None:
        """It will do nothing more."""
        try:
            self._complaints.tell_rest()
            self.channel.close()
        finally:
            self.has_left.set()

    def _take_over(self) -> None:
        """Start once the one before has ended; what it sent last is recorded before this is opened."""
        if self._before is not None:
            self._before.has_left.wait(_LONGEST_CALL_SECONDS)
        if not self._is_leaving:
            self._record(lambda _store: None, lambda: None)

    def _find_next(self) -> float:
        now = self._desk.clock()
        if self._wants_more(now):
            return now
        step = self._queue.choose(now)
        until = now if isinstance(step, Send | Merge) else math.inf if step.until is None else step.until
        return min(until, self._fill_at, self._repeat_at if self._told else math.inf)

    def _wants_more(self, clock: float) -> bool:
        return clock >= self._fill_at or (self._has_more and self._queue.space * 2 >= self._queue.window)

    def _record(self, write: Write, settle: Callable[[], None]) -> None:
        """Have it kept, and go on once it is."""
        kept = threading.Event()

        def finish(store: Store) -> None:
            with self._changed:
                settle()
                wants_more = self._wants_more(self._desk.clock())
            if not self._is_open:
                self.open(store)
            elif wants_more:
                self.fill(store)
            kept.set()

        self._desk.hand(write, finish)
        while not kept.wait(_RECORD_SECONDS) and not self._is_leaving:
            self.moved_at = self._desk.clock()  # it is the state that stands still, not this

    def _send(self, row: Due) -> None:
        try:
            receipt = self.channel.send(row.notice, self._memories.get(name_thread(row.notice)))
        except TryAgain as error:
            self._postpone(row, error)
        except GiveUp as error:
            self._bury(row, str(error), is_refused=error.broken)
        except Exception as fault:  # noqa: BLE001 - a channel's fault must neither lose a notice nor end its thread
            self._postpone(row, TryAgain(write_fault(self.name, fault)))
        else:
            self._finish(row, receipt)

    def _finish(self, row: Due, receipt: Receipt) -> None:
        thread = self._follow(row, receipt.memory)
        now = self._desk.now()

        def write(store: Store) -> None:
            store.outbox.mark(row.id, RowState.SENT, now, note=receipt.memory or "")
            if thread is not None:
                store.threads.write(thread, now)

        self._record(write, lambda: self._queue.note_done(row.id, self._desk.clock()))
        self._count(Outcome.SENT)
        self._complaints.succeed()
        if self._is_refused is not False:
            self._judge(f"{self.name}: takes messages", is_refused=False)

    def _follow(self, row: Due, memory: str | None) -> Thread | None:
        """What is to be known again of the incident, if anything."""
        name, incident = name_thread(row.notice), row.notice.incident
        repeated = None if self._repeater is None else incident
        if repeated is not None:
            self._told[name] = repeated
        if memory is not None:
            self._memories[name] = memory
        if len(self._memories) > _MOST_MEMORIES:
            # The state has them, too.
            self._memories = {name: self._memories.get(name)}
        if memory is None and repeated is None:
            return None
        return Thread(self.name, name, memory, repeated)

    def _postpone(self, row: Due, error: TryAgain) -> None:
        trial = self._queue.describe(row.id, self._desk.clock())
        pause = choose_pause(trial, self._desk.chance, error.after_seconds)
        if pause is None:
            self._bury(row, str(error), is_refused=False)
            return
        due = self._desk.now() + timedelta(seconds=pause.row)
        thread = None if error.memory is None else self._follow(row, error.memory)

        def write(store: Store) -> None:
            store.outbox.postpone(row.id, due, str(error))
            if thread is not None:
                store.threads.write(thread, self._desk.now())

        self._record(write, lambda: self._queue.note_failed(row.id, self._desk.clock(), pause))
        self._count(Outcome.RETRIED)
        if error.after_seconds is None:  # who asks for time is well
            self._complaints.fail(str(error), self._desk.clock())

    def _bury(self, row: Due, words: str, *, is_refused: bool) -> None:
        now = self._desk.now()
        self._record(
            lambda store: store.outbox.mark(row.id, RowState.DEAD, now, error=words),
            lambda: self._queue.note_done(row.id, self._desk.clock()),
        )
        self._count(Outcome.DEAD)
        self._complaints.give_up(words, count_notices(row.notice), self._desk.clock())
        if is_refused:
            self._judge(words, is_refused=True)

    def _merge(self, rows: Sequence[Due]) -> None:
        now = self._desk.now()
        digest = merge_notices([row.notice for row in rows], name_digest(self.name, rows), now)
        numbers = [row.id for row in rows]
        made: list[Due] = []

        def write(store: Store) -> None:
            made[:] = [store.outbox.merge(numbers, digest, now)]

        self._record(write, lambda: self._queue.replace(numbers, made[0], self._desk.clock()))
        merged = sum(1 for row in rows if row.notice.type is NoticeType.NOTICE)
        self._count(Outcome.SUPPRESSED, merged)

    def _repeat(self, channel: Repeater, clock: float) -> None:
        self._repeat_at = clock + channel.repeat_seconds
        longest = timedelta(seconds=channel.keep_ended_seconds)
        self._told = {
            name: one
            for name, one in self._told.items()
            if one.resolved_at is None or self._desk.now() - one.resolved_at <= longest
        }
        if not self._told:
            return
        try:
            channel.repeat(tuple(self._told.values()))
        except TryAgain as error:
            self._complaints.fail(str(error), clock)  # the next time comes anyway
        except GiveUp as error:
            self._complaints.fail(str(error), clock)
            if error.broken:
                self._judge(str(error), is_refused=True)
        except Exception as fault:  # noqa: BLE001 - as above
            self._complaints.fail(write_fault(self.name, fault), clock)
        else:
            self._complaints.succeed()

    def _judge(self, words: str, *, is_refused: bool) -> None:
        self._is_refused = is_refused
        self._desk.tell(make_event(self.name, words, self._desk.now(), is_refused=is_refused))

    def _count(self, outcome: Outcome, count: int = 1) -> None:
        if count:
            self._desk.tally(self.name, outcome.value, count)


def name_digest(channel: str, rows: Sequence[Due]) -> str:
    """The same for the same notices, so that a merge which is done again is no second digest."""
    told = "\n".join([channel, *(row.notice.id for row in rows)])
    return hashlib.sha256(told.encode()).hexdigest()[:_NAME_CHARS]
