"""The shipped rules, and which of them names a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from logscan.app import open_cache
from logscan.events import rank
from logscan.model import Match, Rule
from logscan.records import read_record
from logscan.rules import RuleSet, load_rules, where_holds
from logscan.scanner import Scanner
from logscan.trials.sheets import lay_out

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TIMEOUT_SECONDS = 2.0


@cache
def shipped() -> RuleSet:
    return load_rules()


@cache
def shipped_scanner() -> Scanner:
    """To compile the databases of all rules takes seconds: once for all tests and the programs they start."""
    return Scanner(shipped().rules, open_cache())


def scan_lines(lines: Sequence[str]) -> dict[int, Match]:
    """All lines in one block; the matches by the line's place in the list."""
    return {match.line - 1: match for match in shipped_scanner().scan(lay_out(lines, "lines"))}


def name_lines(lines: Sequence[str]) -> list[Rule | None]:
    """The rule that names each line, as a scan decides it."""
    matches = scan_lines(lines)
    return [_name(matches.get(i), line) for i, line in enumerate(lines)]


def name_line(line: str) -> Rule | None:
    return name_lines([line])[0]


def read_signal(line: str) -> str | None:
    rule = name_line(line)
    return rule.signal.value if rule else None


def _name(match: Match | None, line: str) -> Rule | None:
    if match is None:
        return None
    record = read_record(line.encode(), b"", b"", now=NOW)
    ranked = rank([hit for hit in match.hits if where_holds(hit.rule, record)])
    return ranked[0].rule if ranked else None
