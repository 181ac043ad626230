"""What outlives an incident: how often it came back, how long a credential lives, when it ends; it tells nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

_MOST_SAMPLES = 9
_LEAST_SAMPLES = 3
_MOST_ENDS = 6


class Prediction(NamedTuple):
    """When a credential will probably expire. A guess with its reasons, never a fact."""

    expires_at: datetime
    basis: str


@dataclass(slots=True)
class Memory:
    """Of one credential in one service."""

    ends: list[float] = field(default_factory=list)  # by the clock: when it was told as resolved
    told_at: float | None = None  # by the clock: when it was last told as opened
    renewed_at: datetime | None = None
    is_counted: bool = True  # what came of the last renewal is among the lifetimes
    lifetimes: list[float] = field(default_factory=list)  # seconds from a renewal to the expiry after it
    expires_at: datetime | None = None  # as a line or a probe said

    def renew(self, at: datetime, expires_at: datetime | None) -> None:
        """A good line says that it was renewed."""
        self.renewed_at, self.is_counted = at, False
        self.expires_at = expires_at

    def expire(self, at: datetime) -> None:
        """It has expired; the first time after each renewal is a sample."""
        if self.is_counted or self.renewed_at is None or at <= self.renewed_at:
            return
        self.is_counted = True
        self.lifetimes.append((at - self.renewed_at).total_seconds())
        del self.lifetimes[:-_MOST_SAMPLES]

    def end(self, clock: float) -> None:
        """People were told that it is over."""
        self.ends.append(clock)
        del self.ends[:-_MOST_ENDS]

    def count_ends(self, since: float) -> int:
        return sum(end >= since for end in self.ends)

    def predict(self) -> Prediction | None:
        """When it will expire if it lives as long as it mostly did; None with too little to go by."""
        if self.renewed_at is None or len(self.lifetimes) < _LEAST_SAMPLES:
            return None
        lifetime = timedelta(seconds=round(median(self.lifetimes)))
        lived = str(lifetime).removesuffix(", 0:00:00")
        basis = f"it mostly lived {lived} from renewal to expiry, {len(self.lifetimes)} times"
        try:
            return Prediction(self.renewed_at + lifetime, basis)
        except OverflowError:
            return None
