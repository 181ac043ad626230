"""Metrics, the web and the rounds beside a run: told of what happens, asked by people and programs; they never steer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket

from logscan.delivery import Pulse
from logscan.http import Client
from logscan.keeper import Kept
from logscan.metrics import Known, Metrics, list_rule_labels, name_family
from logscan.model import ChannelView, Event, Expiry, Incident, Signal, Snapshot, State, name_key
from logscan.pipeline import Manner
from logscan.references import Secret
from logscan.rules import RuleSet
from logscan.runs.boards import LONGEST_STEP_SECONDS, Clocks, Parts, take_snapshot
from logscan.runs.reloads import Reload
from logscan.runs.rounds import Round, make_heartbeat, make_textfile
from logscan.runs.vigils import Vigil
from logscan.sources.live import LiveSource
from logscan.store import RowState, Seen
from logscan.web import Access, Board, WebServer

_COUNT_SECONDS = 0.5
_SHOWN = timedelta(hours=24)
_TEXTFILE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be served, written and called."""

    known: Known
    label_limit: int
    started_at: datetime  # when the configuration in use was read
    listening: socket | None = None
    access: Access = field(default_factory=Access)
    textfile: Path | None = None
    heartbeat: tuple[Secret, float] | None = None  # whom to call, and every how many seconds
    kinds: Mapping[str, str] | None = None  # of the channels, by name
    dangers: int = 0  # settings that give up some safety


class Watch:
    """Made before the run, so that nothing is missed; `attach`ed to it, and started with its threads."""

    def __init__(self, wanted: Wanted, tell: Callable[[str], None]) -> None:
        self._wanted, self._tell = wanted, tell
        self._known, self._dangers = wanted.known, wanted.dangers
        self.metrics = Metrics(wanted.known, self.look, label_limit=wanted.label_limit)
        self.reload = Reload(is_taken=True, at=wanted.started_at)
        self._clocks = Clocks(time.monotonic, lambda: datetime.now(UTC))
        self._parts: Parts | None = None
        self._incidents: dict[str, Incident] = {}
        self._ids: dict[str, str] = {}  # of what lasts, by key
        self._expiries: tuple[Expiry, ...] = ()
        self._channels = tuple(
            ChannelView(name=name, kind=kind) for name, kind in (wanted.kinds or {}).items()
        )
        self._is_stale, self._counted_at = True, 0.0
        self._vigil: Vigil | None = None
        self._server: WebServer | None = None
        self._rounds: list[Round] = []

    def attach(self, vigil: Vigil, feeds: Mapping[LiveSource, Manner]) -> None:
        """Before the run's threads are started."""
        keeper = vigil.keeper
        self._vigil = vigil
        self._parts = Parts(
            pipeline=vigil.pipeline,
            feeds=feeds,
            list_incidents=lambda: list(self._incidents.values()),
            list_expiries=lambda: self._expiries,
            list_channels=lambda: self._channels,
            list_pulses=lambda: (
                Pulse("keeper", keeper.moved_at, LONGEST_STEP_SECONDS),
                *vigil.office.pulses,
            ),
            find_failure=lambda: keeper.failure,
            count_timeouts=vigil.pipeline.count_timeouts,
            find_reload=lambda: self.reload,
            count_dangers=lambda: self._dangers,
        )
        for incident in (*keeper.desk.store.incidents.read(), *keeper.desk.book.list_incidents()):
            self._take_incident(incident)
        self._take_expiries()
        keeper.on_turn = self.turn
        vigil.on_start = self.start

    def start(self) -> None:
        """Serve, write and call, each on a thread of its own."""
        wanted = self._wanted
        if wanted.listening is not None:
            board = Board(self.look, self.metrics.write, wanted.known.version)
            self._server = WebServer(wanted.listening, board, wanted.access)
            self._server.start()
        if wanted.textfile is not None:
            write = make_textfile(self.metrics, wanted.textfile)
            self._rounds.append(Round("metrics file", _TEXTFILE_SECONDS, write, self._tell))
        if wanted.heartbeat is not None:
            url, every_seconds = wanted.heartbeat
            client = Client(clock=time.monotonic, agent=f"logscan/{wanted.known.version}", timeout_seconds=10)
            call = make_heartbeat(url, client, self.is_well)
            self._rounds.append(Round("heartbeat", every_seconds, call, self._tell))
        for one in self._rounds:
            one.start()

    def note_reload(self, reload: Reload) -> None:
        """The configuration was read again."""
        self.reload = reload

    def take_rules(self, rules: RuleSet) -> None:
        """Lines are found by other rules."""
        self._know(replace(self._known, rules=list_rule_labels(rules.rules), rules_hash=rules.digest))

    def expect_channels(self, names: Iterable[str], dangers: int) -> None:
        """People are about to be told on other channels, of which so many settings give up some safety."""
        self._dangers = dangers
        self._know(replace(self._known, channels=tuple(names)))

    def take_channels(self, kinds: Mapping[str, str]) -> None:
        """Called on the keeper's thread: these are the channels from now on, with their kinds."""
        self._channels = tuple(ChannelView(name=name, kind=kind) for name, kind in kinds.items())
        self._is_stale = True

    def _know(self, known: Known) -> None:
        self._known = known
        self.metrics.know(known)

    def close(self) -> None:
        """End all of it; the file is written once more, with how all ended."""
        for one in self._rounds:
            one.stop()
        if self._wanted.textfile is not None and self._parts is not None:
            self._write_last(self._wanted.textfile)
        if self._server is not None:
            self._server.stop()

    def look(self) -> Snapshot:
        """How everything stands."""
        if self._parts is None:
            return Snapshot(at=self._clocks.now())
        return take_snapshot(self._parts, self._clocks)

    def is_well(self) -> bool:
        """Whether logscan itself is: its threads live and move, and what is found can be kept."""
        snapshot = self.look()
        return not snapshot.stuck and snapshot.failure is None

    def hear(self, kept: Kept) -> None:
        """Called on the keeper's thread, with what cannot be lost any more."""
        now = self._clocks.now()
        for incident in kept.incidents:
            self._take_incident(incident)
        for name in kept.dropped:
            self._incidents.pop(name, None)
        self._count_lines(kept.seen, now)
        for notice in kept.notices:
            if notice.incident is not None:
                self.metrics.change(notice.incident, notice.change)
        if any(one.event.expires_at or one.event.signal is Signal.REFRESHED for one in kept.seen):
            self._take_expiries()
        self._is_stale = True

    def _count_lines(self, lines: Sequence[Seen], now: datetime) -> None:
        """All that says the same at once: a storm's lines are many, and of few kinds."""
        alike: dict[tuple[object, ...], tuple[Event, str | None, int]] = {}
        delays: list[tuple[float, str | None]] = []
        for event, _stream, _offset, line, _marks in lines:
            credential, service = event.credential, event.service
            incident = self._ids.get(name_key(credential, service))
            kind = event.source, name_family(credential), event.rule, event.signal, event.severity
            found = alike.get(kind)
            shown = incident or (found[1] if found else None)
            alike[kind] = event, shown, found[2] + 1 if found else 1
            if line is not None and event.seen_at is not None:
                delays.append(((now - event.seen_at).total_seconds(), incident))
        for event, incident, count in alike.values():
            self.metrics.match(event, incident, count)
        self.metrics.detect(delays, now)

    def turn(self) -> None:
        """Called on the keeper's thread twice a second: count what waits, forget what ended long ago."""
        clock = self._clocks.clock()
        if not self._is_stale or clock - self._counted_at < _COUNT_SECONDS:
            return
        self._is_stale, self._counted_at = False, clock
        self._count_channels()
        before = self._clocks.now() - _SHOWN
        for incident in list(self._incidents.values()):
            if incident.state is State.RESOLVED and (incident.resolved_at or incident.last_seen) < before:
                del self._incidents[incident.id]

    def _take_incident(self, incident: Incident) -> None:
        self._incidents[incident.id] = incident
        if incident.state is State.RESOLVED:
            self._ids.pop(incident.key, None)
        else:
            self._ids[incident.key] = incident.id

    def _take_expiries(self) -> None:
        assert self._vigil is not None
        known = self._vigil.keeper.desk.book.list_expiries()
        self._expiries = tuple(Expiry(credential=key[0], service=key[1], at=at) for key, at in known.items())

    def _count_channels(self) -> None:
        assert self._vigil is not None
        if not self._channels:
            return
        counts: Counter[tuple[str, RowState]] = Counter(self._vigil.keeper.desk.store.outbox.count())
        self._channels = tuple(
            ChannelView(
                name=one.name,
                kind=one.kind,
                waiting=counts[one.name, RowState.WAITING],
                dead=counts[one.name, RowState.DEAD],
            )
            for one in self._channels
        )

    def _write_last(self, path: Path) -> None:
        try:
            self.metrics.write_file(path)
        except OSError as error:
            self._tell(f"metrics file: {path}: {error.strerror or type(error).__name__}")
