"""Values that sections share are read, or refused at their place; a secret that was written out is not quoted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.config.entries import (
    choose_one,
    list_mappings,
    read_secret,
    read_size,
    read_url,
    write_size,
)
from logscan.rules.entries import Entry
from logscan.yamlfile import parse_yaml


def enter(text: str) -> Entry:
    document = parse_yaml(text.encode(), "x.yaml")
    assert isinstance(document.value, dict)
    return Entry(document, (), document.value, [])


@pytest.mark.parametrize("size", [1, 1023, 1024, 65536, 1 << 20, 3 << 20, (1 << 20) + 1])
def test_a_size_reads_back_as_the_same(size: int):
    entry = enter(f"size: {write_size(size)}")

    assert read_size(entry, "size", 7, most=1 << 30) == size
    assert not entry.problems


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("64", "size is 64; write a number and a unit, such as 64KiB or 1MiB"),
        ("64kb", "size is '64kb'; write a number and a unit"),
        ("2MiB", "size is '2MiB'; write a size from 1B to 1MiB"),
        ("0KiB", "size is '0KiB'; write a size from 1B to 1MiB"),
        ("[]", "size is a list; write a number"),
    ],
)
def test_a_size_that_is_none_is_refused(written: str, words: str):
    entry = enter(f"size: {written}")

    assert read_size(entry, "size", 7, most=1 << 20) == 7
    assert entry.problems[0].startswith(f"x.yaml:1:7: {words}")


@pytest.mark.parametrize("secret", ["xoxb-1234", "[xoxb-1234]", "{env: xoxb-1234}", "{enw: xoxb-1234}"])
def test_a_secret_that_is_written_out_is_refused_and_not_quoted(secret: str):
    entry = enter(f"token: {secret}")

    assert read_secret(entry, "token") is None
    [problem] = entry.problems
    assert problem.startswith("x.yaml:1:8: ")
    assert "xoxb" not in problem


def test_a_secret_is_where_it_stands():
    reference = read_secret(enter("token: {dotenv: .env, key: TOKEN}"), "token")

    assert reference is not None
    assert (reference.origin, reference.place) == ("TOKEN in .env", "x.yaml:1:8")


def test_a_secret_that_is_missing_is_missed_where_one_is_needed():
    entry = enter("name: x")

    assert read_secret(entry, "token", required=True) is None
    assert entry.problems == ["x.yaml:1:1: no token; add `token: {env: NAME}`"]


def test_a_secret_goes_nowhere_in_plain():
    entry = enter("base_url: http://example.org")

    assert read_url(entry, "base_url", "https://default") == "https://default"
    assert entry.problems[0].startswith("x.yaml:1:11: http would send a secret in plain text")


def test_one_of_several_kinds_is_chosen():
    both = enter("{files: x, stdin: true}")
    none = enter("{name: x}")

    assert choose_one(enter("{files: x}"), ("stdin", "files"), "add one") == "files"
    assert choose_one(both, ("stdin", "files"), "add one") is None
    assert choose_one(none, ("stdin", "files"), "add one") is None
    assert both.problems == ["x.yaml:1:2: stdin and files contradict each other; keep one of them"]
    assert none.problems == ["x.yaml:1:1: none of stdin, files; add one"]


@given(st.lists(st.one_of(st.just({"a": 1}), st.integers(), st.none()), max_size=4))
def test_of_any_list_the_mappings_are_entered_and_the_rest_is_refused(listed: list[object]):
    entry = enter(json.dumps({"x": listed}))

    entered = list(list_mappings(entry, "x", "{a: 1}"))

    assert len(entered) + len(entry.problems) == len(listed)
