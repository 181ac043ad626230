"""A scanner for tests of `wrap`: appends to the file that it is given what the source hands on; or fails as told."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from time import monotonic

from logscan.model import Chunk, News
from logscan.sources.wrapped import WrappedSource


class Notes:
    """A sink that writes a line of JSON for each item."""

    starts_afresh = False

    def __init__(self, path: str) -> None:
        self.stopping = threading.Event()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def put(self, chunk: Chunk) -> None:
        self._write([chunk.stream, chunk.text.decode("latin-1"), chunk.cut_lines, chunk.lost_bytes])

    def tell(self, news: News) -> None:
        self._write([news.kind, news.text, news.lost_bytes])

    def note(self, *values: object) -> None:
        self._write(["note", *values])

    def kept(self, _source: str) -> dict[str, bytes]:
        return {}

    def _write(self, values: list[object]) -> None:
        os.write(self._descriptor, json.dumps(values).encode() + b"\n")


def main(path: str, manner: str = "") -> None:
    """`manner`: `deaf` never reads."""
    notes = Notes(path)
    notes.note("pid", os.getpid())
    if manner == "deaf":
        signal.pause()
    WrappedSource("app", 0, max_line=1 << 20, clock=monotonic).run(notes)


if __name__ == "__main__":
    main(*sys.argv[1:])
