"""The shipped packs keep what they promise; one test per promise, for every rule."""

from __future__ import annotations

import re
from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.literals import find_literals
from logscan.model import Rule, Specificity
from logscan.normalize import normalize
from logscan.rules import RuleMatcher, shipped_folder
from logscan.rules.compiling import compile_pattern
from logscan.rules.packs import read_pack
from logscan.rules.proofs import prove_rule
from logscan.syntax import read_pattern
from logscan.times import read_duration, read_time
from logscan.yamlfile import read_yaml
from tests.packs_shipped import NOW, TIMEOUT_SECONDS, matchers, name_line, shipped

if TYPE_CHECKING:
    from logscan.rules.compiling import Compiled


def each_rule():
    return pytest.mark.parametrize("rule", shipped().rules, ids=lambda rule: rule.id)


@pytest.mark.parametrize("path", sorted(shipped_folder().glob("*.yaml")), ids=lambda path: path.name)
def test_a_shipped_pack_is_read_without_a_problem(path):
    document = read_yaml(path)

    reading = read_pack(document, shipped=True)

    assert reading.problems == ()
    assert reading.pack
    assert reading.pack.name == path.stem
    assert reading.pack.title
    assert reading.pack.runbook.startswith("1. ")


@each_rule()
def test_a_rule_proves_itself_on_its_examples(rule):
    failures = list(prove_rule(rule))

    assert failures == []


@each_rule()
def test_a_rule_names_its_own_examples(rule):
    winners = [name_line(line) for line in rule.match]

    assert [winner.id if winner else None for winner in winners] == [rule.id] * len(rule.match)


@each_rule()
def test_a_runbook_is_numbered_steps(rule):
    steps = re.findall(r"^(\d+)\. \S", rule.runbook, re.MULTILINE)

    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert len(steps) >= 2


@each_rule()
def test_a_dated_example_yields_a_time(rule):
    for line in rule.match:
        hit = RuleMatcher(rule).fits(normalize(line.encode()), TIMEOUT_SECONDS)
        assert hit
        for name, (start, end) in hit.groups.items():
            text = line.encode()[start:end].decode()
            if name in {"expired_at", "expires_at"} and text.isascii() and " de " not in text:
                assert read_time(text, now=NOW, zone=UTC) or text.isdigit(), text
            if name == "expires_in":
                assert read_duration(text), text


@each_rule()
def test_no_pattern_begins_with_a_gap_or_holds_an_unbounded_one(rule):
    patterns = [*rule.any, *rule.all, *rule.none, *(pattern for _, pattern in rule.fields)]

    outside_sets = [re.sub(r"\\[.\[]|\[\^?(?!\^\\n)(?:\\.|[^\]])*\]", "_", pattern) for pattern in patterns]
    slow = [p for p in outside_sets if re.search(r"(?:^|\|)\.[*+]|(?:\.|\[\^\\n\])[*+]", p)]

    assert slow == []


@each_rule()
def test_every_pattern_holds_a_literal(rule):
    shortest = min(
        min(map(len, find_literals(read_pattern(text).part)), default=0) for text in (*rule.any, *rule.all)
    )

    assert shortest >= 2


@each_rule()
def test_long_lines_made_against_a_rule_do_not_hold_it_up(rule):
    matcher = RuleMatcher(rule)
    pieces = [p.encode() for text in (*rule.any, *rule.none) for p in re.findall(r"[A-Za-z0-9_ ]{3,}", text)]
    literals = [
        literal for text in (*rule.any, *rule.none) for literal in find_literals(read_pattern(text).part)
    ]
    examples = [line.encode() for line in (*rule.match, *rule.ignore)]

    for piece in {*pieces, *literals, *examples}:
        for line in (
            piece * (4096 // len(piece)),
            (piece + b" ") * (4096 // len(piece)),
            piece + b" " * 4096,
        ):
            matcher.fits(line, TIMEOUT_SECONDS)  # raises when it takes longer


def test_rules_are_forty_to_seventy_and_each_pack_has_its_own_specificity():
    rules = shipped().rules

    by_pack = {pack.name: pack.specificity for pack in shipped().packs}

    assert 40 <= len(rules) <= 70
    assert by_pack == {
        "http": Specificity.GENERIC,
        "jwt": Specificity.LIBRARY,
        "meta": Specificity.PROVIDER,
        "whatsapp": Specificity.PROVIDER,
    }


_FRAGMENTS = sorted({w for r in shipped().rules for line in r.match for w in re.findall(r"\S+", line)})


@given(st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=5), max_size=12).map(" ".join))
def test_a_line_fits_exactly_what_plain_regex_finds(line):
    text = normalize(line.encode(errors="replace"))
    rules = shipped().rules

    fitting = {m.rule.id for m in matchers() if m.fits(text, TIMEOUT_SECONDS)}

    assert fitting == {rule.id for rule in rules if _fits_plainly(rule, text)}


@cache
def _compile(rule: Rule) -> tuple[tuple[Compiled, ...], tuple[Compiled, ...]]:
    sensitive = rule.case_sensitive
    return (
        tuple(compile_pattern(text, case_sensitive=sensitive) for text in rule.any),
        tuple(compile_pattern(text, case_sensitive=sensitive) for text in rule.none),
    )


def _fits_plainly(rule: Rule, text: bytes) -> bool:
    wanted, unwanted = _compile(rule)
    return any(p.search(text) for p in wanted) and not any(p.search(text) for p in unwanted)


def test_every_pattern_is_read_by_both_engines():
    for rule in shipped().rules:
        for text in (*rule.any, *rule.all):
            assert read_pattern(text).text == text
