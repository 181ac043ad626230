"""The shipped packs against labelled lines, where those are at hand: a user's clone has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from logscan.redact import Redactor
from logscan.trials import Score, read_corpus, score_rules
from tests.making import KEY, NOW
from tests.packs_shipped import shipped, shipped_scanner

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "dev.jsonl"
EXAMPLE_WORDS = 4  # a shorter example says no more than its provider does

pytestmark = pytest.mark.skipif(not CORPUS.is_file(), reason="no labelled lines beside this checkout")


@pytest.fixture(scope="module")
def score() -> Score:
    return score_rules(shipped_scanner(), read_corpus(CORPUS), Redactor(KEY), now=NOW)


def test_nearly_nothing_is_false(score: Score):
    assert score.alerts.precision >= 0.98, score.mistakes


def test_nearly_everything_is_found(score: Score):
    assert score.alerts.recall >= 0.98, score.mistakes


def test_nearly_every_recovery_is_found(score: Score):
    assert score.recoveries.recall >= 0.95, score.mistakes


def test_the_signal_is_right(score: Score):
    assert score.alerts.signal_share >= 0.95, score.mistakes


def test_no_example_is_a_labelled_line():
    lines = {line.text.strip().lower() for line in read_corpus(CORPUS)}

    examples = [text for rule in shipped().rules for text in (*rule.match, *rule.ignore)]
    copied = [
        text for text in examples if text.strip().lower() in lines and len(text.split()) > EXAMPLE_WORDS
    ]

    assert copied == []
