"""Sends clients away that are too slow to ask or to listen, and bounds how many there are: uvicorn has no such guard."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ASK_SECONDS = 5.0  # for a whole request's headers, and between two requests
LISTEN_SECONDS = 30.0  # for taking the whole answer
MOST_CLIENTS = 256
_LOOK_SECONDS = 0.5


class PatientProtocol(H11Protocol):
    """One connection, watched by a timer of its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._since = self.loop.time()
        self._was_answering = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._make_room()
        self._timer = self.loop.call_later(_LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    @property
    def is_answering(self) -> bool:
        """Whether a request has come whole and its answer is not yet on its way."""
        return self.cycle is not None and not self.cycle.response_complete

    def _look(self) -> None:
        now = self.loop.time()
        # An answer that was handed over still has to be taken by the other side.
        is_busy = self.is_answering or self.transport.get_write_buffer_size() > 0
        if is_busy is not self._was_answering:
            self._was_answering, self._since = is_busy, now
        if now - self._since > (LISTEN_SECONDS if is_busy else ASK_SECONDS):
            self.transport.abort()
            return
        self._timer = self.loop.call_later(_LOOK_SECONDS, self._look)

    def _make_room(self) -> None:
        """The one that has asked for nothing for the longest goes first; else the new one does."""
        if len(self.connections) <= MOST_CLIENTS:
            return
        others = [one for one in self.connections if isinstance(one, PatientProtocol) and one is not self]
        silent = [one for one in others if not one.is_answering]
        (min(silent, key=lambda one: one._since) if silent else self).transport.abort()  # noqa: SLF001 - its own kind
