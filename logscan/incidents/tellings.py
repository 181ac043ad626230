"""The last word on whether people are told of a change, and how it is written down; it changes no case's signal."""

from __future__ import annotations

from logscan.incidents.cases import NEVER, Case, Key
from logscan.incidents.manners import Place
from logscan.incidents.outcomes import Account, Note, Withheld
from logscan.incidents.shelves import Shelf, Turn
from logscan.model import (
    Change,
    ChangeKind,
    Incident,
    Reason,
    Signal,
    State,
    Untold,
    name_key,
)

_DAY = 86_400.0


def withhold(turn: Turn, key: Key, why: Untold, detail: str = "") -> None:
    """Say that something is told to nobody, and why."""
    turn.outcome.untold.append(Withheld(name_key(*key), why, detail))


def write_note(turn: Turn, case: Case, what: str, reason: str, text: str = "") -> None:
    """Add to the incident's timeline."""
    turn.outcome.notes.append(Note(case.id, turn.moment.wall, what, reason, text))


def describe(shelf: Shelf, case: Case) -> Incident:
    """How it stands, as people see it."""
    return case.tell(shelf.find_terms(case.lead))


def tell(shelf: Shelf, turn: Turn, case: Case, kind: ChangeKind, text: str = "") -> bool:
    """Tell a change for `case.reason`, unless a silence covers it; say whether it was told."""
    if kind is not ChangeKind.RESOLVED and case.opened_at is None:
        kind, case.opened_at = ChangeKind.OPENED, turn.moment.wall
    incident = describe(shelf, case)
    silence = find_silence(shelf, incident)
    if silence is not None:
        if kind is ChangeKind.OPENED:
            case.opened_at = None
        case.is_silenced = True
        withhold(turn, case.key, Untold.SILENCED, f"{kind} ({silence})")
        write_note(turn, case, "untold", Untold.SILENCED, f"{kind}: silence {silence}")
        return False
    turn.outcome.changes.append(Change(kind, case.reason, turn.moment.wall, incident))
    write_note(turn, case, kind, case.reason, text or f"{incident.signal}, {incident.severity.word}")
    if kind is ChangeKind.OPENED:
        shelf.remember(case.key).told_at = turn.moment.clock
    return True


def find_silence(shelf: Shelf, incident: Incident) -> str | None:
    """The id of a silence that covers it."""
    for silence, _ in shelf.silences.values():
        if silence.covers(incident):
            return silence.id
    return None


def open_case(shelf: Shelf, turn: Turn, case: Case) -> None:
    """The waiting is over: people are told, unless something stands against it."""
    clock = turn.moment.clock
    shelf.loosen(case, is_loose=False)
    case.tallies.clear()
    case.state = State.FIRING
    memory = shelf.memories.get(case.key)
    since = clock - shelf.manner.flap_within.total_seconds()
    if memory is not None and memory.count_ends(since) >= shelf.manner.flaps:
        case.is_flapping, case.reason = True, Reason.FLAPPING
    arm_reminder(shelf, case, clock)
    case.quiet_due = clock  # looked at then, and set to what it must be
    if case.signal is Signal.EXPIRING and case.expires_at is not None:
        case.expiry_due = turn.moment.clock_at(case.expires_at)
    told_at = memory.told_at if memory is not None else None
    if case.signal is Signal.EXPOSED and told_at is not None and clock - told_at < _DAY:
        withhold(turn, case.key, Untold.DAMPED, "told within a day")
        write_note(turn, case, "untold", Untold.DAMPED, "told within a day")
        case.remind_due = told_at + _DAY
    else:
        tell(shelf, turn, case, ChangeKind.OPENED)
    shelf.touch(case)


def arm_reminder(shelf: Shelf, case: Case, clock: float) -> None:
    """Set when people are reminded next: the last interval repeats."""
    if not shelf.remind or case.signal is Signal.EXPIRING:
        case.remind_due = NEVER
        return
    pause = shelf.remind[min(case.reminders, len(shelf.remind) - 1)]
    if case.signal is Signal.EXPOSED:
        pause = max(pause, _DAY)
    case.remind_due = clock + pause


def remind(shelf: Shelf, turn: Turn, case: Case) -> None:
    """It still fires."""
    case.reminders += 1
    arm_reminder(shelf, case, turn.moment.clock)
    if case.acknowledged_by is not None:
        withhold(turn, case.key, Untold.ACKNOWLEDGED, case.acknowledged_by)
    else:
        case.reason = Reason.TIMER
        tell(shelf, turn, case, ChangeKind.REMINDED)
    shelf.touch(case)


def escalate(shelf: Shelf, turn: Turn, case: Case, reason: Reason, text: str = "") -> None:
    """It is worse than people know: told at once, past every damper, but not past a silence that still covers it."""
    case.is_lowered = False
    case.reason = reason
    case.reminders = 0
    arm_reminder(shelf, case, turn.moment.clock)
    if case.signal is not Signal.EXPIRING:
        case.expiry_due = NEVER
    tell(shelf, turn, case, ChangeKind.ESCALATED, text)
    shelf.touch(case)


def resolve(shelf: Shelf, turn: Turn, case: Case, reason: Reason, place: Place | None = None) -> None:
    """It is over; people hear so if they ever heard of it."""
    end_case(shelf, turn, case, reason)
    text = "no longer seen, not proven" if reason is Reason.TIMER else turn.who
    if case.opened_at is None:
        why = Untold.SILENCED if case.is_silenced else Untold.DAMPED
        withhold(turn, case.key, why, "resolved")
        write_note(turn, case, "resolved", reason, ", ".join(filter(None, (text, "nobody was told"))))
    elif tell(shelf, turn, case, ChangeKind.RESOLVED, text) and reason is not Reason.MANUAL:
        shelf.remember(case.key).end(turn.moment.clock)
    close(shelf, turn, case, place)


def heal(
    shelf: Shelf, turn: Turn, case: Case, place: Place | None, reason: Reason = Reason.RECOVERED
) -> None:
    """It went well again before anybody was told."""
    end_case(shelf, turn, case, reason)
    withhold(turn, case.key, Untold.HEALED, f"{case.signal}, {case.count} lines")
    write_note(turn, case, "healed", reason, "before anybody was told")
    close(shelf, turn, case, place)


def end_case(shelf: Shelf, turn: Turn, case: Case, reason: Reason) -> None:
    """Nothing more comes of it."""
    shelf.drop_case(case)
    case.state, case.reason, case.resolved_by = State.RESOLVED, reason, reason
    case.resolved_at = turn.moment.wall
    if case.signal is Signal.BLIND:
        see_again(shelf, turn, case.sources)


def close(shelf: Shelf, turn: Turn, case: Case, place: Place | None) -> None:
    """Hand it over as it ended."""
    turn.outcome.closed.append(Account(describe(shelf, case), case.first, case.last, place))


def see_again(shelf: Shelf, turn: Turn, sources: list[str]) -> None:
    """Silence counts again from now on for what these sources feed."""
    for source in sources:
        for case in shelf.cases.values():
            if source in case.sources:
                case.seen_again = max(case.seen_again, turn.moment.clock)
                case.quiet_due = min(case.quiet_due, turn.moment.clock)
                shelf.touch(case)
