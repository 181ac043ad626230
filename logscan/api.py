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
# No more is taken before a finding is handed on.
_BATCH_LINES = 64
_BATCH_BYTES = 64 << 10
_INDENTS = (b" ", b"\t")  # only such lines can lie within an object that spreads over lines


def load_packs(*names: str, files: str | Path | Sequence[str | Path] = ()) -> RuleSet:
    """Load shipped packs by name, all of them when none is named, and one or several pack files of your own.

    Raise PackError, whose text names every problem as `file:line:column: …`.
    """
    listed = [files] if isinstance(files, str | Path) else files
    return app.load(names or None, no_packs=False, rule_files=[Path(file) for file in listed])


def scan_lines(
    lines: Iterable[str | bytes],
    scanner: Scanner | None = None,
    *,
    source: str = "lines",
    now: datetime | None = None,
) -> Iterator[Finding]:
    """Yield a finding for every line that says something about a credential.

    Without a `scanner` the shipped packs are used; make one with `Scanner(load_packs().rules)` to keep
    it. `now` is what a time without a year is held against. An item is one line: line ends inside it
    are read as blanks. Lines are taken in batches, of 64 or of 64 KiB, and a batch's findings are handed
    on before the next is taken; one that ends with indented lines goes on until their object ends.
    """
    scanner = scanner or app.build_scanner(load_packs().rules)
    reader = app.build_reader()
    stream = _LineStream(source, lines)
    pool = BufferPool()
    for block in BlockReader(stream, pool, block_bytes=_BLOCK_BYTES, max_line=_BLOCK_BYTES):
        matches = scanner.scan(block)
        pool.give_back(block.text)
        for match in matches:
            finding = reader.read(match, now=now or app.now())
            if finding:
                yield finding


class _LineStream:
    """Lines of Python as the stream of bytes that `blocks` reads, a batch at a time."""

    encoding: str | None = None
    mark_bytes = 0

    def __init__(self, name: str, lines: Iterable[str | bytes]) -> None:
        self.name = name
        self._lines = iter(lines)
        self._ready = memoryview(b"")
        self._is_indented = False  # the line that was taken last
        self._has_batch = False

    def readinto(self, buffer: memoryview, /) -> int:
        self._has_batch = False
        filled = lines = 0
        while filled < len(buffer) and not self._has_batch and self._has_more():
            count = min(len(buffer) - filled, len(self._ready))
            buffer[filled : filled + count] = self._ready[:count]
            self._ready = self._ready[count:]
            filled += count
            lines += not self._ready
            is_full = lines >= _BATCH_LINES or filled >= _BATCH_BYTES
            self._has_batch = is_full and not self._ready and not self._is_indented
        return filled

    def is_quiet(self) -> bool:
        """True after a batch, which never ends within an object that spreads over lines."""
        return self._has_batch

    def _has_more(self) -> bool:
        if not self._ready:
            line = next(self._lines, None)
            if line is None:
                return False
            text = _write_line(line)
            self._ready, self._is_indented = memoryview(text), text.startswith(_INDENTS)
        return True


def _write_line(line: str | bytes) -> bytes:
    """One line with its end; blanks for ends inside it leave every byte where it was."""
    text = _encode(line) if isinstance(line, str) else line
    return text.rstrip(b"\n").replace(b"\r\n", b"  ").replace(b"\n", b" ") + b"\n"


def _encode(line: str) -> bytes:
    try:
        return line.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # half of a pair, as json.loads lets through
        return line.encode(errors="surrogatepass")
