"""How far something has come, on a terminal's stderr: a bar with rate and time left, or a count; it never touches stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from logscan.model import Progress

_PAUSE_SECONDS = 0.1
_Thing = TypeVar("_Thing")


class Bar(Protocol):
    """Shows how far a scan has come."""

    def show(self, progress: Progress) -> None:
        """Show the bar as it is now; may be called as often as one likes."""

    def hide(self) -> None:
        """Take the bar away, so that something else may be printed where it stands."""


@contextmanager
def open_bar(*, wanted: bool) -> Iterator[Bar]:
    """A bar that is gone when the block ends; where none is wanted, one that shows nothing."""
    bar: Bar = _RichBar() if wanted else _NoBar()
    try:
        yield bar
    finally:
        bar.hide()


class _NoBar:
    def show(self, progress: Progress) -> None:
        pass

    def hide(self) -> None:
        pass


class _RichBar:
    def __init__(self) -> None:
        # Only here: rich takes 0.1 s to import.
        from rich import progress as parts
        from rich.console import Console

        self._bar = parts.Progress(
            parts.BarColumn(),
            parts.TaskProgressColumn(),
            parts.DownloadColumn(),
            parts.TransferSpeedColumn(),
            parts.TimeRemainingColumn(),
            parts.TextColumn("{task.fields[findings]:,} findings"),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, findings=0)
        self._shown_at = 0.0
        self._is_shown = False

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown_at < _PAUSE_SECONDS:
            return
        self._shown_at = now
        if not self._is_shown:
            self._bar.start()
            self._is_shown = True
        self._bar.update(
            self._task,
            completed=progress.bytes_done,
            total=progress.bytes_total,
            findings=progress.findings,
        )
        self._bar.refresh()

    def hide(self) -> None:
        if self._is_shown:
            self._bar.stop()
            self._is_shown = False


@contextmanager
def open_ticker(*, wanted: bool) -> Iterator[Ticker]:
    """A line that is gone when the block ends; on what is no terminal it would be rubbish in a file, and nothing is written."""
    ticker = Ticker(wanted=wanted and sys.stderr.isatty())
    try:
        yield ticker
    finally:
        ticker.hide()


class Ticker:
    """One line that says how far one is."""

    def __init__(self, *, wanted: bool) -> None:
        self._is_wanted = wanted
        self._is_shown = False

    def show(self, text: str) -> None:
        """Put this in place of what stands there."""
        if self._is_wanted:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
            self._is_shown = True

    def hide(self) -> None:
        """Take it away, so that something else may be printed where it stands."""
        if self._is_shown:
            self.show("")
            self._is_shown = False

    def watch(self, things: Sequence[_Thing], noun: str) -> Iterator[_Thing]:
        """Give one after the other, and say how many were given."""
        shown_at = 0.0
        for number, thing in enumerate(things, 1):
            if time.monotonic() - shown_at >= _PAUSE_SECONDS:
                shown_at = time.monotonic()
                self.show(f"{number:,} of {len(things):,} {noun}")
            yield thing
