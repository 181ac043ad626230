"""Whether a source can be seen: news, lines and the clock → an event when that changes; it reads nothing.

Unknown is not healthy: a source that ended, stalls or cannot be read is said to be blind, until lines or good
news of it come again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from logscan.model import (
    DEFAULT_SEVERITIES,
    FINISHED,
    SOURCE_BLIND,
    Event,
    Incident,
    News,
    NewsKind,
    Signal,
    State,
)

_BLINDING = frozenset({NewsKind.DOWN, NewsKind.ENDED})
_STALLED = "stalled"
_PREFIX = "source:"


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of one source; times are by the monotonic clock."""

    source: str
    silent_after: float | None = None  # seconds
    is_up: bool = False
    has_ended: bool = False
    is_blind: bool = False
    last_line_at: float | None = None
    heard_at: float = 0.0  # when it last said anything, or began to be read


class Glance(NamedTuple):
    """A source's new sight, and what there is to say: blind, or to be seen again."""

    sight: Sight
    is_blind: bool | None = None
    cause: str = ""
    text: str = ""


def see_lines(sight: Sight, clock: float) -> Glance:
    """Lines came: whatever was wrong is over."""
    seen = replace(sight, is_up=True, is_blind=False, last_line_at=clock, heard_at=clock)
    if not sight.is_blind:
        return Glance(seen)
    return Glance(seen, is_blind=False, cause="lines", text=f"{sight.source}: lines come again")


def hear_news(sight: Sight, news: News, clock: float) -> Glance:
    """Something happened to the source itself."""
    if news.cause == FINISHED:
        return Glance(replace(sight, is_up=False, has_ended=True))
    if news.kind in _BLINDING:
        ended = news.kind is NewsKind.ENDED
        lost = replace(sight, is_up=False, is_blind=True, has_ended=ended)
        if sight.is_blind:
            return Glance(lost)
        return Glance(lost, is_blind=True, cause=news.cause, text=news.text or f"{sight.source}: {news.kind}")
    if news.kind is NewsKind.UP:
        back = replace(sight, is_up=True, is_blind=False, heard_at=clock)
        if not sight.is_blind:
            return Glance(back)
        return Glance(
            back, is_blind=False, cause=news.cause, text=news.text or f"{sight.source}: can be read again"
        )
    return Glance(sight)


def look_up(sight: Sight, clock: float) -> Glance:
    """Say so when it has been silent for too long."""
    if sight.silent_after is None or sight.is_blind or sight.has_ended:
        return Glance(sight)
    silence = clock - sight.heard_at
    if silence < sight.silent_after:
        return Glance(sight)
    text = f"{sight.source}: no line for {silence:.0f} s; it says something every {sight.silent_after:.0f} s when all is well"
    return Glance(replace(sight, is_blind=True), is_blind=True, cause=_STALLED, text=text)


def list_blind(incidents: Iterable[Incident]) -> frozenset[tuple[str, str | None]]:
    """Sources, with their service, of which an earlier run said that they cannot be seen, and nobody anything since."""
    return frozenset(
        (one.credential.removeprefix(_PREFIX), one.service)
        for one in incidents
        if one.credential.startswith(_PREFIX) and one.state is not State.RESOLVED
    )


def make_event(glance: Glance, service: str | None, now: datetime) -> Event:
    """What the pipeline hands on: a signal like any other, about the credential `source:NAME`."""
    signal = Signal.BLIND if glance.is_blind else Signal.ACCEPTED
    return Event(
        credential=f"{_PREFIX}{glance.sight.source}",
        service=service,
        source=glance.sight.source,
        signal=signal,
        severity=DEFAULT_SEVERITIES[signal],
        rule=SOURCE_BLIND,
        rules=(SOURCE_BLIND,),
        seen_at=now,
        expires_at=None,
        fields={"cause": glance.cause} if glance.cause else {},
        evidence=glance.text,
    )
