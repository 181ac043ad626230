"""HTTP, for Prometheus, for programs and for people: metrics, health, JSON and the status page; it only reads.

addresses   HOST:PORT → a socket that listens
boards      what is handed in: where pictures and metrics come from, and who may look
guards      who is answered: hosts, methods, credentials, headers of every answer
protocols   clients that are too slow are sent away
documents   snapshots → JSON
pages       a snapshot → the status page
answers     the paths
servers     the thread that serves
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.web.addresses import DEFAULT_LISTEN, Address, listen, read_address
    from logscan.web.boards import Access, Board
    from logscan.web.servers import WebServer

__all__ = ["DEFAULT_LISTEN", "Access", "Address", "Board", "WebServer", "listen", "read_address"]

__getattr__ = open_door(
    __name__,
    {
        "addresses": "DEFAULT_LISTEN Address listen read_address",
        "boards": "Access Board",
        "servers": "WebServer",
    },
)
