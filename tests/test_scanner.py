"""Prefilter and confirmation together find what plain `regex` finds on every line."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan.caches import Cache
from logscan.model import Block, Match
from logscan.scanner import Scanner
from logscan.scanner.writings import list_expressions
from tests.making import make_rule
from tests.packs_shipped import shipped
from tests.plainly import ask_each_line, without_asides

RULES = (
    make_rule(
        "test.expired", r"session has expired(?: on (?P<expired_at>[^.]{8,60}))?", "token (?:is )?expired"
    ),
    make_rule("test.code", r'"code":\s*190\b', none=("end-user",)),
    make_rule("test.both", all=("oauth", r"\b401\b")),
    make_rule("test.word", r"(?=.*ban)(?:a|b)an+ed", keywords=("banned",)),
    make_rule("test.case", "TokenExpired", case_sensitive=True),
    make_rule("test.anchor", r"^expired$"),
    make_rule(
        "test.look", r"banned(?<!token is banned)(?=.*expired)", r"(?<=oauth.{0,9})session h[a-z]s expired"
    ),
    make_rule("test.spelled", r"token (?:is |was )?(?:session|ban)[ -]?"),
    make_rule("test.rarest", all=("token", r"/oauth/(?:access|refresh)_token", r"\b40[13]\b")),
    make_rule("test.path", r"/oauth/access_token\b[^,]{0,30}40[13]"),
)
PIECES = st.sampled_from(
    [
        b"session has expired",
        b" on Monday, 18-Jun-25.",
        b'"code":190',
        rb"\"code\": 190",
        b"end-user",
        b"oauth",
        b" 401 ",
        b"banned",
        b"TokenExpired",
        b"tokenexpired",
        b"expired",
        b"\x1b[31m",
        rb"\u001b[0m",
        b"token is ",
        rb"\/oauth\/access_token",
        b"/oauth/access_token",
        b": 403",
        b"\r",
        b" ",
        rb"\n",
        "é".encode(),
        b"\xff",
        b"\x00",
        rb"\u0065xpired",
        b"\\",
        b"'",
    ]
)
LINES = st.lists(st.lists(PIECES, max_size=6).map(b"".join), min_size=1, max_size=12)


def make_block(text: bytes) -> Block:
    return Block("app.log", bytearray(text), 0, len(text), len(text), 0, 1, 16 << 10)


def list_fits(matches: Sequence[Match]) -> set[tuple[int, str]]:
    return {(match.line, hit.rule.id) for match in matches for hit in match.hits}


SCANNER = Scanner(RULES)


@settings(max_examples=400, deadline=None)
@given(lines=LINES, ended=st.booleans())
def test_the_scanner_finds_what_asking_each_line_finds(lines: list[bytes], ended: bool) -> None:
    text = b"\n".join(lines) + (b"\n" if ended else b"")
    if not text:
        return

    matches = SCANNER.scan(make_block(text))

    assert list_fits(matches) == ask_each_line(RULES, lines)


@settings(max_examples=40, deadline=None)
@given(lines=LINES, times=st.sampled_from([1, 3, 40, 400]))
def test_the_same_is_found_on_few_lines_and_on_very_many(lines: list[bytes], times: int) -> None:
    text = b"\n".join([*lines, b"nothing here"] * times)

    matches = SCANNER.scan(make_block(text))

    wanted = ask_each_line(RULES, lines)
    rounds = range(0, times * (len(lines) + 1), len(lines) + 1)
    assert list_fits(matches) == {(line + before, rule) for before in rounds for line, rule in wanted}


@pytest.mark.parametrize("seed", range(4))
def test_the_shipped_packs_find_the_same_both_ways(seed: int) -> None:
    dice = random.Random(seed)
    rules = without_asides(dice.sample(shipped().rules, 50))
    examples = [line for rule in rules for line in (*rule.match, *rule.ignore)]
    texts = [line.replace("\n", " ") for line in dice.sample(examples, min(200, len(examples)))]
    lines = [(line if dice.random() < 0.7 else line.replace('"', '\\"')).encode() for line in texts]

    matches = Scanner(rules).scan(make_block(b"\n".join(lines)))

    assert list_fits(matches) == ask_each_line(rules, lines)


def test_a_match_says_where_its_line_is() -> None:
    text = b'first\r\n{"m":"\\"code\\":190"}\r\nlast token expired'

    matches = SCANNER.scan(make_block(text))

    assert [(m.line, m.offset, m.raw) for m in matches] == [
        (2, 7, b'{"m":"\\"code\\":190"}\r'),
        (3, 29, b"last token expired"),
    ]


def test_an_indented_line_comes_with_its_neighbours() -> None:
    text = b'{\n  "level": "error",\n  "message": "token expired"\n}\nnext\n'

    (match,) = SCANNER.scan(make_block(text))

    assert match.before == b'{\n  "level": "error",\n'
    assert match.after == b"}\nnext\n"


def test_a_rule_that_takes_too_long_is_set_aside_and_counted() -> None:
    slow = make_rule("test.slow", r"x(?:a|a|aa)+(?:b|c)?$", keywords=("slow",))
    scanner = Scanner([slow, make_rule("test.expired")])
    text = b"".join(b"slow x%s! token expired\n" % (b"a" * 60) for _ in range(5))

    matches = scanner.scan(make_block(text))

    assert scanner.timeouts == {"test.slow": 3}
    assert scanner.set_aside == ("test.slow",)
    assert list_fits(matches) == {(line, "test.expired") for line in range(1, 6)}


def test_what_is_looked_for_is_written_once_and_remembered(tmp_path, monkeypatch) -> None:
    store = Cache(tmp_path / "cache")
    written = list_expressions(RULES, store)
    monkeypatch.setattr("logscan.scanner.writings._write_all", None)  # must not be called

    kept = list_expressions(RULES, store)

    assert kept == written
    assert kept.origins


def test_a_damaged_list_of_expressions_is_written_anew(tmp_path) -> None:
    store = Cache(tmp_path / "cache")
    written = list_expressions(RULES, store)
    (entry,) = (tmp_path / "cache").iterdir()

    damaged = (
        b"[[1],[],[],[],[]]",
        b"[[],[],[[3]],[],[]]",
        b'[[],["a"],[[0]],[],[]]',
        b'[[],["a"],[[0]],[[0,null,[7]]],[]]',
        b'[[],["a"],[[0]],[[0,null,[0]]],[[[1,[]]]]]',
        b'[[],["a"],[[0]],[[0,null,[0]]],[[[0,[7]]]]]',
    )

    for content in (b"", b"[]", *damaged):
        store.write(entry.name, content)

        assert list_expressions(RULES, store) == written


def test_no_rules_find_nothing() -> None:
    assert Scanner([]).scan(make_block(b"token expired\n")) == []


@pytest.mark.parametrize("line", ["token expired", "\x1b[31mtoken\x1b[0m expired", "token \\u0065xpired"])
def test_a_line_is_found_behind_its_escapes(line: str) -> None:
    matches = SCANNER.scan(make_block(line.encode()))

    assert list_fits(matches) == {(1, "test.expired")}


def test_bytes_that_only_quicken_the_engine_raise_no_question() -> None:
    words = "alabaster bramble cormorant dandelion elderberry fuchsia gossamer hyacinth".split()
    rules = [make_rule(f"test.{word}", rf"{word} expired") for word in words]

    matches = Scanner(rules).scan(make_block(b"\xf8\xff\xf8\xfd bramble expired\n"))

    assert list_fits(matches) == {(1, "test.bramble")}
