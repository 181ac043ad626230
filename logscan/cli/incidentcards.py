"""Incidents and silences as tables and timelines for people; it opens nothing and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from logscan.incidents import Prediction
from logscan.model import Incident, Signal, State
from logscan.normalize import make_visible
from logscan.notices import list_incident_keys
from logscan.reports.notices import write_span
from logscan.reports.paint import (
    BOLD,
    DIM,
    SEVERITY_COLORS,
    align,
    name_source,
    paint,
    write_count,
    write_moment,
)
from logscan.store import Due, Entry, RowState, Silence

_SHORT_ID = 8
_MARGIN = "  "
_RANKS = {State.FIRING: 0, State.PENDING: 1, State.RESOLVED: 2}
_TOLD = {
    RowState.WAITING: "to be told",
    RowState.SENT: "told",
    RowState.DEAD: "not told, given up",
    RowState.MERGED: "told in a digest",
    RowState.HELD: "not told, the channel is gone",
}
_NEXT_START = "all, from the next start"


def write_table(incidents: Sequence[Incident], silenced: Iterable[str], now: datetime, *, color: bool) -> str:
    """One row each: what fires first, then what waits, then what is over."""
    if not incidents:
        return "no incidents\n"
    hushed = frozenset(silenced)
    rows = sorted(incidents, key=lambda one: (_RANKS[one.state], -one.severity, -one.last_seen.timestamp()))
    head = ("ID", "STATE", "SEVERITY", "SIGNAL", "CREDENTIAL", "LINES", "SINCE", "LAST SEEN")
    cells = [head, *(_list_cells(one, now, is_silenced=one.id in hushed) for one in rows)]
    lines = align(cells, right=frozenset({5}))
    colors = [BOLD, *(SEVERITY_COLORS[one.severity] if one.state is State.FIRING else DIM for one in rows)]
    return "".join(f"{paint(line, shade, on=color)}\n" for line, shade in zip(lines, colors, strict=True))


def write_remarks(incidents: Iterable[Incident], left_at: datetime | None, now: datetime) -> Iterator[str]:
    """What one should know of a table: that nobody keeps it, and what cannot be seen. `left_at`: None while a run is on it."""
    lasting = [one for one in incidents if one.state is not State.RESOLVED]
    if lasting and left_at is not None:
        yield f"no logscan runs on this state: this is how things stood {write_span(now - left_at)} ago"
    for one in lasting:
        if one.signal is Signal.BLIND and one.evidence:
            right = f"`logscan incidents resolve {one.id[:_SHORT_ID]}`"
            yield f"{make_visible(one.evidence[-1])}; over once it is read again, or by {right}"


def _list_cells(incident: Incident, now: datetime, *, is_silenced: bool) -> tuple[str, ...]:
    state = incident.state.value
    if incident.state is not State.RESOLVED:
        state += " (silenced)" if is_silenced else ""
        state += f" (ack {make_visible(incident.acknowledged_by)})" if incident.acknowledged_by else ""
    return (
        incident.id[:_SHORT_ID],
        state,
        incident.severity.word,
        incident.signal.value,
        make_visible(incident.key),
        f"{incident.count:,}",
        write_moment(incident.first_seen),
        f"{write_span(now - incident.last_seen)} ago",
    )


class Story(NamedTuple):
    """What is known of one incident."""

    incident: Incident
    entries: Sequence[Entry]
    told: Sequence[Due]
    prediction: Prediction | None  # of the next expiry


def write_story(story: Story, *, color: bool) -> str:
    """What an incident is, what was seen, what was told to whom, what not and why."""
    incident, entries, told, prediction = story
    title = f"{make_visible(incident.key)} {make_visible(incident.title)}".rstrip()
    shade = SEVERITY_COLORS[incident.severity]
    lines = [paint(title, BOLD, on=color)]
    facts = [(name, value) for name, value in _list_facts(incident) if value]
    if prediction is not None:
        facts.append(("next expiry", f"{write_moment(prediction.expires_at)} is likely: {prediction.basis}"))
    lines += [_MARGIN + line for line in align(facts)]
    if incident.evidence:
        lines += ["", paint("evidence", BOLD, on=color)]
        lines += [f"{_MARGIN}> {make_visible(line)}" for line in incident.evidence]
    steps = sorted([*_list_steps(entries), *_list_tellings(told)], key=lambda step: step.after)
    if steps:
        lines += ["", paint("timeline", BOLD, on=color)]
        rows = [(write_moment(step.at), step.word, step.text) for step in steps]
        lines += [_MARGIN + line for line in align(rows)]
    if incident.runbook:
        lines += ["", paint("what to do", BOLD, on=color)]
        lines += [_MARGIN + make_visible(line) for line in incident.runbook.splitlines()]
    lines[1] = paint(lines[1], shade, on=color)
    return "".join(f"{line}\n" for line in lines)


def _list_facts(incident: Incident) -> Iterator[tuple[str, str]]:
    ended = f", by {incident.resolved_by.value}" if incident.resolved_by else ""
    yield "state", f"{incident.state.value}{ended}, {incident.severity.word}, {incident.signal.value}"
    yield "id", incident.id
    yield "first seen", write_moment(incident.first_seen)
    yield "last seen", f"{write_moment(incident.last_seen)}, {write_count(incident.count, 'line')}"
    yield (
        "absorbed",
        f"{write_count(incident.absorbed, 'line')} of less exact rules" if incident.absorbed else "",
    )
    yield "told", write_moment(incident.opened_at) if incident.opened_at else "nobody"
    yield "over", write_moment(incident.resolved_at) if incident.resolved_at else ""
    yield "expiry", write_moment(incident.expires_at) if incident.expires_at else ""
    yield "in", ", ".join(map(name_source, incident.sources))
    yield "rules", ", ".join(map(make_visible, incident.rules))
    yield "acknowledged", f"by {make_visible(incident.acknowledged_by)}" if incident.acknowledged_by else ""


class _Step(NamedTuple):
    after: datetime  # where it stands among the others
    at: datetime
    word: str
    text: str


def _list_steps(entries: Iterable[Entry]) -> Iterator[_Step]:
    """In the order in which they were kept: a line that was seen may be dated after what was made of it."""
    latest: datetime | None = None
    for one in entries:
        latest = one.at if latest is None else max(latest, one.at)
        reason = f"({one.word})" if one.word and one.word != one.kind else ""
        yield _Step(latest, one.at, one.kind, " ".join(filter(None, (make_visible(one.text), reason))))


def _list_tellings(told: Iterable[Due]) -> Iterator[_Step]:
    for row in told:
        word = "acknowledged" if row.notice.is_acknowledgement else row.notice.change.value
        what = f"{word}: {_TOLD[row.state]}"
        tries = f", {write_count(row.attempts, 'attempt')}" if row.attempts > 1 else ""
        error = f" ({make_visible(row.error)})" if row.error else ""
        at = row.done_at or row.created
        yield _Step(at, at, f"→ {make_visible(row.channel) or _NEXT_START}", f"{what}{tries}{error}")


def write_silences(silences: Sequence[Silence], now: datetime, *, color: bool) -> str:
    """One row each, those that hold first."""
    if not silences:
        return "no silences\n"
    rows = sorted(silences, key=lambda one: (not one.holds(now), one.until))
    head = ("ID", "UNTIL", "LEFT", "BY", "MATCHERS", "COMMENT")
    cells = [
        head,
        *(
            (
                one.id[:_SHORT_ID],
                write_moment(one.ended_at or one.until),
                write_span(one.until - now) if one.holds(now) else "over",
                make_visible(one.author),
                " ".join(map(make_visible, one.matchers)),
                make_visible(one.comment),
            )
            for one in rows
        ),
    ]
    shades = [BOLD, *("" if one.holds(now) else DIM for one in rows)]
    lines = align(cells)
    return "".join(
        f"{paint(line, shade, on=color and bool(shade))}\n" for line, shade in zip(lines, shades, strict=True)
    )


def list_story_keys(story: Story) -> dict[str, object]:
    """The same for programs."""
    incident, entries, told, prediction = story
    return {
        "incident": list_incident_keys(incident),
        "prediction": prediction and {"expires_at": prediction.expires_at, "basis": prediction.basis},
        "timeline": [
            {"at": one.at, "what": one.kind, "reason": one.word, "text": one.text} for one in entries
        ],
        "told": [
            {
                "channel": row.channel,
                "notice": row.notice.id,
                "change": row.notice.change.value,
                "state": row.state.value,
                "created": row.created,
                "done_at": row.done_at,
                "attempts": row.attempts,
                "error": row.error,
            }
            for row in told
        ],
    }


def list_silence_keys(silence: Silence, now: datetime) -> dict[str, object]:
    """A silence for programs."""
    return {
        "id": silence.id,
        "matchers": silence.matchers,
        "made_at": silence.made_at,
        "until": silence.until,
        "author": silence.author,
        "comment": silence.comment,
        "ended_at": silence.ended_at,
        "holds": silence.holds(now),
    }
