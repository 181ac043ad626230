"""A configuration file gives settings, or every problem in it at its place."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan import app
from logscan.config import RuleSettings, Settings, load_tuned_rules, load_written_rules
from logscan.errors import ConfigError, SettingsError
from logscan.model import Severity
from tests.config.making import complain, read
from tests.packs_made import RULE, write_pack

EVERYTHING = """\
logscan: 1
rules:
  packs: [meta, http]
  files: [shop.yaml]
  disable: [http.forbidden]
  tune:
    http.unauthorized: {threshold: {count: 10, within: 90s}, severity: warning, grace: 2m, status: experimental}
    shop.key-expired: {threshold: {count: 2}}
  ignore:
    - {pattern: 'GET /healthz', rules: [http.unauthorized]}
    - pattern: sandbox
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_pack(tmp_path, RULE)


@pytest.mark.parametrize("text", ["", "# nothing\n", "logscan: 1\n", "rules:\n", "rules: {packs: all}\n"])
def test_what_is_not_said_has_its_default(text: str):
    reading = read(text)

    assert reading.problems == ()
    assert reading.settings == Settings(path="logscan.yaml")


def test_every_key_is_read(shop: Path):
    reading = read(EVERYTHING, shop.parent)

    rules = reading.settings.rules
    first, second = rules.tuning.adjustments
    assert reading.problems == ()
    assert (rules.packs, rules.files) == (("meta", "http"), (shop,))
    assert [*rules.tuning.disable] == [("http.forbidden", "logscan.yaml:5:13")]
    assert (first.count, first.within, first.severity) == (10, timedelta(seconds=90), Severity.WARNING)
    assert (first.grace, first.experimental) == (timedelta(minutes=2), True)
    assert (second.count, second.within, second.severity, second.grace) == (2, None, None, None)
    assert [ignore.exclusion for ignore in rules.tuning.ignores] == [
        ("GET /healthz", "logscan.yaml:10:17"),
        ("sandbox", "logscan.yaml:11:16"),
    ]
    assert [len(ignore.rules) for ignore in rules.tuning.ignores] == [1, 0]


def test_the_rules_that_are_asked_for_are_loaded_and_tuned(shop: Path):
    settings = read(EVERYTHING, shop.parent).settings

    cache = app.open_cache()
    tuned, written = load_tuned_rules(settings, cache), load_written_rules(settings, cache)

    by_id = {rule.id: rule for rule in tuned.rules}
    assert len(tuned.rules) == len(written.rules) - 1
    assert "http.forbidden" not in by_id
    assert by_id["http.unauthorized"].threshold.count == 10
    assert by_id["shop.key-expired"].threshold.within == timedelta(minutes=5)
    assert all(rule.exclusions for rule in tuned.rules)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- rules\n", "1:1: no configuration; begin with `logscan: 1`"),
        ("logscan: 2\n", "1:10: logscan is another version; write `logscan: 1`"),
        ("logscan: true\n", "1:10: logscan is another version; write `logscan: 1`"),
        ("sorces: []\n", "1:1: unknown key 'sorces'; did you mean 'sources'?"),
        ("roles: []\n", "1:1: unknown key 'roles'; this version of logscan reads logscan, sources, rules, "),
        ("rules: all\n", "1:8: rules is not a mapping; write `key: value` pairs"),
        ("rules: {pcaks: all}\n", "1:9: unknown key 'pcaks'; did you mean 'packs'?"),
        ("rules: {packs: 3}\n", "1:16: packs is 3; write a list of texts"),
        ("rules: {packs: [http, mta]}\n", "1:23: no shipped pack 'mta'; did you mean 'meta'?"),
        ("rules: {packs: [all]}\n", "1:17: no shipped pack 'all'; write `packs: all`, without brackets"),
        ("rules: {files: gone.yaml}\n", "1:16: no file 'gone.yaml'; its path is told from the folder"),
        ('rules: {files: ["a\\0b", 3]}\n', "1:17: no file 'a\\x00b'; its path is told from the folder"),
        ("rules: {disable: [http.forbiden]}\n", "1:19: no rule 'http.forbiden'; did you mean"),
        ("rules: {disable: http.forbiden}\n", "1:18: no rule 'http.forbiden'; did you mean"),
        ("rules: {disable: [[]]}\n", "1:19: disable[0] is a list; write text, in quotes"),
        ("rules: {tune: {http.x: {grace: 1s}}}\n", "1:16: no rule 'http.x'; "),
        ("rules: {tune: [http.forbidden]}\n", "1:15: tune is not a mapping; write `key: value` pairs"),
        ("rules: {tune: {http.forbidden: }}\n", "1:16: http.forbidden changes nothing; leave it out, or add"),
        ("rules: {tune: {http.forbidden: 3}}\n", "1:32: http.forbidden is not a mapping; write"),
        ("rules: {tune: {http.forbidden: {any: x}}}\n", "1:33: unknown key 'any'; there are threshold, sev"),
        (
            "rules: {tune: {http.forbidden: {severity: fatal}}}\n",
            "1:43: severity is 'fatal'; there are info, w",
        ),
        ("rules: {tune: {http.forbidden: {grace: 5}}}\n", "1:40: grace is 5; write a number and a unit"),
        ("rules: {tune: {http.forbidden: {status: beta}}}\n", "1:41: status is 'beta'; there are stable, "),
        (
            "rules: {tune: {http.forbidden: {threshold: {}}}}\n",
            "1:33: threshold changes nothing; leave it out",
        ),
        ("rules: {tune: {http.forbidden: {threshold: {count: 0}}}}\n", "1:52: count is 0; write a whole"),
        (
            "rules: {tune: {http.forbidden: {threshold: {within: 0s}}}}\n",
            "1:53: within is nothing; write a time",
        ),
        ("rules: {ignore: healthz}\n", "1:17: ignore is not a list; write `- {pattern: '…', rules: […]}`"),
        ("rules: {ignore: [healthz]}\n", "1:18: ignore[0] is not a mapping; write {pattern: '…'"),
        ("rules: {ignore: [{rules: [http.forbidden]}]}\n", "1:18: no pattern; add `pattern: …`"),
        ("rules: {ignore: [{pattern: '(x'}]}\n", "1:31: missing ) in the pattern; see the syntax of `regex`"),
        ("rules: {ignore: [{pattern: 'x*'}]}\n", "1:28: a pattern that fits any line; make something in it"),
        ("rules: {ignore: [{pattern: x, rules: []}]}\n", "1:31: rules names none; leave it out to mean all"),
        ("rules: {ignore: [{pattern: x, rules: [http.x]}]}\n", "1:39: no rule 'http.x'; "),
        ("rules: {ignore: [{pattern: x, rule: a}]}\n", "1:31: unknown key 'rule'; did you mean 'rules'?"),
        ("rules: {packs: []}\n", " no rules to look for; name `packs` or `files` under `rules:`"),
        ("rules: {packs: all\n", "2:1: "),
    ],
)
def test_a_mistake_is_told_at_its_place_with_what_would_be_right(text: str, problem: str):
    problems = complain(text)

    assert problems[0].startswith(problem)
    assert all("; " in told for told in problems)


def test_all_problems_are_told_at_once_and_in_order():
    text = "logscan: 3\nrules:\n  disable: [a.b]\n  packs: [x]\n  grace: 1s\n  ignore: [{pattern: '('}]\n"

    lines = [problem.split(":")[0] for problem in complain(text)]

    assert lines == ["1", "3", "4", "5", "6"]


def test_a_file_of_rules_that_is_refused_is_a_problem_of_the_configuration(tmp_path: Path):
    write_pack(tmp_path, {**RULE, "signal": "expird"})

    problems = complain("rules: {files: [shop.yaml]}\n", tmp_path)

    assert problems == (f"{tmp_path}/shop.yaml:7:13: signal is 'expird'; did you mean 'expired'?",)


def test_a_rule_of_a_shipped_pack_may_be_named_while_the_pack_is_not_in_use():
    settings = read("rules: {packs: [meta], disable: [http.forbidden]}\n").settings

    assert {rule.pack for rule in load_tuned_rules(settings, app.open_cache()).rules} == {"meta"}
    assert complain("rules: {packs: [meta], disable: [http.forbidden]}\n") == ()


def test_an_unknown_rule_is_refused_when_rules_are_loaded():
    settings = read("rules: {disable: [http.forbiden]}\n").settings

    with pytest.raises(SettingsError, match=r"^logscan.yaml:1:19: no rule 'http.forbiden'; did you mean"):
        load_tuned_rules(settings, app.open_cache())


def test_to_disable_every_rule_is_refused(shop: Path):
    text = "rules: {packs: [], files: [shop.yaml], disable: [shop.key-expired]}\n"

    with pytest.raises(ConfigError, match="every rule in use is disabled"):
        load_tuned_rules(read(text, shop.parent).settings)
    assert complain(text, shop.parent)[0].startswith(" every rule in use is disabled")


def test_a_copy_of_a_shipped_pack_may_take_its_place(tmp_path: Path):
    copy = tmp_path / "own.yaml"
    shop = write_pack(tmp_path, {**RULE, "id": "http.forbidden"}, head="pack: http\ncredential: x\n")
    shop.rename(copy)

    text = "rules: {packs: [meta], files: [own.yaml], tune: {http.forbidden: {grace: 1s}}}\n"

    assert complain(text, tmp_path) == ()


def test_packs_from_the_command_line_replace_those_of_the_file_and_files_add_up(shop: Path, tmp_path: Path):
    rules = RuleSettings(packs=("http",), files=(shop,))
    other = tmp_path / "other.yaml"
    again = tmp_path / ".." / tmp_path.name / shop.name

    chosen = rules.choose(("meta",), [other, again])

    assert (chosen.packs, chosen.files) == (("meta",), (shop, other))
    assert rules.choose((), []).packs == ()
    assert rules.choose(None, []) == rules


_KEYS = st.sampled_from(
    "logscan rules packs files disable tune ignore pattern threshold count within severity grace status".split()
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.text(max_size=8)
    | st.sampled_from(["all", "5m", "("]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4) | _VALUES)
def test_any_document_gives_problems_or_settings(value: object):
    reading = read(json.dumps(value, ensure_ascii=False))

    assert isinstance(reading.settings, Settings)
    assert all(problem.startswith("logscan.yaml:") and "; " in problem for problem in reading.problems)


@given(st.binary(max_size=200).map(lambda content: content.decode("latin-1")))
def test_any_text_gives_problems_or_settings(text: str):
    assert isinstance(read(text).settings, Settings)
