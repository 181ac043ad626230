from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from logscan.channels import Tools, open_channel
from logscan.channels.settings import AlertmanagerSettings
from logscan.errors import ConfigError, GiveUp, TryAgain
from logscan.model import ChangeKind, Merged, NoticeType, Repeater, Severity, Signal, State
from tests.alertmanagers_made import Alertmanager, wait_for
from tests.notices_made import NOON, hide, make_channel, make_client, make_incident, make_notice
from tests.services_made import Reply, Service

MINUTE = timedelta(minutes=1)


def make_repeater(*urls: str, now: datetime = NOON) -> Repeater:
    channel = open_channel("am", AlertmanagerSettings(urls=urls), Tools(make_client, lambda: now))
    assert isinstance(channel, Repeater)
    return channel


def list_told(service: Service) -> list[Any]:
    return [request.read_json() for request in service.seen]


def test_an_alert_fires_until_it_is_not_told_any_more():
    with Service() as service:
        channel = make_repeater(service.url)
        channel.send(make_notice(), None)
        channel.close()

    [[alert]] = list_told(service)
    assert service.seen[0].path == "/api/v2/alerts"
    assert alert["labels"] == {
        "alertname": "CredentialIncident",
        "credential": "meta-access-token",
        "service": "bot",
        "severity": "critical",
    }
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-11-21T12:00:00Z", "2026-11-21T12:05:00Z")
    assert alert["annotations"]["summary"] == "meta-access-token@bot has expired"
    assert "Session has expired" in alert["annotations"]["evidence"]


def test_labels_stay_while_everything_else_changes():
    opened = make_notice()
    changed = make_incident(
        count=99, signal=Signal.REVOKED, last_seen=NOON + MINUTE, sources=("b",), evidence=("new",), title="t"
    )
    ended = make_incident(state=State.RESOLVED, resolved_at=NOON)
    with Service() as service:
        channel = make_repeater(service.url)
        memory = channel.send(opened, None).memory
        memory = channel.send(make_notice(ChangeKind.REMINDED, changed), memory).memory
        channel.send(make_notice(ChangeKind.RESOLVED, ended), memory)
        channel.repeat([changed, ended])
        channel.close()

    labels = [alert["labels"] for alerts in list_told(service) for alert in alerts]
    assert len(labels) == 5
    assert all(one == labels[0] for one in labels)


def test_every_request_has_a_key_of_its_own_and_a_second_try_has_the_same():
    with Service(lambda request: Reply(400 if b"annotations" in request.body else 200)) as service:
        channel = make_repeater(service.url)
        channel.send(make_notice(id="notice-1"), None)
        channel.repeat([make_incident()])
        channel.close()
        later = make_repeater(service.url, now=NOON + MINUTE)
        later.repeat([make_incident()])
        later.close()

    keys = [request.headers["idempotency-key"] for request in service.seen]
    assert keys[:2] == ["notice-1", "notice-1"]
    assert keys[2] == keys[3] != keys[4] == keys[5]


def test_another_severity_is_another_alert_and_the_first_ends():
    worse = make_incident(severity=Severity.CRITICAL)
    with Service() as service:
        channel = make_repeater(service.url)
        memory = channel.send(make_notice(incident=make_incident(severity=Severity.WARNING)), None).memory
        memory = channel.send(make_notice(ChangeKind.ESCALATED, worse), memory).memory
        channel.close()

    _, [first, second] = list_told(service)
    assert (first["labels"]["severity"], first["endsAt"]) == ("warning", "2026-11-21T12:00:00Z")
    assert (second["labels"]["severity"], second["endsAt"]) == ("critical", "2026-11-21T12:05:00Z")
    assert memory == "critical"


def test_a_notice_that_waited_for_long_still_fires():
    with Service() as service:
        channel = make_repeater(service.url, now=NOON + 60 * MINUTE)
        channel.send(make_notice(), None)
        channel.close()

    [[alert]] = list_told(service)
    assert alert["endsAt"] == "2026-11-21T13:05:00Z"


def test_every_repetition_tells_all_at_once_and_ends_stay_ended():
    firing = make_incident()
    ended = make_incident(id="2", service="web", state=State.RESOLVED, resolved_at=NOON + MINUTE)
    with Service() as service:
        channel = make_repeater(service.url, now=NOON + 3 * MINUTE)
        channel.repeat([firing, ended])
        channel.repeat([])
        channel.close()

    [[first, second]] = list_told(service)
    assert (channel.repeat_seconds, channel.keep_ended_seconds) == (60, 300)
    assert first["endsAt"] == "2026-11-21T12:08:00Z"
    assert second["endsAt"] == "2026-11-21T12:01:00Z"


def test_one_instance_that_took_it_suffices_and_all_are_told():
    with Service() as first, Service(lambda _: Reply(500)) as second, Service() as gone:
        gone.__exit__()
        channel = make_repeater(second.url, gone.url, first.url)
        receipt = channel.send(make_notice(), None)
        channel.close()

    assert receipt.answer == "HTTP 200 (ok)"
    assert len(first.seen) == len(second.seen) == 1


def test_where_no_instance_takes_it_the_hopeful_failure_counts():
    with Service(lambda _: Reply(404)) as first, Service(lambda _: Reply(503)) as second:
        channel = make_repeater(first.url, second.url)
        with pytest.raises(TryAgain):
            channel.send(make_notice(), None)
        channel.close()
        channel = make_repeater(first.url)
        with pytest.raises(GiveUp):
            channel.repeat([make_incident()])
        channel.close()


def test_a_token_is_sent_along_and_never_in_plain_text_beyond_this_machine():
    with Service() as service:
        settings = AlertmanagerSettings(urls=(service.url,), authorization=hide("s3cret"))
        channel = make_channel(settings)
        channel.send(make_notice(), None)
        channel.close()

    assert service.seen[0].headers["authorization"] == "Bearer s3cret"
    with pytest.raises(ConfigError, match="plain text"):
        make_channel(AlertmanagerSettings(urls=("http://am:9093",), authorization=hide("s3cret")))
    make_channel(AlertmanagerSettings(urls=("http://am:9093",))).close()


def test_an_alert_that_is_refused_is_sent_once_more_without_its_texts():
    with Service(lambda request: Reply(400 if b"annotations" in request.body else 200)) as service:
        channel = make_repeater(service.url)
        channel.send(make_notice(), None)
        channel.close()

    assert len(service.seen) == 2


def test_a_digest_is_an_alert_of_its_own_that_is_as_grave_as_the_worst_that_goes_on():
    merged = tuple(
        Merged(key=f"key-{severity}@bot", change=change, severity=severity, count=2)
        for severity, change in (
            (Severity.CRITICAL, ChangeKind.RESOLVED),
            (Severity.WARNING, ChangeKind.OPENED),
            (Severity.INFO, ChangeKind.OPENED),
        )
    )
    with Service() as service:
        channel = make_repeater(service.url, now=NOON + MINUTE)
        receipt = channel.send(make_notice(id="d-1", type=NoticeType.DIGEST, merged=merged), "kept")
        channel.close()

    [[alert]] = list_told(service)
    assert receipt.memory == "kept"
    assert alert["labels"] == {"alertname": "CredentialDigest", "severity": "warning", "digest": "d-1"}
    assert alert["annotations"]["summary"] == "6 notices of 3 incidents in one, so as not to flood you"
    assert all(one.key in alert["annotations"]["description"] for one in merged)
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-11-21T12:01:00Z", "2026-11-21T12:06:00Z")


def test_addresses_that_are_none_are_refused():
    with pytest.raises(ConfigError, match="channel ops: no Alertmanager is named"):
        make_channel(AlertmanagerSettings(urls=()))
    with pytest.raises(ConfigError, match="channel ops: no address"):
        make_channel(AlertmanagerSettings(urls=("alertmanager",)))


@pytest.mark.needs("prometheus-alertmanager")
def test_a_real_alertmanager_tells_of_beginning_and_end_in_groups(tmp_path: Path):
    def told(status: str) -> list[Any]:
        return [one for group in list_told(service) for one in group["alerts"] if one["status"] == status]

    incidents = [
        make_incident(id=str(i), credential=f"key-{i}", service="bot", opened_at=datetime.now(UTC))
        for i in (1, 2)
    ]
    with Service() as service, Alertmanager(tmp_path, service.url) as alertmanager:
        channel = open_channel(
            "am",
            AlertmanagerSettings(urls=(alertmanager.url,)),
            Tools(make_client, lambda: datetime.now(UTC)),
        )
        assert isinstance(channel, Repeater)
        for incident in incidents:
            channel.send(make_notice(incident=incident), None)
        wait_for(lambda: len(alertmanager.list_alerts()) == 2)
        channel.repeat(incidents)
        assert len(alertmanager.list_alerts()) == 2
        wait_for(lambda: {one["labels"]["credential"] for one in told("firing")} == {"key-1", "key-2"})
        assert all(group["groupLabels"]["service"] == "bot" for group in list_told(service))

        ended = [
            make_incident(
                id=one.id,
                credential=one.credential,
                state=State.RESOLVED,
                opened_at=one.opened_at,
                resolved_at=datetime.now(UTC),
            )
            for one in incidents
        ]
        channel.send(make_notice(ChangeKind.RESOLVED, ended[0]), "critical")
        channel.repeat(ended)
        wait_for(lambda: not alertmanager.list_alerts())
        wait_for(lambda: {one["labels"]["credential"] for one in told("resolved")} == {"key-1", "key-2"})
        channel.close()


@pytest.mark.needs("prometheus-alertmanager")
def test_a_real_alertmanager_that_was_started_anew_is_told_again(tmp_path: Path):
    with Service() as service:
        alertmanager = Alertmanager(tmp_path, service.url)
        incident = make_incident(opened_at=datetime.now(UTC))
        channel = open_channel(
            "am",
            AlertmanagerSettings(urls=(alertmanager.url,)),
            Tools(make_client, lambda: datetime.now(UTC)),
        )
        assert isinstance(channel, Repeater)
        with alertmanager:
            channel.send(make_notice(incident=incident), None)
            wait_for(lambda: len(alertmanager.list_alerts()) == 1)
        with pytest.raises(TryAgain):
            channel.repeat([incident])
        with alertmanager:
            assert not alertmanager.list_alerts()
            channel.repeat([incident])
            wait_for(lambda: len(alertmanager.list_alerts()) == 1)
        channel.close()
