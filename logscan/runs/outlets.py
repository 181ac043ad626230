"""Notices → lines on a stream, each of which names this logscan, so that it is known again when it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import IO, BinaryIO

from logscan.model import Notice
from logscan.notices import list_notice_keys
from logscan.reports import Look
from logscan.reports.jsonl import write_json
from logscan.reports.notices import write_paragraph
from logscan.runs.crowds import Crowd


class Outlet:
    """Prints notices as they are kept; once that fails it falls silent, and says so to `on_failure`."""

    def __init__(
        self,
        name: str,
        stream: BinaryIO,
        look: Look,
        own: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_pretty, self._is_silent = name == "pretty", name == "none"
        self._stream, self._look, self._own = stream, look, own
        self._crowd = Crowd(clock)
        self.on_failure: Callable[[], None] | None = None
        self.failure: OSError | None = None

    def print(self, notices: Sequence[Notice]) -> None:
        """Print them at once: all of them for programs; what is too much for people, counted a little later."""
        self._write(self._crowd.take(notices) if self._is_pretty else notices)

    def print_rest(self, *, is_over: bool = False) -> None:
        """Print what was held back, when its time has come."""
        digest = self._crowd.take_due(is_over=is_over)
        if digest is not None:
            self._write([digest])

    def _write(self, notices: Sequence[Notice]) -> None:
        if not notices or self._is_silent or self.failure is not None:
            return
        write = self._write_pretty if self._is_pretty else self._write_json
        try:
            self._stream.write(b"".join(map(write, notices)))
            self._stream.flush()
        except OSError as error:
            self.failure = error
            if self.on_failure is not None:
                self.on_failure()

    def _write_json(self, notice: Notice) -> bytes:
        return write_json({**list_notice_keys(notice), "by": self._own}) + b"\n"

    def _write_pretty(self, notice: Notice) -> bytes:
        lines = write_paragraph(notice, self._look)
        end = sign(self._own, self._stream)
        return "".join(f"{line}{end}\n" for line in lines).encode("utf-8", "backslashreplace")


def sign(own: str, stream: IO[bytes] | IO[str]) -> str:
    """What ends each line for people; a terminal's are no log that somebody reads again."""
    return "" if stream.isatty() else f" (logscan {own})"
