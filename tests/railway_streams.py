"""What a Railway on loopback streams: entries, one subscription, and how a connection goes."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

if TYPE_CHECKING:
    from tests.railway_made import Railway

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SERVICE = "s-1"
_TAGS = ("serviceId", "deploymentId", "deploymentInstanceId")


@dataclass
class Act:
    """How one connection goes; by default well."""

    status: int | None = None  # instead of opening
    headers: dict[str, str] = field(default_factory=dict)
    ack_code: int | None = None  # closes with it instead of greeting
    drop_after: int | None = None  # entries; then the connection breaks
    half_after: int | None = None  # entries; then half a message comes, and the connection breaks
    complete_after: int | None = None  # entries; then the subscription is completed
    error: str | None = None  # the answer to every subscription
    silent: bool = False  # greets, and then reads and says nothing more
    release: threading.Event = field(default_factory=threading.Event)  # ends the silence


def at(seconds: float, nanoseconds: int = 0) -> str:
    """A time after START as Railway writes it."""
    whole = int(seconds)
    fraction = round((seconds - whole) * 1e9) + nanoseconds
    moment = datetime.fromtimestamp(START.timestamp() + whole, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09}Z"


def entry(seconds: float, message: str, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "timestamp": at(seconds),
        "message": message,
        "severity": "info",
        "tags": {"serviceId": SERVICE, "deploymentId": "d-1", "deploymentInstanceId": "i-1"},
        "attributes": [{"key": "level", "value": '"info"'}],
    }
    tags = {key: changes.pop(key) for key in list(changes) if key in _TAGS}
    return {**made, **changes, "tags": {**made["tags"], **tags}}


class Stream:
    """One subscription."""

    def __init__(
        self, railway: Railway, connection: ServerConnection, act: Act, message: Any, names: set[str]
    ) -> None:
        self._railway, self._connection, self._act, self._names = railway, connection, act, names
        self._name = message["id"]
        self._variables = message["payload"]["variables"]
        self._field = "environmentLogs" if "environmentId" in self._variables else "deploymentLogs"
        self._sent = self._known = 0
        token = read_token({name.lower(): value for name, value in connection.request.headers.raw_items()})  # type: ignore[union-attr]
        self._is_refused = self._field == "environmentLogs" and token in railway.environment_refused_for
        with railway.changed:
            railway.subscriptions.append(self._variables)
            railway.changed.notify_all()

    def run(self) -> None:
        with suppress(ConnectionClosed):
            error = "Not Authorized" if self._is_refused else self._act.error
            if error is not None:
                self._send("error", [{"message": error}])
                return
            limit = self._variables.get("beforeLimit", self._variables.get("limit"))
            goes_on = self._give(self._take(is_backlog=True)[-limit:], at_once=True)
            while goes_on and not self._is_over():
                goes_on = self._give(self._take(is_backlog=False), at_once=False)

    def _take(self, *, is_backlog: bool) -> list[dict[str, Any]]:
        railway = self._railway
        with railway.changed:
            railway.changed.wait_for(
                lambda: is_backlog or self._is_over() or len(railway.entries) > self._known
            )
            fresh = [one for one in railway.entries[self._known :] if self._wants(one, is_backlog=is_backlog)]
            self._known = len(railway.entries)
        return fresh

    def _is_over(self) -> bool:
        return self._railway.is_ending or self._name not in self._names

    def _wants(self, one: dict[str, Any], *, is_backlog: bool) -> bool:
        if self._field == "deploymentLogs":
            return bool(one["tags"]["deploymentId"] == self._variables["deploymentId"])
        meant = self._variables.get("filter", "").removeprefix("@service:")
        if meant and one["tags"]["serviceId"] != meant:
            return False
        return (
            not is_backlog
            or self._railway.repeats
            or one["timestamp"] > self._variables.get("beforeDate", "")
        )

    def _give(self, entries: list[dict[str, Any]], *, at_once: bool) -> bool:
        """Send, as far as the act goes; False at its end."""
        limits = {
            "drop": self._act.drop_after,
            "half": self._act.half_after,
            "complete": self._act.complete_after,
        }
        ends = [(after, how) for how, after in limits.items() if after is not None]
        batch = entries[: ends[0][0] - self._sent] if ends else entries
        for part in [batch] if at_once else [[one] for one in batch]:
            self._send("next", {"data": {self._field: part}})
            self._sent += len(part)
        if not ends or self._sent < ends[0][0]:
            return True
        self._end(ends[0][1])
        return False

    def _end(self, how: str) -> None:
        if how == "complete":
            self._names.discard(self._name)
            self._connection.send(json.dumps({"id": self._name, "type": "complete"}))
            return
        if how == "half":
            whole = json.dumps(
                {"id": self._name, "type": "next", "payload": {"data": {self._field: [entry(9999, "half")]}}}
            )
            self._connection.send(whole[: len(whole) // 2])
        self._connection.close_socket()

    def _send(self, kind: str, payload: Any) -> None:
        self._connection.send(json.dumps({"id": self._name, "type": kind, "payload": payload}))


def read_token(headers: dict[str, str]) -> str:
    return headers.get("project-access-token") or headers.get("authorization", "").removeprefix("Bearer ")
