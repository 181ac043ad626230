"""An address → straight to its host, or through the proxy that the environment names; nothing is sent from here."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from logscan.errors import ExchangeError
from logscan.http.addresses import is_loopback, scrub_url
from logscan.http.trust import make_blind_tls, make_tls
from logscan.http.wires import Deadline, Wiring

_IDLE_SECONDS = 5.0  # after which a connection is not trusted to be there still


class Way(NamedTuple):
    """How an address is reached."""

    pool: httpcore.ConnectionPool
    target: httpcore.URL
    host: bytes  # as the header has it


class Ways:
    """Keeps a connection to each host, for one thread at a time."""

    def __init__(self, deadline: Deadline, *, verifies: bool = True) -> None:
        self._wiring = Wiring(deadline)
        self._make_tls = make_tls if verifies else make_blind_tls
        self._pools: dict[str, httpcore.ConnectionPool] = {}  # by proxy, '' for none

    def find(self, url: str) -> Way:
        read = httpx.URL(url)
        target = httpcore.URL(
            scheme=read.raw_scheme, host=read.raw_host, port=read.port, target=read.raw_path
        )
        proxy = find_proxy(url)
        if proxy not in self._pools:
            self._pools[proxy] = self._open_pool(proxy)
        return Way(self._pools[proxy], target, read.netloc)

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _open_pool(self, proxy: str) -> httpcore.ConnectionPool:
        if not proxy:
            return httpcore.ConnectionPool(
                ssl_context=self._make_tls(), keepalive_expiry=_IDLE_SECONDS, network_backend=self._wiring
            )
        parts = urlsplit(proxy)
        if parts.scheme != "http" or not parts.hostname:
            raise ExchangeError(f"{scrub_url(proxy)}: is no proxy that can be used; name one with http://")
        login = None
        if parts.username is not None:
            login = unquote(parts.username), unquote(parts.password or "")
        return httpcore.HTTPProxy(
            httpcore.URL(scheme="http", host=parts.hostname, port=parts.port, target="/"),
            proxy_auth=login,
            ssl_context=self._make_tls(),
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=self._wiring,
        )


def find_proxy(url: str) -> str:
    """The environment's proxy for it; '' where it is reached straight.

    To loopback goes no proxy: plain text with a secret would leave the machine.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not found or is_loopback(url) or proxy_bypass(parts.hostname or ""):
        return ""
    return found if "://" in found else f"http://{found}"
