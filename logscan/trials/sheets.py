"""Lines → a block, as a scan would hold them, each without neighbours; it judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

from logscan.model import Block


def lay_out(lines: Sequence[str], source: str) -> Block:
    """One block with one line for each text; line ends inside a text are read as blanks."""
    text = bytearray(b"".join(_write_line(line) for line in lines))
    return Block(source, text, 0, len(text), len(text), offset=0, line=1, context_bytes=0)


def _write_line(line: str) -> bytes:
    return line.rstrip("\n").replace("\n", " ").encode(errors="replace") + b"\n"
