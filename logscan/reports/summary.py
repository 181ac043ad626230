"""Counts instead of findings, by signal, rule and credential; it keeps no line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import BinaryIO

from logscan.model import Finding, ScanSummary
from logscan.normalize import make_visible
from logscan.reports import Look
from logscan.reports.paint import BOLD, DIM, align, paint, rank, write_set_aside, write_total

_MOST_CREDENTIALS = 1_000  # a credential may hold a captured field, and log text decides how many there are
_OTHER = "other"


class SummaryReport:
    """Three tables, when all was read."""

    def __init__(self, stream: BinaryIO, look: Look) -> None:
        self._stream = stream
        self._look = look
        self._credentials: Counter[str] = Counter()

    def write(self, finding: Finding) -> None:
        name = finding.event.credential
        if name not in self._credentials and len(self._credentials) >= _MOST_CREDENTIALS:
            name = _OTHER
        self._credentials[name] += 1

    def close(self, summary: ScanSummary) -> None:
        signals = {str(signal): count for signal, count in summary.by_signal.items()}
        for title, counts in (
            ("signal", signals),
            ("rule", summary.by_rule),
            ("credential", self._credentials),
        ):
            if any(counts.values()):
                self._print_table(title, counts)
        for rule in summary.set_aside:
            self._print(write_set_aside(rule))
        self._print(paint(write_total(summary), DIM, on=self._look.color))

    def _print_table(self, title: str, counts: Mapping[str, int]) -> None:
        rows = [(make_visible(name), f"{count:,}") for name, count in rank(counts) if count]
        head, *body = align([(title, "findings"), *rows], right=frozenset({1}))
        self._print(paint(head, BOLD, on=self._look.color))
        for row in body:
            self._print(row)
        self._print("")

    def _print(self, text: str) -> None:
        self._stream.write(text.encode("utf-8", "backslashreplace") + b"\n")
