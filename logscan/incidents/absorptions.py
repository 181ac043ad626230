"""Of several rules about one error the most specific speaks; the others' events become its evidence."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from logscan.incidents.cases import NEVER, Case, Mark, Tally
from logscan.incidents.manners import Place, Terms
from logscan.incidents.shelves import Shelf, Trace, Turn
from logscan.incidents.tellings import withhold, write_note
from logscan.model import Event, Signal, Specificity, State, Untold

_LINES = 50
_SECONDS = 2.0
_APART = frozenset({Signal.EXPOSED, Signal.BLIND})  # not about whether a credential works


class _Spot(NamedTuple):
    """When and where an event was."""

    clock: float
    seen_at: datetime | None
    line: int | None


def find_absorber(shelf: Shelf, turn: Turn, event: Event, place: Place) -> Case | Trace | None:
    """The more specific case whose error an event belongs to; its trace where that case is over."""
    if place.line is None or event.signal in _APART:
        return None
    traces = shelf.traces.get((event.source, place.stream))
    if not traces:
        return None
    specificity = shelf.find_terms(event.rule).specificity
    spot = _Spot(turn.moment.clock, event.seen_at, place.line)
    best: Trace | None = None
    for trace in traces.values():
        if trace.specificity <= specificity or not _share_service(trace.key[1], event.service):
            continue
        near = _is_near(_Spot(trace.clock, trace.seen_at, trace.line), spot)
        if near and (best is None or abs(trace.line - place.line) < abs(best.line - place.line)):
            best = trace
    return best and shelf.cases.get(best.key, best)


def absorb(shelf: Shelf, turn: Turn, event: Event, place: Place, absorber: Case | Trace) -> None:
    """An event belongs to an error that a more specific one told already."""
    withhold(turn, absorber.key, Untold.ABSORBED, event.rule)
    if isinstance(absorber, Case):
        _note_first(turn, absorber, f"a line of {event.rule}")
        absorber.absorbed += 1
        absorber.last = place
        absorber.show(event.evidence, shelf.manner.evidence_lines)
        shelf.dirt.cases.add(absorber.key)


def gather(shelf: Shelf, turn: Turn, case: Case, event: Event, place: Place) -> None:
    """A specific event takes over what less specific ones said of its error before it."""
    if place.line is None or event.signal in _APART:
        return
    terms = shelf.find_terms(event.rule)
    if terms.specificity is Specificity.GENERIC:
        return
    where = event.source, place.stream
    shelf.trace(where, Trace(turn.moment.clock, event.seen_at, place.line, case.key, terms.specificity))
    loose = shelf.loose.get(where)
    for key in tuple(loose) if loose else ():
        other = shelf.cases.get(key)
        if other is not None and other is not case and _share_service(other.key[1], event.service):
            _take_marks(shelf, turn, (case, other), event, place)


def _take_marks(shelf: Shelf, turn: Turn, cases: tuple[Case, Case], event: Event, place: Place) -> None:
    case, other = cases
    rank = shelf.find_terms(event.rule).specificity
    taken: list[Mark] = []
    for tally in other.tallies.values():
        if tally.specificity < rank:
            taken += _split(tally, turn, event, place)
    if not taken or other.state is not State.PENDING:
        return
    _note_first(turn, case, f"{len(taken)} of {other.lead}")
    case.take_from(other, taken, shelf.manner.evidence_lines)
    other.count -= len(taken)
    shelf.loosen(other, is_loose=False)
    other.tallies = {rule: tally for rule, tally in other.tallies.items() if tally.marks}
    if other.tallies:
        shelf.loosen(other, is_loose=True)
        shelf.touch(other)
    else:
        shelf.drop_case(other)
        turn.outcome.dropped.append(other.id)
    withhold(turn, other.key, Untold.ABSORBED, f"{len(taken)} by {event.rule}")


def _note_first(turn: Turn, case: Case, text: str) -> None:
    """Its timeline tells of it once; how many there were in all, the case itself counts."""
    if not case.absorbed:
        write_note(turn, case, Untold.ABSORBED, "", f"{text}, as evidence")


def _split(tally: Tally, turn: Turn, event: Event, place: Place) -> list[Mark]:
    """Take the marks of that error out of a tally, which may fall below its threshold again."""
    spot = _Spot(turn.moment.clock, event.seen_at, place.line)
    near = [
        mark
        for mark in tally.marks
        if mark.source == event.source
        and mark.place.stream == place.stream
        and _is_near(_Spot(mark.clock, mark.seen_at, mark.place.line), spot)
    ]
    for mark in near:
        tally.marks.remove(mark)
    if near and len(tally.marks) < tally.needed:
        tally.due = NEVER
    return near


def can_be_absorbed(terms: Terms, event: Event, place: Place) -> bool:
    """Whether an event that waits may turn out to be part of another's error."""
    return (
        terms.specificity is not Specificity.PROVIDER
        and event.signal not in _APART
        and place.line is not None
    )


def _share_service(one: str | None, other: str | None) -> bool:
    """Lines of one error need not all name the service."""
    return one == other or one is None or other is None


def _is_near(one: _Spot, other: _Spot) -> bool:
    """Whether two events stand so close that they may be of one error."""
    if one.line is None or other.line is None or abs(one.line - other.line) > _LINES:
        return False
    if one.seen_at is not None and other.seen_at is not None:
        return abs((one.seen_at - other.seen_at).total_seconds()) <= _SECONDS
    return abs(one.clock - other.clock) <= _SECONDS
