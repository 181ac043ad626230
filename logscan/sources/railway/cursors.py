"""Which entries were seen already, across drops and restarts; it reads nothing and knows no clock.

Railway's entries have no id, and several may share a time and a text. So an entry is known by its time and digest,
and of equal ones it counts: the third of a kind is new where two were seen. That is kept for the newest few seconds
of each deployment; what is older and comes with a replay was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from logscan.sources.railway.entries import Entry

_SECOND = 1_000_000_000
_REACH = 10 * _SECOND  # how far back the entries of a deployment may come late
_OVERLAP = 15 * _SECOND  # how far back a replay is asked for
_MOST_REMEMBERED = 400  # times; every chunk's position holds them
_FORGET = 600 * _SECOND


class Cursor:
    """What was seen of one deployment."""

    def __init__(self, floor: int, newest: int, seen: Mapping[int, Mapping[str, int]] | None = None) -> None:
        self.newest = newest
        self._floor = floor  # what came before was seen
        # By time: digest → how many were seen ever, and since the replay began.
        self._seen = {time: {digest: [n, 0] for digest, n in of.items()} for time, of in (seen or {}).items()}
        self._until: int | None = newest  # None once the replay has caught up

    @property
    def has_seen(self) -> bool:
        return bool(self._seen)

    def begin_replay(self) -> None:
        """What comes next may have been seen."""
        self._until = self.newest
        for of in self._seen.values():
            for counts in of.values():
                counts[1] = 0

    def take(self, time: int, digest: str) -> bool:
        """Note an entry; False when it was seen."""
        replays = self._until is not None and time < self._until
        if not replays:
            self._until = None
        if time < self._floor:
            return not replays
        counts = self._seen.setdefault(time, {}).setdefault(digest, [0, 0])
        counts[1] += 1
        if counts[1] <= counts[0]:
            return False
        counts[0] = counts[1]
        self.newest = max(self.newest, time)
        self._forget()
        return True

    def describe(self) -> dict[str, object]:
        """As JSON; `Cursor(**…)` without the texts."""
        seen = [
            [str(time), {digest: counts[0] for digest, counts in of.items()}]
            for time, of in self._seen.items()
        ]
        return {"floor": str(self._floor), "newest": str(self.newest), "seen": seen}

    def _forget(self) -> None:
        """Raise the floor; entries of one time stay together."""
        if len(self._seen) > _MOST_REMEMBERED:
            times = sorted(self._seen)
            self._floor = max(self._floor, times[len(times) // 2])
        self._floor = max(self._floor, self.newest - _REACH)
        oldest = next(iter(self._seen))
        if oldest < self._floor:
            self._seen = {time: of for time, of in self._seen.items() if time >= self._floor}


class Cursors:
    """What was seen of every deployment: the position of a source."""

    def __init__(self, start: int) -> None:
        self._start = start  # what came before is not wanted
        self._by_deployment: dict[str, Cursor] = {}

    @property
    def newest(self) -> int:
        """The time of the newest entry that was seen; where reading began while there was none."""
        return max((cursor.newest for cursor in self._by_deployment.values()), default=self._start)

    @property
    def resume_after(self) -> int:
        """Entries after this time have to be replayed."""
        return max(self.newest - _OVERLAP, self._start)

    def remembers(self, deployment: str | None = None) -> bool:
        """Whether a replay, of all or of one deployment, has to begin with entries that were seen."""
        if deployment is None:
            return any(cursor.has_seen for cursor in self._by_deployment.values())
        return deployment in self._by_deployment and self._by_deployment[deployment].has_seen

    def __contains__(self, deployment: str) -> bool:
        return deployment in self._by_deployment

    def begin_replay(self, deployments: Iterable[str] | None = None) -> None:
        """What comes next, of these deployments or of all, may have been seen."""
        for deployment in self._by_deployment if deployments is None else deployments:
            if deployment in self._by_deployment:
                self._by_deployment[deployment].begin_replay()

    def take(self, entry: Entry) -> bool:
        """Note an entry; False when it was seen. One without a time cannot be known again."""
        if entry.nanoseconds is None:
            return True
        cursor = self._by_deployment.get(entry.deployment)
        if cursor is None:
            cursor = self._by_deployment[entry.deployment] = Cursor(self._start, self._start)
        return cursor.take(entry.nanoseconds, entry.digest)

    def forget(self, living: Iterable[str]) -> None:
        """Let go of deployments that said nothing for long and will not be replayed."""
        limit, kept = self.newest - _FORGET, set(living)
        for deployment, cursor in list(self._by_deployment.items()):
            if cursor.newest < limit and deployment not in kept:
                # Nothing that old is wanted from now on, else it would count as new.
                self._start = max(self._start, cursor.newest + 1)
                del self._by_deployment[deployment]

    def write(self) -> bytes:
        """The position."""
        cursors = {name: cursor.describe() for name, cursor in self._by_deployment.items()}
        return orjson.dumps({"start": str(self._start), "deployments": cursors})


def read_cursors(position: bytes) -> Cursors | None:
    """What `write` wrote; None for anything else."""
    try:
        document = orjson.loads(position)
        cursors = Cursors(int(document["start"]))
        for name, of in document["deployments"].items():
            seen = {int(time): {digest: int(n) for digest, n in found.items()} for time, found in of["seen"]}
            cursors._by_deployment[name] = Cursor(int(of["floor"]), int(of["newest"]), seen)  # noqa: SLF001
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return cursors
