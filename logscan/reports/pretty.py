"""Findings for a person at a terminal: two lines each, then what it came to; it never prints raw control bytes."""

from __future__ import annotations

from typing import BinaryIO

from logscan.model import Event, Finding, ScanSummary, Severity, Signal
from logscan.normalize import make_visible
from logscan.reports import Look
from logscan.reports.paint import (
    BOLD,
    DIM,
    MARK,
    SEVERITY_COLORS,
    align,
    merge_spans,
    name_source,
    paint,
    rank,
    write_moment,
    write_set_aside,
    write_total,
)

_SEVERITY_WIDTH = 8  # `critical`
_SIGNAL_WIDTH = 14  # `refresh_failed`
_TIME_WIDTH = 20
_INDENT = " " * (_SEVERITY_WIDTH + 2)
_LEAST_WIDTH = 40
_ROWS_OF_EVIDENCE = 2  # how many rows of the terminal a line may take


class PrettyReport:
    """Severity, signal and time stand in columns; what varies in length follows."""

    def __init__(self, stream: BinaryIO, look: Look) -> None:
        self._stream = stream
        self._look = look

    def write(self, finding: Finding) -> None:
        event = finding.event
        color = SEVERITY_COLORS[event.severity]
        head = "  ".join(
            (
                self._paint(event.severity.word.ljust(_SEVERITY_WIDTH), color),
                self._paint(event.signal.value.ljust(_SIGNAL_WIDTH), color),
                write_moment(event.seen_at).ljust(_TIME_WIDTH),
                self._paint(f"{name_source(event.source)}:{finding.line}", BOLD),
                _name_credential(event),
                self._paint(make_visible(event.rule), DIM),
                *_write_expiry(event),
            )
        )
        self._print(head)
        self._print(_INDENT + self._mark(event.evidence, finding.marks))

    def close(self, summary: ScanSummary) -> None:
        if self._look.brief:
            return
        if summary.findings:
            rows = [(str(signal), f"{count:,}") for signal, count in rank(summary.by_signal)]
            self._print("")
            for row in align(rows, right=frozenset({1})):
                self._print(row)
        for rule in summary.set_aside:
            self._print(self._paint(write_set_aside(rule), SEVERITY_COLORS[Severity.WARNING]))
        self._print(self._paint(write_total(summary), DIM))

    def _mark(self, evidence: str, marks: tuple[tuple[int, int], ...]) -> str:
        text, spans = self._cut(evidence, merge_spans(marks, len(evidence)))
        if not self._look.color:
            return text
        painted, at = "", 0
        for start, end in spans:
            painted += text[at:start] + paint(text[start:end], MARK, on=True)
            at = end
        return painted + text[at:]

    def _cut(self, text: str, spans: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
        """Keep the part around the first mark where the line is longer than its rows."""
        if self._look.width is None:
            return text, spans
        room = max(_LEAST_WIDTH, self._look.width * _ROWS_OF_EVIDENCE - len(_INDENT))
        if len(text) <= room:
            return text, spans
        first = spans[0][0] if spans else 0
        start = max(0, min(first - room // 4, len(text) - room))
        end = start + room
        before, after = "…" if start else "", "…" if end < len(text) else ""
        kept = text[start + len(before) : end - len(after)]
        moved = [(max(a - start, len(before)), min(b - start, room - len(after))) for a, b in spans]
        return before + kept + after, [(a, b) for a, b in moved if a < b]

    def _paint(self, text: str, color: str) -> str:
        return paint(text, color, on=self._look.color)

    def _print(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "backslashreplace") + b"\n")


def _name_credential(event: Event) -> str:
    name = f"{event.credential}@{event.service}" if event.service else event.credential
    return make_visible(name)


def _write_expiry(event: Event) -> tuple[str, ...]:
    if event.expires_at is None:
        return ()
    over = event.expires_at <= event.seen_at if event.seen_at else event.signal is Signal.EXPIRED
    return (f"{'expired' if over else 'expires'} {write_moment(event.expires_at)}",)
