"""A stream of bytes → blocks of whole lines; it never looks at what a line says.

A block carries up to 16 KiB of its neighbours as context, so that what is read out of a line's
surroundings does not depend on where blocks were cut. A line longer than `max_line` ends its block:
its first `max_line` bytes are kept, the rest is dropped and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from logscan.errors import InputError
from logscan.lines import count_disk_bytes, count_line_ends, prepare_long_count
from logscan.model import Block

CONTEXT_BYTES = 16 << 10
_LONG_INPUT_BYTES = 32 << 20
_PAUSES = 5  # so many in a row, and an object that began is not waited for
_LINE_END = 0x0A
_INDENTS = (b" ", b"\t")


class Readable(Protocol):
    """Where bytes come from: a file, a pipe, a decompressor."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def encoding(self) -> str | None:
        """How the text lies on disk when that is not how it is handed out, such as 'utf-16-le'."""

    @property
    def mark_bytes(self) -> int:
        """How many bytes of byte order mark were left out at the beginning."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer's beginning and say how far; 0 is the end. Raise InputError where it breaks."""

    def is_quiet(self) -> bool:
        """True for a pipe that has had nothing to read for a moment."""


class BufferPool:
    """Buffers to be filled again: a new one costs the kernel a page fault every 4 KiB."""

    def __init__(self) -> None:
        self._free: list[bytearray] = []

    def take(self, size: int) -> bytearray:
        """Give out a buffer of that size; what it holds is of no meaning."""
        try:
            buffer = self._free.pop()
        except IndexError:
            return bytearray(size)
        return buffer if len(buffer) == size else bytearray(size)

    def give_back(self, buffer: bytearray) -> None:
        """Take back a buffer that nobody looks at any more."""
        self._free.append(buffer)


class BlockReader:
    """Cuts one stream into blocks; iterate over it once, and give each block's buffer back to the pool."""

    def __init__(self, stream: Readable, pool: BufferPool, *, block_bytes: int, max_line: int) -> None:
        self._stream = stream
        self._pool = pool
        self._max_line = max_line
        self._block_bytes = block_bytes
        # No longer than a line may be, so that an over-long line is never part of a context.
        self._context = min(CONTEXT_BYTES, max_line)
        # One byte more than a context on either side tells whether the context begins or ends with a line.
        self._margin = self._context + 1
        self._size = 2 * self._margin + max(block_bytes, max_line + 2)
        self._offset = stream.mark_bytes
        self._failure: InputError | None = None
        self._ended = False
        self._counted = 0
        self.lines = 0
        self.bytes = 0
        self.truncated_lines = 0

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks; where the stream breaks, raise only after all that came before."""
        buffer, start, filled = self._pool.take(self._size), 0, 0
        while True:
            filled, end = self._fill(buffer, start, filled)
            if start == filled:
                break
            overlong = self._find_overlong(buffer, start, end)
            if overlong is None:
                following, next_start, next_filled = self._carry(buffer, end, filled)
                whole = self._ended or filled - end >= self._margin
                yield self._make_block(buffer, start, end, filled if whole else end)
            else:
                cut = overlong + self._max_line
                following, next_start, next_filled = self._carry(buffer, cut, filled, context=False)
                yield self._make_block(buffer, start, cut, overlong)
                next_start, next_filled = 0, self._skip_line(following, next_filled)
            buffer, start, filled = following, next_start, next_filled
        self._pool.give_back(buffer)
        if self._failure:
            raise self._failure

    def _fill(self, buffer: bytearray, start: int, filled: int) -> tuple[int, int]:
        """Read until there are whole lines and their context; give the new fill and where lines end.

        A pipe that pauses has its lines handed on without waiting for what follows them.
        """
        target = start + self._block_bytes + self._margin
        most = start + self._size - self._margin
        while True:
            filled = self._read(buffer, filled, max(filled, target))
            if self._ended:
                return filled, filled
            if filled < target:
                end = self._find_end_at_pause(buffer, start, filled)
                if end > start:
                    return filled, end
                continue
            line_end = buffer.rfind(b"\n", start, filled - self._margin)
            if line_end >= 0:
                return filled, line_end + 1
            if target >= most:
                return filled, filled - self._margin
            target = most

    def _find_end_at_pause(self, buffer: bytearray, start: int, filled: int) -> int:
        """Where to hand lines on: what may be part of an unfinished object waits, but not for long."""
        settled = _find_settled_end(buffer, start, filled)
        whole = buffer.rfind(b"\n", start, filled) + 1
        if settled < whole and all(self._stream.is_quiet() for _ in range(_PAUSES)):
            return whole
        return settled

    def _read(self, buffer: bytearray, filled: int, target: int) -> int:
        with memoryview(buffer) as view:
            while filled < target and not self._ended:
                try:
                    count = self._stream.readinto(view[filled:target])
                except InputError as failure:
                    self._failure, count = failure, 0
                self._ended = count == 0
                self.bytes += count
                filled += count
                if filled < target and not self._ended and self._stream.is_quiet():
                    break
        return filled

    def _find_overlong(self, buffer: bytearray, start: int, end: int) -> int | None:
        """Where the first line that is too long begins; jumps from line end to line end."""
        while end - start > self._max_line:
            reach = start + self._max_line
            line_end = buffer.rfind(b"\n", start, reach + 1)
            if line_end < 0 and buffer.startswith(b"\r\n", reach, end):
                line_end = reach + 1
            if line_end < 0:
                return start
            start = line_end + 1
        return None

    def _carry(
        self, buffer: bytearray, end: int, filled: int, *, context: bool = True
    ) -> tuple[bytearray, int, int]:
        """Copy what the next block needs into its buffer: context before it, and what was read ahead."""
        kept = max(0, end - self._margin) if context else end
        following = self._pool.take(self._size)
        following[: filled - kept] = memoryview(buffer)[kept:filled]
        return following, end - kept, filled - kept

    def _skip_line(self, buffer: bytearray, filled: int) -> int:
        """Drop the rest of an over-long line; what follows it is moved to the buffer's beginning."""
        self.truncated_lines += 1
        while True:
            line_end = buffer.find(b"\n", 0, filled)
            if line_end >= 0:
                self._offset += self._count_disk_bytes(buffer, 0, line_end + 1)
                rest = bytes(memoryview(buffer)[line_end + 1 : filled])
                buffer[: len(rest)] = rest
                return len(rest)
            self._offset += self._count_disk_bytes(buffer, 0, filled)
            if self._ended:
                return 0
            filled = self._read(buffer, 0, self._block_bytes)

    def _make_block(self, buffer: bytearray, start: int, end: int, limit: int) -> Block:
        block = Block(
            source=self._stream.name,
            text=buffer,
            start=start,
            end=end,
            limit=limit,
            offset=self._offset,
            line=self.lines + 1,
            context_bytes=self._context,
            encoding=self._stream.encoding,
        )
        self.lines += self._count_lines(buffer, start, end)
        self._offset += self._count_disk_bytes(buffer, start, end)
        return block

    def _count_lines(self, buffer: bytearray, start: int, end: int) -> int:
        self._counted += end - start  # what was dropped of a long line is not counted
        if self._counted > _LONG_INPUT_BYTES:
            prepare_long_count()
        unended = 0 if buffer[end - 1] == _LINE_END else 1
        return count_line_ends(buffer, start, end) + unended

    def _count_disk_bytes(self, buffer: bytearray, start: int, end: int) -> int:
        if self._stream.encoding is None:
            return end - start
        return count_disk_bytes(bytes(memoryview(buffer)[start:end]), self._stream.encoding)


def _find_settled_end(buffer: bytearray, start: int, filled: int) -> int:
    """Where the whole lines end, without those at the end that may be part of an unfinished object."""
    end = buffer.rfind(b"\n", start, filled) + 1 or start
    while end > start:
        line = buffer.rfind(b"\n", start, end - 1) + 1 or start
        if not buffer.startswith(_INDENTS, line):
            break
        end = line
    return end
