"""What a configuration changes in rules: nothing but what it names, and without touching a pack."""

from __future__ import annotations

from datetime import timedelta

import pytest

from logscan.model import Exclusion, Rule, Severity, Threshold
from logscan.redact import Redactor
from logscan.rules import Reason, RuleMatcher, RuleSet, load_rules
from logscan.rules.sets import make_rule_set, read_rule_set, write_rule_set
from logscan.rules.tuning import Adjustment, Ignore, Mention, Tuning, find_strangers, tune_rules
from logscan.trials import Suspect, explain_line
from tests.making import KEY, NOW, make_rule, scan_all

PLACE = "logscan.yaml:6:16"
SECOND = 1.0


def make_set(*rules: Rule) -> RuleSet:
    return make_rule_set((), rules or (make_rule("shop.a"), make_rule("shop.b")))


def mention(rule: str) -> Mention:
    return Mention(rule, PLACE)


def ignore(pattern: str, *rules: str) -> Ignore:
    return Ignore(Exclusion(pattern, PLACE), tuple(map(mention, rules)))


def test_without_tuning_a_set_stays_the_very_same():
    before = make_set()

    assert tune_rules(before, Tuning()) is before


def test_a_disabled_rule_is_gone():
    after = tune_rules(make_set(), Tuning(disable=(mention("shop.a"),)))

    assert [rule.id for rule in after.rules] == ["shop.b"]


def test_only_what_is_named_is_changed():
    own = make_rule("shop.a", threshold=Threshold(count=3, within=timedelta(hours=1)))
    change = Adjustment(rule=mention("shop.a"), count=10, severity=Severity.WARNING, experimental=True)

    first, second = tune_rules(make_set(own, make_rule("shop.b")), Tuning(adjustments=(change,))).rules

    assert first.threshold == Threshold(count=10, within=timedelta(hours=1))
    assert (first.severity, first.grace, first.experimental) == (Severity.WARNING, own.grace, True)
    assert first.any == own.any
    assert second == make_rule("shop.b")


def test_no_wait_is_a_value_of_its_own():
    own = make_rule("shop.a", grace=timedelta(minutes=2))
    change = Adjustment(rule=mention("shop.a"), grace=timedelta(0))

    (rule,) = tune_rules(make_set(own), Tuning(adjustments=(change,))).rules

    assert rule.grace == timedelta(0)


@pytest.mark.parametrize(
    "tuning",
    [
        Tuning(disable=(mention("shop.a"),)),
        Tuning(adjustments=(Adjustment(rule=mention("shop.a"), count=2),)),
        Tuning(adjustments=(Adjustment(rule=mention("shop.a"), severity=Severity.INFO),)),
        Tuning(ignores=(ignore("healthz", "shop.a"),)),
    ],
)
def test_the_digest_tells_tuned_rules_from_others(tuning: Tuning):
    before = make_set()

    assert tune_rules(before, tuning).digest != before.digest


def test_the_digest_is_not_of_the_place_where_a_pattern_is_written():
    here = tune_rules(make_set(), Tuning(ignores=(ignore("healthz"),)))
    there = tune_rules(make_set(), Tuning(ignores=(Ignore(Exclusion("healthz", "other:1:1"), ()),)))

    assert here.digest == there.digest


def test_a_tuned_set_can_be_written_down_and_read_back():
    tuned = tune_rules(make_set(), Tuning(ignores=(ignore("healthz"),)))

    assert read_rule_set(write_rule_set(tuned)) == tuned


def test_a_pattern_keeps_the_rules_off_that_it_names_or_all():
    some = tune_rules(make_set(), Tuning(ignores=(ignore("healthz", "shop.b"),)))
    every = tune_rules(make_set(), Tuning(ignores=(ignore("healthz"),)))

    assert [bool(rule.exclusions) for rule in some.rules] == [False, True]
    assert [bool(rule.exclusions) for rule in every.rules] == [True, True]


def test_rules_that_are_not_in_use_are_passed_over():
    tuning = Tuning(
        disable=(mention("other.a"),), adjustments=(Adjustment(rule=mention("other.b"), count=2),)
    )

    assert tune_rules(make_set(), tuning).rules == make_set().rules


def test_a_name_that_no_rule_has_is_told_with_its_place():
    tuning = Tuning(disable=(mention("shop.aa"),), ignores=(ignore("x", "shop.a", "nothing"),))

    problems = find_strangers(tuning, ["shop.a", "shop.b"])

    assert problems == (
        f"{PLACE}: no rule 'shop.aa'; did you mean 'shop.a'?",
        f"{PLACE}: no rule 'nothing'; `logscan rules list` names all",
    )


@pytest.mark.parametrize("case_sensitive", [False, True])
def test_an_ignored_line_is_no_hit_whatever_its_case(tmp_path, case_sensitive: bool):
    rule = make_rule("shop.a", "token expired", case_sensitive=case_sensitive)
    log = tmp_path / "app.log"
    log.write_text("GET /HealthZ token expired\nGET /pay token expired\n")

    tuned = tune_rules(make_set(rule), Tuning(ignores=(ignore("get /healthz"),)))
    findings, _ = scan_all([log], tuned.rules)

    assert [finding.line for finding in findings] == [2]


def test_other_rules_still_fit_an_ignored_line(tmp_path):
    log = tmp_path / "app.log"
    log.write_text("GET /healthz token expired\n")

    tuned = tune_rules(make_set(), Tuning(ignores=(ignore("healthz", "shop.a"),)))
    [finding], _ = scan_all([log], tuned.rules)

    assert finding.event.rules == ("shop.b",)


def test_an_ignored_line_is_judged_as_such():
    rule = make_rule("shop.a", exclusions=(Exclusion("healthz", PLACE),))

    judgement = RuleMatcher(rule).judge(b"GET /healthz token expired", SECOND)

    assert judgement.reason is Reason.IGNORED
    assert judgement.veto == (5, 12)


def test_a_pattern_without_an_end_cannot_stop_a_scan():
    rule = make_rule("shop.a", exclusions=(Exclusion(r"(?:x+x+)+y", PLACE),))

    with pytest.raises(TimeoutError):
        RuleMatcher(rule).fits(b"token expired " + b"x" * 5_000, 0.05)


def test_explain_names_the_pattern_and_where_it_is_written():
    rule = make_rule("shop.a", none=("sandbox",), exclusions=(Exclusion("healthz", PLACE),))
    line = Suspect(b"GET /healthz token expired")

    [veto] = explain_line(line, [rule], Redactor(KEY), now=NOW).vetoed

    assert veto.by == "ignore"
    assert veto.detail == f"healthz ({PLACE})  fits  columns 6-12"


def test_what_the_pack_itself_rules_out_is_not_put_down_to_the_configuration():
    rule = make_rule("shop.a", none=("sandbox",), exclusions=(Exclusion("healthz", PLACE),))
    line = Suspect(b"sandbox GET /healthz token expired")

    [veto] = explain_line(line, [rule], Redactor(KEY), now=NOW).vetoed

    assert veto.by == "none"


def test_a_near_miss_is_shown_on_an_ignored_line_too():
    rule = make_rule("shop.a", all=("token", "expired"), exclusions=(Exclusion("healthz", PLACE),))

    [near] = explain_line(Suspect(b"GET /healthz token"), [rule], Redactor(KEY), now=NOW).near

    assert near.missing == ("expired",)


def test_no_shipped_rule_is_tuned():
    assert not any(rule.exclusions for rule in load_rules().rules)
