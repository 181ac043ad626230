"""Which addresses may be called, and how much of one may be shown; it calls none.

No message shows more of a URL than its scheme and host: paths and queries hold secrets.
"""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from logscan.errors import ConfigError

_TLS_SCHEMES = frozenset({"https", "wss"})
_PLAIN_SCHEMES = frozenset({"http", "ws"})
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


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
    if is_link_local(parts.hostname):
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


def is_same_origin(url: str, other: str) -> bool:
    """Whether both lead to the same port of the same host, in the same way."""
    return _read_origin(urlsplit(url)) == _read_origin(urlsplit(other))


def _read_origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def is_link_local(host: str) -> bool:
    """Whether it is an address where a machine or a cloud speaks of itself; a name is asked of nobody."""
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
