"""Asks Railway's GraphQL API: who we are, what names mean, which deployments there are. It follows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import orjson

from logscan.errors import ExchangeError
from logscan.http import Client, scrub_url
from logscan.sources.railway.entries import read_time
from logscan.sources.railway.failures import (
    Dropped,
    Failure,
    Limited,
    Refused,
    Unknown,
    clean_text,
    read_pause,
    sort_errors,
    sort_status,
)
from logscan.sources.railway.places import Login, Place

_TOKEN = "query { projectToken { projectId environmentId } }"  # noqa: S105 - a question
_PROJECT = """query project($id: String!) { project(id: $id) { id name
  environments { edges { node { id name } } } services { edges { node { id name } } } } }"""
_PROJECTS = "query { projects { edges { node { id name } } } }"
_DEPLOYMENTS = """query deployments($input: DeploymentListInput!, $first: Int) {
  deployments(input: $input, first: $first) { edges { node { id createdAt status } } } }"""
_MOST_DEPLOYMENTS = 20
_LIVE = frozenset({"SUCCESS", "CRASHED", "SLEEPING", "REMOVING"})
_OVER = frozenset({"REMOVED", "FAILED"})


class Target(NamedTuple):
    """What is watched, by id."""

    project: str
    environment: str
    service: str | None
    names: Mapping[str, str]  # of services, by id
    own_service: str | None  # never to be read
    asked_at: datetime  # by Railway's clock


class Deployment(NamedTuple):
    """One deployment that has, or had, log lines."""

    id: str
    created: int  # nanoseconds since 1970
    is_live: bool


class Caller:
    """One login's questions; keeps to the limits that the answers name."""

    def __init__(self, client: Client, place: Place, login: Login, now: Callable[[], datetime]) -> None:
        self._client, self._place, self._login, self._now = client, place, login, now
        self._host = scrub_url(place.endpoint.query_url)
        self._answered_at = now()
        self.pause_seconds: float | None = None  # how long to ask nothing more

    def find_target(self) -> Target:
        """Turn names into ids; raise a Failure."""
        place = self._place
        project, environment = place.project, place.environment
        if self._login.names_project:
            token = _enter(self._ask(_TOKEN, {}), "projectToken")
            project, environment = str(token.get("projectId")), str(token.get("environmentId"))
        if project is None:
            raise Unknown("no project is named; set `project`, or RAILWAY_PROJECT_ID")
        try:
            found = self._read_project(project)
        except Unknown:
            if self._login.names_project:
                raise
            found = self._read_project(self._find_project(project))
        environments, services = (_read_names(found, key) for key in ("environments", "services"))
        return Target(
            str(found.get("id")),
            _pick(environments, environment, "environment"),
            None if place.service is None else _pick(services, place.service, "service"),
            services,
            place.own_service,
            self._answered_at,
        )

    def list_deployments(self, target: Target) -> list[Deployment]:
        """The newest deployments that have or had lines; raise a Failure."""
        wanted = {"projectId": target.project, "environmentId": target.environment}
        if target.service is not None:
            wanted["serviceId"] = target.service
        answer = self._ask(_DEPLOYMENTS, {"input": wanted, "first": _MOST_DEPLOYMENTS})
        found = []
        for node in _list_nodes(_enter(answer, "deployments")):
            status = node.get("status")
            if status in _LIVE | _OVER:
                created = read_time(node.get("createdAt")) or 0
                found.append(Deployment(str(node.get("id")), created, status in _LIVE))
        return found

    def _read_project(self, project: str) -> Mapping[str, object]:
        return _enter(self._ask(_PROJECT, {"id": project}), "project")

    def _find_project(self, name: str) -> str:
        projects = {
            str(node.get("id")): str(node.get("name"))
            for node in _list_nodes(_enter(self._ask(_PROJECTS, {}), "projects"))
        }
        return _pick(projects, name, "project")

    def _ask(self, query: str, variables: Mapping[str, object]) -> Mapping[str, object]:
        headers = {"Content-Type": "application/json", **self._login.write_headers()}
        content = orjson.dumps({"query": query, "variables": variables})
        try:
            answer = self._client.send(
                "POST", self._place.endpoint.query_url, headers=headers, content=content
            )
        except ExchangeError as error:
            raise Dropped(str(error)) from None
        self._note_time(answer.headers)
        failure = sort_status(answer.status, answer.headers, self._now(), self._host)
        if failure is not None and not isinstance(failure, Refused):
            raise failure
        self._note_limit(answer.headers)
        try:
            document = orjson.loads(answer.body)
        except ValueError:
            document = None
        if isinstance(document, dict) and document.get("errors"):
            told = sort_errors(document["errors"], self._host)
            raise told if failure is None or isinstance(told, Refused | Limited) else failure
        if failure is not None:
            raise failure
        if not isinstance(document, dict) or not isinstance(document.get("data"), dict):
            raise Dropped(f"{self._host}: answered {answer.status} with something else than GraphQL")
        data: Mapping[str, object] = document["data"]
        return data

    def _note_time(self, headers: Mapping[str, str]) -> None:
        try:
            self._answered_at = parsedate_to_datetime(headers.get("date", ""))
        except ValueError:
            self._answered_at = self._now()

    def _note_limit(self, headers: Mapping[str, str]) -> None:
        left = headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining", ""))
        is_used_up = left.isdecimal() and int(left) == 0
        self.pause_seconds = read_pause(headers, self._now()) if is_used_up else None


def _enter(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = data.get(key)
    if not isinstance(found, dict):
        raise Unknown(f"Railway knows no {key} for this token")
    return found


def _list_nodes(connection: object) -> Iterator[Mapping[str, object]]:
    edges = connection.get("edges") if isinstance(connection, dict) else None
    for edge in edges if isinstance(edges, list) else ():
        node = edge.get("node") if isinstance(edge, dict) else None
        if isinstance(node, dict):
            yield node


def _read_names(found: Mapping[str, object], key: str) -> dict[str, str]:
    return {str(node.get("id")): str(node.get("name")) for node in _list_nodes(found.get(key))}


def _pick(names: Mapping[str, str], wanted: str | None, what: str) -> str:
    """The id that is meant by a name or an id; the only one, where none is named."""
    if wanted is None:
        if len(names) == 1:
            return next(iter(names))
        raise _miss(names, f"no {what} is named")
    if wanted in names:
        return wanted
    meant = [one for one, name in names.items() if name.lower() == wanted.lower()]
    if len(meant) == 1:
        return meant[0]
    raise _miss(
        names, f"there is no {what} {wanted!r}" if not meant else f"several {what}s are called {wanted!r}"
    )


def _miss(names: Mapping[str, str], what: str) -> Failure:
    known = clean_text(", ".join(sorted(names.values())[:10]))
    return Unknown(f"{what}; there are: {known}" if known else what)
