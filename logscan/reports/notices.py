"""A notice as a short paragraph for a person at a terminal; it decides nothing and never prints raw control bytes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from logscan.model import DEFAULT_TITLES, ChangeKind, Incident, Merged, Notice, NoticeType, Reason, Severity
from logscan.normalize import make_visible
from logscan.reports import Look
from logscan.reports.paint import (
    BOLD,
    DIM,
    SEVERITY_COLORS,
    name_source,
    paint,
    write_count,
    write_moment,
)

_SEVERITY_WIDTH = 8  # `critical`
_CHANGE_WIDTH = 9  # `escalated`
_INDENT = " " * (_SEVERITY_WIDTH + 2)
_LEAST_WIDTH = 40
_MOST_SHOWN = 300  # characters of a line of evidence on a terminal
_SOURCES_NAMED = 3
_STEPS_SHOWN = 12
_KINDS_SHOWN = 20  # of a digest
_WITH_STEPS = frozenset({ChangeKind.OPENED, ChangeKind.ESCALATED, ChangeKind.REMINDED})
_ENDS = {
    Reason.RECOVERED: "a line says that it works again",
    Reason.QUIET: "no further sign of it; nothing proves that it works",
    Reason.PROBE: "a check found it valid",
    Reason.MANUAL: "closed by hand",
    Reason.FAILOVER: "its backup is in use",
    Reason.TIMER: "not seen for long; nothing proves that it works",
}
_CAUSES = {
    Reason.UNSILENCED: "its silence has ended",
    Reason.FLAPPING: "it goes bad and good again and again",
    Reason.PROBE: "a check found it so",
    Reason.THRESHOLD: "it was seen often enough",
    Reason.BLIND: "unknown is not healthy",
}


def write_paragraph(notice: Notice, look: Look) -> list[str]:
    """The lines of it: what, where, since when, expiry, evidence and what to do."""
    if notice.incident is None:
        return list(_write_digest(notice, look))
    incident = notice.incident
    good = notice.change is ChangeKind.RESOLVED
    color = SEVERITY_COLORS[Severity.INFO if good else incident.severity]
    head = "  ".join(
        (
            paint(incident.severity.word.ljust(_SEVERITY_WIDTH), color, on=look.color),
            paint(notice.change.value.ljust(_CHANGE_WIDTH), color, on=look.color),
            write_moment(notice.at),
            paint(make_visible(notice.key), BOLD, on=look.color) + ": " + make_visible(_title(incident)),
        )
    )
    lines = [head, *_fold(_write_story(notice, incident), look)]
    if notice.change is not ChangeKind.RESOLVED:
        lines += [
            part for line in incident.evidence for part in _fold(_cut(make_visible(line), look), look, "> ")
        ]
    if notice.change in _WITH_STEPS and not look.brief:
        for step in incident.runbook.splitlines()[:_STEPS_SHOWN]:
            lines += [paint(part, DIM, on=look.color) for part in _fold(make_visible(step), look)]
    return lines


def _write_story(notice: Notice, incident: Incident) -> str:
    facts = [*_write_change(notice, incident), *_write_expiry(incident, notice.at)]
    text = "; ".join(facts)
    return f"{text[:1].upper()}{text[1:]}."


def _write_change(notice: Notice, incident: Incident) -> Iterator[str]:
    cause = _CAUSES.get(notice.reason)
    match notice.change:
        case ChangeKind.RESOLVED:
            yield f"over: {_ENDS.get(notice.reason, 'it is well again')}"
            yield f"it lasted {write_span(notice.at - incident.first_seen)}, {_write_where(incident)}"
            return
        case ChangeKind.ESCALATED:
            yield f"it got worse: now {_name_signal(incident)}"
        case ChangeKind.LOWERED:
            yield f"it looks better, and is not over: {incident.severity.word} now"
        case ChangeKind.REMINDED:
            yield f"still so after {write_span(notice.at - incident.first_seen)}"
    if cause is not None:
        yield cause
    yield f"since {write_moment(incident.first_seen)}, {_write_where(incident)}"
    if incident.last_seen > incident.first_seen:
        yield f"last seen {write_moment(incident.last_seen)}"


def _write_where(incident: Incident) -> str:
    names = [name_source(one) for one in incident.sources[:_SOURCES_NAMED]]
    more = len(incident.sources) - len(names)
    where = ", ".join(names) + (f" and {more} more" if more else "")
    return f"{write_count(incident.count, 'line')} in {where}" if where else "without any line"


def _write_expiry(incident: Incident, at: datetime) -> Iterator[str]:
    if incident.expires_at is not None:
        word = "expired" if incident.expires_at <= at else "expires"
        yield f"{word} {write_moment(incident.expires_at)}"


def _write_digest(notice: Notice, look: Look) -> Iterator[str]:
    total = sum(one.count for one in notice.merged)
    yield f"{write_moment(notice.at)}  {paint(notice.type.value, BOLD, on=look.color)}  " + (
        f"{write_count(total, 'notice')} in one"
        if notice.type is NoticeType.DIGEST
        else "this is a test of logscan's notices"
    )
    kinds = _group_keys(notice.merged)
    for (severity, change, name), (count, keys) in list(kinds.items())[:_KINDS_SHOWN]:
        among = f" ({keys:,} of them)" if keys > 1 else ""
        word = severity.word.ljust(_SEVERITY_WIDTH)
        yield f"{_INDENT}{word}  {change.value}  {write_count(count, 'time')}  {make_visible(name)}{among}"
    if len(kinds) > _KINDS_SHOWN:
        yield f"{_INDENT}and {len(kinds) - _KINDS_SHOWN:,} more kinds"


def _group_keys(merged: Iterable[Merged]) -> dict[tuple[Severity, ChangeKind, str], tuple[int, int]]:
    """How many notices of how many keys; those of one credential that differ in what was captured are named as one."""
    kinds: dict[tuple[Severity, ChangeKind, str], list[Merged]] = {}
    for one in merged:
        base, slash, rest = one.key.partition("/")
        _, at, service = rest.rpartition("@")
        name = f"{base}/…{at}{service}" if slash else base
        kinds.setdefault((one.severity, one.change, name), []).append(one)
    named = {
        (severity, change, ones[0].key if len(ones) == 1 else name): ones
        for (severity, change, name), ones in kinds.items()
    }
    return {
        kind: (sum(one.count for one in ones), len({one.key for one in ones})) for kind, ones in named.items()
    }


def write_span(span: timedelta) -> str:
    """`12 s`, `4 min`, `2 h 5 min`, `3 d 2 h`: as exact as people want it."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"


def _title(incident: Incident) -> str:
    return incident.title or DEFAULT_TITLES[incident.signal]


def _name_signal(incident: Incident) -> str:
    return f"{incident.signal.value.replace('_', ' ')}, {incident.severity.word}"


def _cut(text: str, look: Look) -> str:
    """What is longer than anybody reads is cut on a terminal; programs and files get all of it."""
    return text if look.width is None or len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def _fold(text: str, look: Look, mark: str = "") -> list[str]:
    """The text below the headline; on a terminal its lines break between words."""
    indent = _INDENT + mark
    if look.width is None or not text:
        return [indent + text]
    room = max(_LEAST_WIDTH, look.width) - len(indent)
    return [indent + line for line in textwrap.wrap(text, room, break_on_hyphens=False)]
