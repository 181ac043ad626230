"""Notices → what a person can read of them as they come: some one by one, the rest in a digest that counts every one.

Whatever is news of its kind (this credential, this service, this change, this severity) within a minute is shown at once, so
that a storm hides nothing else. It prints nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from logscan.delivery.digests import merge_notices
from logscan.model import Notice

_MOST_SINGLE = 6
_MINUTE_SECONDS = 60.0
_DIGEST_SECONDS = 15.0  # between two digests: with the single ones at most ten in a minute
_FIRST_SECONDS = 2.0  # so long the first digest takes in more
_MOST_KINDS = 10_000
_MOST_WAITING = 2_000

_Kind = tuple[str, str | None, str, int]


class Crowd:
    """Called from any thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._single: deque[float] = deque(maxlen=_MOST_SINGLE)  # when some were shown by themselves
        self._kinds: dict[_Kind, float] = {}  # when each was shown last
        self._waiting: list[Notice] = []
        self._due = 0.0
        self._digested_at = float("-inf")
        self._serial = 0

    def take(self, notices: Sequence[Notice]) -> list[Notice]:
        """What of them is shown now, one by one."""
        now = self._clock()
        with self._lock:
            return [notice for notice in notices if not self._holds_back(notice, now)]

    def take_due(self, *, is_over: bool = False) -> Notice | None:
        """What stands for all that was held back, when its time has come; None: nothing, or not yet."""
        now = self._clock()
        with self._lock:
            if not self._waiting or (now < self._due and not is_over):
                return None
            waiting, self._waiting = self._waiting, []
            self._digested_at = now
            return waiting[0] if len(waiting) == 1 else self._merge(waiting)

    def _holds_back(self, notice: Notice, now: float) -> bool:
        kind = _name_kind(notice)
        is_news = kind not in self._kinds or now - self._kinds[kind] > _MINUTE_SECONDS
        is_calm = not self._waiting and (
            len(self._single) < _MOST_SINGLE or now - self._single[0] > _MINUTE_SECONDS
        )
        if is_news or is_calm:
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            self._kinds[kind] = now
            self._single.append(now)
            return False
        if not self._waiting:
            self._due = max(now + _FIRST_SECONDS, self._digested_at + _DIGEST_SECONDS)
        self._waiting.append(notice)
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting = [self._merge(self._waiting)]
        return True

    def _merge(self, notices: Sequence[Notice]) -> Notice:
        self._serial += 1
        return merge_notices(notices, f"shown-{self._serial}", max(notice.at for notice in notices))


def _name_kind(notice: Notice) -> _Kind:
    incident = notice.incident
    if incident is None:
        return notice.type.value, None, notice.change.value, 0
    base = incident.credential.partition("/")[0]
    return base, incident.service, notice.change.value, int(incident.severity)
