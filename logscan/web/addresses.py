"""`HOST:PORT` → a socket that listens; bound before any thread starts, so that what is wrong is said at once."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from typing import NamedTuple

from logscan.errors import ConfigError

DEFAULT_LISTEN = "127.0.0.1:9466"
OFF = "off"
_FORM = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")
_BACKLOG = 128
_MOST_PORT = 65_535


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_reachable(self) -> bool:
        """Whether it names one place that others can go to."""
        try:
            host = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return not (host.is_loopback or host.is_unspecified)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class PortTakenError(ConfigError):
    """Another program listens there."""


def read_address(text: str) -> Address | None:
    """Read `HOST:PORT`, `[IPv6]:PORT`, or `off`; raise ConfigError, without a place, for anything else."""
    if text == OFF:
        return None
    found = _FORM.fullmatch(text)
    host = found["host"].strip("[]") if found else ""
    if found is None or int(found["port"]) > _MOST_PORT or ("[" in text and not _is_ipv6(host)):
        raise ConfigError(f"{text!r} is no address; write HOST:PORT such as {DEFAULT_LISTEN}, or `{OFF}`")
    return Address(host, int(found["port"]))


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def listen(address: Address) -> socket.socket:
    """Give a socket that listens there; raise PortTakenError, or ConfigError where the address is not ours."""
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror as error:
        raise ConfigError(
            f"{address}: no such host ({error.strerror}); write an address of this machine"
        ) from None
    family, kind, protocol, _, place = found[0]
    try:
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(f"{address}: {error.strerror}; write an address of this machine") from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # `::` serves both: a private network may speak either.
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        made.bind(place)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(f"{address}: taken by another program; choose another port") from None
        raise ConfigError(f"{address}: {error.strerror}; write an address of this machine") from None
    made.setblocking(False)
    return made
