"""What `wrap` and its scanner say to each other over one pipe: pieces of output, and what was lost of it; no I/O."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

# Kinds of frames.
DATA = 1  # a piece of output
LOST = 2  # pieces that had no room; `read_loss`
ENDED = 3  # a stream has ended
EXITED = 4  # the program has ended; `read_code`
RESTARTED = 5  # the scanner was started again; what it had not read is in LOST

STREAMS = ("", "stdout", "stderr")  # by number; the first is told where it is not known which one

MOST_BYTES = 1 << 20  # of one piece
_HEAD = struct.Struct(">BBI")
_LOSS = struct.Struct(">QIB")
_CODE = struct.Struct(">i")
HEAD_BYTES = _HEAD.size


class Frame(NamedTuple):
    """One thing that was said."""

    kind: int
    stream: str
    payload: bytes


class Loss(NamedTuple):
    """What one stream lost in a row."""

    bytes: int = 0
    pieces: int = 0
    ends_a_line: bool = True  # the next piece begins a line


class FrameError(ValueError):
    """The bytes are no frames: nobody who speaks this wrote them."""


def pack_head(kind: int, stream: int, size: int) -> bytes:
    """What stands before a payload of that size."""
    return _HEAD.pack(kind, stream, size)


def pack_loss(stream: int, loss: Loss) -> bytes:
    return pack_head(LOST, stream, _LOSS.size) + _LOSS.pack(
        loss.bytes, min(loss.pieces, 2**32 - 1), loss.ends_a_line
    )


def pack_code(code: int) -> bytes:
    return pack_head(EXITED, 0, _CODE.size) + _CODE.pack(code)


def read_loss(payload: bytes) -> Loss:
    lost_bytes, pieces, ends_a_line = _LOSS.unpack(payload)
    return Loss(lost_bytes, pieces, bool(ends_a_line))


def read_code(payload: bytes) -> int:
    [code] = _CODE.unpack(payload)
    return int(code)


class FrameReader:
    """Bytes as they come → frames; holds at most one unfinished frame."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that these bytes complete; raise FrameError where there are none."""
        self._held += data
        start = 0
        while len(self._held) - start >= HEAD_BYTES:
            kind, stream, size = _HEAD.unpack_from(self._held, start)
            if not DATA <= kind <= RESTARTED or stream >= len(STREAMS) or size > MOST_BYTES:
                raise FrameError("frame: has no known head; only `logscan wrap` writes them")
            end = start + HEAD_BYTES + size
            if len(self._held) < end:
                break
            yield Frame(kind, STREAMS[stream], bytes(self._held[start + HEAD_BYTES : end]))
            start = end
        del self._held[:start]
