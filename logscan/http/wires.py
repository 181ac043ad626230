"""One connection to a host, on which no step lasts longer than what is left of the time; it speaks no HTTP.

A library's time-outs hold for one step each: for one byte, one address of a name. Here all steps share one deadline.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpcore

from logscan.http.addresses import is_link_local

if TYPE_CHECKING:
    import ssl

_CONNECT_SECONDS = 10.0
_MOST_UNSENT = 64 << 10


class OutOfTime(httpcore.TimeoutException):
    """Nothing is left of the time for the whole exchange."""


class Deadline:
    """What is left of the time; `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._end = clock, 0.0

    def start(self, seconds: float) -> None:
        self._end = self._clock() + seconds

    def find_rest(self) -> float:
        """Raise OutOfTime when there is none."""
        rest = self._end - self._clock()
        if rest <= 0:
            raise OutOfTime
        return rest


class Wire(httpcore.NetworkStream):
    """An open connection. A request goes out whole: head and body wait for each other."""

    def __init__(self, end: socket.socket, deadline: Deadline) -> None:
        self._end, self._deadline = end, deadline
        self._unsent = bytearray()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline is nearer
        with suppress(httpcore.WriteError):  # a server may answer, and read no further
            self._flush()
        with _sorting(httpcore.ReadError):
            self._end.settimeout(self._deadline.find_rest())
            return self._end.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._unsent += buffer
        if len(self._unsent) > _MOST_UNSENT:
            self._flush()

    def _flush(self) -> None:
        if not self._unsent:
            return
        rest, self._unsent = memoryview(self._unsent), bytearray()
        with _sorting(httpcore.WriteError):
            while rest:
                self._end.settimeout(self._deadline.find_rest())
                rest = rest[self._end.send(rest) :]

    def close(self) -> None:
        self._end.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> Wire:
        try:
            with _sorting(httpcore.ConnectError):
                self._end.settimeout(self._deadline.find_rest())
                # One time-out for all of the handshake: the module keeps to it over many reads.
                return Wire(
                    ssl_context.wrap_socket(self._end, server_hostname=server_hostname), self._deadline
                )
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Whether something came that nobody asked for, such as the end."""
        if info != "is_readable":
            return None
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        return bool(poll.poll(0))


class Wiring(httpcore.NetworkBackend):
    """Opens connections."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is nearer
        local_address: str | None = None,  # noqa: ARG002 - asked for by nobody
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - as above
    ) -> Wire:
        with _sorting(httpcore.ConnectError, httpcore.ConnectTimeout):
            addresses = find_addresses(host, port, self._deadline.find_rest())
            for number, address in enumerate(addresses, 1):
                try:
                    # What is left of the time is for those that come after it, too.
                    share = self._deadline.find_rest() / (len(addresses) - number + 1)
                    return Wire(_connect(address, min(share, _CONNECT_SECONDS)), self._deadline)
                except OSError:
                    if number == len(addresses):
                        raise
        raise httpcore.ConnectError


_Address = tuple[int, Any]  # family, and what `connect` takes


def find_addresses(host: str, port: int, seconds: float) -> list[_Address]:
    """Ask a name service, which no time-out reaches: a thread that holds nothing waits for it."""
    found: list[_Address] = []
    failures: list[OSError] = []

    def ask() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend((family, address) for family, _, _, _, address in told)
        except (OSError, UnicodeError) as error:
            failures.append(error if isinstance(error, OSError) else OSError(type(error).__name__))

    if _is_literal(host):
        ask()
    else:
        thread = threading.Thread(target=ask, name="names", daemon=True)
        thread.start()
        thread.join(min(seconds, _CONNECT_SECONDS))
        if thread.is_alive():
            raise TimeoutError
    if failures:
        raise failures[0]
    if any(is_link_local(address[0]) for _, address in found):
        raise OSError("a link-local address")  # where a cloud tells its secrets
    return found


def _is_literal(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return True


def _connect(address: _Address, seconds: float) -> socket.socket:
    family, place = address
    end = socket.socket(family, socket.SOCK_STREAM)
    try:
        end.settimeout(seconds)
        end.connect(place)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        end.close()
        raise
    return end


@contextmanager
def _sorting(broken: type[Exception], late: type[Exception] = OutOfTime) -> Iterator[None]:
    """An operating system's errors → the library's."""
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except OSError as error:
        raise broken from error
