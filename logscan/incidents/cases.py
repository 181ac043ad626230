"""A case: an incident as the book keeps it while it lives, with its counts and timers; it decides nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from logscan.incidents.manners import BADNESS, FUTURE, NOWHERE, Place, Terms
from logscan.model import DEFAULT_TITLES, Event, Incident, Reason, Severity, Signal, Specificity, State

Key = tuple[str, str | None]  # credential and service
NEVER = float("inf")
MOST_EVIDENCE = 5
EVIDENCE_CHARS = 500
_MOST_NAMES = 20  # sources and rules that an incident names
_ROOM = MOST_EVIDENCE + 1


class Mark(NamedTuple):
    """One event that waits for its threshold, and where it stands."""

    clock: float
    seen_at: datetime | None
    source: str
    place: Place


@dataclass(slots=True)
class Tally:
    """What one rule contributes to a case that waits."""

    specificity: Specificity
    needed: int
    within: float  # seconds
    marks: deque[Mark]
    wait: float  # seconds from the threshold to telling: settling or grace
    due: float = NEVER  # when it may be told; NEVER: below its threshold


@dataclass(slots=True)
class Case:
    """One credential in one service, from its first bad sign on; changed by the book only."""

    id: str
    key: Key
    base: str
    signal: Signal
    severity: Severity
    lead: str  # the rule that speaks for it
    first_seen: datetime
    last_seen: datetime
    state: State = State.PENDING
    count: int = 0
    absorbed: int = 0
    sources: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    expires_at: datetime | None = None
    first: Place = NOWHERE
    last: Place = NOWHERE
    last_bad: float = 0.0  # by the clock
    seen_again: float = -NEVER  # when a source that feeds it could be seen again
    tallies: dict[str, Tally] = field(default_factory=dict)
    reason: Reason = Reason.SIGNAL
    opened_at: datetime | None = None  # when people were told
    resolved_at: datetime | None = None
    resolved_by: Reason | None = None
    acknowledged_by: str | None = None
    is_silenced: bool = False  # something of it was withheld by a silence
    is_flapping: bool = False
    is_lowered: bool = False  # a probe found the credential valid, though lines say otherwise
    bad_since_valid: bool = False  # a bad line came since the last valid verdict
    is_probed_bad: bool = False  # silence in a log does not outweigh a probe
    well_since: float = NEVER  # of a flapping one: since when it is good again
    remind_due: float = NEVER
    reminders: int = 0
    quiet_due: float = NEVER  # also of those that are no longer seen
    expiry_due: float = NEVER  # when `expires_at` passes
    due: float = NEVER  # the earliest for which the book set an alarm

    @property
    def level(self) -> Severity:
        """The severity as people are told it."""
        if self.is_lowered and self.severity > Severity.WARNING:
            return Severity(self.severity - 1)
        return self.severity

    def next_due(self) -> float:
        """When the clock has something to say about it."""
        if self.state is State.PENDING:
            due = min((tally.due for tally in self.tallies.values()), default=NEVER)
            return self.lapse() if due == NEVER else due
        return min(self.remind_due, self.quiet_due, self.expiry_due)

    def lapse(self) -> float:
        """When what stayed below its threshold no longer counts."""
        return max(
            (tally.marks[-1].clock + tally.within for tally in self.tallies.values() if tally.marks),
            default=NEVER,
        )

    def is_worse(self, event: Event) -> bool:
        """Whether an event says something graver than all before it."""
        return event.severity > self.severity or BADNESS[event.signal] > BADNESS[self.signal]

    def note(self, event: Event, seen: datetime, place: Place) -> None:
        """Count an event that is bad."""
        self.count += 1
        self.last_seen = max(self.last_seen, seen)
        self.last = place
        if event.expires_at is not None:
            self.expires_at = event.expires_at
        if event.source not in self.sources and len(self.sources) < _MOST_NAMES:
            self.sources.append(event.source)
        if event.rule not in self.rules and len(self.rules) < _MOST_NAMES:
            self.rules.append(event.rule)

    def date_anew(self, wall: datetime, step: timedelta) -> None:
        """The wall clock was ahead by that, and is right again: what it dated into time to come was before."""
        self.first_seen = _put_back(self.first_seen, wall, step)
        self.last_seen = _put_back(self.last_seen, wall, step)
        if self.opened_at is not None:
            self.opened_at = _put_back(self.opened_at, wall, step)

    def show(self, text: str, most: int) -> None:
        """Keep a line as evidence, unless there is enough or it says nothing new."""
        if len(self.evidence) < min(most, MOST_EVIDENCE):
            line = text[:EVIDENCE_CHARS]
            if line and line not in self.evidence:
                self.evidence.append(line)

    def take_from(self, other: Case, marks: list[Mark], most: int) -> None:
        """Take over marks of a less specific case as evidence."""
        self.absorbed += len(marks)
        for mark in marks:
            if mark.seen_at is not None and mark.seen_at < self.first_seen:
                self.first_seen = mark.seen_at
            if is_before(mark.place, self.first):
                self.first = mark.place
        for line in other.evidence:
            self.show(line, most)

    def tell(self, terms: Terms) -> Incident:
        """How it stands, as a value."""
        credential, service = self.key
        return Incident(
            id=self.id,
            credential=credential,
            service=service,
            state=self.state,
            signal=self.signal,
            severity=self.level,
            first_seen=self.first_seen,
            last_seen=self.last_seen,
            count=self.count,
            sources=tuple(self.sources),
            rules=tuple(self.rules),
            expires_at=self.expires_at,
            evidence=tuple(self.evidence),
            title=terms.title or f"{credential} {DEFAULT_TITLES[self.signal]}",
            runbook=terms.runbook,
            opened_at=self.opened_at,
            resolved_at=self.resolved_at,
            resolved_by=self.resolved_by,
            reason=self.reason,
            acknowledged_by=self.acknowledged_by,
            absorbed=self.absorbed,
        )


def is_before(one: Place, other: Place) -> bool:
    """Whether a line stands before another of the same stream."""
    same = one.stream == other.stream and one.line is not None and other.line is not None
    return same and (one.line or 0) < (other.line or 0)


def _put_back(when: datetime, wall: datetime, step: timedelta) -> datetime:
    return when if when - wall <= FUTURE else min(when - step, wall)
