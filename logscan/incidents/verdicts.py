"""What a probe found → what that means for the incidents of a credential; it asks no probe."""

from __future__ import annotations

from logscan.incidents.cases import Case
from logscan.incidents.closings import end_well
from logscan.incidents.manners import BADNESS
from logscan.incidents.openings import grow_worse
from logscan.incidents.shelves import Shelf, Turn
from logscan.incidents.tellings import escalate, open_case, tell, withhold, write_note
from logscan.model import (
    DEFAULT_SEVERITIES,
    ChangeKind,
    Event,
    Reason,
    Severity,
    Signal,
    State,
    Untold,
    Verdict,
    VerdictKind,
)

RULE = "logscan.probe"
SOURCE = "probe"
_SIGNALS = {
    VerdictKind.LACKING: Signal.FORBIDDEN,
    VerdictKind.EXPIRING: Signal.EXPIRING,
    VerdictKind.EXPIRED: Signal.EXPIRED,
    VerdictKind.REVOKED: Signal.REVOKED,
    VerdictKind.MALFORMED: Signal.REJECTED,
}


def take_verdict(shelf: Shelf, turn: Turn, verdict: Verdict, *, is_due: bool) -> None:
    """Take one; `is_due` where a threshold of `warn` was passed, which is told even of a known incident."""
    key = (verdict.credential, verdict.service)
    if verdict.kind is VerdictKind.UNKNOWN:
        withhold(turn, key, Untold.NOTED, verdict.reason)
        return
    cases = [
        case
        for name in tuple(shelf.by_base.get(verdict.credential, ()))
        if (case := shelf.cases[name]).signal not in (Signal.EXPOSED, Signal.BLIND)
        and (verdict.service is None or name[1] == verdict.service)
    ]
    if verdict.expires_at is not None:
        shelf.remember(key).expires_at = verdict.expires_at
    if verdict.kind is VerdictKind.VALID:
        for case in cases:
            _take_valid(shelf, turn, case)
        if not cases:
            withhold(turn, key, Untold.NOTHING_WRONG, verdict.reason)
        return
    event = _make_event(turn, verdict)
    for case in cases or [_start_case(shelf, turn, event)]:
        _take_bad(shelf, turn, case, event, is_due=is_due)


def _take_valid(shelf: Shelf, turn: Turn, case: Case) -> None:
    """The program may still run on the old token: only silence since the last such verdict proves more."""
    case.is_probed_bad = False
    if not case.bad_since_valid:
        end_well(shelf, turn, case, None, Reason.PROBE)
        return
    case.bad_since_valid = False
    shelf.touch(case)
    if case.state is State.PENDING or case.is_lowered or case.severity <= Severity.WARNING:
        withhold(turn, case.key, Untold.KNOWN, "valid, but bad lines came since the last look")
        return
    case.is_lowered, case.reason = True, Reason.PROBE
    if case.opened_at is not None:
        tell(shelf, turn, case, ChangeKind.LOWERED, "valid by itself; the program still has trouble")
    else:
        withhold(turn, case.key, Untold.SILENCED if case.is_silenced else Untold.DAMPED, "lowered")


def _take_bad(shelf: Shelf, turn: Turn, case: Case, event: Event, *, is_due: bool) -> None:
    case.is_probed_bad = event.signal is not Signal.EXPIRING
    case.last_bad = turn.moment.clock
    if event.expires_at is not None:
        case.expires_at = event.expires_at
    worse, was_lowered = grow_worse(case, event), case.is_lowered
    case.is_lowered = False
    if case.state is State.PENDING:  # a probe is sure: nothing is waited for
        case.reason = Reason.PROBE
        open_case(shelf, turn, case)
    elif worse or (was_lowered and BADNESS[event.signal] >= BADNESS[case.signal]):
        escalate(shelf, turn, case, Reason.PROBE, event.evidence)
    elif is_due:
        case.reason = Reason.PROBE
        tell(shelf, turn, case, ChangeKind.REMINDED, event.evidence)
    else:
        withhold(turn, case.key, Untold.KNOWN, event.evidence)
    shelf.touch(case)


def _make_event(turn: Turn, verdict: Verdict) -> Event:
    signal = _SIGNALS[verdict.kind]
    return Event(
        credential=verdict.credential,
        service=verdict.service,
        source=SOURCE,
        signal=signal,
        severity=DEFAULT_SEVERITIES[signal],
        rule=RULE,
        rules=(RULE,),
        seen_at=turn.moment.wall,
        expires_at=verdict.expires_at,
        fields={},
        evidence=verdict.reason,
    )


def _start_case(shelf: Shelf, turn: Turn, event: Event) -> Case:
    key = (event.credential, event.service)
    case = Case(
        id=shelf.make_id(key, turn.moment.wall),
        key=key,
        base=event.credential,
        signal=event.signal,
        severity=event.severity,
        lead=event.rule,
        first_seen=turn.moment.wall,
        last_seen=turn.moment.wall,
        count=1,
        sources=[event.source],
        rules=[event.rule],
    )
    case.show(event.evidence, shelf.manner.evidence_lines)
    shelf.add_case(case)
    shelf.add_source(case, event.source)
    write_note(turn, case, "seen", event.signal, event.evidence)
    return case
