"""A server on a free port of this machine, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from logscan.model import Snapshot
from logscan.web import Access, Address, Board, WebServer, listen
from tests.metrics.making import make_metrics, make_snapshot

Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(snapshot, access)` gives a client of a server that shows it."""
    running: list[WebServer] = []
    clients: list[httpx.Client] = []

    def start(snapshot: Snapshot | None = None, access: Access | None = None) -> httpx.Client:
        shown = snapshot or make_snapshot()
        metrics = make_metrics(shown)
        board = Board(lambda: shown, metrics.write, "0.1.0")
        server = WebServer(listen(Address("127.0.0.1", 0)), board, access or Access())
        server.start()
        running.append(server)
        client = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=20)
        clients.append(client)
        return client

    yield start
    for client in clients:
        client.close()
    for server in running:
        server.stop()
