"""One websocket that speaks graphql-transport-ws: opens it, subscribes, gives what comes; it never tries again."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from logscan.http import is_loopback, make_tls, scrub_url
from logscan.sources.railway.failures import Dropped, Failure, Limited, Oversized, Refused, sort_status
from logscan.sources.railway.places import Login

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

MOST_BYTES = 32 << 20  # one message: a backlog of thousands of lines
_PROTOCOL = "graphql-transport-ws"
_OPEN_SECONDS = 15.0
_MOST_WAITING = 4
_TOO_BIG = 1009
_REFUSING_CODES = frozenset({4401, 4403})
_LIMITING_CODES = frozenset({4429})
_PAUSE = 60.0


class Rhythm(NamedTuple):
    """How a silent connection is tested."""

    ping_seconds: float = 30.0
    pong_seconds: float = 10.0


class Message(NamedTuple):
    """What the server said about one subscription."""

    kind: str  # `next`, `error` or `complete`
    id: str
    payload: object


class Connection:
    """Used by one thread; `abort` may come from any."""

    def __init__(self, websocket: ClientConnection, host: str, rhythm: Rhythm) -> None:
        self._websocket, self._host, self._rhythm = websocket, host, rhythm

    def subscribe(self, name: str, query: str, variables: Mapping[str, object]) -> None:
        self._send({"id": name, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    def unsubscribe(self, name: str) -> None:
        self._send({"id": name, "type": "complete"})

    def read(self, timeout_seconds: float) -> Message | None:
        """The next message; None when none came in time. Raise a Failure when the connection ended."""
        document = self._receive(timeout_seconds)
        if document is None:
            return None
        kind = document.get("type")
        if kind == "ping":
            self._answer_ping()
        if kind in ("next", "error", "complete"):
            return Message(kind, str(document.get("id")), document.get("payload"))
        return Message("other", "", None)

    def shake_hands(self) -> None:
        """Say hello and wait for the answer."""
        self._send({"type": "connection_init", "payload": {}})
        while True:
            document = self._receive(_OPEN_SECONDS)
            if document is None:
                raise Dropped(f"{self._host}: no answer to the greeting within {_OPEN_SECONDS:g} s")
            if document.get("type") == "connection_ack":
                return
            if document.get("type") == "ping":
                self._answer_ping()

    def abort(self) -> None:
        """End every wait on it, at once."""
        with suppress(OSError):
            self._websocket.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.abort()
        self._websocket.close()

    def _answer_ping(self) -> None:
        """Where the connection has ended meanwhile, what came before its end is still to be read."""
        with suppress(Failure):
            self._send({"type": "pong"})

    def _send(self, document: Mapping[str, object]) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            self._websocket.send(orjson.dumps(document).decode())
        except (ConnectionClosed, OSError) as error:
            raise self._sort(error) from None

    def _receive(self, timeout_seconds: float) -> dict[str, Any] | None:
        from websockets.exceptions import ConnectionClosed

        try:
            text = self._receive_text(timeout_seconds)
        except (ConnectionClosed, OSError) as error:
            raise self._sort(error) from None
        if text is None:
            return None
        try:
            document = orjson.loads(text)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise Dropped(f"{self._host}: sent half a message")
        return document

    def _receive_text(self, timeout_seconds: float) -> str | bytes | None:
        """Test the connection where it stays silent for long; TimeoutError is an OSError."""
        waits = min(timeout_seconds, self._rhythm.ping_seconds)
        with suppress(TimeoutError):
            return self._websocket.recv(timeout=waits)
        if waits < self._rhythm.ping_seconds:
            return None
        pong = self._websocket.ping()
        with suppress(TimeoutError):
            return self._websocket.recv(timeout=self._rhythm.pong_seconds)
        if not pong.is_set():
            raise Dropped(f"{self._host}: no answer to a ping within {self._rhythm.pong_seconds:g} s")
        return None

    def _sort(self, error: Exception) -> Failure:
        """Why the connection ended. A code that we sent tells what was wrong with what came."""
        received, sent = getattr(error, "rcvd", None), getattr(error, "sent", None)
        code = received.code if received is not None else None
        if code in _REFUSING_CODES:
            return Refused(f"{self._host}: closed with {code}")
        if code in _LIMITING_CODES:
            return Limited(f"{self._host}: too many connections", _PAUSE)
        if received is None and sent is not None and sent.code == _TOO_BIG:
            return Oversized(f"{self._host}: a message is above {MOST_BYTES >> 20} MiB")
        return Dropped(f"{self._host}: the connection ended" + (f" with {code}" if code else ""))


def _make_mute_logger() -> logging.Logger:
    """The library would log the token's header."""
    return logging.Logger("logscan.railway", logging.CRITICAL + 1)  # noqa: LOG001 - no other logger may hear it


def open_connection(url: str, login: Login, rhythm: Rhythm, now: Callable[[], datetime]) -> Connection:
    """Connect and greet; raise a Failure. Redirects are not followed: the token is for this host."""
    from websockets.exceptions import InvalidHandshake

    host = scrub_url(url)
    try:
        websocket = _connect(url, login, _make_direct(host, now))
    except TimeoutError:
        raise Dropped(f"{host}: no connection within {_OPEN_SECONDS:g} s") from None
    except (OSError, InvalidHandshake, EOFError) as error:
        raise Dropped(f"{host}: no connection ({type(error).__name__})") from None
    connection = Connection(websocket, host, rhythm)
    try:
        connection.shake_hands()
    except Failure:
        connection.close()
        raise
    return connection


def _connect(url: str, login: Login, kind: type[ClientConnection]) -> ClientConnection:
    from websockets.sync.client import connect

    return connect(
        url,
        ssl=make_tls() if url.startswith("wss:") else None,
        subprotocols=[_PROTOCOL],  # type: ignore[list-item]
        additional_headers=login.write_headers(),
        proxy=None if is_loopback(url) else True,
        open_timeout=_OPEN_SECONDS,
        close_timeout=1,
        ping_interval=None,  # back-pressure stops the library's reading, and would look like a lost pong
        max_size=MOST_BYTES,
        max_queue=_MOST_WAITING,
        create_connection=kind,
        logger=_make_mute_logger(),
    ).__enter__()


def _make_direct(host: str, now: Callable[[], datetime]) -> type[ClientConnection]:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import ClientConnection

    class Direct(ClientConnection):
        """The library follows redirects, and takes the token along."""

        def handshake(self, *args: Any, **options: Any) -> None:
            try:
                super().handshake(*args, **options)
            except InvalidStatus as error:
                status = error.response.status_code
                headers = {name.lower(): value for name, value in error.response.headers.raw_items()}
                failure = sort_status(status, headers, now(), host)
                raise failure or Dropped(f"{host}: answered {status} instead of opening a stream") from None

    return Direct
