"""The keeper's thread: takes what comes, has it judged, and writes what came of it; it prints and sends nothing.

A batch with events is written as soon as it comes, together with every earlier position of its source; positions
alone are written once a second. What cannot be written is tried again, and the sources wait meanwhile.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from logscan.incidents import Moment
from logscan.keeper.desks import Desk, Draft, Kept
from logscan.keeper.intakes import Batch, Intake, Load, Task
from logscan.model import Verdict
from logscan.store import Store

_SAVE_SECONDS = 1.0
_LOOK_SECONDS = 0.5  # how often to look for requests of other processes
_RETRY_SECONDS = 1.0
_RETENTION = timedelta(days=30)
_CLEAN_SECONDS = 3600.0


class Keeper:
    """Takes in on its own thread; `on_kept` is called there, once what it names cannot be lost any more."""

    def __init__(
        self,
        desk: Desk,
        on_kept: Callable[[Kept], None],
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.desk, self._on_kept, self._clock, self._now = desk, on_kept, clock, now
        self._intake = Intake()
        self._positions: dict[tuple[str, str], bytes | None] = {}
        self._saved_at = self._cleaned_at = clock()
        self._giving_up = threading.Event()
        self._ends_waits = False
        self._are_waits_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self.failure: str | None = None  # why nothing can be written now
        self.failing_since: float | None = None  # by the clock
        self.fault: BaseException | None = None  # of our own; nothing is kept after it
        self.on_fault: Callable[[], None] = lambda: None
        self.on_turn: Callable[[], None] = lambda: (
            None
        )  # called on the keeper's thread, at least twice a second
        self.moved_at = clock()  # when it last did anything

    def start(self) -> None:
        self._thread.start()

    def take(self, batch: Batch) -> None:
        """Hand over a batch; wait while much is waiting."""
        self._intake.put(batch)

    def judge(self, verdict: Verdict) -> None:
        """Hand over what a probe found."""
        self._intake.put(verdict)

    def perform(
        self,
        write: Callable[[Store], None],
        then: Callable[[Store], None] = lambda _: None,
        *,
        is_light: bool = False,
    ) -> None:
        """Have something written within the next transaction, and something done once that is kept.

        `is_light`: to lose it in a power cut only means to do it again.

        `write` is called again when the transaction fails. Both are called on the keeper's thread.
        """
        self._intake.put(Task(write, then, is_light))

    def order(self, write: Callable[[Store], None], then: Callable[[Store], None]) -> None:
        """The same for what a person asked for; it never waits."""
        self._intake.order(Task(write, then))

    def end_waits(self, patience_seconds: float) -> bool:
        """Nothing more will come from the inputs: whatever was waited for is over now, and is kept. False when not in time."""

        def end(_store: Store) -> None:
            self._ends_waits = True

        self.perform(lambda _: None, end)
        return self._are_waits_over.wait(patience_seconds)

    def stop(self, patience_seconds: float, *, ends_waits: bool = False) -> bool:
        """Write what is waiting; False when that could not be done in time.

        `ends_waits`: nothing more will ever come, so that whatever was waited for is over now.
        """
        self._ends_waits |= ends_waits
        self._intake.end()
        self._thread.join(patience_seconds)
        done = not self._thread.is_alive()
        self._giving_up.set()
        self._thread.join()
        return done and self.failure is None and self.fault is None

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as fault:  # noqa: BLE001 - raised again by whoever started the keeper
            self.fault = fault
            self._intake.close()
            self.on_fault()

    def _work(self) -> None:
        is_over = has_come = False
        self._settle(Load())  # what was due while nobody was here
        while not is_over:
            load = self._intake.take(self._choose_wait())
            is_over = load.is_last or self._giving_up.is_set()
            if not self._settle(load):
                return
            self.moved_at = self._clock()
            self.on_turn()
            # What came after that, such as of a channel that was refused, is over with everything.
            has_come |= bool(load.verdicts) or any(batch.seen for batch in load.batches)
            if self._ends_waits and ((has_come and is_over) or not self._are_waits_over.is_set()):
                self._keep(self.desk.finish(self._look_at_clocks()))
                self._are_waits_over.set()
                has_come = False

    def _choose_wait(self) -> float:
        due = self.desk.next_due()
        return _LOOK_SECONDS if due is None else max(0.0, min(_LOOK_SECONDS, due - self._clock()))

    def _settle(self, load: Load) -> bool:
        """False when it was given up."""
        for batch in load.batches:
            if batch.position is not None:
                self._positions[batch.source, batch.stream] = batch.position or None
        draft = self.desk.judge(load, self._look_at_clocks())
        is_due = load.is_last or self._clock() - self._saved_at >= _SAVE_SECONDS
        if draft.is_empty and not (is_due and self._positions):
            return True
        return self._keep(draft)

    def _keep(self, draft: Draft) -> bool:
        """Try until it is done; False when that was given up."""
        while True:
            try:
                self.desk.write(draft, self._positions, self._now(), self._choose_retention())
            except (sqlite3.Error, OSError) as error:
                self.failure = str(error)
                self.failing_since = self.failing_since or self._clock()
                self.moved_at = self._clock()  # it is the disk that stands still, and that is told as such
                if self._giving_up.wait(_RETRY_SECONDS):
                    return False
                continue
            self.failure = self.failing_since = None
            self._positions.clear()
            self._saved_at = self._clock()
            self.desk.settle(draft)
            self._on_kept(draft.kept)
            return True

    def _choose_retention(self) -> datetime | None:
        """Before when all is forgotten, when it is time to clean up."""
        if self._clock() - self._cleaned_at < _CLEAN_SECONDS:
            return None
        self._cleaned_at = self._clock()
        return self._now() - _RETENTION

    def _look_at_clocks(self) -> Moment:
        return Moment(self._clock(), self._now())
