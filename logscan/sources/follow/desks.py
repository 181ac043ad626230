"""What a followed file has to hand on, in the words of the sink; it reads nothing."""

from __future__ import annotations

from collections.abc import Sequence

from logscan.model import Chunk, News, NewsKind
from logscan.sources.follow.positions import write_position
from logscan.sources.follow.prints import Press
from logscan.sources.follow.readers import PlainReader, Reader
from logscan.sources.follow.tracks import Track, Trail
from logscan.sources.follow.wide import WideFramer
from logscan.sources.framing import Lines
from logscan.sources.live import Sink


class Desk:
    """Hands on lines with the position behind them, and news."""

    def __init__(self, name: str, sink: Sink, press: Press) -> None:
        self._name, self._sink, self._press = name, sink, press

    def put(self, trail: Trail, track: Track, reader: Reader, lines: Sequence[Lines]) -> None:
        """Each with its own position: what is not kept together would be told twice after a crash."""
        for number, one in enumerate(lines, 1):
            track.print = reader.press(track.print, one.end, self._press)
            track.skips = reader.framer.skips and number == len(lines)
            track.is_hollow = isinstance(reader, PlainReader) and reader.is_hollow
            encoding = reader.framer.encoding if isinstance(reader.framer, WideFramer) else None
            self._sink.put(
                self._make(trail, one.text, one.offset)._replace(
                    cut_lines=one.cut_lines, lost_bytes=one.lost_bytes, encoding=encoding
                )
            )

    def save(self, trail: Trail) -> None:
        """Keep where reading of a path goes on."""
        self._sink.put(self._make(trail, bytearray(), 0))

    def forget(self, trail: Trail) -> None:
        """Let go of a path that is gone."""
        self._sink.put(Chunk(self._name, trail.stream, bytearray(), 0, b""))

    def tell(self, trail: Trail | None, kind: NewsKind, cause: str, text: str, lost_bytes: int = 0) -> None:
        """Say what happened; `text` follows the place."""
        stream = trail.stream if trail is not None else ""
        place = stream or self._name
        self._sink.tell(News(self._name, stream, kind, cause, f"{place}: {text}", lost_bytes))

    def _make(self, trail: Trail, text: bytearray, offset: int) -> Chunk:
        position = write_position(trail)
        return Chunk(self._name, trail.stream, text, offset, position, trail.service, trail.fields or {})
