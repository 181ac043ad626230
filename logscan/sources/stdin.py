"""A pipe that is followed until it ends, stdin above all; nothing of it can be taken up again."""

from __future__ import annotations

import os
import select

from logscan.model import Chunk, News, NewsKind
from logscan.sources.framing import LineFramer, Lines
from logscan.sources.hints import Impression
from logscan.sources.live import Sink

_READ_BYTES = 1 << 18


class PipeSource:
    """Hands lines on as soon as they are whole."""

    kind = "stdin"

    def __init__(
        self,
        name: str,
        descriptor: int,
        *,
        max_line: int,
        copy_to: int | None = None,
        impression: Impression | None = None,
    ) -> None:
        self.name = name
        self._descriptor = descriptor
        self._impression = impression  # what is remembered of its beginning, to explain its end
        self._copy_to = copy_to  # where the bytes go unchanged, too
        self.copy_failure: OSError | None = None  # why they can go there no more
        self._framer = LineFramer(max_line)
        self._waker = os.pipe()

    def run(self, sink: Sink) -> None:
        sink.tell(News(self.name, "", NewsKind.UP))
        while not sink.stopping.is_set():
            try:
                data = self._read()
            except OSError as error:
                self._put(sink, self._framer.end())
                why = f"{self.name}: cannot be read ({error.strerror}); pipe something in, or name a file"
                sink.tell(News(self.name, "", NewsKind.ENDED, "fault", why))
                return
            if data is None:
                continue
            if not data:
                self._put(sink, self._framer.end())
                if self._impression is not None:
                    self._impression.finish()
                sink.tell(News(self.name, "", NewsKind.ENDED, "end", f"{self.name}: the input ended"))
                return
            self._copy(data)
            self._put(sink, self._framer.feed(data))
            if self.copy_failure is not None:  # who reads on would be a pipe no more
                sink.tell(News(self.name, "", NewsKind.ENDED, "output"))
                return

    def wake(self) -> None:
        os.write(self._waker[1], b"x")

    def lag_bytes(self) -> int | None:
        return None

    def _read(self) -> bytes | None:
        """What is there; nothing at the end, None when woken."""
        ready, _, _ = select.select([self._descriptor, self._waker[0]], [], [])
        if self._waker[0] in ready:
            return None
        return os.read(self._descriptor, _READ_BYTES)

    def _copy(self, data: bytes) -> None:
        if self._copy_to is not None:
            try:
                _write_all(self._copy_to, data)
            except OSError as error:
                self.copy_failure = error

    def _put(self, sink: Sink, lines: list[Lines]) -> None:
        for one in lines:
            if self._impression is not None and one.text:
                self._impression.look(one.text)
            chunk = Chunk(self.name, "", one.text, one.offset)
            sink.put(chunk._replace(cut_lines=one.cut_lines, lost_bytes=one.lost_bytes))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
