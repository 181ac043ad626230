"""Blocks hold the lines that a simple reference framer finds, whatever their size."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan.blocks import BlockReader, BufferPool
from logscan.errors import InputError
from logscan.model import Block

TEXT = st.lists(
    st.sampled_from(
        [b"a", b"bb", b"\n", b"\r\n", b"\r", b"\x00", b"\xff\xfe", "é".encode(), b"xxxxxxxx", b""]
    ),
    max_size=40,
).map(b"".join)


class Bytes(io.BytesIO):
    name = "app.log"
    encoding = None
    mark_bytes = 0

    def is_quiet(self) -> bool:
        return False


class Broken(Bytes):
    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        count = super().readinto(buffer[:3])
        if count == 0:
            raise InputError("app.log: Input/output error")
        return count


class Halting(Bytes):
    """A pipe that pauses after every few bytes."""

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        return super().readinto(buffer[:5])

    def is_quiet(self) -> bool:
        return True


def read_blocks(text: bytes, block_bytes: int, max_line: int) -> tuple[list[Block], BlockReader]:
    reader = BlockReader(Bytes(text), BufferPool(), block_bytes=block_bytes, max_line=max_line)
    return list(reader), reader


def frame(text: bytes, max_line: int) -> list[tuple[int, int, bytes]]:
    """The reference: number, offset and content of each line, without its end, cut at max_line."""
    lines, offset = [], 0
    pieces = text.split(b"\n")
    for number, piece in enumerate(pieces, start=1):
        if number == len(pieces) and not piece:
            break
        content = piece[:-1] if piece.endswith(b"\r") and number < len(pieces) else piece
        lines.append((number, offset, content[:max_line]))
        offset += len(piece) + 1
    return lines


def unframe(blocks: list[Block]) -> list[tuple[int, int, bytes]]:
    lines = []
    for block in blocks:
        number, offset = block.line, block.offset
        pieces = bytes(block.text[block.start : block.end]).split(b"\n")
        ended = pieces[-1] == b""
        for i, piece in enumerate(pieces[:-1] if ended else pieces):
            has_end = ended or i < len(pieces) - 1
            lines.append((number, offset, piece[:-1] if piece.endswith(b"\r") and has_end else piece))
            number, offset = number + 1, offset + len(piece) + 1
    return lines


@settings(max_examples=500, deadline=None)
@given(text=TEXT, block_bytes=st.integers(1, 50), max_line=st.integers(1, 20))
def test_any_block_size_gives_the_lines_of_the_reference(
    text: bytes, block_bytes: int, max_line: int
) -> None:
    blocks, reader = read_blocks(text, block_bytes, max_line)

    expected = frame(text, max_line)
    assert unframe(blocks) == expected
    assert reader.lines == len(expected)
    assert reader.bytes == len(text)


@pytest.mark.parametrize("length", [63, 64, 65, 128])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_is_cut_only_when_it_is_longer_than_allowed(length: int, end: bytes) -> None:
    text = b"before" + end + b"x" * length + end + b"after" + end

    blocks, reader = read_blocks(text, 16, 64)

    assert [line for _, _, line in unframe(blocks)] == [b"before", b"x" * min(length, 64), b"after"]
    assert reader.truncated_lines == (1 if length > 64 else 0)


@settings(max_examples=200, deadline=None)
@given(text=TEXT, sizes=st.tuples(st.integers(1, 50), st.integers(1, 50)))
def test_context_is_what_lies_around_the_block(text: bytes, sizes: tuple[int, int]) -> None:
    for size in sizes:
        blocks, _ = read_blocks(text, size, 100)

        for block in blocks:
            first = block.offset - block.start
            assert bytes(block.text[: block.limit]) == text[first : first + block.limit]
            assert block.start >= min(block.offset, block.context_bytes)
            assert block.limit - block.end >= min(len(text) - block.offset - (block.end - block.start), 1)


def test_what_came_before_a_break_is_read_and_the_break_is_told() -> None:
    blocks = BlockReader(Broken(b"one\ntwo\nthr"), BufferPool(), block_bytes=4, max_line=64)
    lines: list[bytes] = []

    with pytest.raises(InputError, match="Input/output error"):
        lines.extend(bytes(block.text[block.start : block.end]) for block in blocks)

    assert b"".join(lines) == b"one\ntwo\nthr"


@settings(max_examples=200, deadline=None)
@given(text=TEXT, max_line=st.integers(1, 20))
def test_a_pipe_that_pauses_gives_the_lines_of_the_reference(text: bytes, max_line: int) -> None:
    blocks = BlockReader(Halting(text), BufferPool(), block_bytes=64, max_line=max_line)

    assert unframe(list(blocks)) == frame(text, max_line)


class Hesitating(Halting):
    """A pipe that pauses once after every few bytes."""

    quiet = False

    def is_quiet(self) -> bool:
        self.quiet = not self.quiet
        return self.quiet


def hand_on(stream: Bytes) -> list[bytes]:
    blocks = BlockReader(stream, BufferPool(), block_bytes=64, max_line=64)
    return [bytes(block.text[block.start : block.end]) for block in blocks]


def test_an_unfinished_object_is_waited_for_when_a_pipe_pauses_but_not_for_long() -> None:
    text = b'ab\n{\n "c"\n}\n'

    assert hand_on(Hesitating(text)) == [b"ab\n{\n", b' "c"\n}\n']
    assert hand_on(Halting(text)) == [b"ab\n{\n", b' "c"\n', b"}\n"]


def test_a_buffer_that_was_given_back_is_used_again() -> None:
    pool = BufferPool()
    buffer = pool.take(64)

    pool.give_back(buffer)

    assert pool.take(64) is buffer
    assert len(pool.take(32)) == 32
