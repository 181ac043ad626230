"""A line as a person would read it."""

from __future__ import annotations

from time import process_time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from logscan.normalize import make_visible, normalize


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b[31mexpired\x1b[0m\r", b"expired"),
        (rb"\u001b[1;31mexpired\u001b[0m", b"expired"),
        (rb"\x1b[31mexpired\033[0m", b"expired"),
        (b"\x1b]0;title\x07expired", b"expired"),
        (b"\x1b]8;;http://a\x1b\\expired\x1b]8;;\x1b\\", b"expired"),
        (rb"{\"code\":190}", b'{"code":190}'),
        (rb"{\\\"code\\\":190}", b'{"code":190}'),
        (rb"https:\/\/graph", b"https://graph"),
        (rb"caf\u00e9 \u274c", "café ❌".encode()),
        (rb"\ud83d\udd11 rotated", "🔑 rotated".encode()),
        (rb"\ud83d alone", b"\xed\xa0\xbd alone"),
        (rb"\u0022code\u0022", b'"code"'),
        (rb"line\nnext\tcell", b"line next cell"),
        (rb"\xe2\x9d\x8c", "❌".encode()),
        (rb"C:\Dir\sub \d+", rb"C:\Dir\sub \d+"),
        (rb"ends in \\", rb"ends in \\"),
        (b"\xff\x00 bytes stay", b"\xff\x00 bytes stay"),
        (rb"\u000a\x0a", b"  "),
        (b"", b""),
        (b"\r\r", b""),
    ],
)
def test_what_logging_added_is_undone(raw: bytes, text: bytes) -> None:
    assert normalize(raw) == text


@pytest.mark.parametrize(
    "piece", [b"\\", b"\x1b", b"\x1b[", b"\x1b]", b"\\u001b]", b"\\u00", b"\\\\u001b[0", b"\\ud83d"]
)
def test_the_time_grows_with_the_length_of_a_line_and_no_faster(piece: bytes) -> None:
    def measure(size: int) -> float:
        line = piece * (size // len(piece)) + b"q \\n x"
        started = process_time()
        normalize(line)
        return process_time() - started

    short = min(measure(100_000) for _ in range(3))

    assert measure(800_000) < 8 * 8 * short + 0.2  # a quadratic one takes 64 times as long, and seconds


@given(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")))
def test_a_normalised_line_is_one_line_and_never_longer(raw: bytes) -> None:
    text = normalize(raw)

    assert b"\n" not in text
    assert len(text) <= len(raw)


@given(
    st.lists(st.sampled_from([b"a", b'"', b"\\", b"/", b"'", b"n", b"x", b"\r"]), max_size=12).map(b"".join)
)
def test_lines_without_other_escapes_only_lose_backslashes(raw: bytes) -> None:
    if regex.search(rb"\\[nx]", raw):
        return

    assert normalize(raw) == regex.sub(rb"\\+([\"'/])", rb"\1", raw).rstrip(b"\r")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\U000e0041", "\\U000e0041"),
        ("é ❌ 漢", "é ❌ 漢"),
    ],
)
def test_a_terminal_obeys_nothing_that_is_shown(text: str, shown: str) -> None:
    assert make_visible(text) == shown
