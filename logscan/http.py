"""The one place that builds an HTTP client: bounded in time and size, TLS verified, loyal to the host it was given.

No message shows more of a URL than its scheme and host: paths and queries hold secrets.
"""

from __future__ import annotations

import ipaddress
import os
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
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
    """Sends requests from one thread at a time; `clock` is monotonic.

    `status_suffices`: once the status has come, a body that is too long, packed or late is left where it is.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        agent: str,
        timeout_seconds: float = 30.0,
        most_bytes: int = MOST_BYTES,
        status_suffices: bool = False,
    ) -> None:
        self._clock, self._agent = clock, agent
        self._timeout_seconds, self._most_bytes = timeout_seconds, most_bytes
        self._status_suffices = status_suffices
        self._clients: dict[bool, httpx.Client] = {}
        self._sockets: list[socket.socket] = []
        self._errands: queue.SimpleQueue[_Errand | None] | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        carries_secret: bool = True,
    ) -> Answer:
        """One exchange, from start to end within the time allowed; raise ExchangeError where there is no answer.

        A library's time-outs hold for one step each: for one byte, one address of a name. So the exchange runs on
        a thread beside, which is left to itself, and its connections cut, when the time is up.
        """
        errand = _Errand(
            lambda: self._walk(method, url, headers, content, errand), carries_secret=carries_secret
        )
        self._hand_over(errand)
        if not errand.done.acquire(timeout=self._timeout_seconds):
            self._abandon()
        if errand.answer is not None:
            return errand.answer
        if self._status_suffices and errand.head is not None:
            return Answer(*errand.head, bytes(errand.body))
        if errand.failure is not None:
            raise errand.failure
        raise ExchangeError(f"{scrub_url(url)}: no whole answer within {self._timeout_seconds:g} s")

    def prepare(self, url: str) -> None:
        """Have what a call there needs made meanwhile, so that the first one need not wait for it."""
        self._hand_over(_Errand(lambda: self._choose(url), carries_secret=True))

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients, self._sockets = {}, []
        if self._errands is not None:
            self._errands.put(None)
            self._errands = None

    def _hand_over(self, errand: _Errand) -> None:
        if self._errands is None:
            self._errands = queue.SimpleQueue()
            threading.Thread(
                target=_run_errands, args=(self._errands,), name="exchanges", daemon=True
            ).start()
        self._errands.put(errand)

    def _walk(
        self, method: str, url: str, headers: Mapping[str, str] | None, content: bytes, errand: _Errand
    ) -> Answer:
        import httpx

        deadline = self._clock() + self._timeout_seconds
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                request = httpx.Request(method, url, headers=headers, content=content)
                answer = self._exchange(request, deadline, errand)
                if answer.status not in _REDIRECTS or method not in ("GET", "HEAD"):
                    return answer
                errand.head = None
                url = _follow(url, answer)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # Without the cause: it shows the whole URL.
            raise ExchangeError(f"{scrub_url(url)}: {_describe(error)}") from None
        raise ExchangeError(f"{scrub_url(url)}: more than {_MOST_REDIRECTS} redirects; name the last address")

    def _exchange(self, request: httpx.Request, deadline: float, errand: _Errand) -> Answer:
        url = str(request.url)
        check_url(url, scrub_url(url), carries_secret=errand.carries_secret)
        # A packed answer may unpack to anything.
        request.headers["Accept-Encoding"] = "identity"
        request.headers["User-Agent"] = self._agent
        request.extensions = {**request.extensions, "trace": self._keep_socket}
        response = self._choose(url).send(request, stream=True)
        errand.head, errand.body = (response.status_code, dict(response.headers.items())), bytearray()
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ExchangeError(f"{scrub_url(url)}: the answer is packed, which was not asked for")
            for part in response.iter_raw():
                errand.body += part[: self._most_bytes + 1]
                if len(errand.body) > self._most_bytes:
                    raise ExchangeError(f"{scrub_url(url)}: the answer is above {self._most_bytes >> 10} KiB")
                if self._clock() > deadline:
                    raise ExchangeError(
                        f"{scrub_url(url)}: no whole answer within {self._timeout_seconds:g} s"
                    )
        finally:
            response.close()
        return Answer(*errand.head, bytes(errand.body))

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

    def _keep_socket(self, event: str, told: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets = [one for one in self._sockets if one.fileno() >= 0]
            self._sockets.append(told["return_value"].get_extra_info("socket"))

    def _abandon(self) -> None:
        """A thread that waits for one of these connections finds it at its end; the next call makes new ones."""
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.close()


class _Errand:
    """One exchange that another thread sees to, and what came of it so far."""

    def __init__(self, walk: Callable[[], object], *, carries_secret: bool) -> None:
        self.walk, self.carries_secret = walk, carries_secret
        self.done = threading.Lock()  # let go when it is done
        self.done.acquire()
        self.answer: Answer | None = None
        self.failure: Exception | None = None
        self.head: tuple[int, Mapping[str, str]] | None = None
        self.body = bytearray()


def _run_errands(errands: queue.SimpleQueue[_Errand | None]) -> None:
    while (errand := errands.get()) is not None:
        try:
            answer = errand.walk()
            errand.answer = answer if isinstance(answer, Answer) else None
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            errand.failure = error
        errand.done.release()


def make_tls() -> ssl.SSLContext:
    """Who is trusted: the usual authorities, or those of SSL_CERT_FILE; always verified."""
    return _make_tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _make_tls(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """One for all: it takes long to make, and some megabytes to keep."""
    import httpx

    return httpx.create_ssl_context()


def check_url(url: str, place: str, *, carries_secret: bool = True) -> None:
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
    if carries_secret and parts.scheme in _PLAIN_SCHEMES and not is_loopback(url):
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
    with suppress(OSError, ValueError):  # a name service reads `2852039166` as an address, too
        host = socket.inet_ntoa(socket.inet_aton(host))
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
    if _is_distrust(error):
        return "its certificate is not trusted"
    return words.get(type(error).__name__, f"no answer ({type(error).__name__})")


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None and type(error).__name__ != "SSLCertVerificationError":
        error = error.__cause__ or error.__context__
    return error is not None
