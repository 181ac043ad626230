"""Incidents and expiries → where bars begin and end, in hundredths of a picture; it draws nothing itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from logscan.model import Incident, State
from logscan.normalize import make_visible

SPAN = timedelta(hours=24)
_WIDTH = 100.0
_LEAST_WIDTH = 0.4  # an incident of a second is seen, too
_MOST_STRIPS = 20
_FULL_DAYS = 60.0  # a bar this long or longer is full: the longest of the usual lifetimes


class Stretch(NamedTuple):
    """A part of a strip in which an incident lasted."""

    x: float
    width: float
    severity: str


class Strip(NamedTuple):
    """One credential's last 24 hours."""

    key: str
    stretches: tuple[Stretch, ...]
    words: str  # the same for those who do not see it


class Bar(NamedTuple):
    """How much of its life a credential has left."""

    name: str
    verdict: str
    expires_at: datetime | None
    width: float
    mood: str  # good, unsure, bad


def draw_strips(incidents: Iterable[Incident], at: datetime) -> tuple[Strip, ...]:
    """One strip for each credential that was in trouble within the last 24 hours, the latest first."""
    by_key: dict[str, list[Incident]] = {}
    for incident in incidents:
        if incident.state is not State.PENDING and _find_end(incident, at) > at - SPAN:
            by_key.setdefault(incident.key, []).append(incident)
    rows = sorted(by_key.items(), key=lambda row: max(one.last_seen for one in row[1]), reverse=True)
    return tuple(_draw_strip(key, some, at) for key, some in rows[:_MOST_STRIPS])


def draw_days_left(name: str, verdict: str, expires_at: datetime | None, at: datetime) -> Bar:
    if expires_at is None:
        return Bar(
            name,
            verdict,
            None,
            _WIDTH if verdict == "valid" else 0.0,
            "good" if verdict == "valid" else "unsure",
        )
    days = (expires_at - at) / timedelta(days=1)
    mood = "bad" if days <= 1 else "unsure" if days <= 14 else "good"
    return Bar(name, verdict, expires_at, round(max(min(days / _FULL_DAYS, 1.0), 0.0) * _WIDTH, 1), mood)


def _draw_strip(key: str, incidents: list[Incident], at: datetime) -> Strip:
    stretches = tuple(
        _draw_stretch(one, at) for one in sorted(incidents, key=lambda incident: incident.first_seen)
    )
    # Not by the widths, for what is short is drawn wider than it was.
    total = sum((_measure(one, at) for one in incidents), timedelta(0))
    return Strip(make_visible(key), stretches, f"in trouble for {_spell(total)} of the last 24 h")


def _measure(incident: Incident, at: datetime) -> timedelta:
    """How long it lasted within the span."""
    return max(_find_end(incident, at) - max(incident.first_seen, at - SPAN), timedelta(0))


def _spell(lasted: timedelta) -> str:
    minutes = round(lasted / timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes / 60:.1f} h"


def _draw_stretch(incident: Incident, at: datetime) -> Stretch:
    start = at - SPAN
    first = max((incident.first_seen - start) / SPAN, 0.0)
    last = min((_find_end(incident, at) - start) / SPAN, 1.0)
    width = max((last - first) * _WIDTH, _LEAST_WIDTH)
    return Stretch(round(min(first * _WIDTH, _WIDTH - width), 2), round(width, 2), incident.severity.word)


def _find_end(incident: Incident, at: datetime) -> datetime:
    return at if incident.state is State.FIRING else incident.resolved_at or incident.last_seen
