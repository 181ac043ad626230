"""A book and what it is told, made short; two clocks that only move when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from logscan.incidents import Book, IncidentManner, Moment, Outcome, Place, Terms
from logscan.model import DEFAULT_SEVERITIES, Event, Signal, Specificity, Threshold, Verdict, VerdictKind

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = 3_600.0
DAY = 86_400.0
TOKEN = "meta-access-token"  # noqa: S105 - the name of a credential

TERMS = {
    "meta.expired": Terms(title="The session has expired", runbook="1. Make a new one."),
    "meta.graced": Terms(grace=timedelta(minutes=2)),
    "meta.trial": Terms(experimental=True),
    "meta.phone": Terms(base=TOKEN),
    "lib.rejected": Terms(specificity=Specificity.LIBRARY),
    "http.unauthorized": Terms(
        specificity=Specificity.GENERIC, threshold=Threshold(count=5, within=timedelta(minutes=5))
    ),
    "app.repaired": Terms(specificity=Specificity.GENERIC),
    "exposed.meta-token": Terms(specificity=Specificity.GENERIC),
}


def make_event(signal: Signal = Signal.EXPIRED, **changes: Any) -> Event:
    """What a line of the bot says about its token."""
    rule = changes.get("rule", "meta.expired")
    values: dict[str, Any] = {
        "credential": TOKEN,
        "service": "bot",
        "source": "bot",
        "signal": signal,
        "severity": DEFAULT_SEVERITIES[signal],
        "rule": rule,
        "rules": (rule,),
        "seen_at": None,
        "expires_at": None,
        "fields": {},
        "evidence": "Session has expired",
    }
    return Event(**(values | changes))


class Desk:
    """A book with a clock: what comes of every call is kept in order."""

    def __init__(self, manner: IncidentManner | None = None, book: Book | None = None) -> None:
        self.manner = manner or IncidentManner()
        self.book = book or Book(TERMS, self.manner)
        self.clock = 100.0
        self.jump = timedelta(0)
        self.seen = Outcome()
        self.rows: dict[str, bytes] = {}

    @property
    def moment(self) -> Moment:
        return Moment(self.clock, START + timedelta(seconds=self.clock) + self.jump)

    def take(self, event: Event, line: int | None = None) -> Outcome:
        return self.keep(self.book.take(event, self.moment, Place("", line)))

    def say(self, signal: Signal = Signal.EXPIRED, line: int | None = None, **changes: Any) -> Outcome:
        return self.take(make_event(signal, **changes), line)

    def judge(self, kind: VerdictKind, service: str | None = "bot", *, is_due: bool = False) -> Outcome:
        verdict = Verdict(TOKEN, service, kind, f"the probe says {kind}")
        return self.keep(self.book.judge(verdict, self.moment, is_due=is_due))

    def wait(self, seconds: float) -> Outcome:
        self.clock += seconds
        return self.keep(self.book.tick(self.moment))

    def keep(self, outcome: Outcome | None) -> Outcome:
        assert outcome is not None
        self.seen.add(outcome)
        return outcome

    def restart(self, away: float = 0.0) -> None:
        """Everything is written down, and another book reads it."""
        for name, row in self.book.take_dirty(self.moment).items():
            if row is None:
                self.rows.pop(name, None)
            else:
                self.rows[name] = row
        self.clock += away
        self.book = Book(TERMS, self.manner)
        self.book.restore(self.rows, self.moment, away_seconds=away)

    @property
    def told(self) -> list[str]:
        """`opened signal`, in the order in which people heard of it."""
        return [f"{change.kind} {change.reason}" for change in self.seen.changes]
