"""What becomes of a credential, in values that cannot hold a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from logscan.model.lines import Severity, Signal

# What logscan itself says, by the words of no pack.
CHANNEL_REFUSED = "logscan.channel-refused"
SOURCE_BLIND = "logscan.source-blind"


class State(StrEnum):
    """How far an incident has come."""

    PENDING = "pending"  # seen, and waited for: settling, threshold, grace
    FIRING = "firing"
    RESOLVED = "resolved"


class ChangeKind(StrEnum):
    """What of an incident people are told."""

    OPENED = "opened"
    ESCALATED = "escalated"
    LOWERED = "lowered"
    REMINDED = "reminded"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why an incident changed."""

    SIGNAL = "signal"
    THRESHOLD = "threshold"
    RECOVERED = "recovered"
    QUIET = "quiet"
    PROBE = "probe"
    MANUAL = "manual"
    BLIND = "blind"
    TIMER = "timer"
    UNSILENCED = "unsilenced"
    FLAPPING = "flapping"
    FAILOVER = "failover"


class Untold(StrEnum):
    """Why something that was seen is told to nobody."""

    EXPERIMENTAL = "experimental"  # its rule is on trial
    NOTED = "noted"  # counted only
    THRESHOLD = "threshold"  # too few so far
    SETTLING = "settling"  # more of the same error may follow
    GRACE = "grace"  # it may heal
    HEALED = "healed"  # it did, before anybody was told
    STALE = "stale"  # old by its own time
    ABSORBED = "absorbed"  # evidence of a more specific event
    KNOWN = "known"  # of an incident that people know
    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"
    DAMPED = "damped"  # bad and good again and again
    BELOW = "below"  # under the least severity that is told
    NOTHING_WRONG = "nothing wrong"  # good news of what was well


DEFAULT_TITLES: Mapping[Signal, str] = {
    Signal.EXPIRED: "has expired",
    Signal.REVOKED: "was revoked",
    Signal.REJECTED: "is refused",
    Signal.REFRESH_FAILED: "could not be renewed",
    Signal.FORBIDDEN: "lacks a right",
    Signal.EXPIRING: "expires soon",
    Signal.EXPOSED: "stands in a log",
    Signal.BLIND: "cannot be seen",
    Signal.REFRESHED: "was renewed",
    Signal.ACCEPTED: "works",
    Signal.NOTED: "was mentioned",
}


class VerdictKind(StrEnum):
    """What a probe found; `unknown` where it cannot tell."""

    VALID = "valid"
    LACKING = "lacking"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"


class Verdict(NamedTuple):
    """What a probe found about a credential."""

    credential: str
    service: str | None  # None: speaks for the credential in every service
    kind: VerdictKind
    reason: str  # for people; holds no secret
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One credential in one service, from the first bad sign to its end."""

    id: str
    credential: str
    service: str | None
    state: State
    signal: Signal
    severity: Severity
    first_seen: datetime
    last_seen: datetime
    count: int
    sources: tuple[str, ...]
    rules: tuple[str, ...]
    expires_at: datetime | None = None
    evidence: tuple[str, ...] = ()  # redacted; at most 5, of at most 500 characters
    title: str = ""
    runbook: str = ""
    opened_at: datetime | None = None  # when people were told; None: nobody was
    resolved_at: datetime | None = None
    resolved_by: Reason | None = None
    reason: Reason = Reason.SIGNAL  # of its last change
    acknowledged_by: str | None = None
    absorbed: int = 0  # lines of less exact rules that are its evidence, and were not counted

    @property
    def key(self) -> str:
        return name_key(self.credential, self.service)


def name_key(credential: str, service: str | None) -> str:
    """How an incident is named to people and programs."""
    return f"{credential}@{service}" if service else credential


class Change(NamedTuple):
    """What happened to an incident, and why; `incident` is how it stands afterwards."""

    kind: ChangeKind
    reason: Reason
    at: datetime
    incident: Incident


class NoticeType(StrEnum):
    """What a notice is."""

    NOTICE = "notice"
    DIGEST = "digest"  # several that were merged, so as not to flood people
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What of one incident went into a digest."""

    key: str
    change: ChangeKind
    severity: Severity
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A change made ready for people; the same `id` on every attempt to deliver it."""

    id: str
    type: NoticeType
    key: str  # of the incident; '' for a digest
    change: ChangeKind
    reason: Reason
    at: datetime
    incident: Incident | None  # None for a digest
    merged: tuple[Merged, ...] = ()  # of a digest, every one

    @property
    def is_acknowledgement(self) -> bool:
        """Whether it says only that somebody has taken it on: news for who would call others else."""
        return self.change is ChangeKind.REMINDED and self.reason is Reason.MANUAL


class Story(NamedTuple):
    """One incident as old logs tell it, and where it stands in them."""

    incident: Incident
    source: str
    first_line: int
    last_line: int
    resolved_source: str | None = None
    resolved_line: int | None = None  # None: it lasts, or no line ended it
    has_times: bool = True  # False: the logs have none, and every time of the incident means nothing
    unnoticed: timedelta | None = None  # from its first line to its end, or to that of the logs
