"""Incidents of old logs as timelines for people and as JSON for programs; it never changes a value it was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from logscan.model import ScanSummary, Severity, Story
from logscan.normalize import make_visible
from logscan.notices import list_incident_keys
from logscan.reports import Look
from logscan.reports.jsonl import list_summary_keys, write_json
from logscan.reports.paint import (
    BOLD,
    DIM,
    SEVERITY_COLORS,
    align,
    name_source,
    paint,
    rank,
    spell_path,
    write_count,
    write_moment,
    write_set_aside,
    write_total,
)

FORMATS = ("pretty", "jsonl", "summary")
_TIMES = ("first_seen", "last_seen", "opened_at", "resolved_at")
_INDENT = "  "
_LABEL_WIDTH = 9


class StoryReport(Protocol):
    """Takes every incident at once, for only the whole of the logs tells them."""

    def write(self, stories: Sequence[Story], summary: ScanSummary) -> None:
        """Write all there is. The stream stays open."""


def open_story_report(name: str, stream: BinaryIO, look: Look) -> StoryReport:
    """A report in one of FORMATS."""
    if name == "jsonl":
        return JsonlStories(stream)
    return SummaryStories(stream, look) if name == "summary" else PrettyStories(stream, look)


class JsonlStories:
    """The keys of an incident, then where it stands."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, stories: Sequence[Story], summary: ScanSummary) -> None:
        for story in stories:
            self._stream.write(write_json(list_story_keys(story)) + b"\n")
        row = list_summary_keys(summary)
        self._stream.write(write_json({**row, "incidents": len(stories)}) + b"\n")


def list_story_keys(story: Story) -> dict[str, object]:
    """The keys as the contract names them; times are null where the log has none."""
    keys = list_incident_keys(story.incident)
    keys["sources"] = [spell_path(source) for source in story.incident.sources]
    if not story.has_times:
        keys |= dict.fromkeys(_TIMES)
    seconds = None if story.unnoticed is None else round(story.unnoticed.total_seconds(), 3)
    return {
        "type": "incident",
        **keys,
        "source": spell_path(story.source),
        "first_line": story.first_line,
        "last_line": story.last_line,
        "resolved_source": None if story.resolved_source is None else spell_path(story.resolved_source),
        "resolved_line": story.resolved_line,
        "unnoticed_seconds": seconds,
    }


class PrettyStories:
    """A heading, what happened when, and the evidence."""

    def __init__(self, stream: BinaryIO, look: Look) -> None:
        self._stream, self._look = stream, look

    def write(self, stories: Sequence[Story], summary: ScanSummary) -> None:
        for story in stories:
            self._write_story(story)
        if self._look.brief:
            return
        for rule in summary.set_aside:
            self._print(paint(write_set_aside(rule), SEVERITY_COLORS[Severity.WARNING], on=self._look.color))
        text = f"{write_count(len(stories), 'incident')}; {write_total(summary)}"
        self._print(paint(text, DIM, on=self._look.color))

    def _write_story(self, story: Story) -> None:
        incident, on = story.incident, self._look.color
        color = SEVERITY_COLORS[incident.severity]
        head = f"{incident.severity.word}  {incident.signal}"
        title = make_visible(incident.title)
        self._print(f"{paint(head, color, on=on)}  {paint(make_visible(incident.key), BOLD, on=on)}  {title}")
        for label, text in _list_steps(story):
            self._print(f"{_INDENT}{label.ljust(_LABEL_WIDTH)} {text}")
        for line in incident.evidence:
            self._print(_INDENT + paint(self._cut(line), DIM, on=on))
        self._print("")

    def _cut(self, line: str) -> str:
        """One row each: the whole stands in the log."""
        width = self._look.width
        room = None if width is None else max(width - len(_INDENT), 20)
        return line if room is None or len(line) <= room else line[: room - 1] + "…"

    def _print(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "backslashreplace") + b"\n")


class SummaryStories:
    """How many incidents of which credential."""

    def __init__(self, stream: BinaryIO, look: Look) -> None:
        self._stream, self._look = stream, look

    def write(self, stories: Sequence[Story], summary: ScanSummary) -> None:
        counts: dict[str, int] = {}
        for story in stories:
            name = make_visible(story.incident.key)
            counts[name] = counts.get(name, 0) + 1
        if counts:
            head, *rows = align(
                [("credential", "incidents"), *((name, f"{count:,}") for name, count in rank(counts))],
                right=frozenset({1}),
            )
            text = "\n".join([paint(head, BOLD, on=self._look.color), *rows, "", ""])
            self._stream.write(text.encode("utf-8", "backslashreplace"))
        text = f"{write_count(len(stories), 'incident')}; {write_total(summary)}"
        self._stream.write(paint(text, DIM, on=self._look.color).encode() + b"\n")


def _list_steps(story: Story) -> list[tuple[str, str]]:
    incident = story.incident
    steps = [
        ("seen", _write_place(incident.first_seen, story.source, story.first_line, story)),
        ("told", _write_place(incident.opened_at, None, None, story)),
        ("last", _write_place(incident.last_seen, None, story.last_line, story)),
        ("resolved", _write_end(story)),
    ]
    if not story.has_times:
        steps.pop(1)
    if incident.expires_at is not None:
        steps.insert(0, ("expiry", write_moment(incident.expires_at)))
    lasted = "" if story.unnoticed is None else f", {write_length(story.unnoticed)} unnoticed"
    return [*steps, ("lines", f"{incident.count:,}{lasted}")]


def _write_end(story: Story) -> str:
    incident = story.incident
    if incident.resolved_at is None:
        return "not in these logs"
    where = _write_place(incident.resolved_at, story.resolved_source, story.resolved_line, story)
    return f"{where}  {incident.resolved_by}"


def _write_place(time: datetime | None, source: str | None, line: int | None, story: Story) -> str:
    when = write_moment(time) if story.has_times else ""
    where = "" if line is None else f"line {line}"
    if source is not None and line is not None:
        where = f"{name_source(source)}:{line}"
    return "  ".join(part for part in (when, where) if part)


def write_length(length: timedelta) -> str:
    """`4 s`, `12 min`, `3 h 20 min`, `5 d 2 h`: as exact as a person wants it."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60} min"
    return f"{days} d {hours % 24} h"
