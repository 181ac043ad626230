"""Rules and scans made short for tests; nothing here pretends to be a room of logscan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from logscan.events import EventReader
from logscan.model import DEFAULT_SEVERITIES, Finding, Rule, ScanSummary, Signal, Specificity
from logscan.redact import Redactor
from logscan.scanner import Scanner
from logscan.scans import Scan, ScanOptions

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = bytes(range(32))


def make_rule(rule_id: str = "test.expired", *any_: str, **changes: Any) -> Rule:
    """A rule with the defaults that a pack would fill in."""
    signal = changes.pop("signal", Signal.EXPIRED)
    values: dict[str, Any] = {
        "id": rule_id,
        "pack": rule_id.partition(".")[0],
        "order": 0,
        "title": rule_id,
        "credential": "test-token",
        "signal": signal,
        "severity": DEFAULT_SEVERITIES[signal],
        "specificity": Specificity.LIBRARY,
        "any": any_ if any_ or "all" in changes else ("token expired",),
    }
    return Rule(**(values | changes))


@cache
def make_scanner(rules: tuple[Rule, ...]) -> Scanner:
    """Compiled once for all tests that use the same rules."""
    return Scanner(rules)


@cache
def make_reader() -> EventReader:
    """A reader with a key that is always the same."""
    return EventReader(Redactor(KEY))


def make_scan(paths: Sequence[Path | str], rules: Iterable[Rule], **options: Any) -> Scan:
    """A scan that is wired as `app` does it, with a clock that stands still."""
    return Scan(
        [str(path) for path in paths],
        make_scanner(tuple(rules)),
        make_reader(),
        ScanOptions(now=NOW, **options),
        clock=lambda: 0.0,
    )


def scan_all(
    paths: Sequence[Path | str], rules: Iterable[Rule], **options: Any
) -> tuple[list[Finding], ScanSummary]:
    """Every finding, and the summary."""
    scan = make_scan(paths, rules, **options)
    return list(scan), scan.summary
