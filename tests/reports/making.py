"""Findings and summaries made short for the tests of reports."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from logscan.model import Event, Finding, Rule, ScanSummary, Severity, Signal, Unreadable
from logscan.reports import Look, Tool, open_report
from tests.making import make_rule

SEEN_AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
EXPIRED_AT = datetime(2025, 6, 18, 13, 0, tzinfo=UTC)
RULES = (
    make_rule("meta.session-expired", title="The session has expired", runbook="1. Make a new token."),
    make_rule("http.unauthorized", signal=Signal.REJECTED, title="Refused"),
)


def make_finding(marks: tuple[tuple[int, int], ...] = ((6, 25),), **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "credential": "meta-access-token",
        "service": "bot",
        "source": "app.log",
        "signal": Signal.EXPIRED,
        "severity": Severity.CRITICAL,
        "rule": "meta.session-expired",
        "rules": ("meta.session-expired", "http.unauthorized"),
        "seen_at": SEEN_AT,
        "expires_at": EXPIRED_AT,
        "fields": {"subcode": "463"},
        "evidence": "Error session has expired on Wednesday",
    }
    return Finding(Event(**(values | changes)), line=123, offset=45678, marks=marks)


def make_summary(**changes: Any) -> ScanSummary:
    values: dict[str, Any] = {
        "lines": 2_000,
        "bytes": 3_400_000,
        "findings": 3,
        "by_signal": {Signal.EXPIRED: 2, Signal.REJECTED: 1},
        "by_rule": {"meta.session-expired": 2, "http.unauthorized": 1},
        "seconds": 0.5,
    }
    return ScanSummary(**(values | changes))


def write_report(
    name: str,
    *findings: Finding,
    summary: ScanSummary | None = None,
    look: Look = Look(),  # noqa: B008 - a frozen value
    rules: tuple[Rule, ...] = RULES,
) -> str:
    stream = io.BytesIO()
    report = open_report(name, stream, Tool("1.2.3", rules), look)
    for finding in findings:
        report.write(finding)
    report.close(summary or make_summary())
    return stream.getvalue().decode()


__all__ = ["EXPIRED_AT", "RULES", "SEEN_AT", "Unreadable", "make_finding", "make_summary", "write_report"]
