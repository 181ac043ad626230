from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.errors import PackError
from logscan.model import Rule, Severity, Specificity
from logscan.rules import load_rules, shipped_folder
from tests.packs_made import HEAD, RULE, change, refuse, write_pack


def load_one(path: Path) -> Rule:
    (rule,) = load_rules([], [path]).rules
    return rule


def test_a_rule_gets_every_default(tmp_path):
    path = write_pack(tmp_path, RULE, head=HEAD + "runbook: |\n  1. Renew it.\n")

    rule = load_one(path)

    assert rule.credential == "shop-key"
    assert rule.severity is Severity.CRITICAL
    assert rule.specificity is Specificity.PROVIDER
    assert rule.runbook == "1. Renew it."
    assert (rule.threshold.count, rule.threshold.within, rule.grace) == (
        1,
        timedelta(minutes=5),
        timedelta(0),
    )
    assert not rule.experimental
    assert rule.place == f"{path}:7:5"


def test_a_rule_may_say_everything_itself(tmp_path):
    own = change(
        credential="shop-key/{branch}",
        severity="warning",
        specificity="generic",
        any="['key of (?P<branch>\\w+) has expired']",
        none="[test key]",
        where="{level: [warn, error]}",
        keywords="[has expired]",
        case_sensitive="true",
        fields="{code: 'code=(\\d+)'}",
        threshold="{count: 3, within: 90s}",
        grace="2h",
        runbook="Renew it.",
        status="experimental",
        examples="{match: [key of hamburg has expired], ignore: [KEY of hamburg has expired]}",
    )

    rule = load_one(write_pack(tmp_path, own))

    assert (rule.severity, rule.specificity) == (Severity.WARNING, Specificity.GENERIC)
    assert rule.where == (("level", ("warn", "error")),)
    assert rule.fields == (("code", r"code=(\d+)"),)
    assert (rule.threshold.count, rule.threshold.within) == (3, timedelta(seconds=90))
    assert rule.grace == timedelta(hours=2)
    assert rule.experimental
    assert rule.case_sensitive


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sginal": "expired"}, "shop.yaml:10:5: unknown key 'sginal'; did you mean 'signal'?"),
        ({"signal": "expird"}, "shop.yaml:7:13: signal is 'expird'; did you mean 'expired'?"),
        ({"signal": None}, "shop.yaml:5:5: no signal; add `signal:` with one of expired, "),
        ({"title": None}, "shop.yaml:5:5: no title; add `title: …`"),
        (
            {"severity": "fatal"},
            "shop.yaml:10:15: severity is 'fatal'; there are info, warning, error, critical",
        ),
        ({"specificity": "libary"}, "shop.yaml:10:18: specificity is 'libary'; did you mean 'library'?"),
        (
            {"grace": "5 minutes"},
            "shop.yaml:10:12: grace is '5 minutes'; write a number and a unit, such as 30s",
        ),
        ({"grace": "5"}, "shop.yaml:10:12: grace is 5; write a number and a unit"),
        ({"threshold": "{count: 0}"}, "shop.yaml:10:24: count is 0; write a whole number"),
        ({"threshold": "{within: 0s}"}, "shop.yaml:10:25: within is nothing; write a time such as 5m"),
        ({"threshold": "{cuont: 3}"}, "shop.yaml:10:17: unknown key 'cuont'; did you mean 'count'?"),
        ({"threshold": "3"}, "shop.yaml:10:16: threshold is not a mapping; write `key: value` pairs"),
        ({"case_sensitive": "on"}, "shop.yaml:10:21: case_sensitive is 'on'; write true or false"),
        ({"status": "beta"}, "shop.yaml:10:13: status is 'beta'; there are stable, experimental"),
        (
            {"id": "store.expired"},
            "shop.yaml:5:9: the id 'store.expired' does not begin with the pack's name; ",
        ),
        ({"id": "shop.Key Expired"}, "shop.yaml:5:9: id is 'shop.Key Expired'; after 'shop.', write"),
        ({"any": None}, "shop.yaml:5:5: neither any nor all; write `any:` (one must fit) or `all:`"),
        ({"all": "[expired]"}, "shop.yaml:5:5: both any and all; write `any:` (one must fit) or `all:`"),
        ({"any": "[]"}, "shop.yaml:8:10: any is an empty list; leave it out"),
        ({"any": "[190]"}, "shop.yaml:8:11: any[0] is 190; write text, in quotes"),
        ({"examples": None}, "shop.yaml:5:5: no examples; add `examples:` with `match:` and `ignore:`"),
        (
            {"examples": "{match: [key has expired]}"},
            "shop.yaml:9:15: no ignore example; add `ignore: ['…']`",
        ),
        ({"any": "['key (has expired']"}, "shop.yaml:8:16: `(` without `)`; write \\( for the character"),
        ({"any": r"['ab\Akey has expired']"}, r"shop.yaml:8:14: \A is not read; use"),
        ({"any": "['x*']"}, "shop.yaml:8:11: a pattern that fits any line; make something in it obligatory"),
        ({"none": "['a{2', '(b']"}, "shop.yaml:10:22: missing ) in the pattern; see the syntax of `regex`"),
        ({"keywords": "[ab]"}, "shop.yaml:10:16: the keyword 'ab' is too short; write at least 3 characters"),
        ({"fields": r"{code: 'code=\d+'}"}, "shop.yaml:10:20: a pattern without a group; put ( ) around"),
        ({"fields": "{Code: '(x)'}"}, "shop.yaml:10:14: a field called 'Code'; write small letters"),
        (
            {"credential": "key/{branch}"},
            "shop.yaml:10:17: credential names the field 'branch', which nothing",
        ),
        ({"credential": "my key"}, "shop.yaml:10:17: credential is 'my key'; write a name such as"),
        (
            {"all": r"['(?:ab{1,30}c){1,32}(?:[a-z]{30}x){30}']", "any": None},
            "shop.yaml:9:11: the engine refuses the pattern (Pattern is too large); make it shorter",
        ),
        (
            {"keywords": f"[has expired, {'x' * 20_000}]"},
            "shop.yaml:10:29: the engine refuses the keyword (Pattern length exceeds limit); make it shorter",
        ),
        ({"where": "{level: 3}"}, "shop.yaml:10:20: level is 3; write a list of texts"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_remedy(tmp_path, changes, problem):
    path = write_pack(tmp_path, change(**changes))

    (told, *_) = refuse(path)

    assert told.startswith(problem)


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    path = write_pack(
        tmp_path, change(signal="bad", grace="soon"), change(id="x"), head=HEAD + "color: red\n"
    )

    problems = refuse(path)

    assert [problem.split(";")[0] for problem in problems] == [
        "shop.yaml:4:1: unknown key 'color'",
        "shop.yaml:8:13: signal is 'bad'",
        "shop.yaml:11:12: grace is 'soon'",
        "shop.yaml:12:9: the id 'x' does not begin with the pack's name",
    ]


def test_problems_of_all_files_are_told_at_once(tmp_path):
    first = write_pack(tmp_path, change(signal="bad"))
    second = tmp_path / "missing.yaml"

    with pytest.raises(PackError) as caught:
        load_rules(["nosuch"], [first, second])

    assert len(caught.value.problems) == 2
    assert caught.value.problems[0].startswith("pack 'nosuch': there is no such pack; ")
    assert "missing.yaml: cannot be read" in caught.value.problems[1]


def test_an_id_stands_once_in_all_files(tmp_path):
    (tmp_path / "other").mkdir()
    files = [write_pack(tmp_path, RULE), write_pack(tmp_path / "other", RULE)]

    with pytest.raises(PackError) as caught:
        load_rules([], files)

    (problem,) = caught.value.problems
    assert problem == (
        f"{files[1]}:5:9: duplicate id 'shop.key-expired', first at {files[0]}:5:5; give it another name"
    )


def test_a_duplicate_id_is_told_together_with_what_else_is_wrong(tmp_path):
    path = write_pack(
        tmp_path, change(signal="bad"), change(severity="bad", examples="{match: [no], ignore: [no]}")
    )

    problems = refuse(path)

    assert [problem.split(";")[0] for problem in problems] == [
        "shop.yaml:7:13: signal is 'bad'",
        "shop.yaml:10:9: duplicate id 'shop.key-expired', first at shop.yaml:5:5",
        "shop.yaml:14:24: shop.key-expired: match example 1 does not fit: no pattern fits (key has expired)",
        "shop.yaml:15:15: severity is 'bad'",
    ]


def test_problems_are_told_in_the_order_of_the_file(tmp_path):
    own = change(examples="{match: [no news], ignore: [fine]}", any="['key (']", title=None, color="red")
    path = write_pack(tmp_path, own, change(examples="{match: [no news], ignore: [fine]}"))

    problems = refuse(path)

    marks = [tuple(map(int, problem.split(":")[1:3])) for problem in problems]
    assert len(marks) == 5
    assert marks == sorted(marks)


def test_a_rule_that_is_no_mapping_does_not_move_the_places_of_others(tmp_path):
    path = write_pack(tmp_path, RULE, change(examples="{match: [no news], ignore: [fine]}"))
    path.write_text(path.read_text().replace("rules:\n", "rules:\n  - nothing\n"))

    problems = refuse(path)

    assert [problem.split(": ")[0] for problem in problems] == [
        "shop.yaml:5:5",
        "shop.yaml:11:9",
        "shop.yaml:15:24",
    ]


def test_a_copy_of_a_shipped_pack_is_a_duplicate_even_under_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copy = Path("meta.yaml")
    copy.write_bytes((shipped_folder() / "meta.yaml").read_bytes())

    with pytest.raises(PackError, match="duplicate id"):
        load_rules(["meta"], [copy])


@pytest.mark.parametrize(
    "content", ["", "- a\n", "just words\n", "pack: x\n", "rules: []\npack: shop\n", "a: [\n"]
)
def test_what_is_no_pack_is_refused_in_words(tmp_path, content):
    path = tmp_path / "shop.yaml"
    path.write_text(content)

    problems = refuse(path)

    assert all(problem.startswith("shop.yaml:") and "; " in problem for problem in problems)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_bytes(HEAD.encode() + b"runbook: \xff\n")

    (problem,) = refuse(path)

    assert problem == "shop.yaml:4:10: not UTF-8; save the file as UTF-8"


@given(
    st.dictionaries(
        st.sampled_from([*RULE, "none", "where", "fields", "keywords", "grace", "threshold"]),
        st.sampled_from(["x", "[x]", "{x: y}", "3", "true", "", "'('", "['(?P<a>b)']", "{match: 1}"]),
    )
)
def test_no_rule_raises_anything_but_problems(changes):
    from logscan.rules.packs import read_pack
    from logscan.yamlfile import parse_yaml

    body = "\n".join(f"    {key}: {value}" for key, value in {**RULE, **changes}.items())
    content = f"{HEAD}rules:\n  -\n{body}\n".encode()

    reading = read_pack(parse_yaml(content, "f"))

    assert bool(reading.rules) != bool(reading.problems)
    assert all(problem.startswith("f:") and "; " in problem for problem in reading.problems)


def test_patterns_are_tried_unless_their_pack_is_proven():
    from logscan.rules.packs import read_pack
    from logscan.yamlfile import parse_yaml

    content = (shipped_folder() / "meta.yaml").read_bytes()
    broken = content.replace(b"    any:\n", b"    any: ['(']\n    none:\n", 1)
    document = parse_yaml(broken, "f")

    tried = read_pack(document, shipped=True)
    trusted = read_pack(document, shipped=True, proven=True)

    assert tried.problems
    assert len(trusted.rules) > len(tried.rules)


def test_a_proven_pack_gives_the_same_rules():
    from logscan.rules.packs import read_pack
    from logscan.yamlfile import parse_yaml

    document = parse_yaml((shipped_folder() / "meta.yaml").read_bytes(), "f")

    assert read_pack(document, proven=True) == read_pack(document)


def test_what_is_over_is_what_a_good_signal_looks_for(tmp_path):
    head = HEAD + "unless: [quoted, healed]\n"

    bad = load_one(write_pack(tmp_path, RULE, head=head))
    good = load_one(write_pack(tmp_path, change(signal="refreshed"), head=head))

    assert bad.unless == ("quoted", "healed")
    assert good.unless == ("quoted",)


def test_an_unknown_aside_is_refused_and_breaks_no_trial(tmp_path):
    (problem,) = refuse(write_pack(tmp_path, change(unless="[quotedd]")))

    assert problem.endswith("unless 'quotedd'; did you mean 'quoted'?")
