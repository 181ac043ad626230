"""A file or pipe that is read once → its text, unpacked by what its first bytes say, not by its name.

It never holds more than a few pieces in memory, whatever an archive unpacks to.
"""

from __future__ import annotations

import codecs
import os
import select
import stat
from datetime import UTC, datetime

from logscan.errors import InputError
from logscan.sources.files import STDIN
from logscan.sources.unpacking import MAGIC, Stream, Unpacked

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_HEAD_BYTES = 10
_PAUSE_SECONDS = 0.2  # a writer that is at work writes sooner


class Text:
    """An opened input as `blocks` reads it."""

    def __init__(self, name: str, stream: Stream, raw: _Descriptor) -> None:
        self.name = name
        self.modified_at = raw.modified_at  # None for a pipe
        self.is_packed = isinstance(stream, Unpacked)
        self.encoding: str | None = None
        self.mark_bytes = 0
        self._raw = raw
        head = _Head(stream)
        if head.take(codecs.BOM_UTF8):
            self.mark_bytes = len(codecs.BOM_UTF8)
        for mark, encoding in _UTF16.items():
            if self.mark_bytes == 0 and head.take(mark):
                self.mark_bytes, self.encoding = len(mark), encoding
        self._stream: Stream = head if self.encoding is None else _Transcoder(head, self.encoding)

    @property
    def consumed(self) -> int:
        """How much of the input on disk was taken in."""
        return self._raw.consumed

    def readinto(self, buffer: memoryview, /) -> int:
        return self._stream.readinto(buffer)

    def is_quiet(self) -> bool:
        return self._raw.is_quiet()

    def close(self) -> None:
        self._raw.close()


def open_text(path: str) -> Text:
    """Open a path or `-`; raise InputError when that fails."""
    raw = _Descriptor(path)
    try:
        head = _Head(raw)
        stream = Unpacked(path, head) if head.starts_with(MAGIC) else head
        return Text(path, stream, raw)
    except InputError:
        raw.close()
        raise


class _Descriptor:
    """The bytes as they lie on disk or come through a pipe."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.consumed = 0
        try:
            # Without O_NONBLOCK a pipe put where a file had been would hold us for ever.
            flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
            self._number = os.dup(0) if path == STDIN else os.open(path, flags)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from error
        status = os.fstat(self._number)
        self.modified_at: datetime | None = None
        self._least = 0
        if path != STDIN:
            os.set_blocking(self._number, True)
        if stat.S_ISREG(status.st_mode):
            self.modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
            self._least = status.st_size - os.lseek(self._number, 0, os.SEEK_CUR)
            os.posix_fadvise(self._number, 0, 0, os.POSIX_FADV_SEQUENTIAL)

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            count = os.readv(self._number, [buffer])
        except BlockingIOError:  # somebody else's setting of a shared pipe
            select.select([self._number], [], [])
            return self.readinto(buffer)
        except OSError as error:
            raise InputError(f"{self._path}: {error.strerror}") from error
        self.consumed += count
        if count == 0 < self._least - self.consumed:
            raise InputError(f"{self._path}: it shrank while it was read; what was left of it was looked at")
        return count

    def is_quiet(self) -> bool:
        if self.modified_at is not None:
            return False
        ready, _, _ = select.select([self._number], [], [], _PAUSE_SECONDS)
        return not ready

    def close(self) -> None:
        os.close(self._number)


class _Head:
    """A stream whose first bytes can be looked at before they are read."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._head = b""
        piece = memoryview(bytearray(_HEAD_BYTES))
        while len(self._head) < _HEAD_BYTES and (
            count := stream.readinto(piece[: _HEAD_BYTES - len(self._head)])
        ):
            self._head += piece[:count]

    @property
    def consumed(self) -> int:
        return self._stream.consumed

    def starts_with(self, marks: tuple[bytes, ...]) -> bool:
        return self._head.startswith(marks)

    def take(self, mark: bytes) -> bool:
        """Leave the mark out when the stream begins with it."""
        found = self._head.startswith(mark)
        self._head = self._head[len(mark) :] if found else self._head
        return found

    def readinto(self, buffer: memoryview, /) -> int:
        if not self._head:
            return self._stream.readinto(buffer)
        count = min(len(buffer), len(self._head))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        return count


class _Transcoder:
    """UTF-16 → UTF-8; a lone half of a pair stays one, so that the way back is exact."""

    def __init__(self, stream: Stream, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._piece = memoryview(bytearray(64 << 10))
        self._ready = memoryview(b"")

    @property
    def consumed(self) -> int:
        return self._stream.consumed

    def readinto(self, buffer: memoryview, /) -> int:
        while not self._ready:
            count = self._stream.readinto(self._piece)
            if count == 0:
                return 0
            text = self._decoder.decode(bytes(self._piece[:count]))
            self._ready = memoryview(text.encode("utf-8", "surrogatepass"))
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count
