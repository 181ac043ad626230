"""Railway's logs, followed until the program ends: connects, tells how it goes, tries again. It parses nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, NoReturn

from logscan.errors import ConfigError
from logscan.model import News, NewsKind
from logscan.references import Secret
from logscan.sources.live import Sink, Stopped
from logscan.sources.railway.chunks import Packer
from logscan.sources.railway.cursors import Cursors, read_cursors
from logscan.sources.railway.doors import Door, Key
from logscan.sources.railway.errands import Waiter
from logscan.sources.railway.failures import Failure, Limited, Oversized, Refused, Unknown
from logscan.sources.railway.places import Place
from logscan.sources.railway.subscriptions import Connection, Rhythm
from logscan.sources.railway.watches import Cadence, Watch

_STREAM = ""
_MOST_LINES = 5000  # of a backlog
_LEAST_LINES = 500
_BILLION = 1_000_000_000


class Pace(NamedTuple):
    """How long things take, in seconds."""

    least: float = 1.0  # between two attempts
    most: float = 30.0
    healthy: float = 30.0  # a connection that lived as long starts the attempts anew
    login: float = 300.0  # until a token that was refused is tried again: nobody mends it in a second
    settle: float = 5.0  # without a complaint: it is being read
    poll: float = 60.0  # between two looks for newer deployments
    ping: float = 30.0
    pong: float = 10.0


class Taking(NamedTuple):
    """How lines are taken."""

    max_line: int
    from_start: bool = False
    pace: Pace = Pace()


class Surroundings(NamedTuple):
    """What a source does not make itself."""

    clock: Callable[[], float]  # monotonic
    now: Callable[[], datetime]
    chance: random.Random
    agent: str  # how logscan names itself to Railway


class RailwaySource:
    """Hands on every entry once. `fetch_token` is asked at each attempt, so that a renewed file is taken up."""

    kind = "railway"

    def __init__(
        self,
        name: str,
        place: Place,
        fetch_token: Callable[[], Secret],
        surroundings: Surroundings,
        taking: Taking,
    ) -> None:
        self.name = name
        self._place, self._around, self._pace = place, surroundings, taking.pace
        self._from_start = taking.from_start
        self._door = Door(place, fetch_token, surroundings.agent, surroundings.clock, surroundings.now)
        self._packer = Packer(name, taking.max_line)
        self._waiter = Waiter()
        self._key: Key | None = None
        self._cursors: Cursors | None = None
        self._by_deployment = False  # this token may not read the environment's logs
        self._most_lines = _MOST_LINES
        self._attempts = 0
        self._down: str | None = None  # the cause that was told
        self._was_up = False
        self._has_settled = False  # in this attempt

    def run(self, sink: Sink) -> None:
        self._from_start = self._from_start or sink.starts_afresh
        position = sink.kept(self.name).get(_STREAM)
        if position is not None:
            self._cursors = read_cursors(position)
            # A position that cannot be read is a lost one: rather twice than never.
            self._from_start = self._cursors is None
        try:
            while True:
                self._waiter.rest(self._attempt(sink))
        except Stopped:
            return
        finally:
            self._door.close()

    def wake(self) -> None:
        self._waiter.wake()

    def lag_bytes(self) -> int | None:
        return None

    def _attempt(self, sink: Sink) -> float:
        """Read until that fails; give how long to wait before the next attempt."""
        began_at, self._has_settled = self._around.clock(), False
        try:
            self._read(sink)
        except ConfigError as error:
            self._tell_down(sink, "login", str(error))
            return self._pace.login
        except Refused as refusal:
            self._key, self._by_deployment = None, False
            self._tell_down(sink, refusal.cause, self._door.explain_refusal(refusal))
            return self._pace.login
        except Limited as limit:
            self._tell_down(sink, limit.cause, f"{limit}; it goes on in {limit.pause_seconds:.0f} s")
            return limit.pause_seconds
        except Failure as failure:
            if self._around.clock() - began_at >= self._pace.healthy:
                self._attempts = 0
            return self._judge(sink, failure)

    def _judge(self, sink: Sink, failure: Failure) -> float:
        """One drop is everyday; told is what does not pass by itself."""
        if isinstance(failure, Unknown):
            self._key = None
        fewer = self._ask_for_fewer(failure)
        if fewer < self._most_lines:
            self._most_lines = fewer
        elif isinstance(failure, Unknown) or (self._attempts > 0 and not self._has_settled):
            self._tell_down(sink, failure.cause, str(failure))
        self._attempts += 1
        most = min(self._pace.most, self._pace.least * 2**self._attempts)
        return self._around.chance.uniform(self._pace.least, most)

    def _ask_for_fewer(self, failure: Failure) -> int:
        """How many lines of a backlog to ask for after this."""
        if isinstance(failure, Oversized):
            return max(self._most_lines // 2, 1)
        if isinstance(failure, Unknown) and "limit" in str(failure).lower():
            return min(self._most_lines, max(self._most_lines // 2, _LEAST_LINES))
        return self._most_lines

    def _read(self, sink: Sink) -> NoReturn:
        """One connection, from its opening to its end; only ever ends by raising."""
        self._key = key = self._waiter.run(lambda: self._door.find_key(self._key))
        if self._cursors is None:
            began_at = min(key.target.asked_at, self._around.now())
            self._cursors = Cursors(0 if self._from_start else int(began_at.timestamp()) * _BILLION)
            sink.put(self._packer.mark(self._cursors))
        rhythm = Rhythm(self._pace.ping, self._pace.pong)
        connection = self._waiter.run(lambda: self._door.open(key, rhythm), Connection.close)
        try:
            self._waiter.set_on_wake(connection.abort)
            self._watch(sink, connection, key, self._cursors)
        except Failure as failure:
            if self._waiter.is_woken:
                raise Stopped from None
            if not isinstance(failure, Refused) or self._by_deployment:
                raise
            # Is it the login, or only this subscription? Asking again tells.
            self._key = self._waiter.run(lambda: self._door.find_key(None))
            self._by_deployment = True
            raise Failure(str(failure)) from None
        finally:
            self._waiter.set_on_wake(None)
            connection.close()

    def _watch(self, sink: Sink, connection: Connection, key: Key, cursors: Cursors) -> NoReturn:
        cadence = Cadence(self._around.clock, self._pace.settle, self._pace.poll, lambda: self._tell_up(sink))
        watch = Watch(self.name, sink, self._packer, cursors, cadence)
        if self._by_deployment:
            watch.follow_deployments(connection, key, self._most_lines, self._waiter)
        else:
            watch.follow_environment(connection, key, self._most_lines)

    def _tell_up(self, sink: Sink) -> None:
        if self._was_up:
            sink.tell(News(self.name, _STREAM, NewsKind.RESTARTED, "connection"))
        if self._down is not None or not self._was_up:
            sink.tell(
                News(self.name, _STREAM, NewsKind.UP, "", f"{self.name}: Railway's logs are being read")
            )
        self._was_up = self._has_settled = True
        self._down = None

    def _tell_down(self, sink: Sink, cause: str, text: str) -> None:
        if self._down != cause:
            sink.tell(News(self.name, _STREAM, NewsKind.DOWN, cause, f"{self.name}: {text}"))
        self._down = cause
