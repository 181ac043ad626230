"""A rule carries its own proof: its examples are tried as a scan would read them."""

import pytest

from logscan.rules import RuleMatcher, load_rules
from tests.packs_made import change, refuse, write_pack


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        (
            "{match: [the key has expired, no news], ignore: [fine]}",
            "shop.yaml:9:45: shop.key-expired: match example 2 does not fit: no pattern fits (key has expired); ",
        ),
        (
            "{match: [the test key has expired], ignore: [fine]}",
            "shop.yaml:9:24: shop.key-expired: match example 1 does not fit: a pattern of `none` fits (test key); ",
        ),
        (
            "{match: [level=info msg='key has expired'], ignore: [fine]}",
            "shop.yaml:9:24: shop.key-expired: match example 1 does not fit: `where` does not hold (level is 'info', ",
        ),
        (
            "{match: [key has expired], ignore: [key has expired]}",
            "shop.yaml:9:51: shop.key-expired: ignore example 1 is fitted at columns 1 to 15; add what tells",
        ),
        (
            '{match: ["key\\nhas expired"], ignore: [fine]}',
            "shop.yaml:9:24: shop.key-expired: match example 1 has more than one line; a rule sees one line",
        ),
    ],
)
def test_an_example_that_fails_is_named_with_the_reason(tmp_path, examples, problem):
    path = write_pack(tmp_path, change(examples=examples, none="[test key]", where="{level: [error]}"))

    (told,) = refuse(path)

    assert told.startswith(problem)


def test_keywords_allow_what_only_regex_reads(tmp_path):
    own = change(any=r"['\Akey\s++has expired\Z']", keywords="[has expired]")
    own["examples"] = "{match: [key has expired], ignore: [the key has expired]}"

    (rule,) = load_rules([], [write_pack(tmp_path, own)]).rules

    assert RuleMatcher(rule).fits(b"KEY  has expired", 1)


def test_examples_are_read_as_a_scan_reads_lines(tmp_path):
    own = change(any="['\"code\":463']")
    own["examples"] = (
        """{match: ['{"msg":"said {\\"code\\":463}"}'], ignore: ['"code":4630 no, "code": 463']}"""
    )
    own["none"] = "['4630']"

    (rule,) = load_rules([], [write_pack(tmp_path, own)]).rules

    assert rule.any == ('"code":463',)


def test_an_example_that_takes_too_long_is_a_problem_at_its_place(tmp_path):
    own = change(any="['key(?:a|aa)+$']", examples=f"{{match: [keya, key{'a' * 60}b], ignore: [fine]}}")

    (problem,) = refuse(write_pack(tmp_path, own))

    assert problem.startswith(
        "shop.yaml:9:30: shop.key-expired: match example 2 takes too long to match; bound"
    )
