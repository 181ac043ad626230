"""Which neighbours of a line belong to its record, where a record spreads over lines; it reads no envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

MOST_LINES = 64  # looked at in either direction
_INDENTS = (b" ", b"\t")


T = TypeVar("T", bytes, str)


class Neighbours(NamedTuple, Generic[T]):
    """The record's other lines, in their order."""

    before: tuple[T, ...]
    after: tuple[T, ...]


def is_unindented(line: bytes) -> bool:
    """What begins a record where nothing else was configured; a blank line begins one, too."""
    return not line.startswith(_INDENTS) or not line.strip()


def find_neighbours(
    raw: bytes, before: bytes, after: bytes, begins: Callable[[bytes], bool] = is_unindented
) -> Neighbours[bytes]:
    """The lines between the one that begins the record, which is among them, and the one that begins the next."""
    earlier: list[bytes] = []
    if before and not begins(raw):
        for line in _walk_up(before):
            earlier.append(line)
            if begins(line):
                break
        else:
            earlier.clear()  # where it began is not known
    later: list[bytes] = []
    for line in _walk_down(after):
        if begins(line):
            break
        later.append(line)
    return Neighbours(tuple(reversed(earlier)), tuple(later))


def choose_nearest(neighbours: Neighbours[T], most: int) -> Neighbours[T]:
    """The record's first line, for it says what the record is, and those nearest to the line."""
    before, after = neighbours
    head, rest = before[:1], before[1:]
    most -= len(head)
    later = after[: max(most - min(len(rest), 1), 0)]
    room = most - len(later)
    return Neighbours(head + (rest[-room:] if room > 0 else ()), later)


def _walk_up(text: bytes) -> Iterator[bytes]:
    """The last line first; most callers want no more than one."""
    end = len(text) - text.endswith(b"\n")
    for _ in range(MOST_LINES if text else 0):
        start = text.rfind(b"\n", 0, end) + 1
        yield text[start:end]
        if start == 0:
            return
        end = start - 1


def _walk_down(text: bytes) -> Iterator[bytes]:
    start = 0
    for _ in range(MOST_LINES):
        if start >= len(text):
            return
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1
