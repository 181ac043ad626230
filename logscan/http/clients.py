"""One exchange after another, each from start to end within its time and size; it tries nothing twice.

No message shows more of a URL than its scheme and host: paths and queries hold secrets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from logscan.errors import ExchangeError, LogscanError
from logscan.http.addresses import check_url, is_same_origin, scrub_url

if TYPE_CHECKING:
    import httpcore

    from logscan.http.ways import Way, Ways
    from logscan.http.wires import Deadline

MOST_BYTES = 64 << 10
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READING = frozenset({"GET", "HEAD"})
_MOST_KNOWN = 64  # addresses


class Answer(NamedTuple):
    """What a server said; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Errand:
    """One exchange, and what came of it so far."""

    def __init__(self, method: str, headers: Sequence[tuple[bytes, bytes]], content: bytes) -> None:
        self.method, self.headers, self.content = method, headers, content
        self.head: tuple[int, Mapping[str, str]] | None = None
        self.body = bytearray()


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
        self._clock, self._timeout_seconds, self._most_bytes = clock, timeout_seconds, most_bytes
        self._status_suffices = status_suffices
        self.verifies = (
            True  # False only where somebody asked for that by a name that says how dangerous it is
        )
        # A packed answer may unpack to anything.
        self._always = (
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
            (b"User-Agent", agent.encode()),
        )
        self._known: dict[tuple[str, bool], Way] = {}  # addresses that were checked
        self._opening = threading.Lock()
        self._ways: Ways | None = None
        self._deadline: Deadline | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        carries_secret: bool = True,
    ) -> Answer:
        """One exchange, from start to end within the time allowed; raise ExchangeError where there is no answer."""
        ways, deadline = self._open()
        deadline.start(self._timeout_seconds)
        try:
            errand = _Errand(method, _write_headers(headers or {}), content)
        except UnicodeError:
            raise ExchangeError(f"{scrub_url(url)}: a header is no ASCII") from None
        try:
            return self._walk(ways, url, errand, carries_secret=carries_secret)
        except ExchangeError:
            if self._status_suffices and errand.head is not None:
                return Answer(*errand.head, bytes(errand.body))
            raise

    def prepare(self, url: str) -> None:
        """Have what a call there needs made meanwhile, so that the first one need not wait for it."""

        def make() -> None:
            with suppress(LogscanError, ValueError), self._opening:
                self._make().find(url)

        threading.Thread(target=make, name="opening", daemon=True).start()

    def close(self) -> None:
        with self._opening:
            if self._ways is not None:
                self._ways.close()
            self._known.clear()

    def _open(self) -> tuple[Ways, Deadline]:
        with self._opening:
            ways = self._make()
        assert self._deadline is not None
        return ways, self._deadline

    def _make(self) -> Ways:
        """The libraries are loaded by whoever speaks to somebody."""
        if self._ways is None:
            from logscan.http.ways import Ways
            from logscan.http.wires import Deadline

            self._deadline = Deadline(self._clock)
            self._ways = Ways(self._deadline, verifies=self.verifies)
        return self._ways

    def _walk(self, ways: Ways, url: str, errand: _Errand, *, carries_secret: bool) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._exchange(self._find(ways, url, carries_secret=carries_secret), url, errand)
            if answer.status not in _REDIRECTS or errand.method not in _READING:
                return answer
            errand.head = None
            url = _follow(url, answer)
        raise ExchangeError(f"{scrub_url(url)}: more than {_MOST_REDIRECTS} redirects; name the last address")

    def _find(self, ways: Ways, url: str, *, carries_secret: bool) -> Way:
        """A way to an address that may be called."""
        if (way := self._known.get((url, carries_secret))) is not None:
            return way
        import httpx

        check_url(url, scrub_url(url), carries_secret=carries_secret)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        try:
            way = self._known[url, carries_secret] = ways.find(url)
        except (httpx.InvalidURL, UnicodeError) as error:
            # Without the cause: it shows the whole URL.
            raise ExchangeError(f"{scrub_url(url)}: no answer ({type(error).__name__})") from None
        return way

    def _exchange(self, way: Way, url: str, errand: _Errand) -> Answer:
        import httpcore

        headers = [(b"Host", way.host), *self._always, *errand.headers]
        if errand.content or errand.method not in _READING:
            headers.append((b"Content-Length", b"%d" % len(errand.content)))
        request = httpcore.Request(errand.method, way.target, headers=headers, content=errand.content)
        try:
            response = way.pool.handle_request(request)
            try:
                return self._read(response, url, errand)
            finally:
                response.close()
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            httpcore.ProxyError,
            OSError,
        ) as error:
            raise ExchangeError(f"{scrub_url(url)}: {self._describe(error)}") from None

    def _read(self, response: httpcore.Response, url: str, errand: _Errand) -> Answer:
        errand.head, errand.body = (response.status, _read_headers(response.headers)), bytearray()
        if errand.head[1].get("content-encoding", "identity") != "identity":
            raise ExchangeError(f"{scrub_url(url)}: the answer is packed, which was not asked for")
        for part in response.iter_stream():
            errand.body += part[: self._most_bytes + 1]
            if len(errand.body) > self._most_bytes:
                raise ExchangeError(f"{scrub_url(url)}: the answer is above {self._most_bytes >> 10} KiB")
        return Answer(*errand.head, bytes(errand.body))

    def _describe(self, error: Exception) -> str:
        """What went wrong, in words that come from here: a library's text may quote the URL."""
        words = {
            "OutOfTime": f"no whole answer within {self._timeout_seconds:g} s",
            "ConnectTimeout": "no connection in time",
            "ConnectError": "no connection",
            "ReadError": "the connection broke",
            "WriteError": "the connection broke",
            "RemoteProtocolError": "the answer broke off or is no HTTP",
        }
        if _is_distrust(error):
            return "its certificate is not trusted; name who vouches for it with SSL_CERT_FILE"
        return words.get(type(error).__name__, f"no answer ({type(error).__name__})")


def _write_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


def _read_headers(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """One that comes more than once is one with commas."""
    read: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        read[name] = f"{read[name]}, {value}" if name in read else value
    return read


def _follow(url: str, answer: Answer) -> str:
    try:
        target = urljoin(url, answer.headers.get("location", ""))
        if is_same_origin(url, target):
            return target
    except ValueError:
        pass
    raise ExchangeError(f"{scrub_url(url)}: redirects to another host; name the address that is meant")


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None and type(error).__name__ != "SSLCertVerificationError":
        error = error.__cause__ or error.__context__
    return error is not None
