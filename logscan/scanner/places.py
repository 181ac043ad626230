"""Where lines lie in a text, and which of them an engine found something on; it knows no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from logscan.databases import Database
from logscan.lines import count_disk_bytes
from logscan.model import Block

_LINE_END = 0x0A
_INDENTS = b" \t"  # only such lines can lie within an object that spreads over lines, or continue a record
_OPENINGS = b' \t"{}[]\r\v\f'
End = tuple[int, int]  # a place in the text that was scanned, and the expression that ended there


class Line(NamedTuple):
    """A line's place in a text, without its end."""

    start: int
    end: int


def find_ends(database: Database, text: bytearray, start: int, end: int) -> list[End]:
    """Every end of a match, sorted."""
    ends: list[End] = []
    append = ends.append

    def note_end(expression: int, _start: int, end: int, _flags: int, _context: object) -> None:
        append((start + end, expression))

    with memoryview(text) as whole, whole[start:end] as view:
        database.scan(view, note_end)
    ends.sort()
    return ends


def find_places(database: Database, text: bytearray, start: int, end: int) -> list[int]:
    """Every place where a match ends, sorted."""
    places: list[int] = []
    append = places.append

    def note_place(_expression: int, _start: int, end: int, _flags: int, _context: object) -> None:
        append(end)

    with memoryview(text) as whole, whole[start:end] as view:
        database.scan(view, note_place)
    places.sort()
    return [start + place for place in places] if start else places


def list_found(places: Iterable[int], text: bytearray, start: int, end: int) -> list[Line]:
    """The lines on which sorted places lie, in order."""
    lines: list[Line] = []
    line_end = -1
    for at in places:
        if at > line_end:
            line_end = text.find(b"\n", at, end)
            line_end = end if line_end < 0 else line_end
            lines.append(Line(text.rfind(b"\n", start, at) + 1 or start, line_end))
    return lines


def group_found(ends: Iterable[End], text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
    """The lines that sorted ends lie on, in order, with the expressions found there."""
    found: dict[Line, set[int]] = {}
    line_end = -1
    here: set[int] = set()
    for at, expression in ends:
        if at > line_end:
            line_end = text.find(b"\n", at, end)
            line_end = end if line_end < 0 else line_end
            here = found[Line(text.rfind(b"\n", start, at) + 1 or start, line_end)] = set()
        here.add(expression)
    return found


def list_lines(text: bytearray, start: int, end: int) -> list[Line]:
    """Every line of a text."""
    lines = []
    for content in bytes(memoryview(text)[start:end]).split(b"\n"):
        lines.append(Line(start, start + len(content)))
        start += len(content) + 1
    return lines


def copy_lines(
    text: bytearray, lines: Iterable[Line], change: Callable[[bytes], bytes] | None = None
) -> tuple[bytearray, dict[int, Line]]:
    """A second text out of some lines, each changed, and where each of them began in the first."""
    copies: list[bytes] = []
    origins: dict[int, Line] = {}
    length = 0
    with memoryview(text) as whole:
        for line in lines:
            copy = bytes(whole[line.start : line.end])
            copy = change(copy) if change else copy
            origins[length] = line
            length += len(copy) + 1
            copies.append(copy)
    second = bytearray(b"\n".join([*copies, b""]))
    return second, origins


def find_offset(block: Block, line: Line) -> int:
    """The line's place in the input, in bytes as they lie there."""
    if block.encoding is None:
        return block.offset + line.start - block.start
    text = bytes(memoryview(block.text)[block.start : line.start])
    return block.offset + count_disk_bytes(text, block.encoding)


WantsContext = Callable[[Block, Line], bool]  # whether what stands around a line is looked at


def is_indented(block: Block, line: Line) -> bool:
    return line.start < line.end and block.text[line.start] in _INDENTS


def may_belong(block: Block, line: Line) -> bool:
    """Whether a line may be a part of an object or a record that spreads over several."""
    after = line.end + 1
    if line.start < line.end and block.text[line.start] in _OPENINGS:
        return True
    return after < block.limit and block.text[after] in _INDENTS


def has_company(_block: Block, _line: Line) -> bool:
    """All lines have some."""
    return True


def lines_before(block: Block, line: Line) -> bytes:
    """Whole lines only; a window that begins within a line begins after it."""
    start = max(0, line.start - block.context_bytes)
    if start > 0 and block.text[start - 1] != _LINE_END:
        start = block.text.find(b"\n", start, line.start) + 1 or line.start
    return bytes(memoryview(block.text)[start : line.start])


def lines_after(block: Block, line: Line) -> bytes:
    """Whole lines only, as many as the window holds."""
    start = min(line.end + 1, block.limit)
    end = min(start + block.context_bytes, block.limit)
    if end < block.limit and block.text[end - 1] != _LINE_END:
        end = block.text.rfind(b"\n", start, end) + 1 or start
    return bytes(memoryview(block.text)[start:end])
