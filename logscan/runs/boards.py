"""A run → the snapshot that metrics and the status page show; it reads what others own and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from logscan.delivery import Pulse
from logscan.model import ChannelView, Expiry, Incident, NewsKind, Snapshot, SourceView, State
from logscan.pipeline import Counts, Manner, Pipeline
from logscan.runs.reloads import Reload
from logscan.sources.live import LiveSource, Mover

# Nothing of ours takes so long for one step; half a minute is promised until that is said.
LONGEST_STEP_SECONDS = 20.0
_LONGEST_TURN_SECONDS = 25.0  # of a source, which may have many files to look at, or wait for the state
_SHOWN = timedelta(hours=24)


class Clocks(NamedTuple):
    """Both clocks."""

    clock: Callable[[], float]  # never jumps
    now: Callable[[], datetime]


@dataclass(slots=True)
class Parts:
    """What a snapshot is made of; each is asked when somebody looks."""

    pipeline: Pipeline
    feeds: Mapping[LiveSource, Manner]
    list_incidents: Callable[[], Iterable[Incident]]  # those that last, and some that ended
    list_expiries: Callable[[], Iterable[Expiry]] = tuple
    list_channels: Callable[[], Iterable[ChannelView]] = tuple
    list_pulses: Callable[[], Iterable[Pulse]] = tuple
    find_failure: Callable[[], str | None] = lambda: None
    count_timeouts: Callable[[], Mapping[str, int]] = dict
    find_reload: Callable[[], Reload | None] = lambda: None
    count_dangers: Callable[[], int] = lambda: 0


def take_snapshot(parts: Parts, clocks: Clocks) -> Snapshot:
    """Everything at this moment."""
    at, reload = clocks.now(), parts.find_reload()
    return Snapshot(
        at=at,
        sources=tuple(_view_sources(parts, clocks.clock(), at)),
        incidents=tuple(_list_shown(parts.list_incidents(), at)),
        channels=tuple(parts.list_channels()),
        expiries=tuple(parts.list_expiries()),
        rule_timeouts=parts.count_timeouts(),
        stuck=tuple(_find_stuck(parts, clocks.clock())),
        failure=parts.find_failure(),
        reload_worked=reload is None or reload.is_taken,
        reloaded_at=None if reload is None else reload.at,
        dangerous_settings=parts.count_dangers(),
    )


def _view_sources(parts: Parts, clock: float, at: datetime) -> Iterator[SourceView]:
    for source, manner in parts.feeds.items():
        sight = parts.pipeline.sights[source.name]
        counts = parts.pipeline.counts[source.name]
        line_at = sight.last_line_at
        yield SourceView(
            name=source.name,
            kind=source.kind,
            service=manner.service,
            up=sight.is_up and not sight.is_blind,
            last_line_at=None if line_at is None else at - timedelta(seconds=clock - line_at),
            lag_bytes=source.lag_bytes(),
            restarts=_count_news(counts, NewsKind.RESTARTED),
            rotations=_count_news(counts, NewsKind.ROTATED),
            lines=counts.lines,
            bytes=counts.bytes,
            cut_lines=counts.cut_lines,
            own_lines=counts.own_lines,
            lost_bytes={cause: lost for cause, lost in list(counts.lost_bytes.items()) if lost},
            refused_files=_count_causes(counts, NewsKind.REFUSED),
        )


def _count_news(counts: Counts, kind: NewsKind) -> int:
    return sum(_count_causes(counts, kind).values())


def _count_causes(counts: Counts, kind: NewsKind) -> dict[str, int]:
    # A list first: another thread may add a cause meanwhile.
    return {cause: count for (of, cause), count in list(counts.news.items()) if of is kind}


def _list_shown(incidents: Iterable[Incident], at: datetime) -> list[Incident]:
    """What lasts, and what ended within a day, newest first."""
    shown = [
        one
        for one in incidents
        if one.state is not State.RESOLVED or (one.resolved_at or one.last_seen) > at - _SHOWN
    ]
    return sorted(shown, key=lambda one: one.first_seen, reverse=True)


def _find_stuck(parts: Parts, clock: float) -> Iterator[str]:
    pulses = [Pulse("pipeline", parts.pipeline.moved_at, LONGEST_STEP_SECONDS), *parts.list_pulses()]
    movers = [source for source in parts.feeds if isinstance(source, Mover)]
    pulses += [Pulse(f"read {one.name}", one.moved_at, _LONGEST_TURN_SECONDS) for one in movers]
    for pulse in pulses:
        still = clock - pulse.moved_at
        if still > pulse.longest_seconds:
            yield f"the thread {pulse.name!r} has not moved for {still:.0f} s"
