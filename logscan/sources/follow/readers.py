"""An open file at the place where reading goes on → what was added to it; lines are the framer's business.

What stood before that place is read again with every piece, in the same call: a file that was emptied and has
grown past the place is known by it.
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
from typing import Protocol

from logscan.errors import BrokenArchiveError
from logscan.sources.follow.prints import HEAD_BYTES, TAIL_BYTES, Press, Print, Verdict
from logscan.sources.follow.tracks import Track, place_of
from logscan.sources.follow.wide import WideFramer
from logscan.sources.framing import LineFramer
from logscan.sources.unpacking import Unpacked

Framer = LineFramer | WideFramer
_MARKS = {
    codecs.BOM_UTF8: None,
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LONGEST_MARK = 3
_HOLE_BYTES = 512  # as many NULs at a line's start are a hole in the file, and no text
_HOLE = b"\n" + bytes(_HOLE_BYTES)
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_SKIP_BYTES = 1 << 18
_PASSING = (errno.EIO, errno.ESTALE)


class Rewritten(Exception):  # noqa: N818 - what other programs do to their files is no error of ours
    """What was read is not there any more."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class Moved(Exception):  # noqa: N818 - the same
    """Another file is at the path now."""


class Reader(Protocol):
    """An open file."""

    framer: Framer

    @property
    def held_bytes(self) -> int:
        """How much of an unfinished line is in memory."""

    def read(self, most_bytes: int) -> bytes:
        """What comes next; nothing at the end. Raise Rewritten, or OSError."""

    def press(self, known: Print, offset: int, press: Press) -> Print:
        """The print at an offset which the last piece covers."""

    def let_go(self) -> None:
        """The last piece was handed on: keep no more of it than its end."""

    @property
    def descriptor(self) -> int: ...

    def has_more(self, size: int) -> bool:
        """Whether a file of this size has more than what was read."""

    def close(self) -> None: ...


def open_descriptor(track: Track) -> int:
    """Open the very file that was meant; raise Moved where another is at its path."""
    descriptor = os.open(track.path, _FLAGS)
    status = os.fstat(descriptor)
    if place_of(status) != track.place or not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Moved
    return descriptor


def make_framer(head: bytes, max_line: int, offset: int, *, skips: bool) -> Framer:
    """What cuts a file into lines, by the mark at its very beginning, which is no text."""
    mark = next((mark for mark in _MARKS if head.startswith(mark)), b"")
    encoding = _MARKS.get(mark)
    offset = max(offset, len(mark))
    if encoding is None:
        return LineFramer(max_line, offset, skips=skips)
    return WideFramer(encoding, max_line, offset, skips=skips)


class PlainReader:
    """A file as it grows."""

    def __init__(self, descriptor: int, track: Track, max_line: int) -> None:
        self.descriptor = descriptor
        self._max_line = max_line
        self.is_hollow = track.is_hollow
        self._begin(track.print.offset, skips=track.skips)

    def _begin(self, offset: int, *, skips: bool = False) -> None:
        self.framer = make_framer(self.read_at(_LONGEST_MARK, 0), self._max_line, offset, skips=skips)
        self.at = self.framer.offset
        kept = min(self.at, TAIL_BYTES)
        self._tail = self._window = self.read_at(kept, self.at - kept)
        self._is_fresh = True  # nothing was read since

    def check(self, track: Track, press: Press) -> PlainReader:
        """Raise Rewritten where the file does not hold what was read before."""
        verdict = press.compare(track.print, self.read_at)
        if verdict is not Verdict.SAME:
            raise Rewritten(verdict)
        return self

    @property
    def held_bytes(self) -> int:
        return self.framer.held_bytes

    def read_at(self, size: int, offset: int) -> bytes:
        try:
            return os.pread(self.descriptor, size, offset)
        except OSError as error:
            if error.errno not in _PASSING:
                raise
            return os.pread(
                self.descriptor, size, offset
            )  # what is refused once is often given when asked again

    def read(self, most_bytes: int) -> bytes:
        if self._is_fresh and self.at == 0:
            self._begin(0)  # a mark may have come with the first bytes
        while self._pass_hole(piece := self._read_piece(most_bytes)):
            pass
        fresh = self._leave_inner_hole(piece)
        if fresh:
            self._window = self._tail + fresh
            self.at += len(fresh)
            self._tail = self._window[-TAIL_BYTES:]
            self._is_fresh = False
        return fresh

    def _read_piece(self, most_bytes: int) -> bytes:
        """What follows, if what was read still stands before it."""
        data = self.read_at(len(self._tail) + most_bytes, self.at - len(self._tail))
        if not data.startswith(self._tail):
            is_hollow = len(data) >= len(self._tail) and not any(data[: len(self._tail)])
            raise Rewritten(Verdict.HOLLOW if is_hollow else Verdict.OTHER)
        return data[len(self._tail) :]

    def has_more(self, size: int) -> bool:
        return self.at < size

    def let_go(self) -> None:
        self._window = self._tail

    def press(self, known: Print, offset: int, press: Press) -> Print:
        end = len(self._window) - (self.at - offset)
        return press.grow(known, offset, self._window[max(0, end - TAIL_BYTES) : end], self.read_at)

    def close(self) -> None:
        os.close(self.descriptor)

    def _pass_hole(self, piece: bytes) -> bool:
        """Go behind NULs that begin a line where no writer put them; False where there are none."""
        at_start = (
            isinstance(self.framer, LineFramer) and not self.framer.held_bytes and not self.framer.skips
        )
        text = piece.lstrip(b"\0")
        nuls = len(piece) - len(text)
        if not at_start or not nuls or (nuls < _HOLE_BYTES and not self.is_hollow):
            self.is_hollow = self.is_hollow and not piece
            return False
        self.is_hollow = not text
        self._begin(self.at + nuls if text else self._find_text(self.at + nuls))
        return True

    def _leave_inner_hole(self, piece: bytes) -> bytes:
        """What stands before a hole; it is passed with the next piece."""
        if not isinstance(self.framer, LineFramer):
            return piece
        inner = piece.find(_HOLE)
        if inner >= 0:
            return piece[: inner + 1]
        text = piece.rstrip(b"\0")
        may_be_hole = not text and not self.framer.held_bytes
        return text if len(text) < len(piece) and (text.endswith(b"\n") or may_be_hole) else piece

    def _find_text(self, offset: int) -> int:
        """Behind the hole, which may be huge and lies nowhere."""
        try:
            return os.lseek(self.descriptor, offset, os.SEEK_DATA)
        except OSError:  # nothing but the hole, or a file system that does not tell
            return offset


class PackedReader:
    """A packed file, from where its text was read to."""

    def __init__(self, descriptor: int, track: Track, max_line: int, press: Press) -> None:
        self.descriptor = descriptor
        self.consumed = 0
        self._text = Unpacked(track.path, self)
        self._head = self._take(HEAD_BYTES)
        self._rest = self._head
        self.framer = make_framer(self._head, max_line, track.print.offset, skips=track.skips)
        self.at = 0
        self._window = b""
        self._has_offset = self._skip(self.framer.offset)
        self._is_same = press.compare(track.print, self.read_behind) is Verdict.SAME

    @property
    def held_bytes(self) -> int:
        return self.framer.held_bytes

    def check(self) -> PackedReader:
        """Raise Rewritten where it does not hold what was read before."""
        if not self.is_same:
            raise Rewritten(Verdict.OTHER)
        return self

    @property
    def is_same(self) -> bool:
        """Whether it holds what was read before."""
        return self._has_offset and self._is_same

    def readinto(self, buffer: memoryview, /) -> int:
        count = os.readv(self.descriptor, [buffer])
        self.consumed += count
        return count

    def read_head(self, size: int, _offset: int) -> bytes:
        return self._head[:size]

    def read_behind(self, size: int, offset: int) -> bytes:
        """What can be looked at again: the head, and what stands just before where reading goes on."""
        if offset == 0 and size <= len(self._head):
            return self._head[:size]
        end = len(self._window) - (self.at - offset - size)
        return self._window[max(0, end - size) : end] if self.at == offset + size else b""

    def read(self, most_bytes: int) -> bytes:
        fresh, self._rest = self._rest[:most_bytes], self._rest[most_bytes:]
        if not fresh:
            fresh = self._take(most_bytes, whole=False)
        if fresh:
            self.at += len(fresh)
            self._window = self._window[-TAIL_BYTES:] + fresh
        return fresh

    def has_more(self, size: int) -> bool:
        return self.at < size

    def let_go(self) -> None:
        self._window = self._window[-TAIL_BYTES:]

    def press(self, known: Print, offset: int, press: Press) -> Print:
        end = len(self._window) - (self.at - offset)
        return press.grow(known, offset, self._window[max(0, end - TAIL_BYTES) : end], self.read_head)

    def close(self) -> None:
        os.close(self.descriptor)

    def _skip(self, offset: int) -> bool:
        """Unpack up to where reading goes on; False where there is less."""
        try:
            while self.at < offset:
                if not self.read(min(_SKIP_BYTES, offset - self.at)):
                    return False
        except BrokenArchiveError:
            return False
        return True

    def _take(self, size: int, *, whole: bool = True) -> bytes:
        text = bytearray()
        piece = memoryview(bytearray(size))
        while len(text) < size and (count := self._text.readinto(piece[: size - len(text)])):
            text += piece[:count]
            if not whole:
                break
        return bytes(text)
