"""What the keeper calls: events, verdicts, time and people's wishes in, what is to be told out; one thread owns it.

Every call first does what became due before its moment, so that nothing depends on how often `tick` is called
or how events were batched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from logscan.incidents.cases import NEVER, Case
from logscan.incidents.closings import end_well, take_good, take_quiet
from logscan.incidents.manners import GOOD, NOWHERE, IncidentManner, Moment, Place, Terms
from logscan.incidents.openings import take_bad
from logscan.incidents.outcomes import Account, Outcome
from logscan.incidents.rows import Rows, read_rows, write_rows
from logscan.incidents.shelves import Shelf, Turn
from logscan.incidents.silences import Silence
from logscan.incidents.tellings import (
    describe,
    escalate,
    find_silence,
    open_case,
    remind,
    resolve,
    tell,
    withhold,
    write_note,
)
from logscan.incidents.verdicts import take_verdict
from logscan.model import (
    ChangeKind,
    Event,
    Incident,
    Reason,
    Severity,
    Signal,
    State,
    Untold,
    Verdict,
)


class Book:
    """Every incident that lives, and what is remembered of those that ended."""

    def __init__(
        self,
        terms: Mapping[str, Terms],
        manner: IncidentManner | None = None,
        silences: Iterable[Silence] = (),
    ) -> None:
        self._shelf = Shelf(terms, manner or IncidentManner())
        self._waiting = list(silences)  # until the first moment tells when they end

    def take_terms(self, terms: Mapping[str, Terms]) -> None:
        """Judge by other rules from now on; those that are gone are remembered, for lines that they found before."""
        self._shelf.terms = {**self._shelf.terms, **terms}

    def take_manner(self, manner: IncidentManner) -> None:
        """Keep incidents in another manner from now on."""
        self._shelf.take_manner(manner)

    def take(self, event: Event, moment: Moment, place: Place = NOWHERE) -> Outcome:
        """Take what one line says."""
        return self.take_all(((event, place),), moment)

    def take_all(self, lines: Iterable[tuple[Event, Place]], moment: Moment) -> Outcome:
        """Take what lines say that came at one moment: the same as one after the other."""
        shelf, turn = self._shelf, self._begin(moment)
        for event, place in lines:
            if shelf.is_due(moment.clock):
                self._advance(turn)
            if event.signal in GOOD:
                take_good(shelf, turn, event, place)
            elif event.signal is Signal.NOTED:
                withhold(turn, (event.credential, event.service), Untold.NOTED, event.rule)
            else:
                take_bad(shelf, turn, event, place)
        return turn.outcome

    def judge(self, verdict: Verdict, moment: Moment, *, is_due: bool = False) -> Outcome:
        """Take what a probe found; `is_due` when a `warn` was passed: told even where it is known."""
        turn = self._begin(moment)
        take_verdict(self._shelf, turn, verdict, is_due=is_due)
        return turn.outcome

    def recover(self, credential: str, service: str | None, reason: Reason, moment: Moment) -> Outcome:
        """End what is open about a credential, as when another was put in its place; None: in every service."""
        turn = self._begin(moment)
        for key in tuple(self._shelf.by_base.get(credential, ())):
            if service is None or key[1] == service:
                end_well(self._shelf, turn, self._shelf.cases[key], None, reason)
        return turn.outcome

    def tick(self, moment: Moment) -> Outcome:
        """Do what has become due."""
        return self._begin(moment).outcome

    def end(self, moment: Moment) -> Outcome:
        """Nothing more will come: whatever waits for its grace is told now, and what is below its threshold is not."""
        turn = self._begin(moment)
        waiting = sorted(self._shelf.list_pending(), key=lambda case: (case.next_due(), case.id))
        for case in waiting:
            if any(tally.due != NEVER for tally in case.tallies.values()):
                open_case(self._shelf, turn, case)
            else:
                _withhold_tallies(turn, case)
        return turn.outcome

    def next_due(self) -> float | None:
        """When `tick` has something to do at the earliest, by the monotonic clock."""
        alarms = self._shelf.alarms
        due = min(self._shelf.silences_end, alarms[0][0] if alarms else NEVER)
        return None if due == NEVER else due

    def acknowledge(self, name: str, who: str, moment: Moment) -> Outcome | None:
        """Somebody takes care of it: no reminders; None where no such incident is open."""
        turn, case = self._begin(moment), self._shelf.find_case(name)
        if case is None:
            return None
        case.acknowledged_by = who
        self._shelf.touch(case)
        write_note(turn, case, "acknowledged", Reason.MANUAL, who)
        return turn.outcome

    def resolve(self, name: str, who: str, moment: Moment) -> Outcome | None:
        """Somebody says that it is over; None where no such incident is open."""
        turn, case = self._begin(moment), self._shelf.find_case(name)
        if case is None:
            return None
        resolve(self._shelf, turn._replace(who=who), case, Reason.MANUAL)
        return turn.outcome

    def silence(self, silence: Silence, moment: Moment) -> Outcome:
        """From now on nothing is told of what it covers."""
        turn = self._begin(moment)
        self._shelf.add_silence(silence, moment)
        for case in self._shelf.cases.values():
            if silence.covers(describe(self._shelf, case)):
                write_note(turn, case, "silenced", Untold.SILENCED, silence.id)
                case.is_silenced = True
                self._shelf.touch(case)
        return turn.outcome

    def unsilence(self, silence_id: str, moment: Moment) -> Outcome:
        """Take a silence back; what it kept quiet and still fires is told."""
        turn = self._begin(moment)
        self._end_silence(turn, silence_id)
        return turn.outcome

    def list_incidents(self) -> list[Incident]:
        """How everything stands that is not over, pending ones too."""
        return [describe(self._shelf, case) for case in self._shelf.cases.values()]

    def list_changed(self) -> list[Incident]:
        """Those of them that changed since the last `take_dirty`."""
        cases = self._shelf.cases
        return [describe(self._shelf, cases[key]) for key in self._shelf.dirt.cases if key in cases]

    def list_accounts(self) -> list[Account]:
        """The same, with the places of their lines."""
        return [
            Account(describe(self._shelf, case), case.first, case.last) for case in self._shelf.cases.values()
        ]

    def find(self, name: str) -> Incident | None:
        """One that is not over, by its id or key."""
        case = self._shelf.find_case(name)
        return None if case is None else describe(self._shelf, case)

    def list_expiries(self) -> dict[tuple[str, str | None], datetime]:
        """What is known of when credentials expire or expired, by credential and service."""
        known = {
            key: memory.expires_at
            for key, memory in self._shelf.memories.items()
            if memory.expires_at is not None
        }
        open_ones = {
            key: case.expires_at for key, case in self._shelf.cases.items() if case.expires_at is not None
        }
        return known | open_ones

    def take_dirty(self, moment: Moment) -> Rows:
        """What changed since the last call, to be kept; None where a row is to be forgotten."""
        return write_rows(self._shelf, moment)

    def restore(self, rows: Mapping[str, bytes], moment: Moment, *, away_seconds: float = 0.0) -> None:
        """Go on where those rows were left; while nobody looked, nothing was quiet."""
        self._shelf.compare_clocks(moment)
        read_rows(self._shelf, rows, moment, away_seconds)

    def _begin(self, moment: Moment) -> Turn:
        """Do what became due before."""
        turn = Turn(moment, Outcome())
        shelf = self._shelf
        shelf.compare_clocks(moment)
        if self._waiting:
            for silence in self._waiting:
                shelf.add_silence(silence, moment)
            self._waiting.clear()
        if shelf.is_due(moment.clock):
            self._advance(turn)
        return turn

    def _advance(self, turn: Turn) -> None:
        """Alarms and the ends of silences, in the order of their times."""
        shelf, now = self._shelf, turn.moment
        for silence_id, (_, end) in sorted(shelf.silences.items(), key=lambda item: (item[1][1], item[0])):
            if end <= now.clock:
                self._ring(now.at(end), turn.outcome)
                self._end_silence(Turn(now.at(end), turn.outcome), silence_id)
        self._ring(now, turn.outcome)

    def _ring(self, until: Moment, outcome: Outcome) -> None:
        for due, case in self._shelf.pop_due(until.clock):
            turn = Turn(until.at(due), outcome)
            if case.state is State.PENDING:
                self._ring_pending(turn, case)
            else:
                self._ring_firing(turn, case)

    def _ring_pending(self, turn: Turn, case: Case) -> None:
        clock = turn.moment.clock
        if any(tally.due <= clock for tally in case.tallies.values()):
            open_case(self._shelf, turn, case)
        elif case.lapse() <= clock:
            _withhold_tallies(turn, case)
            self._shelf.drop_case(case)
            turn.outcome.dropped.append(case.id)

    def _ring_firing(self, turn: Turn, case: Case) -> None:
        clock = turn.moment.clock
        if case.quiet_due <= clock:
            take_quiet(self._shelf, turn, case)
        if case.state is State.FIRING and case.expiry_due <= clock:
            case.expiry_due = NEVER
            case.severity = Severity(min(case.severity + 1, Severity.CRITICAL))
            text = "the time at which it was to expire has passed, and nothing said that it was renewed"
            escalate(self._shelf, turn, case, Reason.TIMER, text)
        if case.state is State.FIRING and case.remind_due <= clock:
            remind(self._shelf, turn, case)

    def _end_silence(self, turn: Turn, silence_id: str) -> None:
        """What still fires and is covered by no other silence is told."""
        self._shelf.drop_silence(silence_id)
        for case in tuple(self._shelf.cases.values()):
            if not case.is_silenced or find_silence(self._shelf, describe(self._shelf, case)) is not None:
                continue
            case.is_silenced = False
            self._shelf.touch(case)
            if case.state is State.FIRING:
                case.reason = Reason.UNSILENCED
                tell(self._shelf, turn, case, ChangeKind.REMINDED)


def _withhold_tallies(turn: Turn, case: Case) -> None:
    for rule, tally in case.tallies.items():
        withhold(turn, case.key, Untold.THRESHOLD, f"{rule} {len(tally.marks)}/{tally.needed}")
