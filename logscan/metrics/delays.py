"""How many delays fell into which bucket: many at once are one look at a lock, where the client's own takes one for each."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from logscan.metrics.families import Family

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric
    from prometheus_client.samples import Exemplar


class Delays:
    """A collector for a registry; may be told and asked by any thread."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._lock = threading.Lock()
        self._counts = [0] * (len(family.buckets) + 1)
        self._exemplars: list[Exemplar | None] = [None] * len(self._counts)
        self._sum = 0.0

    def observe(self, delays: Iterable[tuple[float, str | None]], at: float) -> None:
        """Seconds, each with the id of the incident that shows it; `at` in seconds since 1970."""
        from prometheus_client.samples import Exemplar

        shown: dict[int, tuple[float, str]] = {}
        with self._lock:
            for seconds, incident in delays:
                place = bisect_left(self._family.buckets, seconds)
                self._counts[place] += 1
                self._sum += seconds
                if incident is not None:
                    shown[place] = seconds, incident
            for place, (seconds, incident) in shown.items():
                self._exemplars[place] = Exemplar({"incident_id": incident}, seconds, at)

    def describe(self) -> list[Metric]:
        """What is there."""
        return list(self.collect())

    def collect(self) -> Iterator[Metric]:
        """As it stands."""
        from prometheus_client.metrics_core import HistogramMetricFamily

        with self._lock:
            counts, exemplars, total = list(self._counts), list(self._exemplars), self._sum
        buckets: list[list[object]] = []
        below = 0
        for edge, count, exemplar in zip(
            (*self._family.buckets, float("inf")), counts, exemplars, strict=True
        ):
            below += count
            name = "+Inf" if edge == float("inf") else str(float(edge))
            buckets.append([name, below] if exemplar is None else [name, below, exemplar])
        family = HistogramMetricFamily(self._family.name, self._family.help)
        family.add_metric((), buckets, total)  # type: ignore[arg-type]  # its stub forgets exemplars
        yield family
