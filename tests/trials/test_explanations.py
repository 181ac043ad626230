"""Every rule says why it fits a line, why not, or why almost; and no secret gets out."""

from __future__ import annotations

import pytest

from logscan.model import Severity, Specificity
from logscan.redact import Redactor
from logscan.trials import Explanation, Suspect, explain_line
from logscan.trials.explanations import Explainer
from tests.making import KEY, NOW, make_rule

SECRET = "EAA" + "Gx9" * 20


def explain(line: str, *rules: object) -> Explanation:
    return explain_line(Suspect(line.encode()), rules, Redactor(KEY), now=NOW)  # type: ignore[arg-type]


def test_the_words_that_fit_are_marked_in_the_line_as_it_is_shown():
    rule = make_rule("meta.expired", "session has expired")

    explanation = explain(f"access_token={SECRET} \x1b[31mSession has expired", rule)

    [fit] = explanation.matched
    assert fit.span is not None
    assert explanation.text[slice(*fit.span)] == "Session has expired"
    assert explanation.changed
    assert explanation.finding is not None


def test_no_part_of_it_shows_a_secret():
    rules = (
        make_rule("a.expired", "token"),
        make_rule("b.expired", "access", none=(r"EAA\w+",)),
        make_rule("c.expired", all=("access", "nothing of the kind")),
        make_rule("d.expired", "token", fields=(("token", r"access_token=(\w+)"),)),
        make_rule("e.expired", "token", where=(("msg_token", ("x",)),)),
    )
    line = f'{{"level":"error","msg":"access_token={SECRET} refused","msg_token":"{SECRET}"}}'

    explanation = explain(line, *rules)

    assert SECRET not in repr(explanation)
    assert SECRET[:20] not in repr(explanation)


def test_a_veto_names_its_pattern_and_its_place():
    rule = make_rule("meta.expired", "session has expired", none=("end-user", "visitor"))

    explanation = explain("the End-User session has expired", rule)

    [veto] = explanation.vetoed
    assert (veto.rule.id, veto.by, veto.detail) == ("meta.expired", "none", "end-user  fits  columns 5-12")
    assert not explanation.matched


def test_a_veto_by_the_record_names_the_field():
    rule = make_rule("meta.expired", "session has expired", where=(("level", ("warn", "error")),))

    explanation = explain('{"level":"info","msg":"session has expired"}', rule)

    [veto] = explanation.vetoed
    assert veto.by == "where"
    assert "level is 'info', not warn or error" in veto.detail
    assert explanation.record["level"] == "info"


def test_a_rule_whose_keywords_are_missing_says_so():
    rule = make_rule("meta.expired", r"session has (?>expired)", keywords=("facebook",))

    explanation = explain("session has expired", rule)

    [veto] = explanation.vetoed
    assert (veto.by, "facebook" in veto.detail) == ("keywords", True)


def test_a_rule_that_is_half_right_is_a_near_miss():
    rule = make_rule("meta.expired", all=("graph", "session has expired"))

    explanation = explain("GET graph 200", rule)

    [near] = explanation.near
    assert (near.found, near.missing) == (("graph",), ("session has expired",))


def test_a_rule_that_has_nothing_to_do_with_the_line_is_left_out():
    rule = make_rule("meta.expired", "session has expired", none=("visitor",))

    explanation = explain("a visitor came", rule)

    assert (explanation.matched, explanation.vetoed, explanation.near) == ((), (), ())
    assert explanation.finding is None


@pytest.mark.parametrize(
    ("winner", "other", "reason"),
    [
        ({"specificity": Specificity.PROVIDER}, {"specificity": Specificity.GENERIC}, "before a generic one"),
        ({}, {"experimental": True}, "is experimental"),
        ({"severity": Severity.CRITICAL}, {"severity": Severity.WARNING}, "graver"),
        ({"any": ("token has expired",)}, {"any": ("has expired",)}, "longer"),
    ],
)
def test_the_reason_why_one_rule_names_the_line(
    winner: dict[str, object], other: dict[str, object], reason: str
):
    rules = (
        make_rule("b.other", **{"any": ("token has expired",), **other}),
        make_rule("a.winner", **{"any": ("token has expired",), **winner}),
    )

    explanation = explain("token has expired", *rules)

    assert explanation.matched[0].rule.id == "a.winner"
    assert reason in explanation.why
    assert explanation.finding is not None
    assert explanation.finding.event.rule == "a.winner"


def test_of_one_pack_the_earlier_rule_names_the_line():
    rules = (make_rule("a.second", "expired", order=1), make_rule("a.first", "token", order=0))

    explanation = explain("token expired", *rules)

    assert explanation.matched[0].rule.id == "a.first"
    assert "stands before a.second" in explanation.why


KEYED_LINE = (
    b'{"password":"hunter2x","api_key":"abcd1234efgh5678","token":"s3cr3tvalue99",'
    b'"msg":"Error validating access token: Session has expired"}'
)
CANARIES = ("hunter2x", "abcd1234efgh5678", "s3cr3tvalue99")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"where": (("password", ("other",)),)},
        {"where": (("api_key", ("other",)),)},
        {"none": (r"hunter\w+",)},
        {"none": (r"password[^,]*",)},
        {"keywords": ("not there",)},
    ],
)
def test_what_is_secret_by_its_key_alone_is_shown_nowhere(changes):
    rule = make_rule("test.expired", "session has expired", **changes)

    shown = repr(explain_line(Suspect(KEYED_LINE), [rule], Redactor(KEY), now=NOW))

    assert [canary for canary in CANARIES if canary in shown] == []


SECRETS_BY_KEY = {"password": "hunter2x", "token": "s3cr3tvalue99", "api_key": "abcd1234efgh5678"}


@pytest.mark.parametrize(("key", "canary"), SECRETS_BY_KEY.items())
@pytest.mark.parametrize(
    "write", ['{{"{}":"{}","msg":"session has expired"}}', "level=info {}={} msg=expired"]
)
def test_a_secret_that_only_its_key_gives_away_is_shown_nowhere(key: str, canary: str, write: str):
    rules = (
        make_rule("a.expired", "expired"),
        make_rule("b.expired", "expired", where=((key, ("x",)),)),
        make_rule("c.expired", "expired", none=(canary,)),
        make_rule("d.expired", "expired", none=(canary[2:-2],)),
        make_rule("e.expired", all=("expired", "nothing of the kind")),
        make_rule("f.expired", "expired", fields=(("word", r"(?:password|token|api_key)\W+(\w+)"),)),
        make_rule("g.expired", rf"{canary[:4]}\w+"),
    )

    explanation = explain(write.format(key, canary), *rules)

    # Some rules hold the canary in their own patterns.
    shown = explanation._replace(
        vetoed=tuple(veto._replace(rule=rules[0]) for veto in explanation.vetoed),
        matched=tuple(fit._replace(rule=rules[0]) for fit in explanation.matched),
        near=tuple(near._replace(rule=rules[0]) for near in explanation.near),
    )
    assert {veto.rule.id for veto in explanation.vetoed} >= {"c.expired", "d.expired"}
    assert explanation.near
    assert canary not in repr(shown._replace(vetoed=()))
    assert not any(canary in veto.detail for veto in explanation.vetoed if veto.by == "where")


@pytest.mark.parametrize(("key", "canary"), SECRETS_BY_KEY.items())
def test_a_secret_on_a_neighbouring_line_of_the_record_is_masked(key: str, canary: str):
    line = Suspect(b'  "msg": "session has expired",', b"{\n", f'  "{key}": "{canary}"\n}}\n'.encode())
    rule = make_rule("a.expired", "expired", where=((key, ("x",)),))

    explanation = explain_line(line, (rule,), Redactor(KEY), now=NOW)

    assert canary not in repr(explanation)
    assert explanation.record[key].startswith("[")
    assert explanation.vetoed[0].detail.startswith(f"{key} is ")


def test_a_value_that_stands_in_a_secret_of_the_line_is_masked():
    rule = make_rule("a.expired", "expired")

    explanation = explain('{"password":"hunter2x","user":"hunter2x","part":"unter2","msg":"expired"}', rule)

    assert "unter2" not in repr(explanation.record)


def test_an_explainer_serves_many_lines():
    explainer = Explainer((make_rule("a.expired", all=("token", "expired")),), Redactor(KEY))

    first, second = (explainer.explain(Suspect(raw), now=NOW) for raw in (b"token expired", b"token renewed"))

    assert first.matched
    assert second.near
