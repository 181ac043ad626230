"""One reading of what `scan` was given: its lines, or the incidents that they tell of; it reads no option."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

import click

from logscan import __version__, app
from logscan.cli.bars import Bar
from logscan.incidents import IncidentManner
from logscan.model import Progress, ScanSummary, Severity, Story
from logscan.reports import Look, Report, Tool, open_report
from logscan.rules import RuleSet
from logscan.scans import Scan

if TYPE_CHECKING:
    from logscan.reports.stories import StoryReport
    from logscan.scans import StoryScan


class Task(NamedTuple):
    """What is read, and how it is to be reported."""

    scan: Scan
    rules: RuleSet
    manner: IncidentManner  # how incidents go, as the configuration has it
    format: str
    look: Look


class Reading(Protocol):
    """One reading with its report."""

    def read(self, bar: Bar) -> ScanSummary:
        """Read to the end; write at once what can be written."""

    def close(self, summary: ScanSummary) -> Severity | None:
        """Write what belongs at the end; give the gravest severity of all that was found."""


def open_lines(task: Task, stdout: BinaryIO) -> Reading:
    """Lines that say something about a credential."""
    tool = Tool(__version__, task.rules.rules)
    return LineReading(task.scan, open_report(task.format, stdout, tool, task.look), stdout)


def open_stories(task: Task, stdout: BinaryIO) -> Reading:
    """What became of each credential."""
    from logscan.reports.stories import open_story_report

    story = app.build_story(task.scan, task.rules, task.manner, app.now())
    return StoryReading(story, open_story_report(task.format, stdout, task.look), stdout)


class LineReading:
    """Reports each finding as it is found."""

    def __init__(self, scan: Scan, report: Report, stdout: BinaryIO) -> None:
        self._scan, self._report, self._stdout = scan, report, stdout
        self._worst: Severity | None = None

    def read(self, bar: Bar) -> ScanSummary:
        def on_progress(so_far: Progress) -> None:
            self._stdout.flush()  # what was found in a block is told before the next one is waited for
            bar.show(so_far)

        self._scan.on_progress = on_progress
        is_terminal = sys.stdout.isatty()
        for finding in self._scan:
            if is_terminal:  # the bar stands where the finding goes
                bar.hide()
            self._report.write(finding)
            if is_terminal:
                self._stdout.flush()
            severity = finding.event.severity
            self._worst = severity if self._worst is None else max(self._worst, severity)
        return self._scan.summary

    def close(self, summary: ScanSummary) -> Severity | None:
        self._report.close(summary)
        self._stdout.flush()
        return self._worst


class StoryReading:
    """Reports incidents once everything was read: only then is it known how they went on."""

    def __init__(self, scan: StoryScan, report: StoryReport, stdout: BinaryIO) -> None:
        self._scan, self._report, self._stdout = scan, report, stdout
        self._stories: list[Story] = []

    def read(self, bar: Bar) -> ScanSummary:
        self._scan.scan.on_progress = bar.show
        self._stories = self._scan.read()
        return self._scan.scan.summary

    def close(self, summary: ScanSummary) -> Severity | None:
        self._report.write(self._stories, summary)
        self._stdout.flush()
        return max((story.incident.severity for story in self._stories), default=None)


def check_format(name: str, *, incidents: bool) -> None:
    """Refuse a format that has no form for incidents."""
    from logscan.reports.stories import FORMATS

    if incidents and name not in (*FORMATS, "auto"):
        raise click.UsageError(f"--incidents has no format {name}; there are {', '.join(FORMATS)}")
