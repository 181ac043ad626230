"""A snapshot → the metrics that are read when somebody asks, and never in between; it keeps only what must outlive its subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from logscan.metrics import families
from logscan.metrics.families import Family, Kind
from logscan.metrics.known import Known, list_known, name_family
from logscan.metrics.labels import Cap, CappedLabels, Labels
from logscan.model import Incident, Snapshot, SourceView, State

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

Values = Mapping[Labels, float]
_VALID = ("valid", "lacking", "expiring")


class Pictures:
    """A collector for a registry: asks for a snapshot at each scrape."""

    def __init__(
        self, known: Known, look: Callable[[], Snapshot], most: int, on_overflow: Callable[[str], None]
    ) -> None:
        self._known, self._look = known, look
        yielding = {families.INCIDENT_ACTIVE: (1,), families.EXPIRY: (1,)}
        self._caps = {
            family: CappedLabels(Cap(family.name, most, places), (), on_overflow)
            for family, places in yielding.items()
        }
        self._fired: set[Labels] = set()  # an incident that ended goes to 0 and stays

    def know(self, known: Known) -> None:
        """The configuration names something else."""
        self._known = known

    def describe(self) -> list[Metric]:
        """What is there, without a snapshot: it is asked for before anything runs."""
        return [_make(family, {}) for family in PICTURED]

    def collect(self) -> Iterator[Metric]:
        snapshot = self._look()
        for family, values in self._picture(snapshot):
            known = dict.fromkeys(list_known(family, self._known), 0.0) if family.kind is Kind.COUNTER else {}
            yield _make(family, {**known, **values})

    def _picture(self, snapshot: Snapshot) -> Iterator[tuple[Family, Values]]:
        yield families.BUILD_INFO, {(self._known.version, self._known.rules_hash): 1}
        yield from _picture_sources(snapshot.sources)
        yield families.RULE_TIMEOUTS, {(rule,): count for rule, count in snapshot.rule_timeouts.items()}
        yield families.INCIDENT_ACTIVE, self._picture_incidents(snapshot.incidents)
        yield families.EXPIRY, self._picture_expiries(snapshot)
        tokens = snapshot.tokens
        yield (
            families.CREDENTIAL_VALID,
            {(one.name,): one.verdict in _VALID for one in tokens if one.verdict != "unknown"},
        )
        yield (
            families.PROBE_SUCCESS,
            {(one.name,): one.checked_at.timestamp() for one in tokens if one.checked_at is not None},
        )
        yield families.QUEUE, {(one.name,): one.waiting for one in snapshot.channels}
        yield families.RELOAD_SUCCESS, {(): snapshot.reload_worked}
        reloaded_at = snapshot.reloaded_at
        yield families.RELOAD_TIME, {} if reloaded_at is None else {(): reloaded_at.timestamp()}
        yield families.DANGEROUS, {(): snapshot.dangerous_settings}

    def _picture_incidents(self, incidents: Iterable[Incident]) -> Values:
        admit = self._caps[families.INCIDENT_ACTIVE].admit
        firing = {
            admit((name_family(one.credential), one.service or "", one.signal.value, one.severity.word))
            for one in incidents
            if one.state is State.FIRING
        }
        self._fired |= firing
        return {labels: labels in firing for labels in self._fired}

    def _picture_expiries(self, snapshot: Snapshot) -> Values:
        """Where several share a label set, the first to end."""
        admit, values = self._caps[families.EXPIRY].admit, dict[Labels, float]()
        for one in snapshot.expiries:
            labels = admit((name_family(one.credential), one.service or ""))
            values[labels] = min(one.at.timestamp(), values.get(labels, float("inf")))
        return values


PICTURED = (
    families.BUILD_INFO,
    families.LINES,
    families.BYTES,
    families.TRUNCATED,
    families.SELF_LINES,
    families.LOST_BYTES,
    families.REFUSED_FILES,
    families.SOURCE_UP,
    families.SOURCE_LAG,
    families.SOURCE_LAST_LINE,
    families.SOURCE_RESTARTS,
    families.SOURCE_ROTATIONS,
    families.RULE_TIMEOUTS,
    families.INCIDENT_ACTIVE,
    families.EXPIRY,
    families.CREDENTIAL_VALID,
    families.PROBE_SUCCESS,
    families.QUEUE,
    families.RELOAD_SUCCESS,
    families.RELOAD_TIME,
    families.DANGEROUS,
)


def _picture_sources(sources: Iterable[SourceView]) -> Iterator[tuple[Family, Values]]:
    views = tuple(sources)
    yield families.LINES, {(one.name,): one.lines for one in views}
    yield families.BYTES, {(one.name,): one.bytes for one in views}
    yield families.TRUNCATED, {(one.name,): one.cut_lines for one in views}
    yield families.SELF_LINES, {(one.name,): one.own_lines for one in views}
    yield (
        families.LOST_BYTES,
        {(one.name, cause): count for one in views for cause, count in one.lost_bytes.items()},
    )
    yield (
        families.REFUSED_FILES,
        {(one.name, cause): count for one in views for cause, count in one.refused_files.items()},
    )
    yield families.SOURCE_UP, {(one.name,): one.up for one in views}
    yield families.SOURCE_LAG, {(one.name,): one.lag_bytes for one in views if one.lag_bytes is not None}
    yield (
        families.SOURCE_LAST_LINE,
        {(one.name,): one.last_line_at.timestamp() for one in views if one.last_line_at is not None},
    )
    yield families.SOURCE_RESTARTS, {(one.name,): one.restarts for one in views}
    yield families.SOURCE_ROTATIONS, {(one.name,): one.rotations for one in views}


def _make(family: Family, values: Values) -> Metric:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    make = CounterMetricFamily if family.kind is Kind.COUNTER else GaugeMetricFamily
    metric = make(family.name.removesuffix("_total"), family.help, labels=family.labels)
    for labels, value in values.items():
        metric.add_metric(labels, float(value))
    return metric
