"""Good events, verdicts and silence → what ends, and what only looks as if; it opens nothing but what a probe found."""

from __future__ import annotations

import re

from logscan.incidents.cases import NEVER, Case, Key
from logscan.incidents.manners import ENDED_BY_QUIET, Place
from logscan.incidents.openings import is_stale, read_own_time
from logscan.incidents.shelves import Shelf, Turn
from logscan.incidents.tellings import heal, resolve, withhold
from logscan.model import Event, Reason, Signal, Specificity, State, Untold

_WORD = re.compile(r"\w[\w.$-]{4,}")
_MOST_COMPARED = 8
# Whether a token works says nothing of a secret that was printed or a source that cannot be seen.
_UNCONCERNED = frozenset({Signal.EXPOSED, Signal.BLIND})


def take_good(shelf: Shelf, turn: Turn, event: Event, place: Place) -> None:
    """Take an event which says that a credential works or was renewed."""
    terms = shelf.find_terms(event.rule)
    key = (event.credential, event.service)
    if terms.experimental:
        withhold(turn, key, Untold.EXPERIMENTAL, event.rule)
        return
    if event.signal is Signal.REFRESHED:
        shelf.remember(key).renew(read_own_time(event, turn.moment), event.expires_at)
    meant = _find_meant(shelf, event)
    if not meant:
        withhold(turn, key, Untold.NOTHING_WRONG, event.rule)
    for case in meant:
        old = is_stale(shelf, turn.moment, event)
        if old and event.seen_at is not None and event.seen_at < case.last_seen:
            withhold(turn, case.key, Untold.STALE, event.rule)
        else:
            end_well(shelf, turn, case, place, Reason.RECOVERED)


def end_well(shelf: Shelf, turn: Turn, case: Case, place: Place | None, reason: Reason) -> None:
    """Something says that it works again."""
    if case.state is State.PENDING:
        heal(shelf, turn, case, place, reason)
    elif case.is_flapping:
        if case.well_since == NEVER:
            case.well_since = turn.moment.clock
            case.quiet_due = turn.moment.clock + _calm(shelf)
            shelf.touch(case)
        withhold(turn, case.key, Untold.DAMPED, "good again, as often before")
    else:
        resolve(shelf, turn, case, reason, place)


def _find_meant(shelf: Shelf, event: Event) -> list[Case]:
    """The cases that a good event is about."""
    base, service = shelf.name_base(event), event.service
    keys: list[Key] = []
    if event.credential == base:
        keys = [key for key in shelf.by_base.get(base, ()) if key[1] == service]
    elif (event.credential, service) in shelf.cases:
        keys = [(event.credential, service)]
    cases = [shelf.cases[key] for key in keys if shelf.cases[key].signal is not Signal.EXPOSED]
    if shelf.find_terms(event.rule).specificity is Specificity.GENERIC:
        cases += _find_sole(shelf, event, cases)
    return cases


def _find_sole(shelf: Shelf, event: Event, known: list[Case]) -> list[Case]:
    """What an application says in its own words is about the one credential that it complained of.

    Where there are several, it is the one in whose lines a name stands that is also in the good line and in no
    other's; where that is not one, it is none: nothing is guessed.
    """
    near = [
        case
        for key in tuple(shelf.by_source.get((event.source, event.service), ()))[: _MOST_COMPARED + 1]
        if (case := shelf.cases[key]).signal not in _UNCONCERNED
        and case not in known
        and shelf.find_terms(case.lead).specificity is not Specificity.GENERIC
    ]
    if len(near) <= 1 or len(near) > _MOST_COMPARED:
        return near if len(near) == 1 else []
    said = set(_WORD.findall(event.evidence))
    names = [{word for line in case.evidence for word in _WORD.findall(line)} for case in near]
    own = [
        said & words - {word for other in names if other is not words for word in other} for words in names
    ]
    named = [case for case, shared in zip(near, own, strict=True) if shared]
    return named if len(named) == 1 else []


def _calm(shelf: Shelf) -> float:
    """How long one that flaps must be well before that is believed."""
    return shelf.quiet if shelf.quiet != NEVER else shelf.manner.flap_within.total_seconds()


def find_quiet_end(shelf: Shelf, case: Case) -> float:
    """When silence ends it, by the clock; NEVER where silence says nothing."""
    if case.is_flapping and case.well_since != NEVER:
        return case.well_since + _calm(shelf)
    if shelf.is_blocked(case):
        return NEVER
    since = max(case.last_bad, case.seen_again)
    if case.signal in ENDED_BY_QUIET and not case.is_probed_bad:
        return since + shelf.quiet
    return since + shelf.gone


def take_quiet(shelf: Shelf, turn: Turn, case: Case) -> None:
    """It may have been quiet for long enough."""
    due = find_quiet_end(shelf, case)
    if due > turn.moment.clock:
        case.quiet_due = due
        shelf.touch(case)
    elif case.is_flapping and case.well_since != NEVER:
        resolve(shelf, turn, case, Reason.RECOVERED)
    elif case.signal in ENDED_BY_QUIET and not case.is_probed_bad:
        resolve(shelf, turn, case, Reason.QUIET)
    else:
        resolve(shelf, turn, case, Reason.TIMER)
