"""The small Python API: lines in, findings out; it reads no file but pattern packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from logscan import app
from logscan.blocks import BlockReader, BufferPool
from logscan.model import Finding
from logscan.rules import RuleSet
from logscan.scanner import Scanner

_BLOCK_BYTES = 1 << 20


def load_packs(*names: str, files: Sequence[str | Path] = ()) -> RuleSet:
    """Load shipped packs by name, all of them when none is named, and pack files of your own.

    Raise PackError, whose text names every problem as `file:line:column: …`.
    """
    return app.load(names or None, no_packs=False, rule_files=[Path(file) for file in files])


def scan_lines(
    lines: Iterable[str | bytes],
    scanner: Scanner | None = None,
    *,
    source: str = "lines",
    now: datetime | None = None,
) -> Iterator[Finding]:
    """Yield a finding for every line that says something about a credential.

    Without a `scanner` the shipped packs are used; make one with `Scanner(load_packs().rules)` to keep
    it. `now` is what a time without a year is held against.
    """
    scanner = scanner or app.build_scanner(load_packs().rules)
    reader = app.build_reader()
    stream = _LineStream(source, lines)
    for block in BlockReader(stream, BufferPool(), block_bytes=_BLOCK_BYTES, max_line=_BLOCK_BYTES):
        for match in scanner.scan(block):
            finding = reader.read(match, now=now or app.now())
            if finding:
                yield finding


class _LineStream:
    """Lines of Python as the stream of bytes that `blocks` reads."""

    encoding: str | None = None
    mark_bytes = 0

    def __init__(self, name: str, lines: Iterable[str | bytes]) -> None:
        self.name = name
        self._lines = iter(lines)
        self._ready = memoryview(b"")

    def readinto(self, buffer: memoryview, /) -> int:
        filled = 0
        while filled < len(buffer) and self._has_more():
            count = min(len(buffer) - filled, len(self._ready))
            buffer[filled : filled + count] = self._ready[:count]
            self._ready = self._ready[count:]
            filled += count
        return filled

    def is_quiet(self) -> bool:
        return False

    def _has_more(self) -> bool:
        if not self._ready:
            line = next(self._lines, None)
            if line is None:
                return False
            text = line.encode(errors="surrogateescape") if isinstance(line, str) else line
            self._ready = memoryview(text.rstrip(b"\n") + b"\n")
        return True
