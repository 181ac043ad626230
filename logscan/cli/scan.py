"""`logscan scan`: what was typed → one scan, its report and its exit status; it judges no line."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logscan.cli.bars import Bar, open_bar
from logscan.cli.options import Wishes, common_options, with_wishes
from logscan.cli.streams import is_stdin_closed, open_stdout, print_error, terminal_width, wants_color
from logscan.cli.tallies import MetricWishes, export_tally, metric_options, open_tally

if TYPE_CHECKING:
    from logscan.cli.readings import Reading
    from logscan.config import Settings
    from logscan.model import ScanSummary, Severity
    from logscan.reports import Look
    from logscan.rules import RuleSet

_FOUND_STATUS = 1
_FAILED_STATUS = 2
_UNREADABLE_STATUS = 3
_STDIN = "-"
_MOST_NAMED = 12  # packs; of more it is told how many
_FAIL_ON = ("info", "warning", "error", "critical", "never")
_TIME_HELP = "ISO 8601 (local time where it names no zone), or how long ago, such as 2h, or now; lines without any time are kept"


@click.command(short_help="Read once: files, directories, patterns, - for stdin.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
# A terminal has a person before it, anything else a program: like `ls`, `scan` writes for who reads.
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("auto", "pretty", "jsonl", "sarif", "summary")),
    default="auto",
    help="auto: pretty on a terminal, else jsonl.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_FAIL_ON),
    default="warning",
    show_default=True,
    help="The least severity that makes the exit status 1.",
)
@click.option("--since", metavar="TIME", help=f"Leave out older lines. {_TIME_HELP}.")
@click.option("--until", metavar="TIME", help="Leave out younger lines.")
@click.option(
    "--jobs",
    type=click.IntRange(0, 256),
    default=1,
    show_default=True,
    metavar="N",
    help="How many threads scan; 0: one for each core.",
)
@click.option(
    "--incidents",
    is_flag=True,
    help="What became of each credential, instead of lines: the incidents that these logs tell of.",
)
@click.option(
    "--progress/--no-progress", default=None, help="A bar on stderr. Default: where stderr is a terminal."
)
@metric_options
@common_options
@with_wishes
def scan(  # noqa: PLR0913 - click hands over each option by its name
    *,
    wishes: Wishes,
    paths: tuple[str, ...],
    format_name: str,
    fail_on: str,
    since: str | None,
    until: str | None,
    jobs: int,
    incidents: bool,
    progress: bool | None,
    metrics_textfile: Path | None,
    push_gateway: str | None,
) -> int:
    """Read every PATH once and report the lines that say something about a credential.

    A PATH is a file, compressed or not, a directory, a pattern such as 'logs/*.log', or - for stdin.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, 3 some input could not be read
    or a rule took too long and was set aside.
    """
    from logscan import app
    from logscan.cli.readings import Task, check_format, open_lines, open_stories
    from logscan.scans import ScanOptions

    check_format(format_name, incidents=incidents)
    missing = (_STDIN,) if _STDIN in paths and is_stdin_closed() else ()
    start, end = _read_window(since, until, now := app.now())
    options = ScanOptions(now=now, jobs=_count_jobs(jobs), since=start, until=end, wants_times=incidents)
    settings, rules = _load(wishes)
    scan = app.build_scan([path for path in paths if path not in missing], rules, options)
    task = Task(scan, rules, settings.incidents, _choose_format(format_name), _choose_look(wishes))
    tally = open_tally(scan, export := MetricWishes(metrics_textfile, push_gateway), rules)
    reading = (open_stories if incidents else open_lines)(task, open_stdout())
    bar = open_bar(wanted=_wants_bar(wishes, progress=progress))
    summary, worst = _read(reading, bar, missing)
    _print_remarks(summary, wishes)
    status = choose_status(summary, worst, fail_on)
    is_exported = tally is None or export_tally(tally, summary, export)
    return status if is_exported or status == _FOUND_STATUS else _FAILED_STATUS


def _read(
    reading: Reading, bars: AbstractContextManager[Bar], missing: tuple[str, ...]
) -> tuple[ScanSummary, Severity | None]:
    with bars as bar:
        summary = _add_missing(reading.read(bar), missing)
    return summary, reading.close(summary)


def _load(wishes: Wishes) -> tuple[Settings, RuleSet]:
    from logscan import app
    from logscan.reports.paint import write_count

    settings = wishes.load_settings()
    rules = app.load_configured(settings)
    if wishes.verbose:
        names = [pack.name for pack in rules.packs]
        packs = ", ".join(names) if len(names) <= _MOST_NAMED else write_count(len(names), "pack")
        print_error(f"{write_count(len(rules.rules), 'rule')} of {packs or 'no pack'}")
    return settings, rules


def _choose_look(wishes: Wishes) -> Look:
    from logscan.reports import Look

    return Look(wants_color(wishes.color), terminal_width(), wishes.quiet)


def _count_jobs(wanted: int) -> int:
    return wanted or len(os.sched_getaffinity(0))


def _choose_format(name: str) -> str:
    return name if name != "auto" else ("pretty" if sys.stdout.isatty() else "jsonl")


def _read_window(
    since: str | None, until: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    start, end = read_moment(since, "--since", now), read_moment(until, "--until", now)
    if start and end and start > end:
        raise click.UsageError("--since lies after --until: no line is between them; exchange them")
    return start, end


def read_moment(text: str | None, option: str, now: datetime) -> datetime | None:
    """Read `2h` as two hours ago, and a date without a zone by the clock of this machine, as `docker logs` does."""
    from logscan.times import read_duration, read_time

    if text is None:
        return None
    words = text.strip().lower()
    if words == "now":
        return now
    try:
        ago = read_duration(words.removesuffix("ago"))
        if ago is not None:
            return now - ago
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = read_time(text, now=now)
    if moment is None:
        why = f"{text!r} is no time; write an ISO time such as 2026-11-21T10:00:00Z or a duration such as 2h"
        raise click.BadParameter(why, param_hint=f"'{option}'")
    return moment


def choose_status(summary: ScanSummary, worst: Severity | None, fail_on: str) -> int:
    """Findings win over what was not looked at: inputs that could not be read, rules that were set aside."""
    if worst is not None and fail_on != "never" and worst >= _FAIL_ON.index(fail_on):
        return _FOUND_STATUS
    return _UNREADABLE_STATUS if summary.unreadable or summary.set_aside else 0


def _add_missing(summary: ScanSummary, missing: tuple[str, ...]) -> ScanSummary:
    """A stdin that was closed at the start is the null device by now, which the scan would read as empty."""
    from logscan.model import Unreadable

    gone = tuple(Unreadable(path, "not open") for path in missing)
    return replace(summary, unreadable=(*summary.unreadable, *gone))


def _wants_bar(wishes: Wishes, *, progress: bool | None) -> bool:
    """Only on a terminal: anywhere else a bar is rubbish in a file, even when it was asked for."""
    wanted = not wishes.quiet if progress is None else progress
    return wanted and sys.stderr.isatty()


def _print_remarks(summary: ScanSummary, wishes: Wishes) -> None:
    """What was not looked at, and why: errors always, remarks unless `--quiet`."""
    from logscan.reports.paint import name_source, write_count, write_set_aside, write_total

    for path, why in summary.unreadable:
        print_error(f"{name_source(path)}: {why}")
    for rule in summary.set_aside:
        print_error(write_set_aside(rule))
    if wishes.quiet:
        return
    if summary.truncated_lines:
        lines = write_count(summary.truncated_lines, "line")
        print_error(f"{lines} longer than 1 MiB: only the beginning was looked at")
    for rule, count in summary.timeouts.items():
        print_error(f"{rule}: took too long for {write_count(count, 'line')}; `logscan rules lint` says why")
    if wishes.verbose:
        print_error(write_total(summary))
