"""The thread that serves; a socket that listens is handed in, and nothing of it can hold up a reader."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

from logscan.web.boards import Access, Board

if TYPE_CHECKING:
    import uvicorn

_MOST_HEADER_BYTES = 16 << 10
_LEAVE_SECONDS = 1


class WebServer:
    """Serves from `start` to `stop`; what it is made of is loaded on its thread, for the first line must not wait."""

    def __init__(self, listening: socket.socket, board: Board, access: Access) -> None:
        self._listening, self._board, self._access = listening, board, access
        self._server: uvicorn.Server | None = None
        self._is_leaving = False
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let answers under way end, for a moment."""
        self._is_leaving = True
        if self._server is not None:
            self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(_LEAVE_SECONDS)
        self._listening.close()

    def _serve(self) -> None:
        self._server = _make_server(self._board, self._access)
        if not self._is_leaving:
            self._server.run(sockets=[self._listening])


def _make_server(board: Board, access: Access) -> uvicorn.Server:
    import uvicorn

    from logscan.web.answers import make_application
    from logscan.web.protocols import PatientProtocol

    config = uvicorn.Config(
        make_application(board, access),
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",  # what a client does wrong is no news of ours
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=_MOST_HEADER_BYTES,
        timeout_graceful_shutdown=_LEAVE_SECONDS,
    )
    return uvicorn.Server(config)
