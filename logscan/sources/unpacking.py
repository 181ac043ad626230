"""Packed bytes → unpacked bytes, piece by piece; no piece of either is ever large.

What was unpacked before a break is handed out before the break is reported.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from logscan.errors import BrokenArchiveError

_PACKED_BYTES = 16 << 10
_UNPACKED_BYTES = 256 << 10
_ZSTD_PACKED_BYTES = 512  # at worst 16 MiB of text; its decompressor knows no limit
_ZSTD_WINDOW_BYTES = 1 << 27  # what `zstd` itself allows unasked
_XZ_MEMORY_BYTES = 72 << 20  # what `xz -9` asks for
_SKIPPED_HEAD_BYTES = 8
_BOMB_BYTES = 1 << 30
_BOMB_RATIO = 500  # logs pack 10 to 60 times, and hardly ever 200 times


class Stream(Protocol):
    """Bytes in order."""

    @property
    def consumed(self) -> int:
        """How much was taken off the disk or pipe so far."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer's beginning and say how far; 0 is the end."""


class Unpacker(Protocol):
    """One member of an archive: a bounded piece of text for every piece that is put in."""

    packed_bytes: int  # how much to put in at a time
    has_more: bool  # there is text to take out without putting anything in

    def unpack(self, packed: bytes) -> bytes:
        """Put a piece in, take a piece out; raise _DamagedError with what could be saved."""

    @property
    def rest(self) -> bytes | None:
        """None until the member has ended, then what was put in beyond its end."""


class _DamagedError(Exception):
    def __init__(self, why: str, saved: bytes = b"") -> None:
        super().__init__(why)
        self.saved = saved


class _Gzip:
    packed_bytes = _PACKED_BYTES

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(wbits=31)
        self.has_more = False

    def unpack(self, packed: bytes) -> bytes:
        packed = self._inflater.unconsumed_tail + packed
        before = self._inflater.copy()
        try:
            text = self._inflater.decompress(packed, _UNPACKED_BYTES)
        except zlib.error as error:
            raise _DamagedError(str(error), _inflate_bytewise(before, packed)) from error
        self.has_more = bool(self._inflater.unconsumed_tail) or len(text) == _UNPACKED_BYTES
        return text

    @property
    def rest(self) -> bytes | None:
        return self._inflater.unused_data if self._inflater.eof else None


def _inflate_bytewise(inflater: zlib._Decompress, packed: bytes) -> bytes:
    """Everything up to the very byte that is damaged, the checksum at the end among them."""
    text = bytearray()
    try:
        for i in range(len(packed)):
            text += inflater.decompress(packed[i : i + 1])
    except zlib.error:
        pass
    return bytes(text)


class _Bounded:
    """bz2 and lzma: both stop at a given length of text and say whether they need more."""

    packed_bytes = _PACKED_BYTES

    def __init__(self, unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._unpacker = unpacker
        self.has_more = False

    def unpack(self, packed: bytes) -> bytes:
        try:
            text = self._unpacker.decompress(packed, _UNPACKED_BYTES)
        except (OSError, lzma.LZMAError) as error:
            raise _DamagedError(str(error)) from error
        self.has_more = not self._unpacker.eof and not self._unpacker.needs_input
        return text

    @property
    def rest(self) -> bytes | None:
        return self._unpacker.unused_data if self._unpacker.eof else None


class _Zstd:
    packed_bytes = _ZSTD_PACKED_BYTES
    has_more = False

    def __init__(self) -> None:
        import zstandard  # only where there is such a file

        self._error = zstandard.ZstdError
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()

    def unpack(self, packed: bytes) -> bytes:
        try:
            return self._unpacker.decompress(packed)
        except self._error as error:
            raise _DamagedError(str(error)) from error

    @property
    def rest(self) -> bytes | None:
        return self._unpacker.unused_data if self._unpacker.eof else None


class _Skipped:
    """A frame that zstd passes over: four bytes of magic, four of length, and what is not text."""

    packed_bytes = _PACKED_BYTES
    has_more = False

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self.rest: bytes | None = None

    def unpack(self, packed: bytes) -> bytes:
        if len(self._head) < _SKIPPED_HEAD_BYTES:
            self._head, packed = (
                (self._head + packed)[:_SKIPPED_HEAD_BYTES],
                packed[_SKIPPED_HEAD_BYTES - len(self._head) :],
            )
            if len(self._head) < _SKIPPED_HEAD_BYTES:
                return b""
            self._left = int.from_bytes(self._head[4:], "little")
        dropped = min(self._left, len(packed))
        self._left -= dropped
        if self._left == 0:
            self.rest = packed[dropped:]
        return b""


# More than `BZh`, with which a line of text may begin: the magic of the first block, or that of the end.
_BZIP2_MAGIC = tuple(
    b"BZh%d" % level + block for level in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90")
)
_SKIPPABLE_MAGIC = tuple(bytes((low,)) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))
_KINDS: dict[bytes, Callable[[], Unpacker]] = {
    b"\x1f\x8b\x08": _Gzip,
    **dict.fromkeys(_BZIP2_MAGIC, lambda: _Bounded(bz2.BZ2Decompressor())),
    b"\xfd7zXZ\x00": lambda: _Bounded(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)),
    b"\x28\xb5\x2f\xfd": _Zstd,
    **dict.fromkeys(_SKIPPABLE_MAGIC, _Skipped),
}
MAGIC = tuple(_KINDS)


class Unpacked:
    """The text of an archive of one or many members, as a stream."""

    def __init__(self, path: str, packed: Stream) -> None:
        self._path = path
        self._packed = packed
        self._pending = b""  # packed, not yet put in
        self._ready = memoryview(b"")
        self._unpacker: Unpacker | None = None
        self._failure: BrokenArchiveError | None = None
        self._unpacked_bytes = 0

    @property
    def consumed(self) -> int:
        return self._packed.consumed

    def readinto(self, buffer: memoryview, /) -> int:
        while not self._ready and self._failure is None:
            try:
                text = self._step()
            except _DamagedError as damage:
                text = damage.saved
                self._failure = BrokenArchiveError(
                    f"{self._path}: damaged archive ({damage}); read up to there"
                )
            if text is None:
                return 0
            self._ready = memoryview(text)
            self._unpacked_bytes += len(text)
            self._watch_ratio()
        if not self._ready and self._failure is not None:
            raise self._failure
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _step(self) -> bytes | None:
        """Unpack one piece; None at the end of the last member."""
        if self._unpacker is None and not self._begin_member():
            return None
        assert self._unpacker is not None
        if not self._unpacker.has_more and not self._pending:
            self._pending = self._read_packed(self._unpacker.packed_bytes)
            if not self._pending:
                raise _DamagedError("it ends early")
        size = 0 if self._unpacker.has_more else self._unpacker.packed_bytes
        piece, self._pending = self._pending[:size], self._pending[size:]
        text = self._unpacker.unpack(piece)
        if self._unpacker.rest is not None:
            self._pending = self._unpacker.rest + self._pending
            self._unpacker = None
        return text

    def _begin_member(self) -> bool:
        """Find the next member; padding of zero bytes between members is allowed."""
        longest = max(map(len, MAGIC))
        while len(self._pending) < longest and (more := self._read_packed(_ZSTD_PACKED_BYTES)):
            self._pending = (self._pending + more).lstrip(b"\x00")
        if not self._pending.lstrip(b"\x00"):
            return False
        magic = next((m for m in MAGIC if self._pending.startswith(m)), None)
        if magic is None:
            raise _DamagedError("what follows its last member is not packed")
        self._unpacker = _KINDS[magic]()
        return True

    def _read_packed(self, size: int) -> bytes:
        piece = bytearray(size)
        with memoryview(piece) as view:
            count = self._packed.readinto(view)
        return bytes(piece[:count])

    def _watch_ratio(self) -> None:
        if self._unpacked_bytes > max(_BOMB_BYTES, _BOMB_RATIO * self.consumed):
            why = f"it unpacks to more than {_BOMB_RATIO} times its size; if that is meant, unpack it and pipe it in"
            self._failure = BrokenArchiveError(f"{self._path}: {why}")
            self._ready = memoryview(b"")
