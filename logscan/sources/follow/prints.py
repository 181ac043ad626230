"""Keyed hashes of what a file holds: they tell whether it is still the file that was read; no text is kept."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from hashlib import blake2b
from typing import NamedTuple

HEAD_BYTES = 1 << 10
TAIL_BYTES = 256
_HASH_BYTES = 12

ReadAt = Callable[[int, int], bytes]  # size, offset


class Verdict(Enum):
    """What stands in a file where something was read before."""

    SAME = "same"
    HOLLOW = "hollow"  # NULs: it was emptied under a writer that goes on where it was
    OTHER = "other"


class Print(NamedTuple):
    """What was read of a file, in hashes: its head, and what stands just before `offset`."""

    offset: int = 0
    head_bytes: int = 0
    head: bytes = b""
    tail: bytes = b""


class Press:
    """Makes prints with one key, so that nobody else can tell from them what a file holds."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:64]

    def mark(self, text: bytes) -> bytes:
        return blake2b(text, key=self._key, digest_size=_HASH_BYTES).digest()

    def grow(self, known: Print, offset: int, tail: bytes, read_at: ReadAt) -> Print:
        """The print at a later offset; the head is read anew only while it grows."""
        head_bytes, head = known.head_bytes, known.head
        wanted = min(offset, HEAD_BYTES)
        if head_bytes < wanted:
            text = read_at(wanted, 0)
            head_bytes, head = len(text), self.mark(text)
        return Print(offset, head_bytes, head, self.mark(tail))

    def take(self, offset: int, read_at: ReadAt) -> Print:
        """The print of a file whose bytes before `offset` nobody has read yet."""
        tail_bytes = min(offset, TAIL_BYTES)
        return self.grow(Print(), offset, read_at(tail_bytes, offset - tail_bytes), read_at)

    def compare(self, known: Print, read_at: ReadAt) -> Verdict:
        """Whether a file holds what the print was made of."""
        if known.offset == 0:
            return Verdict.SAME
        tail_bytes = min(known.offset, TAIL_BYTES)
        tail = read_at(tail_bytes, known.offset - tail_bytes)
        if len(tail) == tail_bytes and self.mark(tail) == known.tail and self.has_head(known, read_at):
            return Verdict.SAME
        if len(tail) == tail_bytes and not any(tail):
            return Verdict.HOLLOW
        return Verdict.OTHER

    def has_head(self, known: Print, read_at: ReadAt) -> bool:
        """Whether a file begins as the one that the print was made of."""
        return known.head_bytes == 0 or self.mark(read_at(known.head_bytes, 0)) == known.head
