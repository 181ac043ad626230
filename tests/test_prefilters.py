"""What Hyperscan is given finds at least every line that the pattern itself fits."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan.databases import open_database
from logscan.errors import PatternError
from logscan.literals import longest_literal
from logscan.normalize import normalize, strip_colours, undo_escapes
from logscan.prefilters import OPAQUE, write_keyword, write_prefilter
from logscan.syntax import read_pattern

CHARS = st.sampled_from(list("aAbB01_ -:\"'/\\.[](){}|^$*+?é❌\t"))
ATOMS = st.one_of(
    st.sampled_from(
        [
            "a",
            "b",
            "tok",
            "x1",
            " ",
            '"',
            "/",
            "'",
            "\\.",
            "\\d",
            "\\w",
            "\\s",
            "\\D",
            "\\W",
            "\\S",
            ".",
            "[ab]",
        ]
    ),
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
    """As the scanner asks: the raw line, and once more normalised where escapes hide its text."""
    found: list[int] = []
    database = open_database([expression])
    raw = strip_colours(raw)
    texts = [raw, undo_escapes(raw)] if regex.search(OPAQUE, raw) else [raw]
    for text in texts:
        database.scan(b"before\n" + text + b"\nafter", lambda *match: found.append(match[2]))
    ends = {len(b"before\n") <= end for end in found}
    return True in ends


@settings(max_examples=400, deadline=None)
@given(text=PATTERNS, lines=st.lists(LINES, min_size=1, max_size=4), crlf=st.booleans())
def test_every_line_a_pattern_fits_is_a_candidate(text: str, lines: list[bytes], crlf: bool) -> None:
    try:
        pattern = read_pattern(text)
        plain = regex.compile(text.encode(), regex.IGNORECASE | regex.V0 | regex.ASCII)
    except (PatternError, regex.error):
        return
    expression = write_prefilter(pattern)
    if expression is None:
        return

    for raw in (line + b"\r" if crlf else line for line in lines):
        if plain.search(normalize(raw)):
            assert _is_found(expression, raw), (text, expression, raw)


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
    assert not _is_found(expression, rb'{"m":"{\"error\":{\"code\":1901}}"}')


def test_a_keyword_is_found_in_any_case_and_escaped() -> None:
    assert _is_found(write_keyword('"Token"'), rb"x \"TOKEN\" y")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("abc", 3),
        (r"\d+", 0),
        ("ab|cde", 2),
        ("(?:abc)?de", 2),
        ("a.bcd", 3),
        ("(?:abcd){2}", 4),
        (r"tok[e3]n", 3),
    ],
)
def test_the_longest_literal_is_what_every_match_holds(text: str, length: int) -> None:
    assert longest_literal(read_pattern(text).part) == length
