"""All metrics of one logscan: told of events, asked for text; it never steers and never waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from logscan.metrics import families
from logscan.metrics.delays import Delays
from logscan.metrics.families import Family, Kind
from logscan.metrics.known import Known, list_known, name_family
from logscan.metrics.labels import DEFAULT_LIMIT, Cap, CappedLabels
from logscan.metrics.pictures import PICTURED, Pictures
from logscan.model import ChangeKind, Event, Incident, Snapshot

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

# Which labels give way to `other`: those whose values log text decides.
_YIELDING = {families.MATCHES: (1,), families.INCIDENTS: (0,)}


class Metrics:
    """May be told and asked by any thread; `look` gives the snapshot that a scrape shows."""

    def __init__(
        self, known: Known, look: Callable[[], Snapshot], *, label_limit: int = DEFAULT_LIMIT
    ) -> None:
        from prometheus_client import CollectorRegistry, disable_created_metrics

        # Every series is there from the start of the process, so its time of making says nothing.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._overflows = self._make_counter(families.OVERFLOW, known)
        self._counters: dict[Family, Counter] = {}
        self._caps: dict[Family, CappedLabels] = {}
        told = [one for one in families.FAMILIES if one not in PICTURED and one is not families.OVERFLOW]
        for family in told:
            if family.kind is Kind.COUNTER:
                self._counters[family] = self._make_counter(family, known)
                cap = Cap(family.name, label_limit, _YIELDING.get(family, ()))
                self._caps[family] = CappedLabels(cap, list_known(family, known), self._overflow)
        self._scan_seconds = self._make_histogram(families.SCAN_SECONDS)
        self._delays = Delays(families.DELAY_SECONDS)
        self.registry.register(self._delays)
        self._pictures = Pictures(known, look, label_limit, self._overflow)
        self.registry.register(self._pictures)

    def know(self, known: Known) -> None:
        """The configuration names something else: its series begin at 0, and those that were there stay."""
        for family, counter in self._counters.items():
            rows = tuple(list_known(family, known))
            self._caps[family].know(rows)
            for labels in rows:
                counter.labels(*labels)
        self._pictures.know(known)

    def match(self, event: Event, incident: str | None = None, count: int = 1) -> None:
        """Lines said the same of a credential; `incident` is the id of the incident that they belong to."""
        labels = (
            event.source,
            name_family(event.credential),
            event.rule,
            event.signal.value,
            event.severity.word,
        )
        self._count(families.MATCHES, labels, incident, count)

    def scan(self, seconds: float) -> None:
        """A piece of input was scanned."""
        self._scan_seconds.observe(seconds)

    def detect(self, delays: Iterable[tuple[float, str | None]], at: datetime) -> None:
        """Lines were found, so many seconds after their own time, and belong to these incidents."""
        # A clock that runs ahead makes no negative delay.
        self._delays.observe(((max(seconds, 0.0), incident) for seconds, incident in delays), at.timestamp())

    def change(self, incident: Incident, change: ChangeKind) -> None:
        """An incident changed."""
        labels = (name_family(incident.credential), change.value)
        self._count(families.INCIDENTS, labels, incident.id)

    def notify(self, channel: str, outcome: str, count: int = 1) -> None:
        """Notices were sent, retried, given up or merged away."""
        self._counters[families.NOTIFICATIONS].labels(channel, outcome).inc(count)

    def probe(self, token: str, outcome: str) -> None:
        """A credential was checked."""
        self._counters[families.PROBES].labels(token, outcome).inc()

    def refresh(self, token: str, outcome: str) -> None:
        """A credential was renewed, or could not be."""
        self._counters[families.REFRESHES].labels(token, outcome).inc()

    def write(self, accept: str = "") -> tuple[bytes, str]:
        """The exposition in the format that is accepted, and its content type."""
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def write_file(self, path: Path) -> None:
        """Put a whole file in place, for the textfile collector of node_exporter."""
        from prometheus_client import write_to_textfile

        write_to_textfile(str(path), self.registry)

    def _count(self, family: Family, labels: tuple[str, ...], incident: str | None, count: int = 1) -> None:
        admitted = self._caps[family].admit(labels)
        self._counters[family].labels(*admitted).inc(count, _exemplar(incident))

    def _overflow(self, metric: str) -> None:
        self._overflows.labels(metric).inc()

    def _make_counter(self, family: Family, known: Known) -> Counter:
        from prometheus_client import Counter

        counter = Counter(family.name, family.help, family.labels, registry=self.registry)
        for labels in list_known(family, known):
            counter.labels(*labels)
        return counter

    def _make_histogram(self, family: Family) -> Histogram:
        from prometheus_client import Histogram

        return Histogram(family.name, family.help, registry=self.registry, buckets=family.buckets)


def _exemplar(incident: str | None) -> dict[str, str] | None:
    return None if incident is None else {"incident_id": incident}
