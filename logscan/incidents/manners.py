"""How incidents are to be kept, and what a rule says of that; plain values, nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from logscan.model import CHANNEL_REFUSED, SOURCE_BLIND, Rule, Signal, Specificity, Threshold

GOOD = frozenset({Signal.REFRESHED, Signal.ACCEPTED})
# What silence ends: such a state shows itself again as soon as anybody tries. The others only look healed.
ENDED_BY_QUIET = frozenset({Signal.REJECTED, Signal.FORBIDDEN, Signal.REFRESH_FAILED, Signal.BLIND})
FUTURE = timedelta(hours=1)  # a line's clock may go wrong, and so may ours
BADNESS = {
    signal: rank
    for rank, signal in enumerate(
        (
            Signal.NOTED,
            Signal.ACCEPTED,
            Signal.REFRESHED,
            Signal.EXPIRING,
            Signal.FORBIDDEN,
            Signal.BLIND,
            Signal.REJECTED,
            Signal.EXPOSED,
            Signal.REFRESH_FAILED,
            Signal.EXPIRED,
            Signal.REVOKED,
        )
    )
}


class Moment(NamedTuple):
    """Now, by both clocks: `clock` is monotonic and drives every timer, `wall` is what people read."""

    clock: float
    wall: datetime

    def wall_at(self, clock: float) -> datetime:
        """What people call the time at which the monotonic clock shows or showed `clock`."""
        try:
            return self.wall + timedelta(seconds=clock - self.clock)
        except OverflowError:
            return self.wall

    def clock_at(self, wall: datetime) -> float:
        """The other way round."""
        return self.clock + (wall - self.wall).total_seconds()

    def at(self, clock: float) -> Moment:
        """The moment at which the clock shows or showed that."""
        return Moment(clock, self.wall_at(clock))


class Place(NamedTuple):
    """Where in its source a line stands; a line without a number stands nowhere."""

    stream: str = ""
    line: int | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of a rule decides how its events are taken."""

    title: str = ""
    runbook: str = ""
    threshold: Threshold = field(default_factory=Threshold)
    grace: timedelta = timedelta(0)
    specificity: Specificity = Specificity.PROVIDER
    experimental: bool = False
    base: str | None = None  # the credential without what is captured; None: as the event names it


# Of what no pack describes: logscan's own ways in and out.
OWN_TERMS: Mapping[str, Terms] = {
    CHANNEL_REFUSED: Terms(
        title="Its service turns logscan away: nobody is told anything there",
        runbook=(
            "1. See by the answer what is gone: the room, the webhook, the token, or a right of it.\n"
            "2. Make a new one at the service, and put it where the configuration names it.\n"
            "3. Restart logscan, and try it: logscan notify test"
        ),
    ),
    SOURCE_BLIND: Terms(
        title="What goes wrong there is not seen: it has ended, stalls or cannot be read",
        runbook=(
            "1. See whether what writes it still runs, and still writes.\n"
            "2. See by the words above what keeps logscan from reading it: a file that is gone, rights, a program that ended.\n"
            "3. It is over by itself with the next line that comes from there."
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentManner:
    """The configuration's `incidents:`, and limits that nobody needs to change."""

    settle: timedelta = timedelta(seconds=2)
    quiet: timedelta | None = timedelta(minutes=30)  # None: silence ends nothing
    remind: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
    evidence_lines: int = 3
    stale_after: timedelta | None = timedelta(hours=1)  # None: the lines' own times are the clock
    gone_after: timedelta | None = timedelta(days=7)  # what silence does not end is no longer seen by then
    most_keys: int = 1_000  # live ones of one credential; more are merged into `other`
    flaps: int = 2  # so often it may be told as resolved within `flap_within`; then it is one that flaps
    flap_within: timedelta = timedelta(hours=1)


def list_terms(rules: Iterable[Rule]) -> dict[str, Terms]:
    """What the book needs of each rule, by its id."""
    return {
        rule.id: Terms(
            title=rule.title,
            runbook=rule.runbook,
            threshold=rule.threshold,
            grace=rule.grace,
            specificity=rule.specificity,
            experimental=rule.experimental,
            base=rule.credential.partition("{")[0].rstrip("/") if "{" in rule.credential else None,
        )
        for rule in rules
    }
