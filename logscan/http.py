"""The one place that builds an HTTP client: bounded in time and size, TLS verified, loyal to the host it was given.

No message shows more of a URL than its scheme and host: paths and queries hold secrets.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from logscan.errors import ConfigError, ExchangeError

if TYPE_CHECKING:
    import ssl

    import httpx

MOST_BYTES = 64 << 10
_CONNECT_SECONDS = 10.0
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TLS_SCHEMES = frozenset({"https", "wss"})
_PLAIN_SCHEMES = frozenset({"http", "ws"})
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


class Answer(NamedTuple):
    """What a server said; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Sends requests from one thread at a time; `clock` is monotonic."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        agent: str,
        timeout_seconds: float = 30.0,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._clock, self._agent = clock, agent
        self._timeout_seconds, self._most_bytes = timeout_seconds, most_bytes
        self._clients: dict[bool, httpx.Client] = {}

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> Answer:
        """One exchange, from start to end within the time allowed; raise ExchangeError where there is no answer."""
        import httpx

        deadline = self._clock() + self._timeout_seconds
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                answer = self._exchange(
                    httpx.Request(method, url, headers=headers, content=content), deadline
                )
                if answer.status not in _REDIRECTS or method not in ("GET", "HEAD"):
                    return answer
                url = _follow(url, answer)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # Without the cause: it shows the whole URL.
            raise ExchangeError(f"{scrub_url(url)}: {_describe(error)}") from None
        raise ExchangeError(f"{scrub_url(url)}: more than {_MOST_REDIRECTS} redirects; name the last address")

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _exchange(self, request: httpx.Request, deadline: float) -> Answer:
        url = str(request.url)
        check_url(url, scrub_url(url))
        # A packed answer may unpack to anything.
        request.headers["Accept-Encoding"] = "identity"
        request.headers["User-Agent"] = self._agent
        response = self._choose(url).send(request, stream=True)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ExchangeError(f"{scrub_url(url)}: the answer is packed, which was not asked for")
            body = bytearray()
            for part in response.iter_raw():
                body += part
                if len(body) > self._most_bytes:
                    raise ExchangeError(f"{scrub_url(url)}: the answer is above {self._most_bytes >> 10} KiB")
                if self._clock() > deadline:
                    raise ExchangeError(
                        f"{scrub_url(url)}: no whole answer within {self._timeout_seconds:g} s"
                    )
        finally:
            response.close()
        return Answer(response.status_code, dict(response.headers.items()), bytes(body))

    def _choose(self, url: str) -> httpx.Client:
        """To loopback goes no proxy: plain text with a secret would leave the machine."""
        import httpx

        direct = is_loopback(url)
        if direct not in self._clients:
            connect_seconds = min(_CONNECT_SECONDS, self._timeout_seconds)
            self._clients[direct] = httpx.Client(
                verify=make_tls(),
                trust_env=not direct,
                follow_redirects=False,
                timeout=httpx.Timeout(self._timeout_seconds, connect=connect_seconds),
            )
        return self._clients[direct]


def make_tls() -> ssl.SSLContext:
    """Who is trusted: the usual authorities, or those of SSL_CERT_FILE; always verified."""
    import httpx

    return httpx.create_ssl_context()


def check_url(url: str, place: str) -> None:
    """Raise ConfigError unless a secret may be sent there: over TLS, or plain to this machine only."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{place}: no address; write it like https://example.org") from None
    if parts.scheme not in _TLS_SCHEMES | _PLAIN_SCHEMES or not parts.hostname:
        raise ConfigError(f"{place}: no address; write it like https://example.org")
    if parts.username is not None or parts.password is not None:
        raise ConfigError(f"{place}: a login stands in the address; name it as a secret of its own")
    if parts.scheme in _PLAIN_SCHEMES and not is_loopback(url):
        safe = "wss" if parts.scheme == "ws" else "https"
        raise ConfigError(f"{place}: {parts.scheme} would send a secret in plain text; write {safe}://")
    if _is_link_local(parts.hostname):
        raise ConfigError(f"{place}: a link-local address is no service; name its host")


def is_loopback(url: str) -> bool:
    """Whether it names this machine, without asking anybody what a name means."""
    host = urlsplit(url).hostname or ""
    address = _read_address(host)
    return host == "localhost" if address is None else address.is_loopback


def scrub_url(url: str) -> str:
    """Only what holds no secret: scheme, host and port."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "the address"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _follow(url: str, answer: Answer) -> str:
    target = urljoin(url, answer.headers.get("location", ""))
    if _read_origin(urlsplit(url)) != _read_origin(urlsplit(target)):
        raise ExchangeError(f"{scrub_url(url)}: redirects to another host; name the address that is meant")
    return target


def _read_origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _is_link_local(host: str) -> bool:
    address = _read_address(host)
    return address is not None and address.is_link_local


def _read_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _describe(error: Exception) -> str:
    """What went wrong, in words that come from here: a library's text may quote the URL."""
    words = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "WriteTimeout": "could not be told in time",
        "ConnectError": "no connection",
        "ReadError": "the connection broke",
        "RemoteProtocolError": "the answer broke off or is no HTTP",
    }
    return words.get(type(error).__name__, f"no answer ({type(error).__name__})")
