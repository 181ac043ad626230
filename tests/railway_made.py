"""A Railway that listens on loopback: GraphQL over HTTP, and over a websocket by graphql-transport-ws."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from contextlib import suppress
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from logscan.sources.railway.places import Endpoint, read_endpoint
from tests.railway_streams import SERVICE, START, Act, Stream, at, read_token

PROJECT, ENVIRONMENT, OTHER_SERVICE = "p-1", "e-1", "s-2"
ACCOUNT, PROJECT_ONLY = "account-canary-1", "project-canary-2"
WAIT = 30
_QUESTION = re.compile(r"\b(?:projectToken|projects|project|deployments)\b")


class Railway:
    """Say what happens with `log`, `acts`, `deployments` and `answers`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.entries: list[dict[str, Any]] = []
        self.deployments: list[dict[str, str]] = [{"id": "d-1", "createdAt": at(-3600), "status": "SUCCESS"}]
        self.acts: deque[Act] = deque()
        self.answers: deque[tuple[int, dict[str, str], Any]] = (
            deque()
        )  # of the next queries, instead of the true ones
        self.refused: set[str] = set()
        self.environment_refused_for: set[str] = set()
        self.repeats = False  # tells everything again at each subscription
        self.subscriptions: list[dict[str, Any]] = []
        self.unsubscribed: list[str] = []
        self.queries: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.pongs = 0
        self.is_ending = False
        self.now = START
        self._http = _Http(("127.0.0.1", 0), _make_handler(self))
        self._http.daemon_threads = True
        self._stream = serve(
            self._serve,
            "127.0.0.1",
            0,
            subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
            process_request=self._open,
            ping_interval=None,
        )
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.01,)),
            threading.Thread(target=self._stream.serve_forever),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def endpoint(self) -> Endpoint:
        stream = f"ws://127.0.0.1:{self._stream.socket.getsockname()[1]}"
        return read_endpoint(f"http://127.0.0.1:{self._http.server_port}", "test", stream)

    def log(self, *entries: dict[str, Any]) -> None:
        with self.changed:
            self.entries += entries
            self.changed.notify_all()

    def wait_for(self, claim: Any) -> None:
        with self.changed:
            assert self.changed.wait_for(claim, WAIT)

    def close(self) -> None:
        with self.changed:
            self.is_ending = True
            self.changed.notify_all()
        self._stream.shutdown()
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join()

    def answer(self, query: str, variables: dict[str, Any], token: str) -> tuple[int, dict[str, str], Any]:
        """What a query gets."""
        with self.changed:
            asked = _QUESTION.search(query)
            self.queries.append(asked[0] if asked else query)
            self.changed.notify_all()
            if self.answers:
                return self.answers.popleft()
        if token in self.refused or token not in (ACCOUNT, PROJECT_ONLY):
            return 200, {}, {"errors": [{"message": "Not Authorized"}], "data": None}
        return 200, {}, {"data": self._look_up(self.queries[-1], variables)}

    def _look_up(self, query: str, variables: dict[str, Any]) -> Any:
        if query == "projectToken":
            return {"projectToken": {"projectId": PROJECT, "environmentId": ENVIRONMENT}}
        if query == "projects":
            return {"projects": _connect([{"id": PROJECT, "name": "shop"}])}
        if query == "deployments":
            with self.changed:
                return {"deployments": _connect(list(reversed(self.deployments)))}
        if variables["id"] != PROJECT:
            return {"project": None}
        environments = [{"id": ENVIRONMENT, "name": "production"}, {"id": "e-2", "name": "staging"}]
        services = [{"id": SERVICE, "name": "bot"}, {"id": OTHER_SERVICE, "name": "worker"}]
        found = {
            "id": PROJECT,
            "name": "shop",
            "environments": _connect(environments),
            "services": _connect(services),
        }
        return {"project": found}

    def _open(self, connection: ServerConnection, request: Request) -> Response | None:
        with self.changed:
            act = self.acts.popleft() if self.acts else Act()
            self.headers.append({name.lower(): value for name, value in request.headers.raw_items()})
        connection.act = act  # type: ignore[attr-defined]
        token = read_token(self.headers[-1])
        status = act.status or (401 if token in self.refused else None)
        if status is not None:
            return Response(status, "No", Headers({**act.headers, "Content-Length": "0"}), b"")
        return None

    def _serve(self, connection: ServerConnection) -> None:
        act: Act = connection.act  # type: ignore[attr-defined]
        threads: list[threading.Thread] = []
        open_names: set[str] = set()
        with suppress(ConnectionClosed):
            assert json.loads(connection.recv()) == {"type": "connection_init", "payload": {}}
            if act.ack_code is not None:
                connection.close(act.ack_code, "no")
                return
            connection.send('{"type":"connection_ack"}')
            if act.silent:
                connection.recv_flow_control.acquire()  # no byte is read any more, so no ping answered
                act.release.wait(WAIT)
                connection.recv_flow_control.release()
                return
            connection.send('{"type":"ping"}')
            for text in connection:
                message = json.loads(text)
                if message["type"] == "subscribe":
                    open_names.add(message["id"])
                    stream = Stream(self, connection, act, message, open_names)
                    threads.append(threading.Thread(target=stream.run, daemon=True))
                    threads[-1].start()
                with self.changed:
                    self.pongs += message["type"] == "pong"
                    if message["type"] == "complete":
                        self.unsubscribed.append(message["id"])
                        open_names.discard(message["id"])
                    self.changed.notify_all()
        with self.changed:
            open_names.clear()
            self.changed.notify_all()
        for thread in threads:
            thread.join()


class _Http(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A source that is stopped leaves in the middle of a word."""


def _connect(nodes: list[Any]) -> dict[str, Any]:
    return {"edges": [{"node": node} for node in nodes]}


def _make_handler(railway: Railway) -> type[BaseHTTPRequestHandler]:
    class Exchange(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            token = read_token({name.lower(): value for name, value in self.headers.items()})
            if ("Project-Access-Token" in self.headers) != (token == PROJECT_ONLY):
                token = "?"  # noqa: S105 - shown in the wrong way
            status, headers, document = railway.answer(question["query"], question["variables"], token)
            body = json.dumps(document).encode()
            self.send_response_only(status)
            self.send_header("Date", format_datetime(railway.now, usegmt=True))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    return Exchange
