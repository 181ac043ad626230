"""One open connection: subscribes, takes what comes, moves on to newer deployments. It only ever ends by raising."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, NoReturn

from logscan.model import News, NewsKind
from logscan.sources.live import Sink
from logscan.sources.railway.calls import Caller, Deployment, Target
from logscan.sources.railway.chunks import Packer
from logscan.sources.railway.cursors import Cursors
from logscan.sources.railway.doors import Key
from logscan.sources.railway.entries import Entry, read_entries, write_time
from logscan.sources.railway.errands import Waiter
from logscan.sources.railway.failures import Dropped, Limited, sort_errors
from logscan.sources.railway.subscriptions import Connection, Message

_FIELDS = """timestamp message severity
    tags { serviceId deploymentId deploymentInstanceId } attributes { key value }"""
_ENVIRONMENT = f"""subscription environmentLogs($environmentId: String!, $filter: String, $beforeDate: String, $beforeLimit: Int!) {{
  environmentLogs(environmentId: $environmentId, filter: $filter, beforeDate: $beforeDate, beforeLimit: $beforeLimit) {{
    {_FIELDS} }} }}"""
_DEPLOYMENT = f"""subscription deploymentLogs($deploymentId: String!, $limit: Int) {{
  deploymentLogs(deploymentId: $deploymentId, limit: $limit) {{
    {_FIELDS} }} }}"""
_ENVIRONMENT_NAME = "environment"
_MOST_FAILED_POLLS = 3
_MOST_BEFORE = 3


class Cadence(NamedTuple):
    """What a watch does when, in seconds."""

    clock: Callable[[], float]
    settle: float
    poll: float
    on_settled: Callable[[], None]  # it is being read


class Watch:
    """What is known of one connection."""

    def __init__(self, source: str, sink: Sink, packer: Packer, cursors: Cursors, cadence: Cadence) -> None:
        self._source, self._sink, self._packer = source, sink, packer
        self._cursors, self._cadence = cursors, cadence
        self._has_settled = False
        # Subscriptions whose backlog did not come yet, and whether some of it must have been seen before.
        self._fresh: dict[str, bool] = {}
        self._most_lines = 0
        self._failed_polls = 0  # in a row

    def follow_environment(self, connection: Connection, key: Key, most_lines: int) -> NoReturn:
        """Every deployment at once, where the token may."""
        self._most_lines = most_lines
        target, cursors = key.target, self._cursors
        variables: dict[str, object] = {"environmentId": target.environment, "beforeLimit": most_lines}
        if target.service is not None:
            variables["filter"] = f"@service:{target.service}"
        if cursors.resume_after > 0:
            variables["beforeDate"] = write_time(cursors.resume_after - 1)  # exclusive
        cursors.forget(())
        cursors.begin_replay()
        self._fresh = {_ENVIRONMENT_NAME: cursors.remembers()}
        connection.subscribe(_ENVIRONMENT_NAME, _ENVIRONMENT, variables)
        while True:
            message = connection.read(self._cadence.poll if self._has_settled else self._cadence.settle)
            if message is not None and message.kind == "complete":
                raise Dropped("Railway ended the subscription")
            self._take(message, target)
            cursors.forget(())

    def follow_deployments(
        self, connection: Connection, key: Key, most_lines: int, waiter: Waiter
    ) -> NoReturn:
        """The newest deployments, one subscription each; looks for newer ones from time to time."""
        self._most_lines = most_lines
        roll, clock = Roll(self._cursors), self._cadence.clock
        poll_at, ends = clock(), 0
        while True:
            if clock() >= poll_at:
                poll_at = clock() + self._renew(roll, connection, key, waiter)
            settle = self._cadence.poll if self._has_settled else self._cadence.settle
            message = connection.read(max(0.0, min(settle, poll_at - clock())))
            if message is not None and message.kind == "complete":
                # A redeploy, most likely; yet an endless row of ends must not use up the limit.
                roll.end(message.id)
                ends += 1
                poll_at = min(poll_at, clock() + min(self._cadence.settle * 2**ends, self._cadence.poll))
                continue
            self._take(message, key.target)

    def _renew(self, roll: Roll, connection: Connection, key: Key, waiter: Waiter) -> float:
        """Subscribe to what is new, leave what is over; give how long that is good for."""
        caller: Caller = key.caller
        try:
            listed = waiter.run(lambda: caller.list_deployments(key.target))
        except (Limited, Dropped) as failure:
            self._failed_polls += 1
            if not roll.followed or self._failed_polls >= _MOST_FAILED_POLLS:
                raise
            return failure.pause_seconds if isinstance(failure, Limited) else self._cadence.poll
        self._failed_polls = 0
        came, left = roll.compare(listed)
        for name in left:
            connection.unsubscribe(name)
        self._cursors.begin_replay(came)
        for name in came:
            self._fresh[name] = self._cursors.remembers(name)
            variables = {"deploymentId": name, "limit": self._most_lines}
            connection.subscribe(name, _DEPLOYMENT, variables)
        self._cursors.forget(one.id for one in listed)
        return max(self._cadence.poll, caller.pause_seconds or 0.0)

    def _take(self, message: Message | None, target: Target) -> None:
        """Hand on what a message holds; None: nothing came for a while."""
        if message is not None and message.kind == "error":
            raise sort_errors(message.payload, "Railway")
        if message is None or message.kind == "next":
            entries = [] if message is None else self._read(message)
            if not self._has_settled:
                self._has_settled = True
                self._cadence.on_settled()
            if message is not None:
                self._hand_on(message.id, entries, target)

    def _read(self, message: Message) -> list[Entry]:
        payload = message.payload if isinstance(message.payload, dict) else {}
        if payload.get("errors"):
            raise sort_errors(payload["errors"], "Railway")
        data = payload.get("data")
        lists = data.values() if isinstance(data, dict) else ()
        entries = [entry for listed in lists for entry in read_entries(listed)]
        if message.id == _ENVIRONMENT_NAME:
            return entries
        # Whose subscription it is, is known even where the tags do not say so.
        return [entry._replace(deployment=message.id) for entry in entries]

    def _hand_on(self, name: str, entries: list[Entry], target: Target) -> None:
        wanted = [one for one in entries if not one.service or one.service != target.own_service]
        is_backlog, started = name in self._fresh, self._cursors.newest > 0
        must_be_known = self._fresh.pop(name, False) or (started and len(entries) >= self._most_lines)
        told = 0
        for chunk in self._packer.pack(wanted, self._cursors, target.names):
            told += chunk.text.count(b"\n")
            self._sink.put(chunk)
        if is_backlog and must_be_known and 0 < told == len(wanted):
            # It does not reach back to where reading ended.
            text = (
                f"{self._source}: more lines came while nobody read than Railway gives again ({len(entries)})"
            )
            self._sink.tell(News(self._source, "", NewsKind.LOST, "backlog", text))


class Roll:
    """Which deployments are followed."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors
        self._since = cursors.resume_after
        self._over: set[str] = (
            set()
        )  # ended, and their last lines were taken; one that lives is followed again
        self.followed: set[str] = set()

    def end(self, name: str) -> None:
        """Railway has nothing more of it, now."""
        self.followed.discard(name)
        self._over.add(name)

    def compare(self, listed: Iterable[Deployment]) -> tuple[list[str], list[str]]:
        """What to follow from now on, the oldest first, and what no more."""
        came, left = [], []
        ordered = sorted(listed, key=lambda deployment: deployment.created)
        # One of these may have been the live one when reading ended.
        before = {one.id for one in [one for one in ordered if one.created < self._since][-_MOST_BEFORE:]}
        for one in ordered:
            may_have_more = one.id in before or one.id in self._cursors or one.created >= self._since
            if one.id in self.followed:
                if not one.is_live:
                    self._over.add(one.id)
                    left.append(one.id)
            elif one.is_live or (may_have_more and one.id not in self._over):
                came.append(one.id)
        self.followed.difference_update(left)
        self.followed.update(came)
        return came, left
