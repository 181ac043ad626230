"""The shipped packs keep what they promise; one test per promise.

That they can be loaded proves every example alone; here all rules look at all examples, in one block.
"""

from __future__ import annotations

import random
import re
from datetime import UTC
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan.literals import find_literals
from logscan.model import Rule, Signal, Specificity
from logscan.normalize import normalize
from logscan.rules import RuleMatcher, shipped_folder
from logscan.rules.loading import shared_words_path
from logscan.rules.packs import read_pack
from logscan.rules.words import read_shared_words
from logscan.syntax import read_pattern
from logscan.times import read_duration, read_time
from logscan.yamlfile import read_yaml
from tests.packs_shipped import NOW, TIMEOUT_SECONDS, name_lines, scan_lines, shipped
from tests.plainly import fits_plainly, without_asides


def each_rule():
    return pytest.mark.parametrize("rule", shipped().rules, ids=lambda rule: rule.id)


@pytest.mark.parametrize("path", sorted(shipped_folder().glob("*.yaml")), ids=lambda path: path.name)
def test_a_shipped_pack_is_read_without_a_problem(path):
    document = read_yaml(path)
    shared, _ = read_shared_words(read_yaml(shared_words_path()))

    reading = read_pack(document, shared, shipped=True)

    assert reading.problems == ()
    assert reading.pack
    assert reading.pack.name == path.stem
    assert reading.pack.title
    assert reading.pack.runbook.startswith("1. ")


@cache
def name_examples() -> dict[str, Rule | None]:
    """The winner of every example, out of one scan of all of them."""
    lines = list(dict.fromkeys(line for rule in shipped().rules for line in rule.match))
    return dict(zip(lines, name_lines(lines), strict=True))


@each_rule()
def test_a_rule_names_its_own_examples(rule):
    winners = {line: name_examples()[line] for line in rule.match}

    stolen = {line: winner and winner.id for line, winner in winners.items() if not _is_as_good(winner, rule)}

    assert stolen == {}


def _is_as_good(winner: Rule | None, rule: Rule) -> bool:
    """What is said is the same: by the rule, by one of its own pack, or by another that names no provider."""
    if winner is None or winner.signal is not rule.signal:
        return False
    return winner.pack == rule.pack or winner.specificity is rule.specificity is Specificity.GENERIC


@pytest.mark.parametrize("seed", range(4))
def test_every_example_is_found_by_its_own_rule_among_all_others(seed):
    wanted = [(line, rule.id) for rule in shipped().rules for line in rule.match]
    near_misses = [(line, "") for rule in shipped().rules for line in rule.ignore]
    lines = [*wanted, *near_misses]
    random.Random(seed).shuffle(lines)

    matches = scan_lines([line for line, _ in lines])

    lost = [
        (rule, line)
        for i, (line, rule) in enumerate(lines)
        if rule and (i not in matches or rule not in {hit.rule.id for hit in matches[i].hits})
    ]
    assert lost == []


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


def test_no_rule_of_a_fault_names_a_line_that_tells_its_end():
    told_anyway = {Signal.REFRESHED, Signal.ACCEPTED, Signal.NOTED, Signal.EXPOSED}

    assert not [
        rule.id for rule in shipped().rules if rule.signal not in told_anyway and "healed" not in rule.unless
    ]


def test_there_are_hundreds_of_rules_and_each_pack_has_a_specificity_that_fits():
    by_pack = {pack.name: pack.specificity for pack in shipped().packs}

    assert len(shipped().rules) >= 300
    for name in ("http", "app", "app-repairs", "api-keys"):
        assert by_pack[name] is Specificity.GENERIC
    for name in ("jwt", "oauth", "tls"):
        assert by_pack[name] is Specificity.LIBRARY
    for name in ("meta", "whatsapp", "aws", "google", "github", "slack", "stripe"):
        assert by_pack[name] is Specificity.PROVIDER


_FRAGMENTS = sorted({w for r in shipped().rules for line in r.match for w in re.findall(r"\S+", line)})


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=5), max_size=12).map(" ".join),
    st.lists(st.sampled_from(shipped().rules), min_size=20, max_size=20, unique_by=lambda rule: rule.id),
)
def test_a_line_fits_exactly_what_plain_regex_finds(line, rules):
    text = normalize(line.encode(errors="replace"))
    bare = without_asides(rules)

    fitting = {rule.id for rule in bare if RuleMatcher(rule).fits(text, TIMEOUT_SECONDS)}

    assert fitting == {rule.id for rule in bare if fits_plainly(rule, text)}


def test_every_pattern_is_read_by_both_engines():
    for rule in shipped().rules:
        for text in (*rule.any, *rule.all):
            assert read_pattern(text).text == text
