"""Bytes as they come → whole lines, with where they stand; it never looks at what a line says.

A line longer than allowed is handed on as soon as that is known: its first `max_line` bytes, and the rest is
dropped and counted.
"""

from __future__ import annotations

from typing import NamedTuple


class Lines(NamedTuple):
    """Whole lines in a row; only at the end of a stream may the last one lack its line end."""

    text: bytearray
    offset: int  # of the first line's first byte, in the stream as it lies there
    end: int  # where reading goes on behind them
    cut_lines: int = 0
    lost_bytes: int = 0  # of over-long lines, since the Lines before


class LineFramer:
    """Joins what is read from one stream into lines; holds at most one unfinished line."""

    def __init__(self, max_line: int, offset: int = 0, *, skips: bool = False) -> None:
        self._max_line = max_line
        self._held = bytearray()  # the unfinished line
        self._offset = offset  # of its first byte
        self._lost = 0
        self._skips = skips  # the rest of an over-long line is being dropped

    @property
    def held_bytes(self) -> int:
        """How much of an unfinished line is held back."""
        return len(self._held)

    @property
    def offset(self) -> int:
        """Where the unfinished line begins: what comes before it was handed on."""
        return self._offset

    @property
    def skips(self) -> bool:
        """Whether `offset` stands inside an over-long line, the rest of which is being dropped."""
        return self._skips

    def feed(self, data: bytes | bytearray | memoryview) -> list[Lines]:
        """Take what was read, and give the lines that it completes."""
        rest = memoryview(data)
        if self._skips:
            rest = rest[self._skip(bytes(rest)) :]
        self._held += rest
        return self._take_lines()

    def end(self) -> list[Lines]:
        """Give what is left when the stream has ended: a last line without a line end."""
        lines = [self._cut(len(self._held))] if self._held else []
        if not lines and self._lost:
            lines = [Lines(bytearray(), self._offset, self._offset, 0, self._lost)]
            self._lost = 0
        self._skips = False
        return lines

    def break_off(self, lost_bytes: int, *, ends_a_line: bool) -> list[Lines]:
        """Bytes are missing here. The line that they cut is given as far as it came, what follows of it is dropped."""
        lines = []
        if self._held:
            text, end = self._held + b"\n", self._offset + len(self._held)
            lines = [Lines(text, self._offset, end, 1, self._lost)]
            self._held, self._offset, self._lost = bytearray(), end, 0
        self._offset += lost_bytes
        self._skips = not ends_a_line
        return lines

    def _take_lines(self) -> list[Lines]:
        lines = []
        while True:
            end = self._held.rfind(b"\n") + 1
            start = self._find_overlong(end)
            if start is None:
                if end:
                    lines.append(self._cut(end))
                return lines
            if start:
                lines.append(self._cut(start))
            lines.append(self._cut_overlong())

    def _find_overlong(self, end: int) -> int | None:
        """Where the first line that is too long begins; jumps from line end to line end."""
        start = 0
        while end - start > self._max_line:
            reach = start + self._max_line
            line_end = self._held.rfind(b"\n", start, reach + 1)
            if line_end < 0 and self._held.startswith(b"\r\n", reach):
                line_end = reach + 1
            if line_end < 0:
                return start
            start = line_end + 1
        unfinished = len(self._held) - end
        may_end = self._held[-1:] == b"\r"  # a line end may follow that is not part of its length
        return end if unfinished > self._max_line + may_end else None

    def _cut(self, end: int) -> Lines:
        text = self._held[:end]
        del self._held[:end]
        lines = Lines(text, self._offset, self._offset + end, 0, self._lost)
        self._offset, self._lost = lines.end, 0
        return lines

    def _cut_overlong(self) -> Lines:
        """Hand on its beginning; the rest goes at once as far as it is here."""
        text = self._held[: self._max_line]
        offset = self._offset
        del self._held[: self._max_line]
        self._offset += self._max_line
        rest, self._held = self._held, bytearray()
        taken = self._skip(bytes(rest))
        self._held = rest[taken:]
        lines = Lines(text + b"\n", offset, self._offset, 1, self._lost)
        self._lost = 0
        return lines

    def _skip(self, data: bytes) -> int:
        """Drop up to the next line end; say how many bytes that took."""
        line_end = data.find(b"\n")
        taken = line_end + 1 if line_end >= 0 else len(data)
        self._lost += line_end if line_end >= 0 else len(data)
        self._offset += taken
        self._skips = line_end < 0
        return taken
