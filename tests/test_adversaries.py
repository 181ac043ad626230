"""F39: lines made to hurt a rule cost it its time, and nobody else theirs."""

from __future__ import annotations

import random
import statistics
import time

import pytest

from logscan.model import Block, Rule
from logscan.rules.matching import TIMEOUT_SECONDS
from logscan.scanner import Scanner
from logscan.trials.sheets import lay_out
from logscan.trials.stress import find_slow_line
from tests.making import make_rule
from tests.ordinary.lines import write_lines
from tests.packs_shipped import shipped

SLOW = make_rule("slow.rule", r"x(?:a|a|aa)+(?:b|c)?$", keywords=("slow",))
SLOW_LINE = f"slow x{'a' * 60}!"


@pytest.mark.parametrize("rule", shipped().rules, ids=lambda rule: rule.id)
def test_no_line_made_against_a_shipped_rule_holds_it_up(rule: Rule):
    assert find_slow_line(rule) is None


def test_a_slow_rule_is_set_aside_and_the_others_keep_their_speed():
    some = random.Random(39).sample(shipped().rules, 100)
    scanner, clean = Scanner([*some, SLOW]), Scanner(some)
    hostile = lay_out([SLOW_LINE] * 4, "hostile")
    ordinary = lay_out(
        [*write_lines("applications", 20_000, 1), *write_lines("syslog", 20_000, 1)], "ordinary"
    )

    scanner.scan(ordinary)  # which compiles what is compiled when first needed
    started = time.thread_time()
    scanner.scan(hostile)
    spent = time.thread_time() - started
    ratios = [_measure(clean, ordinary) / _measure(scanner, ordinary) for _ in range(7)]

    assert scanner.set_aside == (SLOW.id,)
    assert scanner.timeouts == {SLOW.id: 3}
    assert spent < 4 * 4 * TIMEOUT_SECONDS
    # In turn, so that a slow minute falls on both; a moment's trouble makes one ratio worse or better, not the middle.
    assert statistics.median(ratios) >= 0.5


def _measure(scanner: Scanner, block: Block) -> float:
    started = time.thread_time()
    scanner.scan(block)
    return time.thread_time() - started
