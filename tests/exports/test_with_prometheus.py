"""A real Prometheus scrapes our metrics: first events are increases, panels show something, alerts fire and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from logscan.exports import make_prometheus, write_files
from logscan.exports.rows import ROWS
from logscan.metrics import Metrics
from logscan.model import ChangeKind, Expiry, Signal, Snapshot, State
from logscan.web import Access, Address, Board, WebServer, listen
from tests.metrics.making import KNOWN, NOON, make_event, make_incident, make_snapshot
from tests.programs_served import Prometheus, run_prometheus, wait_for

pytestmark = pytest.mark.needs("prometheus")

CONFIGURATION = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{folder}/logscan.rules.yml]
scrape_configs: [{{job_name: logscan, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]
"""


class Shown:
    """A logscan whose pictures a test decides."""

    def __init__(self) -> None:
        self.snapshot = _make_now()
        self.metrics = Metrics(KNOWN, lambda: self.snapshot)


def _make_now() -> Snapshot:
    """As it is at this moment, or alerts about expiries would all fire."""
    now = datetime.now(UTC)
    made = make_snapshot()
    expiry = Expiry(credential="meta-access-token", service="bot", at=now + timedelta(days=30))
    return replace(made, at=now, expiries=(expiry,), channels=(replace(made.channels[0], waiting=0),))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shown, Prometheus]]:
    folder = tmp_path_factory.mktemp("prometheus")
    write_files(make_prometheus(), folder)
    shown = Shown()
    board = Board(lambda: shown.snapshot, shown.metrics.write, "0.1.0")
    server = WebServer(listen(Address("127.0.0.1", 0)), board, Access())
    server.start()
    try:
        with run_prometheus(CONFIGURATION.format(folder=folder, port=server.port), folder) as prometheus:
            wait_for(lambda: prometheus.ask("up == 1"), "a scrape")
            yield shown, prometheus
    finally:
        server.stop()


def count(prometheus: Prometheus, expression: str) -> Callable[[], bool]:
    return lambda: any(float(one["value"][1]) > 0 for one in prometheus.ask(expression))


def test_the_first_event_of_a_series_is_an_increase(watched: tuple[Shown, Prometheus]):
    shown, prometheus = watched
    asked = 'increase(logscan_matches_total{rule="jwt.expired"}[1m]) > 0'
    event = make_event(credential="jwt")._replace(rule="jwt.expired", rules=("jwt.expired",))
    wait_for(
        lambda: prometheus.ask('count_over_time(logscan_matches_total{rule="jwt.expired"}[1m]) > 1'),
        "two scrapes",
    )

    shown.metrics.match(event)

    wait_for(count(prometheus, asked), "the increase")


def test_every_panel_shows_something(watched: tuple[Shown, Prometheus]):
    shown, prometheus = watched
    snapshot = _make_now()
    shown.snapshot = replace(snapshot, incidents=(make_incident(),))
    for signal in (Signal.EXPIRED, Signal.REFRESHED, Signal.ACCEPTED):
        shown.metrics.match(make_event()._replace(signal=signal))
    wait_for(
        lambda: prometheus.ask('count_over_time(logscan_matches_total{signal="accepted"}[1m]) > 1'),
        "two scrapes",
    )
    for signal in (Signal.EXPIRED, Signal.REFRESHED, Signal.ACCEPTED):
        shown.metrics.match(make_event()._replace(signal=signal))
    shown.metrics.scan(0.01)
    shown.metrics.detect([(1.5, None)], NOON)
    shown.metrics.change(make_incident(), ChangeKind.OPENED)

    expressions = [query for _, panels in ROWS for panel in panels for query, _ in panel.queries]
    for expression in expressions:
        asked = expression.replace("$__rate_interval", "30s")
        for variable in ("source", "credential", "service"):
            asked = asked.replace(f"${variable}", ".*")
        wait_for(lambda asked=asked: prometheus.ask(asked), asked)  # type: ignore[misc]


def test_an_alert_fires_with_its_incident_and_ends_with_it(watched: tuple[Shown, Prometheus]):
    shown, prometheus = watched

    shown.snapshot = replace(_make_now(), incidents=(make_incident(),))
    wait_for(lambda: "LogscanCredentialExpired" in prometheus.list_firing(), "the alert")
    shown.snapshot = replace(_make_now(), incidents=(make_incident(state=State.RESOLVED),))

    wait_for(lambda: "LogscanCredentialExpired" not in prometheus.list_firing(), "its end")
