"""Whether a packed file is whole, or still being written by whoever packs it; it opens nothing."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable

from logscan.sources.follow.searches import PACKED_ENDS, Sighting

_QUIET_SECONDS = 3.0
_PLAIN_SECONDS = 60.0  # while the plain file stands beside it: packers take that away once they are done
_MOST_REMEMBERED = 1_000

_Facts = tuple[int, int, int]


class Packings:
    """Remembers what packed files looked like; one that does not change any more is whole."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[_Facts, float]] = OrderedDict()

    def is_whole(self, sighting: Sighting) -> bool:
        """Only what is called a packed file can be none."""
        plain, end = os.path.splitext(sighting.path)
        if end not in PACKED_ENDS:
            return True
        status, now = sighting.status, self._clock()
        facts = (status.st_ino, status.st_size, status.st_mtime_ns)
        known, since = self._seen.get(sighting.path, (None, now))
        if known != facts:
            self._seen[sighting.path] = (facts, now)
            self._seen.move_to_end(sighting.path)
            if len(self._seen) > _MOST_REMEMBERED:
                self._seen.popitem(last=False)
            return False
        patience = _PLAIN_SECONDS if os.path.lexists(plain) else _QUIET_SECONDS
        return status.st_size > 0 and now - since >= patience
