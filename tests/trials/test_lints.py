"""Slow and too broad patterns are named with a remedy; sound ones are left alone."""

from __future__ import annotations

import pytest

from logscan.model import Rule
from logscan.rules import RuleMatcher
from logscan.trials import lint_rules
from logscan.trials.stress import BUDGET_SECONDS, find_slow_line, make_lines
from tests.making import make_rule


def lint(rule: Rule) -> list[str]:
    return [problem.text for problem in lint_rules([rule])]


@pytest.mark.parametrize(
    "pattern",
    [
        "session has expired",
        r'"code":\s*190\b',
        r"\b401 unauthorized\b",
        "token.{0,80}has expired",
        "(?:access|refresh) token (?:has )?expired",
        r"invalid[_ ]grant",
        r"jwt\s+expired",
        r"error \w+: token expired",
        r"\(#190\)",
        r"\b401\b(?=.{0,40}token expired)",
        "обновлен|истекает",
        r"\b190\b(?! [(]x)(?<=facebook [[(?!] 190)",
    ],
)
def test_a_sound_pattern_is_left_alone(pattern: str):
    problems = lint(make_rule("a.sound", pattern, match=("token has expired",)))

    assert problems == []


@pytest.mark.parametrize(
    ("pattern", "complaint", "remedy"),
    [
        (".*token has expired", "begins with `.*`", "drop it"),
        ("token.*has expired", "unbounded gap", "write `.{0,80}`"),
        ("token [^x]+ has expired", "unbounded gap", "write `.{0,80}`"),
        (r"\b401\b", "bare number", "write the words beside it"),
        (r"code[ =]\d|\b190\b", "bare number", "write the words beside it"),
        (r"\b190\b(?!token expired)", "bare number", "write the words beside it"),
        (r"\w+ \d+", "no literal of 3", "write a word"),
        ("ok", "no literal of 3", "write a word"),
        (r"\bforbidden\b", "one common word", "add the words"),
        ("token has expired|unauthorized", "one common word", "add the words"),
        (r"token (?:\w+)+ expired!", "repeats a repeat", "bound the outer one"),
    ],
)
def test_a_weak_pattern_is_named_with_its_remedy(pattern: str, complaint: str, remedy: str):
    problems = lint(make_rule("a.weak", pattern))

    [problem] = [text for text in problems if complaint in text]
    assert pattern in problem
    assert remedy in problem


def test_a_problem_says_where():
    rule = make_rule("a.weak", "ok", place="a.yaml:7:5")

    [problem] = lint_rules([rule])

    assert (problem.place, problem.rule) == ("a.yaml:7:5", "a.weak")


def test_one_narrow_pattern_of_all_makes_the_rule_narrow():
    narrow = make_rule("a.narrow", all=(r"\b190\b", "session has expired"))
    broad = make_rule("a.broad", all=(r"\b190\b", r"\d+"))

    assert lint(narrow) == []
    assert any("bare number" in text for text in lint(broad))


def test_keywords_are_held_to_the_same():
    short = make_rule("a.short", "(?>token expired)", keywords=("jwt",))
    common = make_rule("a.common", "(?>token expired)", keywords=("token",))
    sound = make_rule("a.sound", "(?>token expired)", keywords=("token expired",))

    assert any("is short" in text for text in lint(short))
    assert any("too common" in text for text in lint(common))
    assert lint(sound) == []


@pytest.mark.parametrize(
    "rule",
    [
        make_rule("a.nested", r"token (?:\w+)+ expired!"),
        make_rule("a.twins", r"token(?:a|a|aa){0,400}expired!"),
        make_rule("a.gaps", "token.*access.*has expired"),
        make_rule("a.veto", "token expired", none=(r"(?:x+x+)+y",), match=("token expired",)),
        make_rule("a.field", "token expired", fields=(("f", r"((?:x+x+)+)y"),), match=("token expired",)),
    ],
    ids=lambda rule: rule.id,
)
def test_a_rule_that_is_slow_in_earnest_is_caught_by_the_clock(rule: Rule):
    problems = lint(rule)

    assert any("takes more than 50 ms" in text for text in problems)


def test_the_lines_that_are_to_hurt_are_of_bounded_length_and_get_past_the_head_of_the_pattern():
    rule = make_rule("a.rule", "session has expired on (?P<at>[^.]{8,60})", match=("session has expired",))

    lines = list(make_lines(rule))

    assert lines
    assert max(map(len, lines)) < 10_000
    assert any(b"session has expired on a" in line for line in lines)


@pytest.mark.parametrize(("gap", "is_slow"), [(200, False), (1_000, True)])
def test_a_pattern_of_half_the_budget_is_sound_and_one_of_twice_is_not_on_any_machine(
    gap: int, *, is_slow: bool
):
    rule = make_rule("a.gap", rf"a[^\n]{{0,{gap}}}\bexpired", match=("a expired",))

    assert (find_slow_line(rule) is not None) == is_slow


def test_a_line_is_slow_only_when_the_rule_is_asked_in_vain():
    rule = make_rule("a.nested", r"token (?:\w+)+ expired!")

    line = find_slow_line(rule)

    assert line is not None
    with pytest.raises(TimeoutError):
        RuleMatcher(rule).fits(line, BUDGET_SECONDS)
