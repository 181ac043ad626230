"""What rules mean by nothing but `regex`: the slow way, which every quicker one must agree with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import regex

from logscan.model import Rule
from logscan.normalize import normalize


def without_asides(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules by their own patterns alone; what `unless` and `only` say is tested by itself."""
    return tuple(replace(rule, unless=(), only=()) for rule in rules)


@cache  # the one within `regex` is too small for the patterns of all packs
def compile_plainly(pattern: str, case_sensitive: bool) -> regex.Pattern[bytes]:
    flags = regex.V0 | regex.ASCII | (0 if case_sensitive else regex.IGNORECASE)
    return regex.compile(pattern.encode(), flags)


def fits_plainly(rule: Rule, text: bytes) -> bool:
    """What a rule means, by nothing but `regex`."""

    def is_there(pattern: str) -> bool:
        return bool(compile_plainly(pattern, rule.case_sensitive).search(text))

    wanted = all(map(is_there, rule.all)) if rule.all else any(map(is_there, rule.any))
    keyword = not rule.keywords or any(word.encode().lower() in text.lower() for word in rule.keywords)
    return wanted and keyword and not any(map(is_there, rule.none))


def ask_each_line(rules: Sequence[Rule], lines: Sequence[bytes]) -> set[tuple[int, str]]:
    """Every rule is asked about every line."""
    return {
        (number, rule.id)
        for rule in rules
        for number, line in enumerate(lines, start=1)
        if fits_plainly(rule, normalize(line))
    }
