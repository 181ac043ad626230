"""Log entries → the chunks that a source hands on, each with the position behind it; it drops what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from logscan.model import Chunk
from logscan.sources.railway.cursors import Cursors
from logscan.sources.railway.entries import Entry

_MOST_BYTES = 256 << 10


class Packer:
    """Makes chunks of one source."""

    def __init__(self, source: str, max_line: int) -> None:
        self._source, self._max_line = source, max_line
        self._offset = 0

    def pack(self, entries: Iterable[Entry], cursors: Cursors, names: Mapping[str, str]) -> Iterator[Chunk]:
        """The new ones among these; `names` are those of the services."""
        for (service, deployment), group in groupby(
            entries, key=lambda entry: (entry.service, entry.deployment)
        ):
            fields = {"deployment": deployment} if deployment else {}
            for lines in self._split(entry for entry in group if cursors.take(entry)):
                yield self._make(lines, cursors)._replace(service=names.get(service), fields=fields)

    def mark(self, cursors: Cursors) -> Chunk:
        """No line, but where reading goes on."""
        return self._make([], cursors)

    def _split(self, entries: Iterable[Entry]) -> Iterator[list[bytes]]:
        """A generator must not run ahead: the position is taken when a chunk is made."""
        lines: list[bytes] = []
        size = 0
        for entry in entries:
            lines.append(entry.line)
            size += len(entry.line)
            if size >= _MOST_BYTES:
                yield lines
                lines, size = [], 0
        if lines:
            yield lines

    def _make(self, lines: list[bytes], cursors: Cursors) -> Chunk:
        text, cut_lines, lost_bytes = bytearray(), 0, 0
        for line in lines:
            lost = len(line) - 1 - self._max_line
            if lost > 0:
                text += line[: self._max_line] + b"\n"
                cut_lines, lost_bytes = cut_lines + 1, lost_bytes + lost
            else:
                text += line
        offset, self._offset = self._offset, self._offset + len(text) + lost_bytes
        chunk = Chunk(self._source, "", text, offset, cursors.write())
        return chunk._replace(cut_lines=cut_lines, lost_bytes=lost_bytes)
