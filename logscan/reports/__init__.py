"""Findings as text for people and programs; the writers print, and never decide or keep anything back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, Protocol

from logscan.model import Finding, Rule, ScanSummary

FORMATS = ("pretty", "jsonl", "sarif", "summary")


class Look(NamedTuple):
    """How a report for people may look."""

    color: bool = False
    width: int | None = None  # columns of the terminal; None: nothing is cut
    brief: bool = False  # findings only, without what it came to


class Tool(NamedTuple):
    """Who reports: what SARIF says of itself."""

    version: str
    rules: Sequence[Rule]


class Report(Protocol):
    """Takes findings one by one; its bytes go straight to the stream it was made with."""

    def write(self, finding: Finding) -> None:
        """Take the next finding. What can be written at once, is."""

    def close(self, summary: ScanSummary) -> None:
        """Write what belongs at the end; nothing may follow. The stream stays open."""


def open_report(name: str, stream: BinaryIO, tool: Tool, look: Look) -> Report:
    """Start a report in one of FORMATS; only that format's module is loaded."""
    if name == "jsonl":
        from logscan.reports.jsonl import JsonlReport

        return JsonlReport(stream)
    if name == "sarif":
        from logscan.reports.sarif import SarifReport

        return SarifReport(stream, tool)
    if name == "summary":
        from logscan.reports.summary import SummaryReport

        return SummaryReport(stream, look)
    from logscan.reports.pretty import PrettyReport

    return PrettyReport(stream, look)
