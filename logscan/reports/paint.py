"""Colours, columns and spelled-out text, shared by the reports for people; it never writes to a stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from logscan.model import ScanSummary, Severity
from logscan.normalize import make_visible

BOLD = "1"
DIM = "2"
MARK = "1;4"  # bold and underlined: what made the rule fit
SEVERITY_COLORS = {
    Severity.CRITICAL: "1;31",
    Severity.ERROR: "31",
    Severity.WARNING: "33",
    Severity.INFO: "32",
}


def paint(text: str, color: str, *, on: bool) -> str:
    """Put a text into a colour, or leave it alone."""
    return f"\x1b[{color}m{text}\x1b[0m" if on and text else text


def paint_place(problem: str, *, on: bool) -> str:
    """A problem that begins with its place, which stands out."""
    place, colon, rest = problem.partition(": ")
    return f"{paint(place, BOLD, on=on)}{colon}{rest}"


def spell_path(path: str) -> str:
    """A path as text that any stream takes: bytes that are no text are spelled out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def name_source(source: str) -> str:
    """A path as a person may see it on a terminal."""
    return "stdin" if source == "-" else make_visible(spell_path(source))


def write_count(number: int, noun: str) -> str:
    """`1 line`, `2,000 lines`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def write_size(count: float) -> str:
    """Bytes in the unit a person would choose."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.5 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def write_moment(moment: datetime | None) -> str:
    """A time to the second, in UTC; a dash where there is none."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}" if moment else "-"


def write_total(summary: ScanSummary) -> str:
    """What was read and how fast: the one line that ends a report for people."""
    rate = f", {write_size(summary.bytes / summary.seconds)}/s" if summary.seconds > 0 else ""
    return (
        f"{write_count(summary.findings, 'finding')} in {write_count(summary.lines, 'line')}, "
        f"{write_size(summary.bytes)} in {summary.seconds:.1f} s{rate}"
    )


def write_set_aside(rule: str) -> str:
    """What a reader must know of a rule that did not see every line."""
    return f"{make_visible(rule)}: set aside, since it took too long too often: later lines were not held against it"


def rank(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The largest first, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def merge_spans(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Spans in order, without overlap, inside a text of that length."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        start, end = max(first, 0), min(last, length)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def align(rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Set rows of cells in columns; `right` names the columns of numbers. Cells hold no colour."""
    table = [tuple(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return [_set_row(row, widths, right) for row in table]


def _set_row(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    cells = [
        cell.rjust(width) if i in right else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
