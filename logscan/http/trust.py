"""Who is believed to be who he says: the usual authorities, or those that the environment names; it connects to nobody."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

_MAKING = threading.Lock()  # channels open at once, and each would make one, for seconds in all


def make_tls() -> ssl.SSLContext:
    """Who is trusted: the usual authorities, or those of SSL_CERT_FILE."""
    with _MAKING:
        return _make_tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


def make_blind_tls() -> ssl.SSLContext:
    """Whoever answers is trusted, for somebody asked for that."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@cache
def _make_tls(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """One for all: it takes long to make, and some megabytes to keep."""
    import httpx

    return httpx.create_ssl_context()
