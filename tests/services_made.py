"""Servers on loopback that answer as they are told, and keep what they were sent; it asserts nothing."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Self

PATIENCE_SECONDS = 20.0


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    def read_json(self) -> Any:
        return json.loads(self.body)


class Reply(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def write(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Told", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


Act = Callable[[socket.socket, threading.Event], None]  # on the open connection, until the service closes
Told = Callable[[Request], Reply | Act]


def answer_json(document: object, status: int = 200, **headers: str) -> Reply:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reply(status, json.dumps(document).encode(), (("Content-Type", "application/json"), *named))


class Service:
    """Listens at once; `told` says what is answered, and may be changed at any time."""

    def __init__(self, told: Told | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Request] = []
        self.told = told or (lambda _: Reply(body=b"ok"))
        self.connections = 0
        self._tls = tls
        self._ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            with connection, connection.makefile("rb") as stream:
                while (request := _read_request(stream)) is not None:
                    self.seen.append(request)
                    reply = self.told(request)
                    if not isinstance(reply, Reply):
                        reply(connection, self._ending)
                        break
                    connection.sendall(reply.write())
        self._open.discard(connection)


def say_nothing(_: socket.socket, ending: threading.Event) -> None:
    ending.wait(PATIENCE_SECONDS * 3)


def reset(connection: socket.socket, _: threading.Event) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def trickle(content: bytes, seconds: float = 1.0, *, head: bytes = b"") -> Act:
    """One byte at a time."""

    def act(connection: socket.socket, ending: threading.Event) -> None:
        connection.sendall(head)
        for i in range(len(content)):
            connection.sendall(content[i : i + 1])
            if ending.wait(seconds):
                return

    return act


def pour(head: bytes, chunk: bytes) -> Act:
    """Without end."""

    def act(connection: socket.socket, ending: threading.Event) -> None:
        connection.sendall(head)
        while not ending.is_set():
            connection.sendall(chunk)

    return act


def _read_request(stream: Any) -> Request | None:
    first = stream.readline().decode("latin-1").split()
    if len(first) < 2:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Request(first[0], first[1], headers, body)
