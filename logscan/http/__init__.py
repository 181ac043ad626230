"""The one place that builds an HTTP client: bounded in time and size, TLS verified, loyal to the host it was given.

addresses   which addresses may be called, and how much of one may be shown
clients     one exchange after another, each within its time
ways        straight to a host, or through the proxy that the environment names
wires       one connection, on which no step lasts longer than what is left of the time
trust       who is believed to be who he says
"""

from __future__ import annotations

from logscan.http.addresses import check_url, is_loopback, scrub_url
from logscan.http.clients import Answer, Client
from logscan.http.trust import make_tls

__all__ = ["Answer", "Client", "check_url", "is_loopback", "make_tls", "scrub_url"]
