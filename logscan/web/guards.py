"""Who is answered, and what stands in every answer: an ASGI layer around the paths; it knows none of them but health's."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from logscan.web.boards import Access

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Platforms ask for health under names of their own, and without credentials.
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
_METHODS = frozenset({"GET", "HEAD"})
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Refuses what is not for us before any path is looked at."""

    def __init__(self, inner: Application, access: Access) -> None:
        self._inner, self._access = inner, access
        self._hosts = {"localhost", *(host.lower().rstrip(".") for host in access.hosts)}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        is_open = scope["path"] in OPEN_PATHS
        if scope["method"] not in _METHODS:
            await _refuse(send, 405, "only GET and HEAD are answered", ((b"allow", b"GET, HEAD"),))
        elif not is_open and not self._knows(headers.get(b"host", b"")):
            words = "this host name is not ours; name it under `web: hosts:`"
            await _refuse(send, 421, words)
        elif not is_open and not self._access.admits(headers.get(b"authorization", b"").decode("latin-1")):
            how = (
                b'Basic realm="logscan", charset="UTF-8"' if self._access.password is not None else b"Bearer"
            )
            await _refuse(send, 401, "credentials are wanted", ((b"www-authenticate", how),))
        else:
            await self._inner(scope, receive, _with_headers(send))

    def _knows(self, host: bytes) -> bool:
        """A page elsewhere whose name was made to lead here is told nothing."""
        name = host.decode("latin-1").strip().lower()
        if name.startswith("["):
            name = name[1:].partition("]")[0]
        elif name.count(":") == 1:
            name = name.partition(":")[0]
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name.rstrip(".") in self._hosts
        return True


def _with_headers(send: Send) -> Send:
    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return send_with


async def _refuse(send: Send, status: int, words: str, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    body = f"{words}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # what a body may follow is not read
        *_HEADERS,
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
