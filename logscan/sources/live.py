"""What live sources and the pipeline promise each other; nothing here reads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from logscan.model import Chunk, News


class Stopped(Exception):  # noqa: N818 - the end of a program is no error
    """The program ends: leave at once, what was not handed on is read again after the next start."""


class Sink(Protocol):
    """Where a live source puts what it read."""

    @property
    def stopping(self) -> threading.Event:
        """Set once, when the program ends; a source leaves every wait then, see `LiveSource.wake`."""

    @property
    def starts_afresh(self) -> bool:
        """True when positions were lost: streams without one begin at their start, whatever was configured."""

    def put(self, chunk: Chunk) -> None:
        """Hand on lines in their order; wait while too much is under way. Raise Stopped at the end."""

    def tell(self, news: News) -> None:
        """Say what happened to the source itself; never waits."""

    def kept(self, source: str) -> Mapping[str, bytes]:
        """The position of each stream, as it was kept when the program started."""


class LiveSource(Protocol):
    """A source that is followed until the program ends."""

    @property
    def name(self) -> str:
        """As configured; the same at every start."""

    @property
    def kind(self) -> str:
        """`stdin`, `files`, `command`, `railway` or `wrapped`."""

    def run(self, sink: Sink) -> None:
        """Read, on a thread of its own, until `sink.stopping` is set or there is nothing more, ever."""

    def wake(self) -> None:
        """Leave whatever wait `run` is in; called from another thread once `stopping` is set."""

    def lag_bytes(self) -> int | None:
        """How much is known to be there and was not handed on yet; None where nobody can know."""


@runtime_checkable
class Mover(LiveSource, Protocol):
    """A source that waits for nobody: its thread turns again and again, or something is wrong."""

    moved_at: float  # by the clock that never jumps
