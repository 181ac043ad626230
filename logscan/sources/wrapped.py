"""The output of a wrapped program, as `logscan wrap` shows it to its scanner: with gaps, each of which is told."""

from __future__ import annotations

import os
import select
from collections.abc import Callable

from logscan.children import describe_end
from logscan.frames import (
    DATA,
    ENDED,
    EXITED,
    LOST,
    RESTARTED,
    STREAMS,
    Frame,
    FrameError,
    FrameReader,
    read_code,
    read_loss,
)
from logscan.model import FINISHED, Chunk, News, NewsKind
from logscan.sources.framing import LineFramer, Lines
from logscan.sources.live import Sink

_READ_BYTES = 1 << 18
_TELL_SECONDS = 1.0  # a flood is lost in thousands of pieces, and told as a few


class WrappedSource:
    """Reads frames from a pipe until the program has ended."""

    kind = "wrapped"

    def __init__(self, name: str, descriptor: int, *, max_line: int, clock: Callable[[], float]) -> None:
        self.name = name
        self._descriptor, self._clock = descriptor, clock
        self._reader = FrameReader()
        self._framers = {stream: LineFramer(max_line) for stream in STREAMS if stream}
        self._lost_bytes = self._lost_pieces = 0  # not told yet
        self._told_at = clock()
        self._end: str | None = None  # how the program ended
        self._waker = os.pipe()

    def run(self, sink: Sink) -> None:
        sink.tell(News(self.name, "", NewsKind.UP))
        while not sink.stopping.is_set():
            data = self._read()
            if data:
                try:
                    self._take(data, sink)
                except FrameError as error:
                    self._finish(sink, "fault", f"{self.name}: {error}")
                    return
            elif data is not None:
                words = self._end or "the wrapper is gone, and with it what it had not passed on"
                cause = FINISHED if self._end else "exit"
                self._finish(sink, cause, f"{self.name}: {words}")
                return
            self._tell_losses(sink)

    def wake(self) -> None:
        os.write(self._waker[1], b"x")

    def lag_bytes(self) -> int | None:
        return None

    def _read(self) -> bytes | None:
        """What is there; nothing at the end, None when woken or when there is a loss to tell."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._waker[0], select.POLLIN)
        ready = dict(poll.poll(_TELL_SECONDS * 1000 if self._lost_pieces else None))
        if not ready or self._waker[0] in ready:
            return None
        return os.read(self._descriptor, _READ_BYTES)

    def _take(self, data: bytes, sink: Sink) -> None:
        for frame in self._reader.feed(data):
            if frame.kind == DATA and frame.stream:
                self._put(frame.stream, self._framers[frame.stream].feed(frame.payload), sink)
            elif frame.kind == ENDED and frame.stream:
                self._put(frame.stream, self._framers[frame.stream].end(), sink)
            elif frame.kind == LOST:
                self._lose(frame, sink)
            elif frame.kind == RESTARTED:
                text = f"{self.name}: the scanner was started again"
                sink.tell(News(self.name, "", NewsKind.RESTARTED, "scanner", text))
            elif frame.kind == EXITED:
                self._end = f"the program {describe_end(read_code(frame.payload))}"

    def _lose(self, frame: Frame, sink: Sink) -> None:
        loss = read_loss(frame.payload)
        self._lost_bytes += loss.bytes
        self._lost_pieces += loss.pieces
        for stream in [frame.stream] if frame.stream else self._framers:
            lines = self._framers[stream].break_off(loss.bytes, ends_a_line=loss.ends_a_line)
            self._put(stream, lines, sink)

    def _tell_losses(self, sink: Sink) -> None:
        if self._lost_pieces and self._clock() - self._told_at >= _TELL_SECONDS:
            text = f"{self.name}: {self._lost_bytes} bytes of output in {self._lost_pieces} pieces were not seen: "
            text += "the scanner was too slow, or not there"
            sink.tell(News(self.name, "", NewsKind.LOST, "lag", text, self._lost_bytes))
            self._lost_bytes = self._lost_pieces = 0
            self._told_at = self._clock()

    def _finish(self, sink: Sink, cause: str, text: str) -> None:
        for stream, framer in self._framers.items():
            self._put(stream, framer.end(), sink)
        self._told_at = float("-inf")
        self._tell_losses(sink)
        sink.tell(News(self.name, "", NewsKind.ENDED, cause, text))

    def _put(self, stream: str, lines: list[Lines], sink: Sink) -> None:
        for one in lines:
            chunk = Chunk(self.name, stream, one.text, one.offset)
            sink.put(chunk._replace(cut_lines=one.cut_lines, lost_bytes=one.lost_bytes))
