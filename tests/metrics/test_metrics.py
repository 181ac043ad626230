"""Metrics: what exists from the start, what events do to them, and what hostile text cannot."""

from __future__ import annotations

import re
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from logscan.metrics import FAMILIES, Kind, Metrics
from logscan.model import ChangeKind, State
from tests.metrics.making import KNOWN, NOON, make_event, make_incident, make_metrics, make_snapshot

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
CONTRACTS = Path(__file__).parents[3] / "shared" / "CONTRACTS.md"
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def read(metrics: Metrics) -> Mapping[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by its name and labels."""
    text, _ = metrics.write()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in read_text(text.decode())
        for sample in family.samples
    }


def find(metrics: Metrics, name: str, **labels: str) -> float | None:
    return read(metrics).get((name, tuple(sorted(labels.items()))))


MATCH = {
    "source": "bot",
    "credential": "meta-access-token",
    "rule": "meta.session-expired",
    "signal": "expired",
    "severity": "critical",
}


@pytest.mark.needs("../shared/CONTRACTS.md")
def test_the_metrics_are_those_of_the_contract():
    rows = re.findall(r"^\| (`logscan_.*?) \| (\w+)[^|]*\| (.*?) \|$", CONTRACTS.read_text(), re.MULTILINE)
    wanted = {}
    for names, kind, labels in rows:
        words = re.sub(r"\(.*?\)", "", labels).strip(" —")
        for name in re.findall(r"`(logscan_\w+)`", names):
            wanted[name] = (kind, tuple(re.findall(r"\w+", words)))

    ours = {family.name: (family.kind.value, family.labels) for family in FAMILIES}

    assert ours == wanted


def test_every_metric_is_exposed_from_the_start():
    text, _ = make_metrics().write()

    for family in FAMILIES:
        assert f"# TYPE {family.name} {family.kind.value}\n".encode() in text


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("logscan_matches_total", MATCH),
        ("logscan_lines_total", {"source": "bot"}),
        ("logscan_lost_bytes_total", {"source": "bot", "cause": "truncated"}),
        ("logscan_refused_files_total", {"source": "bot", "cause": "link"}),
        ("logscan_incidents_total", {"credential": "jwt", "change": "resolved"}),
        ("logscan_incidents_total", {"credential": "source:bot", "change": "opened"}),
        ("logscan_incidents_total", {"credential": "channel:ops", "change": "opened"}),
        ("logscan_notifications_total", {"channel": "ops", "outcome": "dead"}),
        ("logscan_rule_timeouts_total", {"rule": "meta.session-expired"}),
        ("logscan_probes_total", {"token": "whatsapp", "outcome": "expired"}),
        ("logscan_refreshes_total", {"token": "whatsapp", "outcome": "failed"}),
        ("logscan_series_overflow_total", {"metric": "logscan_matches_total"}),
    ],
)
def test_what_the_configuration_names_exists_at_zero(name: str, labels: dict[str, str]):
    quiet = Metrics(KNOWN, lambda: make_snapshot().__class__(at=make_snapshot().at))

    value = find(quiet, name, **labels)

    assert value == 0


def test_a_match_is_counted_and_carries_its_incident():
    metrics = make_metrics()

    metrics.match(make_event(), "i1")

    assert find(metrics, "logscan_matches_total", **MATCH) == 1
    assert b'# {incident_id="i1"} 1.0' in metrics.write(OPENMETRICS)[0]


def test_a_captured_field_never_becomes_a_label():
    metrics = make_metrics()

    metrics.match(make_event(credential="meta-access-token/491701234567"))

    assert find(metrics, "logscan_matches_total", **MATCH) == 1


def test_an_incident_is_one_while_it_fires_and_zero_afterwards():
    shown = [make_snapshot(make_incident())]
    metrics = Metrics(KNOWN, lambda: shown[0])
    labels = {
        "credential": "meta-access-token",
        "service": "bot",
        "signal": "expired",
        "severity": "critical",
    }

    before = find(metrics, "logscan_incident_active", **labels)
    shown[0] = make_snapshot(make_incident(state=State.RESOLVED))
    after = find(metrics, "logscan_incident_active", **labels)

    assert (before, after) == (1, 0)


def test_changes_and_notices_are_counted():
    metrics = make_metrics()

    metrics.change(make_incident(), ChangeKind.ESCALATED)
    metrics.notify("ops", "sent", 3)

    change = {"credential": "meta-access-token", "change": "escalated"}
    assert find(metrics, "logscan_incidents_total", **change) == 1
    assert find(metrics, "logscan_notifications_total", channel="ops", outcome="sent") == 3


def test_what_a_snapshot_holds_is_shown():
    samples = read(make_metrics())

    assert samples["logscan_source_up", (("source", "bot"),)] == 1
    assert samples["logscan_source_lag_bytes", (("source", "bot"),)] == 5
    assert samples["logscan_lost_bytes_total", (("cause", "gap"), ("source", "bot"))] == 7
    assert samples["logscan_notification_queue", (("channel", "ops"),)] == 4
    assert samples["logscan_credential_valid", (("token", "whatsapp"),)] == 1
    assert samples["logscan_rule_timeouts_total", (("rule", "jwt.expired"),)] == 1


def test_a_clock_that_runs_ahead_makes_no_negative_delay():
    metrics = make_metrics()

    metrics.detect([(-5, "i1")], NOON)
    metrics.scan(0.002)

    assert find(metrics, "logscan_detection_delay_seconds_sum") == 0
    assert find(metrics, "logscan_detection_delay_seconds_count") == 1
    assert find(metrics, "logscan_scan_duration_seconds_count") == 1


@pytest.mark.needs("promtool")
def test_promtool_has_nothing_to_say():
    metrics = make_metrics(make_snapshot(make_incident()))
    metrics.match(make_event())
    metrics.detect([(2.0, None)], NOON)

    done = subprocess.run(
        ["promtool", "check", "metrics"], input=metrics.write()[0], capture_output=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_breaks_the_exposition(credential: str, service: str):
    incident = make_incident(service=service)
    metrics = make_metrics(make_snapshot(incident))

    metrics.match(make_event(credential=credential, service=service))

    assert list(read_text(metrics.write()[0].decode()))
    assert list(read_openmetrics(metrics.write(OPENMETRICS)[0].decode()))


def test_hostile_values_end_in_other_and_are_counted():
    metrics = make_metrics(label_limit=10)

    for number in range(1_000):
        metrics.match(make_event(credential=f"made-up-{number}"))

    samples = read(metrics)
    matches = {labels: value for (name, labels), value in samples.items() if name == "logscan_matches_total"}
    assert len(matches) == len(KNOWN.rules) + 10 + 1
    assert sum(matches.values()) == 1_000
    assert samples["logscan_series_overflow_total", (("metric", "logscan_matches_total"),)] == 990


def test_known_series_do_not_count_against_the_limit():
    metrics = make_metrics(label_limit=0)

    metrics.match(make_event())

    assert find(metrics, "logscan_matches_total", **MATCH) == 1


def test_a_thousand_series_are_written_about_as_quickly_as_the_library_can():
    incidents = [make_incident(number, service=f"s{number}") for number in range(1_000)]
    metrics = make_metrics(make_snapshot(*incidents))
    bare = CollectorRegistry()
    gauge = Gauge("bare", "No more than the library's own.", ["one", "two", "three", "four"], registry=bare)
    for number in range(1_000):
        gauge.labels("meta-access-token", f"s{number}", "expired", "critical").set(1)
    metrics.write()

    # In turn, so that a slow minute falls on both. The library needs 10 ms; 50 are wanted of all.
    ratios = [_measure(metrics.write) / _measure(lambda: generate_latest(bare)) for _ in range(9)]

    assert statistics.median(ratios) < 3


def _measure(write: Callable[[], object]) -> float:
    began = time.thread_time()
    write()
    return time.thread_time() - began


def test_a_file_for_the_textfile_collector_is_whole(tmp_path: Path):
    metrics = make_metrics()

    metrics.write_file(tmp_path / "logscan.prom")

    assert [path.name for path in tmp_path.iterdir()] == ["logscan.prom"]
    assert list(read_text((tmp_path / "logscan.prom").read_text()))


def test_every_counter_says_so_in_its_name():
    counters = {family.name for family in FAMILIES if family.kind is Kind.COUNTER}

    assert counters == {family.name for family in FAMILIES if family.name.endswith("_total")}


def test_the_readme_lists_every_metric_as_it_is():
    rows = [
        f"| `{one.name}` | {one.kind.value} | {' '.join(f'`{label}`' for label in one.labels) or '—'} | {one.help} |"
        for one in FAMILIES
    ]

    missing = [row for row in rows if row not in README]

    assert not missing
