"""What Hyperscan is given finds at least every line that the pattern itself fits."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan.databases import open_database
from logscan.errors import PatternError
from logscan.literals import find_literals, list_rows
from logscan.normalize import normalize, strip_colours, undo_escapes
from logscan.parts import cut_to_end
from logscan.prefilters import (
    OPAQUE,
    choose_rarest,
    write_keyword,
    write_literals,
    write_prefilter,
)
from logscan.rarity import choose_words
from logscan.syntax import Pattern, read_pattern

CHARS = st.sampled_from(list("aAbB01_ -:\"'/\\.[](){}|^$*+?é❌\t"))
ATOMS = st.one_of(
    st.sampled_from([" ", *r"""a b tok x1 " / ' \. \d \w \s \D \W \S . [ab]""".split()]),
    st.sampled_from(
        [
            "[^a]",
            '[^"]',
            "[a-f0-9]",
            "[\\s:/]",
            "\\\\",
            "\\x41",
            "é",
            "❌",
            "🔑",
            "[ -]",
            "n[o']t",
            "[ab1]?",
            "(?:tok|x1) ?a",
            "\\b",
            "\\B",
            "^",
            "$",
            "[^\\n]",
        ]
    ),
)


def _repeat(inner: str, bounds: str) -> str:
    return f"(?:{inner}){bounds}"


BOUNDS = st.sampled_from(["*", "+", "?", "{2}", "{0,3}", "{1,}", "*?", "+?", "{1,40}", "++"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda branches: "(?:" + "|".join(branches) + ")"),
        st.builds(_repeat, inner, BOUNDS),
        inner.map(lambda text: f"(?={text})"),
        inner.map(lambda text: f"(?!{text})"),
        inner.map(lambda text: f"(?<={text})"),
        inner.map(lambda text: f"(?<!{text})"),
        inner.map(lambda text: f"({text})"),
    ),
    max_leaves=8,
)
PIECES = st.sampled_from(
    [
        "a",
        "b",
        "A",
        "tok",
        "x1",
        " ",
        '"',
        '\\"',
        '\\\\\\"',
        "/",
        "\\/",
        "'",
        "\\'",
        "\\\\",
        "\\n",
        "\\u00e9",
        "\\u0041",
        "\x1b[31m",
        "\x1b[0m",
        "é",
        "❌",
        "0",
        "1",
        "_",
        ".",
        ":",
        "\t",
        "\\",
        "\\x41",
        "\\u001b[1m",
        "A",
    ]
)
LINES = st.lists(PIECES, max_size=14).map(lambda parts: "".join(parts).encode())


def _is_found(expression: bytes, raw: bytes) -> bool:
    """As the scanner asks at least: the raw line, or what it says where escapes hide its text."""
    found: list[int] = []
    database = open_database([expression])
    raw = strip_colours(raw)
    text = undo_escapes(raw) if regex.search(OPAQUE, raw) else raw
    database.scan(b"before\n" + text + b"\nafter", lambda *match: found.append(match[2]))
    return any(end >= len(b"before\n") for end in found)


def _read(text: str) -> tuple[Pattern, regex.Pattern[bytes]] | None:
    try:
        return read_pattern(text), regex.compile(text.encode(), regex.IGNORECASE | regex.V0 | regex.ASCII)
    except (PatternError, regex.error):
        return None


@settings(max_examples=400, deadline=None)
@given(text=PATTERNS, lines=st.lists(LINES, min_size=1, max_size=4), crlf=st.booleans())
def test_every_line_a_pattern_fits_is_a_candidate(text: str, lines: list[bytes], crlf: bool) -> None:
    read = _read(text)
    if read is None:
        return
    pattern, plain = read
    rows = list_rows(pattern.part)
    expressions = [write_prefilter(pattern), *map(write_literals, rows)]

    for raw in (line + b"\r" if crlf else line for line in lines):
        if plain.search(normalize(raw)):
            for expression in filter(None, expressions):
                assert _is_found(expression, raw), (text, expression, raw)


@settings(max_examples=1500, deadline=None)
@given(text=PATTERNS, lines=st.lists(LINES, min_size=1, max_size=6), enough=st.sampled_from([1, 4, 8, 20]))
def test_every_line_a_pattern_fits_holds_one_of_its_literals(text: str, lines: list[bytes], enough: int):
    read = _read(text)
    literals = find_literals(read[0].part, enough) if read else ()
    if not read or not literals:
        return

    fitting = [normalize(line).lower() for line in lines if read[1].search(normalize(line))]

    for line in fitting:
        assert any(literal in line for literal in literals), (text, literals, line)


@settings(max_examples=1000, deadline=None)
@given(text=PATTERNS, lines=st.lists(LINES, min_size=1, max_size=6))
def test_every_line_a_pattern_fits_holds_something_of_each_row(text: str, lines: list[bytes]):
    read = _read(text)
    rows = list_rows(read[0].part) if read else ()
    if not read or not rows:
        return
    words = choose_words(rows)

    fitting = [normalize(line).lower() for line in lines if read[1].search(normalize(line))]

    for line in fitting:
        for row in rows:
            assert any(literal in line and words[literal] in literal for literal in row), (text, row, line)


@pytest.mark.parametrize(
    "text",
    [
        r"\Afoo",
        r"foo\Z",
        r"foo.{,40}bar",
        r"[^\v]foo",
        r"\mfoo",
        r"(?:foo){e<=1}",
        r"[[a-z]--[b]]x",
        "é+x",
        "[é]x",
        r"\p{L}x",
        r"(?>foo)",
        r"(?i)foo",
        r"(foo)\1",
        r"\K",
        r"a**",
        r"x{2}{3}",
        "(foo",
        "foo)",
        "[foo",
        "{2}",
        "*a",
        r"foo\n",
        r"\xZZ",
        r"[z-a]",
        r"[\d-z]",
        "a{3,2}",
        "foo\\",
        "(?P<1a>x)",
        "(?#x)y",
        "[a&&b]",
        "[a||b]",
    ],
)
def test_what_engines_read_differently_is_refused(text: str) -> None:
    with pytest.raises(PatternError) as refused:
        read_pattern(text)

    assert 0 <= refused.value.position <= len(text)
    assert refused.value.reason


@pytest.mark.parametrize("text", ["a*", "(?!foo)", "^$", r"\b", "(?:a|b?)", "x?y*", "$"])
def test_a_pattern_that_fits_any_line_has_no_prefilter(text: str) -> None:
    assert write_prefilter(read_pattern(text)) is None


def test_optional_ends_are_left_out() -> None:
    written = write_prefilter(read_pattern(r"(?:at )?session has expired(?: on .{8,60})?$"))

    assert written == write_prefilter(read_pattern("session has expired"))


def test_escaped_quotes_are_read_through() -> None:
    expression = write_prefilter(read_pattern(r'"code":\s*190\b'))

    assert expression is not None
    assert _is_found(expression, rb'{"m":"{\"error\":{\"code\":190}}"}')
    assert _is_found(expression, rb'{"m":"{\\\"error\\\":{\\\"code\\\": 190}}"}')
    assert not _is_found(expression, rb'{"m":"{\"error\":{\"code\":191}}"}')


def test_a_keyword_is_found_in_any_case_and_escaped() -> None:
    assert _is_found(write_keyword('"Token"'), rb"x \"TOKEN\" y")


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        (r"(?<=github[^\n]{0,80})unspeakable words\b", "unspeakable words"),
        (r"token\d{1,9}(?=[^\n]{0,80}unspeakable words)", "unspeakable words"),
        (r"unspeakable words(?: from [^\n]{1,80}\d)?", "unspeakable words"),
        (r'"reason":\s*"?unspeakable words"', "unspeakable words"),
        ("unspeakable[ -]words", "unspeakable words|unspeakable-words"),
    ],
)
def test_where_a_rare_text_must_stand_nothing_else_is_looked_for(text: str, same_as: str) -> None:
    assert write_prefilter(read_pattern(text)) == write_prefilter(read_pattern(same_as))


def test_beside_a_common_word_the_rest_of_the_pattern_is_looked_for() -> None:
    expression = write_prefilter(read_pattern(r"github[^\n]{0,80}token \d+ expired"))

    assert expression is not None
    assert not _is_found(expression, b"GET https://github.com/x 200")
    assert _is_found(expression, b"github: token 7 expired")


def test_of_patterns_that_must_all_fit_the_rarest_is_looked_for() -> None:
    patterns = [read_pattern(text) for text in (r"\b401\b", "access token", "unspeakable words", "github")]

    assert choose_rarest(patterns).text == "unspeakable words"


@settings(max_examples=200, deadline=None)
@given(head=PATTERNS, end=PATTERNS, lines=st.lists(LINES, min_size=1, max_size=5))
def test_the_end_of_a_pattern_is_in_every_line_it_fits(head, end, lines):
    read = _read(f"(?:{head})[^\\n;]{{0,9}}(?:{end})")
    if read is None:
        return
    pattern, fits = read
    expression = write_prefilter(pattern._replace(part=cut_to_end(pattern.part)))

    for line in lines:
        if fits.search(normalize(line)):
            assert expression is None or _is_found(expression, line), (pattern.text, line)


def test_a_long_gap_parts_a_pattern_from_its_end():
    pattern = read_pattern(r"(?:api key|secret)[^\n;]{0,30} is (?:now )?(?:live|active)\b")

    expression = write_prefilter(pattern._replace(part=cut_to_end(pattern.part)))

    assert expression is not None
    assert _is_found(expression, b"all is now live")


def test_what_the_engine_loses_behind_a_word_border_is_found():
    text = r"\b(?:dep|automated device enrollment) (?:server |push |service )?(?:token|certificate) (?:has |is )?expired"
    lines = b"errSec CSSMERR_TP_CERT_EXPIRED\nthe DEP token has expired\n"

    expression = write_prefilter(read_pattern(text), through_escapes=False)

    assert expression is not None
    assert open_database([expression]).holds_any(lines)
