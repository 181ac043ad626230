"""A rule keeps what its examples promise, or the failure says which one and why."""

from __future__ import annotations

from logscan.trials import try_examples
from tests.making import make_rule


def test_examples_that_hold_say_nothing():
    rule = make_rule(
        "a.expired",
        r'"error":"token expired',
        match=('{"error":"token expired"}', r'{"m":"{\"error\":\"token expired\"}"}'),
        ignore=("token renewed",),
    )

    failures = list(try_examples([rule]))

    assert failures == []


def test_an_example_that_does_not_match_is_named_with_the_place_of_its_rule():
    rule = make_rule("a.expired", "token expired", match=("token renewed",), place="a.yaml:4:5")

    [failure] = try_examples([rule])

    assert (failure.place, failure.rule) == ("a.yaml:4:5", "a.expired")
    assert "`match` example 1 does not fit" in failure.text
    assert "token renewed" in failure.text


def test_an_example_to_ignore_that_matches_is_a_failure():
    rule = make_rule("a.expired", "token expired", ignore=("fine", "a token expired"))

    [failure] = try_examples([rule])

    assert "`ignore` example 2 is fitted" in failure.text


def test_every_failure_of_every_rule_is_told():
    rules = [make_rule(f"a.rule{i}", "token expired", match=("x", "y")) for i in range(3)]

    failures = list(try_examples(rules))

    assert len(failures) == 6
