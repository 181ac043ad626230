"""The shipped rules, and which of them names a line."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from logscan.events import rank
from logscan.model import Rule
from logscan.normalize import normalize
from logscan.records import read_record
from logscan.rules import RuleMatcher, RuleSet, load_rules, where_holds

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TIMEOUT_SECONDS = 2.0


@cache
def shipped() -> RuleSet:
    return load_rules()


@cache
def matchers() -> tuple[RuleMatcher, ...]:
    return tuple(RuleMatcher(rule) for rule in shipped().rules)


def name_line(line: str) -> Rule | None:
    """The rule that names a line, as a scan decides it."""
    raw = line.encode()
    text, record = normalize(raw), read_record(raw, b"", b"", now=NOW)
    hits = [hit for matcher in matchers() if (hit := matcher.fits(text, TIMEOUT_SECONDS))]
    ranked = rank([hit for hit in hits if where_holds(hit.rule, record)])
    return ranked[0].rule if ranked else None


def read_signal(line: str) -> str | None:
    rule = name_line(line)
    return rule.signal.value if rule else None
