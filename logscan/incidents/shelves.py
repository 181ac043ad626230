"""All that the book knows, and the indexes to find it by; nothing is decided here."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from logscan.incidents.cases import NEVER, Case, Key
from logscan.incidents.manners import OWN_TERMS, IncidentManner, Moment, Terms
from logscan.incidents.memories import Memory
from logscan.incidents.outcomes import Outcome
from logscan.incidents.silences import Silence
from logscan.model import Event, Specificity, State, name_key

_MOST_MEMORIES = 4_000
_MOST_STREAMS = 1_000
_MOST_TRACES = 8  # in one stream
_ID_BYTES = 6
_JUMP_SECONDS = 1.0
_UNKNOWN = Terms()
_Where = tuple[str, str]  # source and stream
_Name = TypeVar("_Name")


class Trace(NamedTuple):
    """The last event of a case in a stream: less specific ones around it are about the same error."""

    clock: float
    seen_at: datetime | None
    line: int
    key: Key
    specificity: Specificity


class Turn(NamedTuple):
    """One call to the book: when it is, and what came of it so far."""

    moment: Moment
    outcome: Outcome
    who: str = ""  # asked for it, where somebody did


@dataclass(slots=True)
class Dirt:
    """What changed since it was last written down."""

    cases: set[Key] = field(default_factory=set)
    memories: set[Key] = field(default_factory=set)
    traces: set[_Where] = field(default_factory=set)


class Shelf:
    """Owned by one thread."""

    def __init__(self, terms: Mapping[str, Terms], manner: IncidentManner) -> None:
        self.terms = terms
        self.take_manner(manner)
        self.cases: dict[Key, Case] = {}
        self.by_base: dict[str, dict[Key, None]] = {}
        self.by_source: dict[tuple[str, str | None], dict[Key, None]] = {}  # source and service
        self.loose: dict[_Where, dict[Key, None]] = {}  # cases that a more specific one may absorb
        self.traces: dict[_Where, dict[Key, Trace]] = {}
        self.memories: dict[Key, Memory] = {}
        self.silences: dict[str, tuple[Silence, float]] = {}  # with its end by the clock
        self.blind: dict[str, Key] = {}  # sources that cannot be seen
        self.alarms: list[tuple[float, str, Key]] = []
        self.dirt = Dirt()
        self.serial = 0
        self.first_moment: Moment | None = None
        self.skew = 0.0  # seconds that the wall clock was moved since then
        self.silences_end = NEVER  # by the clock: the earliest

    def take_manner(self, manner: IncidentManner) -> None:
        """What is waited for already comes when it was to come."""
        self.manner = manner
        self.settle = manner.settle.total_seconds()
        self.quiet = manner.quiet.total_seconds() if manner.quiet is not None else NEVER
        self.gone = manner.gone_after.total_seconds() if manner.gone_after is not None else NEVER
        self.remind = tuple(pause.total_seconds() for pause in manner.remind)

    def find_terms(self, rule: str) -> Terms:
        """What a rule says; one that is not known tells at once."""
        return self.terms.get(rule) or OWN_TERMS.get(rule, _UNKNOWN)

    def find_case(self, name: str) -> Case | None:
        """By an incident's id or key."""
        for case in self.cases.values():
            if case.id == name or name_key(*case.key) == name:
                return case
        return None

    def name_base(self, event: Event) -> str:
        """The credential without what was captured."""
        base = self.find_terms(event.rule).base
        return event.credential if base is None else base

    def add_case(self, case: Case) -> None:
        """Put a new case on the shelf."""
        self.cases[case.key] = case
        self.by_base.setdefault(case.base, {})[case.key] = None
        self.touch(case)

    def add_source(self, case: Case, source: str) -> None:
        """Note which cases a source feeds."""
        self.by_source.setdefault((source, case.key[1]), {})[case.key] = None

    def drop_case(self, case: Case) -> None:
        """Take it off the shelf, whatever became of it."""
        key = case.key
        self.cases.pop(key, None)
        _discard(self.by_base, case.base, key)
        for source in case.sources:
            _discard(self.by_source, (source, key[1]), key)
            if self.blind.get(source) == key:
                del self.blind[source]
        self.loosen(case, is_loose=False)
        self.dirt.cases.add(key)

    def loosen(self, case: Case, *, is_loose: bool) -> None:
        """Whether a more specific event may take marks of it away."""
        for tally in case.tallies.values():
            for mark in tally.marks:
                where = (mark.source, mark.place.stream)
                if is_loose and mark.place.line is not None:
                    self.loose.setdefault(where, {})[case.key] = None
                elif not is_loose:
                    _discard(self.loose, where, case.key)

    def touch(self, case: Case) -> None:
        """It changed: it is to be written down, and its alarm set."""
        self.dirt.cases.add(case.key)
        self.alarm(case)

    def alarm(self, case: Case) -> None:
        """Wake up when it has something to say."""
        due = case.next_due()
        if due < case.due:
            case.due = due
            heapq.heappush(self.alarms, (due, name_key(*case.key), case.key))

    def is_due(self, clock: float) -> bool:
        """Whether an alarm or the end of a silence has come."""
        return self.silences_end <= clock or bool(self.alarms and self.alarms[0][0] <= clock)

    def pop_due(self, clock: float) -> Iterator[tuple[float, Case]]:
        """The cases whose time has come, in its order."""
        while self.alarms and self.alarms[0][0] <= clock:
            due, _, key = heapq.heappop(self.alarms)
            case = self.cases.get(key)
            if case is not None and case.due == due:
                case.due = NEVER
                yield due, case
                if case.key in self.cases:
                    self.alarm(case)

    def remember(self, key: Key) -> Memory:
        """What is known of a credential beyond its incidents; the oldest is forgotten."""
        memory = self.memories.get(key)
        if memory is None:
            if len(self.memories) >= _MOST_MEMORIES:
                oldest = next(iter(self.memories))
                del self.memories[oldest]
                self.dirt.memories.add(oldest)
            memory = self.memories[key] = Memory()
        self.dirt.memories.add(key)
        return memory

    def trace(self, where: _Where, trace: Trace) -> None:
        """Remember where a specific event stood."""
        traces = self.traces.get(where)
        if traces is None:
            if len(self.traces) >= _MOST_STREAMS:
                oldest = next(iter(self.traces))
                del self.traces[oldest]
                self.dirt.traces.add(oldest)
            traces = self.traces[where] = {}
        traces.pop(trace.key, None)  # the newest stands last
        traces[trace.key] = trace
        if len(traces) > _MOST_TRACES:
            del traces[next(iter(traces))]
        self.dirt.traces.add(where)

    def make_id(self, key: Key, wall: datetime) -> str:
        """The same for the same story, so that nothing depends on chance."""
        self.serial += 1
        text = f"{name_key(*key)}|{wall.isoformat()}|{self.serial}"
        return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=_ID_BYTES).hexdigest()

    def compare_clocks(self, moment: Moment) -> None:
        """Notice when the wall clock is set: what was written down in its terms is written anew."""
        first = self.first_moment
        if first is None:
            self.first_moment = moment
            return
        skew = (moment.wall - first.wall).total_seconds() - (moment.clock - first.clock)
        if abs(skew - self.skew) > _JUMP_SECONDS:
            if skew < self.skew:
                for case in self.cases.values():
                    case.date_anew(moment.wall, timedelta(seconds=self.skew - skew))
            self.skew = skew
            self.dirt.cases.update(self.cases)
            self.dirt.memories.update(self.memories)
            self.dirt.traces.update(self.traces)

    def add_silence(self, silence: Silence, moment: Moment) -> None:
        """Its end is by the clock from now on, wherever the wall clock is put."""
        self.silences[silence.id] = silence, moment.clock_at(silence.until)
        self._find_silences_end()

    def drop_silence(self, silence_id: str) -> None:
        """Forget it, if there is one."""
        self.silences.pop(silence_id, None)
        self._find_silences_end()

    def _find_silences_end(self) -> None:
        self.silences_end = min((end for _, end in self.silences.values()), default=NEVER)

    def is_blocked(self, case: Case) -> bool:
        """Whether something that feeds it cannot be seen: then silence says nothing."""
        return bool(self.blind) and any(source in self.blind for source in case.sources)

    def list_pending(self) -> list[Case]:
        return [case for case in self.cases.values() if case.state is State.PENDING]


def _discard(index: dict[_Name, dict[Key, None]], name: _Name, key: Key) -> None:
    keys = index.get(name)
    if keys is not None:
        keys.pop(key, None)
        if not keys:
            del index[name]
