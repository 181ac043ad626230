"""What was kept → lines on a stream, each of which names this logscan, so that it is known again when it is read."""

from __future__ import annotations

import glob
import io
from collections.abc import Callable, Sequence
from typing import BinaryIO

from logscan.model import Finding
from logscan.reports import Look
from logscan.reports.jsonl import list_keys, write_json
from logscan.reports.paint import spell_path
from logscan.reports.pretty import PrettyReport
from logscan.store import Seen


class Outlet:
    """Prints findings as they are kept; once that fails it falls silent, and says so to `on_failure`."""

    def __init__(self, name: str, stream: BinaryIO, look: Look, own: str) -> None:
        self._is_pretty, self._is_silent = name == "pretty", name == "none"
        self._stream, self._look, self._own = stream, look, own
        self.on_failure: Callable[[], None] | None = None
        self.failure: OSError | None = None

    def print(self, seen: Sequence[Seen]) -> None:
        """What came from no line is news, and is told elsewhere."""
        findings = [make_finding(one, one.line) for one in seen if one.line is not None]
        if not findings or self._is_silent or self.failure is not None:
            return
        write = self._write_pretty if self._is_pretty else self._write_json
        try:
            self._stream.write(b"".join(map(write, findings)))
            self._stream.flush()
        except OSError as error:
            self.failure = error
            if self.on_failure is not None:
                self.on_failure()

    def _write_json(self, finding: Finding) -> bytes:
        return write_json({**list_keys(finding), "by": self._own}) + b"\n"

    def _write_pretty(self, finding: Finding) -> bytes:
        page = io.BytesIO()
        PrettyReport(page, self._look).write(finding)
        return page.getvalue().replace(b"\n", f"{sign(self._own)}\n".encode())


def sign(own: str) -> str:
    """What ends each line for people."""
    return f" (logscan {own})"


def make_finding(seen: Seen, line: int) -> Finding:
    """The source is the file's path where a pattern found it, and text in any case."""
    source = seen.event.source
    named = seen.stream if seen.stream and glob.has_magic(source) else source
    return Finding(seen.event._replace(source=spell_path(named)), line, seen.offset, seen.marks)
