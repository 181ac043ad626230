"""A bad event → counted, waited for, or told at once; it reads nothing and ends nothing."""

from __future__ import annotations

import re
from collections import deque
from datetime import datetime

from logscan.incidents.absorptions import absorb, can_be_absorbed, find_absorber, gather
from logscan.incidents.cases import NEVER, Case, Key, Mark, Tally
from logscan.incidents.manners import BADNESS, FUTURE, Moment, Place, Terms
from logscan.incidents.shelves import Shelf, Turn
from logscan.incidents.tellings import escalate, withhold, write_note
from logscan.model import Event, Reason, Severity, Signal, Specificity, State, Untold

_OTHER = "other"
_FINGERPRINT = re.compile(r"\[[a-z][a-z0-9-]{1,30}#([0-9a-f]{6})\]")


def take_bad(shelf: Shelf, turn: Turn, event: Event, place: Place) -> None:
    """Take an event which says that something is wrong with a credential."""
    terms = shelf.find_terms(event.rule)
    if terms.experimental:
        withhold(turn, (event.credential, event.service), Untold.EXPERIMENTAL, event.rule)
        return
    key = find_key(shelf, event)
    case = shelf.cases.get(key)
    if is_stale(shelf, turn.moment, event):
        withhold(turn, key, Untold.STALE, event.rule)
        if case is not None:
            _count(shelf, case, event, event.seen_at or turn.moment.wall, place)
        return
    if terms.specificity is not Specificity.PROVIDER and shelf.traces:
        absorber = find_absorber(shelf, turn, event, place)
        if absorber is not None:
            absorb(shelf, turn, event, place, absorber)
            return
    seen = read_own_time(event, turn.moment)
    if case is None:
        case = _start_case(shelf, turn, key, event, seen)
        case.first = place
    _count(shelf, case, event, seen, place)
    _take_as_bad(turn, case)
    if case.state is State.PENDING:
        _wait(shelf, turn, case, event, place)
    else:
        _take_known(shelf, turn, case, event, place)
    if terms.specificity is not Specificity.GENERIC:
        gather(shelf, turn, case, event, place)


def find_key(shelf: Shelf, event: Event) -> Key:
    """Whose incident an event belongs to: beyond so many of one credential, the one of all the others."""
    credential = event.credential
    if event.signal is Signal.EXPOSED and (found := _FINGERPRINT.search(event.evidence)):
        credential = f"{credential}/{found[1]}"
    key = (credential, event.service)
    if key in shelf.cases:
        return key
    base = shelf.name_base(event)
    if len(shelf.by_base.get(base, ())) >= shelf.manner.most_keys:
        return f"{base}/{_OTHER}", event.service
    return key


def is_stale(shelf: Shelf, moment: Moment, event: Event) -> bool:
    """Whether it is old by its own time, whichever of our clocks is right."""
    after = shelf.manner.stale_after
    if after is None or event.seen_at is None:
        return False
    age = moment.wall - event.seen_at
    return age > after and age.total_seconds() - shelf.skew > after.total_seconds()


def read_own_time(event: Event, moment: Moment) -> datetime:
    """When it was, by the line itself; ours where the line says nothing or lies."""
    if event.seen_at is None or event.seen_at - moment.wall > FUTURE:
        return moment.wall
    return event.seen_at


def _start_case(shelf: Shelf, turn: Turn, key: Key, event: Event, seen: datetime) -> Case:
    case = Case(
        id=shelf.make_id(key, turn.moment.wall),
        key=key,
        base=shelf.name_base(event),
        signal=event.signal,
        severity=event.severity,
        lead=event.rule,
        first_seen=seen,
        last_seen=seen,
    )
    if event.signal is Signal.BLIND:
        case.reason = Reason.BLIND
        shelf.blind[event.source] = key
    if event.signal is Signal.EXPIRED and (memory := shelf.memories.get(key)) is not None:
        memory.expire(event.expires_at or seen)
        shelf.dirt.memories.add(key)
    shelf.add_case(case)
    write_note(turn, case, "seen", event.signal, event.evidence)
    return case


def _count(shelf: Shelf, case: Case, event: Event, seen: datetime, place: Place) -> None:
    is_fed = event.source in case.sources
    case.note(event, seen, place)
    if len(case.evidence) < shelf.manner.evidence_lines:
        for line in (event.evidence, *event.neighbours):
            case.show(line, shelf.manner.evidence_lines)
    if not is_fed:
        shelf.add_source(case, event.source)
    shelf.dirt.cases.add(case.key)


def _take_as_bad(turn: Turn, case: Case) -> None:
    case.last_bad = turn.moment.clock
    case.bad_since_valid = True
    case.well_since = NEVER


def _wait(shelf: Shelf, turn: Turn, case: Case, event: Event, place: Place) -> None:
    """Not told yet: it may settle, stay below its threshold, or heal."""
    grow_worse(case, event)
    terms = shelf.find_terms(event.rule)
    before = case.tallies.get(event.rule)
    due = NEVER if before is None else before.due
    tally = _tally(shelf, turn, case, event, place)
    if before is None or tally.due != due:
        shelf.touch(case)
    if tally.due == NEVER:
        detail = f"{event.rule} {len(tally.marks)}/{tally.needed}"
        withhold(turn, case.key, Untold.THRESHOLD, detail)
    else:
        waits = Untold.GRACE if terms.grace else Untold.SETTLING
        withhold(turn, case.key, waits, event.rule)


def _tally(shelf: Shelf, turn: Turn, case: Case, event: Event, place: Place) -> Tally:
    terms = shelf.find_terms(event.rule)
    tally = case.tallies.get(event.rule)
    if tally is None:
        tally = case.tallies[event.rule] = make_tally(shelf, terms)
    if can_be_absorbed(terms, event, place):
        shelf.loose.setdefault((event.source, place.stream), {})[case.key] = None
    else:
        place = place._replace(line=None)  # so that it stands near nothing, after a restart, too
    clock = turn.moment.clock
    tally.marks.append(Mark(clock, event.seen_at, event.source, place))
    full = len(tally.marks) >= tally.needed
    if tally.due == NEVER and full and clock - tally.marks[0].clock <= tally.within:
        tally.due = clock + tally.wait
        if tally.needed > 1 and case.reason is Reason.SIGNAL:
            case.reason = Reason.THRESHOLD
    return tally


def make_tally(shelf: Shelf, terms: Terms) -> Tally:
    """An empty one, as a rule wants it."""
    return Tally(
        specificity=terms.specificity,
        needed=max(terms.threshold.count, 1),
        within=terms.threshold.within.total_seconds(),
        marks=deque(maxlen=max(terms.threshold.count, 1)),
        wait=max(terms.grace.total_seconds(), shelf.settle),
    )


def grow_worse(case: Case, event: Event) -> bool:
    """Let the gravest signal and severity stand for the whole; say whether that changed anything."""
    if not case.is_worse(event):
        return False
    if BADNESS[event.signal] > BADNESS[case.signal]:
        case.signal, case.lead = event.signal, event.rule
    case.severity = Severity(max(case.severity, event.severity))
    return True


def _take_known(shelf: Shelf, turn: Turn, case: Case, event: Event, place: Place) -> None:
    """People know of it already: only worse news are news."""
    if case.is_worse(event):
        tally = _tally(shelf, turn, case, event, place)
        if tally.due != NEVER:
            case.tallies.clear()
            grow_worse(case, event)
            escalate(shelf, turn, case, Reason.SIGNAL, event.rule)
            return
        withhold(turn, case.key, Untold.THRESHOLD, f"{event.rule} {len(tally.marks)}/{tally.needed}")
        return
    if case.opened_at is None:
        withhold(turn, case.key, Untold.SILENCED if case.is_silenced else Untold.DAMPED, event.rule)
    else:
        withhold(turn, case.key, Untold.ACKNOWLEDGED if case.acknowledged_by else Untold.KNOWN, event.rule)
