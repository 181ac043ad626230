"""Words that patterns share: each name stands for its list, in every pack, and whatever is wrong has a place."""

from __future__ import annotations

import re

from logscan.model import WordList
from logscan.normalize import normalize
from logscan.rules import RuleMatcher, fold_words, load_rules, shipped_folder
from logscan.rules.compiling import compile_pattern
from logscan.rules.loading import shared_words_path
from logscan.rules.words import read_shared_words
from logscan.yamlfile import read_yaml
from tests.packs_made import HEAD, change, refuse, write_pack

WORDS = "words:\n  over: [expired, 'run out', lapsed]\n"  # the first rule begins two lines later


def load_one(path):
    (rule,) = load_rules([], [path]).rules
    return rule


def test_a_name_stands_for_any_of_its_words(tmp_path):
    pack = write_pack(tmp_path, change(any="['key (?:has )?(?&over)\\b']"), head=HEAD + WORDS)

    rule = load_one(pack)

    assert rule.any == (r"key (?:has )?(?:expired|run out|lapsed)\b",)
    matcher = RuleMatcher(rule)
    assert all(matcher.fits(normalize(f"the key {word}".encode()), 1.0) for word in ("expired", "lapsed"))


def test_words_stand_in_vetoes_and_fields_too(tmp_path):
    changes = change(any="['key has (?&over)']", none="['not (?&over)']", fields="{how: 'has ((?&over))'}")

    rule = load_one(write_pack(tmp_path, changes, head=HEAD + WORDS))

    assert rule.none == ("not (?:expired|run out|lapsed)",)
    assert rule.fields == (("how", "has ((?:expired|run out|lapsed))"),)


def test_words_may_name_words_above_them(tmp_path):
    words = WORDS + "  gone: ['(?:long )?(?&over)', dead]\n"

    rule = load_one(write_pack(tmp_path, change(any="['key has (?&gone)']"), head=HEAD + words))

    assert rule.any == ("key has (?:(?:long )?(?:expired|run out|lapsed)|dead)",)


def test_a_users_pack_may_name_the_shipped_words_and_its_own_come_first(tmp_path):
    rule = load_one(
        write_pack(
            tmp_path, change(any="['\\b(?:the key|(?&credential)) has expired']", none="['(?&key) ring']")
        )
    )
    own = change(any="['(?&credential) has expired']")
    words = HEAD + "words: {credential: [the key]}\n"

    assert "bearer|jwt" in rule.any[0]
    assert load_one(write_pack(tmp_path, own, head=words)).any == ("(?:the key) has expired",)


def test_an_unknown_name_is_refused_where_it_stands(tmp_path):
    (problem,) = refuse(
        write_pack(tmp_path, change(any="['key has (?&ovre)']", none="['(?&over)']"), head=HEAD + WORDS)
    )

    assert problem == "shop.yaml:10:20: there are no words called 'ovre'; did you mean 'over'?"


def test_words_that_nothing_names_are_refused_where_they_stand(tmp_path):
    (problem,) = refuse(write_pack(tmp_path, change(), head=HEAD + WORDS))

    assert problem.startswith("shop.yaml:5:3: no pattern names the words 'over'; write (?&over) in a pattern")


def test_broken_words_are_refused_where_they_stand(tmp_path):
    words = "words:\n  over: [expired, '(lapsed)', 'run (out']\n  Bad-name: [x]\n  none: []\n"
    rule = change(any="['key has (?&over)']", none="['(?&none)']")

    problems = refuse(write_pack(tmp_path, rule, head=HEAD + words))

    assert "shop.yaml:5:19: words that capture; write (?:…) for (…)" in problems
    assert any(re.match(r"shop\.yaml:5:\d+: missing \)", problem) for problem in problems)
    assert any(problem.startswith("shop.yaml:6:3: words called 'Bad-name'; ") for problem in problems)
    assert any(problem.startswith("shop.yaml:7:9: none is an empty list; ") for problem in problems)


def test_what_is_wrong_behind_a_name_is_shown_where_it_is_written(tmp_path):
    problems = refuse(write_pack(tmp_path, change(any="['(?&over) key \\A has']"), head=HEAD + WORDS))

    assert problems
    assert problems[0].startswith("shop.yaml:10:25: ")


def test_a_pattern_may_call_a_group_of_its_own(tmp_path):
    rule = change(any="['(?P<word>key|ring) has (?&word)?expired']", keywords="[has expired]")

    assert load_one(write_pack(tmp_path, rule)).any == ("(?P<word>key|ring) has (?&word)?expired",)


def test_a_pattern_is_shown_with_the_names_again():
    inner, outer = WordList("over", "(?:expired|lapsed)"), WordList("gone", "(?:(?:expired|lapsed)|dead)")

    assert (
        fold_words("key (?:(?:expired|lapsed)|dead), (?:expired|lapsed)", [inner, outer])
        == "key (?&gone), (?&over)"
    )


def test_every_shipped_list_is_sound_and_of_use():
    lists, problems = read_shared_words(read_yaml(shared_words_path()))

    packs = "".join(path.read_text() for path in shipped_folder().rglob("*.yaml"))
    unused = [name for name in lists if f"(?&{name})" not in packs]
    captured = [name for name, text in lists.items() if compile_pattern(text, case_sensitive=False).groups]
    assert (problems, unused, captured) == ((), [], [])
