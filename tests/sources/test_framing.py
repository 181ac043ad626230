"""Lines come out of a stream as they stand in it, however it was cut into pieces."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logscan.sources.framing import LineFramer, Lines

LIMIT = 8
_STREAMS = st.lists(
    st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"x" * 7, b"y" * 9])
).map(b"".join)


def frame(pieces: Iterable[bytes], max_line: int = LIMIT) -> list[Lines]:
    framer = LineFramer(max_line)
    return [lines for piece in pieces for lines in framer.feed(piece)] + framer.end()


def expected(stream: bytes, max_line: int) -> tuple[list[bytes], int, int]:
    """The slow way: line by line."""
    lines, cut, lost = [], 0, 0
    for line in stream.splitlines(keepends=True) if b"\r" not in stream else _split(stream):
        body = line.removesuffix(b"\n")
        fits = len(body.removesuffix(b"\r")) <= max_line  # also where the stream ends behind it
        lines.append(line if fits else body[:max_line] + b"\n")
        cut += not fits
        lost += 0 if fits else len(body) - max_line
    return lines, cut, lost


def _split(stream: bytes) -> list[bytes]:
    parts = stream.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def cut(stream: bytes, places: Iterable[int]) -> list[bytes]:
    at = sorted({place % (len(stream) + 1) for place in places})
    return [stream[a:b] for a, b in zip([0, *at], [*at, len(stream)], strict=True)]


@given(_STREAMS, st.lists(st.integers(0, 200), max_size=12))
@example(b"x" * LIMIT + b"\r\n", [LIMIT + 1])
@example(b"x" * (LIMIT + 1) + b"\n", [LIMIT + 1])
@example(b"x" * LIMIT + b"\r", [])
@example(b"x" * (LIMIT + 1) + b"\r", [])
def test_lines_do_not_hang_on_where_a_stream_was_cut(stream: bytes, places: list[int]):
    framed = frame(cut(stream, places))

    lines, cut_lines, lost = expected(stream, LIMIT)
    assert b"".join(bytes(one.text) for one in framed) == b"".join(lines)
    assert sum(one.cut_lines for one in framed) == cut_lines
    assert sum(one.lost_bytes for one in framed) == lost


@given(_STREAMS, st.lists(st.integers(0, 200), max_size=12))
def test_offsets_are_those_of_the_stream(stream: bytes, places: list[int]):
    framer = LineFramer(LIMIT)
    framed = [lines for piece in cut(stream, places) for lines in framer.feed(piece)] + framer.end()

    at = 0
    for lines in framed:
        assert at <= lines.offset <= lines.end <= len(stream)
        kept = bytes(lines.text) if not lines.cut_lines else bytes(lines.text[:-1])
        assert stream[lines.offset : lines.offset + len(kept)] == kept
        at = lines.end
    assert framer.offset == len(stream)


@pytest.mark.parametrize("length", [LIMIT - 1, LIMIT, LIMIT + 1, 2 * LIMIT])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_line_at_the_limit_is_kept_to_the_byte(length: int, line_end: bytes):
    stream = b"a\n" + b"x" * length + line_end + b"b\n"

    text = b"".join(bytes(lines.text) for lines in frame([stream]))

    whole = length <= LIMIT
    assert text == b"a\n" + (b"x" * length + line_end if whole else b"x" * LIMIT + b"\n") + b"b\n"


def test_an_over_long_line_is_handed_on_before_it_ends():
    framer = LineFramer(LIMIT)

    [lines] = framer.feed(b"x" * 20)

    assert (bytes(lines.text), lines.cut_lines) == (b"x" * LIMIT + b"\n", 1)
    assert framer.held_bytes == 0


def test_no_more_than_one_line_is_held():
    framer = LineFramer(LIMIT)

    for _ in range(1_000):
        framer.feed(b"y" * 1_000)

    assert framer.held_bytes <= LIMIT + 1


def test_the_end_tells_what_was_dropped_of_the_last_line():
    framer = LineFramer(LIMIT)

    framed = [*framer.feed(b"x" * 10), *framer.feed(b"x" * 10), *framer.end()]

    assert [lines.lost_bytes for lines in framed] == [2, 10]


def test_an_over_long_line_is_dropped_on_where_it_was_left():
    first = LineFramer(LIMIT)
    [lines] = first.feed(b"x" * 20)
    assert first.skips

    second = LineFramer(LIMIT, lines.end, skips=True)

    assert [bytes(one.text) for one in second.feed(b"xxx\nnext\n")] == [b"next\n"]
    assert not second.skips
