"""How many more messages a channel may be sent now; the time is handed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from logscan.model import Manner, Pace

# What people read before they mute the room.
READABLE = Pace(10, 60.0)
_BOUNDLESS = 1 << 30


def list_paces(manner: Manner) -> tuple[Pace, ...]:
    """What the service takes; and what people can take, where the rest may be merged for them."""
    own = () if manner.pace is None else (manner.pace,)
    return (*own, READABLE) if manner.takes_digests else own


class Meter:
    """Remembers what was sent within each pace's time, tried and failed alike: it may have arrived."""

    def __init__(self, paces: Iterable[Pace]) -> None:
        self._windows = [(pace, deque[float](maxlen=pace.notices)) for pace in paces]

    def note(self, now: float) -> None:
        for _, times in self._windows:
            times.append(now)

    def count_free(self, now: float) -> int:
        """How many may be sent at once."""
        return min(
            (
                pace.notices - sum(1 for sent_at in times if sent_at + pace.seconds > now)
                for pace, times in self._windows
            ),
            default=_BOUNDLESS,
        )

    def find_free(self, now: float, wanted: int) -> float:
        """When that many may be sent, or as many as ever may, if nothing is sent until then."""
        return max((_find_free(pace, times, now, wanted) for pace, times in self._windows), default=now)


def _find_free(pace: Pace, times: deque[float], now: float, wanted: int) -> float:
    kept = [sent_at for sent_at in times if sent_at + pace.seconds > now]
    leaving = len(kept) + min(wanted, pace.notices) - pace.notices
    return now if leaving <= 0 else kept[leaving - 1] + pace.seconds
