"""UTF-16 as it lies on disk → whole lines of UTF-8; offsets stay those on disk. It reads nothing."""

from __future__ import annotations

from logscan.sources.framing import LineFramer, Lines

_UNIT_BYTES = 2


class WideFramer:
    """What LineFramer is for UTF-8; holds at most one unfinished line."""

    def __init__(self, encoding: str, max_line: int, offset: int = 0, *, skips: bool = False) -> None:
        self.encoding = encoding
        self._line_end = "\n".encode(encoding)
        self._max_line = max_line
        self._held = bytearray()
        self.offset = offset
        self.skips = skips
        self._lost = 0

    @property
    def held_bytes(self) -> int:
        """How much of an unfinished line is held back."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Lines]:
        """Take what was read, and give the lines that it completes."""
        self._held += data
        if self.skips:
            self._skip()
        end = self._find_last_end()
        lines = self._cut(end) if end else []
        if len(self._held) > _UNIT_BYTES * self._max_line + 2 * _UNIT_BYTES:
            lines += self._cut(len(self._held) // _UNIT_BYTES * _UNIT_BYTES, is_whole=False)
        return lines

    def end(self) -> list[Lines]:
        """Give what is left when the stream has ended: a last line without a line end."""
        return [] if self.skips else self._cut(len(self._held))

    def _find_last_end(self) -> int:
        """Behind the last line end; the same two bytes across two characters are none."""
        at = len(self._held)
        while (at := self._held.rfind(self._line_end, 0, at)) >= 0:
            if at % _UNIT_BYTES == 0:
                return at + _UNIT_BYTES
            at += 1
        return 0

    def _find_first_end(self) -> int:
        at = self._held.find(self._line_end)
        while at > 0 and at % _UNIT_BYTES:
            at = self._held.find(self._line_end, at + 1)
        return at

    def _skip(self) -> None:
        at = self._find_first_end()
        taken = len(self._held) // _UNIT_BYTES * _UNIT_BYTES if at < 0 else at + _UNIT_BYTES
        self._lost += taken if at < 0 else at
        self.offset += taken
        del self._held[:taken]
        self.skips = at < 0

    def _cut(self, size: int, *, is_whole: bool = True) -> list[Lines]:
        """Turn bytes into UTF-8; a lone half of a pair stays one, so that the way back is exact."""
        raw = bytes(self._held[:size])
        if not raw:
            return []
        del self._held[:size]
        start, self.offset = self.offset, self.offset + size
        text = raw.decode(self.encoding, "surrogatepass" if size % _UNIT_BYTES == 0 else "replace")
        framer = LineFramer(self._max_line)
        utf8 = text.encode("utf-8", "surrogatepass")
        lines = framer.feed(utf8) + framer.end()
        self.skips = not is_whole
        lost, self._lost = self._lost, 0
        return [
            one._replace(offset=start, end=self.offset, lost_bytes=one.lost_bytes + lost * (number == 0))
            for number, one in enumerate(lines)
        ]
