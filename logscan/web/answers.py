"""The paths, and what each answers; everything comes out of the board."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from logscan.errors import ConfigError
from logscan.model import Snapshot
from logscan.web.boards import Access, Board
from logscan.web.documents import (
    Keys,
    describe_health,
    describe_readiness,
    list_incidents,
    list_sources,
    list_tokens,
)
from logscan.web.guards import Application, Guard
from logscan.web.pages import Page

_JSON = "application/json"
_REFRESH_SECONDS = 30
_LEAST_PACKED_BYTES = 1_024
_QUICK = 1  # gzip's level: a scrape is big and repeats itself


def make_application(board: Board, access: Access) -> Application:
    """Everything that is served, behind its guard."""
    answers = _Answers(board)
    routes = [
        Route("/", answers.show_page),
        Route("/style.css", answers.show_style),
        Route("/metrics", answers.show_metrics),
        Route("/healthz", answers.show_health),
        Route("/readyz", answers.show_readiness),
        Route("/api/v1/incidents", answers.show_incidents),
        Route("/api/v1/sources", answers.show_sources),
        Route("/api/v1/tokens", answers.show_tokens),
    ]
    return Guard(Starlette(routes=routes), access)


class _Answers:
    def __init__(self, board: Board) -> None:
        self._board = board
        self._page = Page(board.version)

    async def show_page(self, request: Request) -> Response:
        html = self._page.write(self._board.look())
        return _pack(
            request, Response(html, media_type="text/html", headers={"Refresh": str(_REFRESH_SECONDS)})
        )

    async def show_style(self, request: Request) -> Response:
        return _pack(request, Response(self._page.style, media_type="text/css"))

    async def show_metrics(self, request: Request) -> Response:
        text, content_type = self._board.write_metrics(request.headers.get("accept", ""))
        return _pack(request, Response(text, headers={"Content-Type": content_type}))

    async def show_health(self, _request: Request) -> Response:
        return _answer_state(*describe_health(self._board.look()))

    async def show_readiness(self, _request: Request) -> Response:
        return _answer_state(*describe_readiness(self._board.look()))

    async def show_incidents(self, request: Request) -> Response:
        query = request.query_params.multi_items()
        return self._answer(request, lambda snapshot: list_incidents(snapshot, query))

    async def show_sources(self, request: Request) -> Response:
        return self._answer(request, list_sources)

    async def show_tokens(self, request: Request) -> Response:
        return self._answer(request, list_tokens)

    def _answer(self, request: Request, write: Callable[[Snapshot], Keys]) -> Response:
        try:
            keys, status = write(self._board.look()), 200
        except ConfigError as error:
            keys, status = {"error": str(error)}, 400
        return _pack(request, Response(orjson.dumps(keys), status, media_type=_JSON))


def _answer_state(is_well: bool, keys: Keys) -> Response:  # noqa: FBT001 - as it was described
    return Response(orjson.dumps(keys), 200 if is_well else 503, media_type=_JSON)


def _pack(request: Request, response: Response) -> Response:
    """Packed where that is accepted and worth it."""
    body = bytes(response.body)
    accepted = request.headers.get("accept-encoding", "")
    if len(body) < _LEAST_PACKED_BYTES or "gzip" not in accepted or "gzip;q=0" in accepted.replace(" ", ""):
        return response
    packed = gzip.compress(body, _QUICK)
    headers = {
        "Content-Type": response.headers["content-type"],
        "Content-Encoding": "gzip",
        "Vary": "Accept-Encoding",
    }
    if "refresh" in response.headers:
        headers["Refresh"] = response.headers["refresh"]
    return Response(packed, response.status_code, headers=headers)
