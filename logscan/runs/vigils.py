"""A pipeline and its keeper, run until every input has ended or a signal comes; it prints nothing.

The first SIGTERM or SIGINT lets both finish, and ends the process when they have not in time: what was not kept is
read again after the next start. A second SIGINT ends it at once. SIGHUP asks for a reload, where nobody's terminal can hang up.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import NamedTuple

from logscan.blindness import list_blind
from logscan.delivery import Office
from logscan.events import EventReader
from logscan.keeper import Desk, Keeper, Kept
from logscan.model import News
from logscan.pipeline import Manner, Pipeline, Station
from logscan.runs.offices import Way, open_office
from logscan.scanner import Scanner
from logscan.sources.live import LiveSource

_ENDING = (signal.SIGTERM, signal.SIGINT)
_HANGUP = b"h"
_AT_ONCE_STATUS = 130  # 128 + SIGINT
_LOOK_SECONDS = 1.0  # between two looks at the state
_LEAVE_SECONDS = 4.5  # five are promised
_PATIENCE_SECONDS = 30.0  # for a state that cannot be written, once the inputs have ended
_GLANCE_SECONDS = 0.05  # between two at what is still to be delivered


class Patience(NamedTuple):
    """For how long people are still told once the inputs have ended."""

    seconds: float
    first_seconds: float  # as long as some channel has not answered at all


_PATIENT = Patience(30.0, 30.0)
_BRIEF = Patience(2.0, 3.5)  # somebody waits for the end
_HURRIED = Patience(1.5, 1.5)  # a signal ended it


class Vigil:
    """One run; call `run` from the main thread."""

    def __init__(self, pipeline: Pipeline, keeper: Keeper, office: Office) -> None:
        self.pipeline, self.keeper, self.office = pipeline, keeper, office
        self.on_hangup: Callable[[], None] | None = (
            None  # called on this thread; None: a hang-up ends the run
        )
        self.on_look: Callable[[bool], None] = lambda _is_over: (
            None
        )  # every second, and once when all is over
        self.on_start: Callable[[], None] = lambda: None  # starts threads that hear no signals
        self.is_waited_for = False  # whoever started the inputs is not to be kept waiting for their end
        self._over, self._ring = os.pipe()
        # Called on this thread with why the state cannot be written, and with None once it can again.
        self.on_trouble: Callable[[str | None], None] | None = None
        self._is_in_trouble = False
        self._is_hung_up = False
        self._was_told = False  # by a signal, to end
        self._fault: BaseException | None = None

    @property
    def was_stopped(self) -> bool:
        """Whether a signal ended it, and not its inputs."""
        return self._was_told

    def run(self) -> bool:
        """Return when all is over; False when not all that was found could be kept."""
        self.keeper.on_fault = self.stop
        with self._hearing_signals():
            worker = threading.Thread(target=self._work, name="pipeline", daemon=True)
            with _threads_that_hear_nothing():
                self.keeper.start()
                self.office.start()
                worker.start()
                self.on_start()
            while self._wait() == _HANGUP:
                self._is_hung_up = False
                if self.on_hangup is not None:
                    self.on_hangup()
            self.pipeline.stop()
            worker.join()
            # What is kept in memory cannot be waited for after this.
            ends_waits = not self._was_told or self.keeper.desk.is_in_memory
            if ends_waits:
                self.keeper.end_waits(_PATIENCE_SECONDS)
            self._deliver_rest()
            is_kept = self.keeper.stop(_PATIENCE_SECONDS, ends_waits=ends_waits)
            self.on_look(True)
        fault = self._fault or self.keeper.fault
        if fault is not None:
            raise fault
        return is_kept

    def stop(self) -> None:
        """End `run` from another thread."""
        os.write(self._ring, b"x")

    def _wait(self) -> bytes:
        """What ended the wait."""
        while not select.select([self._over], [], [], _LOOK_SECONDS)[0]:
            self.on_look(False)
            failure = self.keeper.failure
            if (failure is not None) != self._is_in_trouble:
                self._is_in_trouble = failure is not None
                if self.on_trouble is not None:
                    self.on_trouble(failure)
        return os.read(self._over, 1)

    def _deliver_rest(self) -> None:
        """Try for a while; a signal cuts it short."""
        patience = _HURRIED if self._was_told else _BRIEF if self.is_waited_for else _PATIENT
        started = time.monotonic()
        while not self.office.is_idle:
            most = patience.first_seconds if self.office.is_unanswered else patience.seconds
            if time.monotonic() - started >= most:
                break
            is_rung, _, _ = select.select([self._over], [], [], _GLANCE_SECONDS)
            if is_rung and os.read(self._over, 1) != _HANGUP and patience is not _HURRIED:
                started, patience = time.monotonic(), _HURRIED
        self.office.leave(_GLANCE_SECONDS)

    def _work(self) -> None:
        try:
            self.pipeline.run()
        except BaseException as fault:  # noqa: BLE001 - raised again where somebody can print it
            self._fault = fault
        finally:
            self.stop()

    @contextmanager
    def _hearing_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._hear) for number in _ENDING}
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, _leave)
        if self.on_hangup is not None:
            before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._hear_hangup)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGHUP,))  # one may have come before us
        elif signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # `nohup` means it
            before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._hear)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, heard in before.items():
                signal.signal(number, heard)

    def _hear_hangup(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_hung_up:  # the pipe must not fill: nobody reads it while the last one is heeded
            self._is_hung_up = True
            os.write(self._ring, _HANGUP)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if self._was_told:
            if number == signal.SIGINT:
                os._exit(_AT_ONCE_STATUS)
            return
        self._was_told = True
        # Nobody may read what we write any more, or the disk may hang: both threads would wait for ever.
        signal.setitimer(signal.ITIMER_REAL, _LEAVE_SECONDS)
        self.stop()


@contextmanager
def _threads_that_hear_nothing() -> Iterator[None]:
    """A thread takes over what was blocked where it was started.

    A signal that the kernel gave to another one would not end the wait that this thread is in.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (*_ENDING, signal.SIGHUP, signal.SIGALRM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(0)


class Told(NamedTuple):
    """Who hears of what was kept and of news, and how people are told."""

    on_kept: Callable[[Kept], None]
    on_news: Callable[[News], None]
    way: Way = Way()
    on_scan: Callable[[float], None] = lambda _: None  # how many seconds a piece of input took


def wire(
    sources: Mapping[LiveSource, Manner],
    scanner: Scanner,
    reader: EventReader,
    desk: Desk,
    told: Told,
) -> Vigil:
    """A run over a state."""
    store = desk.store
    keeper = Keeper(desk, told.on_kept, clock=time.monotonic, now=_now)
    station = Station(
        clock=time.monotonic,
        now=_now,
        mark=store.id.encode(),
        kept=store.read_positions(),
        starts_afresh=store.damaged is not None,
        on_news=told.on_news,
        on_scan=told.on_scan,
        blind=list_blind(desk.book.list_incidents()),
    )
    office = open_office(told.way, keeper)
    return Vigil(Pipeline(sources, scanner, reader, keeper, station), keeper, office)


def _now() -> datetime:
    return datetime.now(UTC)
