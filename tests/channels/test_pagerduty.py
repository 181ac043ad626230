from __future__ import annotations

import pytest

from logscan.channels.settings import PagerdutySettings
from logscan.errors import GiveUp, TryAgain
from logscan.model import ChangeKind, NoticeType, Severity
from tests.chats_made import answer_pagerduty
from tests.notices_made import hide, make_channel, make_incident, make_notice
from tests.services_made import Reply, Request, Service, answer_json

KEY = "0123456789abcdef" * 2


def make_settings(service: Service, key: str = KEY) -> PagerdutySettings:
    return PagerdutySettings(key=hide(key), base_url=service.url)


def test_an_incident_is_triggered_and_resolved_under_one_key():
    with Service(answer_pagerduty) as service:
        channel = make_channel(make_settings(service))
        channel.send(make_notice(), None)
        channel.send(make_notice(ChangeKind.RESOLVED), None)
        channel.close()

    first, second = (request.read_json() for request in service.seen)
    assert service.seen[0].path == "/v2/enqueue"
    assert (first["event_action"], second["event_action"]) == ("trigger", "resolve")
    assert first["dedup_key"] == second["dedup_key"] == "logscan:meta-access-token@bot"
    assert "payload" not in second
    payload = first["payload"]
    assert payload["summary"] == "Critical: meta-access-token@bot has expired"
    assert (payload["source"], payload["severity"], payload["component"]) == ("app.log", "critical", "bot")
    assert (payload["group"], payload["class"]) == ("meta-access-token", "expired")
    assert payload["custom_details"]["log"] == ["Error validating access token: Session has expired"]


@pytest.mark.parametrize(
    ("change", "action"),
    [
        (ChangeKind.REMINDED, "acknowledge"),
        (ChangeKind.LOWERED, "acknowledge"),
        (ChangeKind.ESCALATED, "trigger"),
        (ChangeKind.RESOLVED, "resolve"),
    ],
)
def test_what_somebody_has_taken_on_is_not_raised_again_unless_it_got_worse(change: ChangeKind, action: str):
    incident = make_incident(acknowledged_by="ada", severity=Severity.WARNING)
    with Service(answer_pagerduty) as service:
        channel = make_channel(make_settings(service))
        channel.send(make_notice(change, incident), None)
        channel.close()

    assert service.seen[0].read_json()["event_action"] == action


def test_a_key_of_any_length_is_shortened_to_one_of_its_own():
    with Service(answer_pagerduty) as service:
        channel = make_channel(make_settings(service))
        for name in ("a" * 400, "a" * 401):
            channel.send(make_notice(incident=make_incident(credential=name)), None)
        channel.close()

    first, second = (request.read_json()["dedup_key"] for request in service.seen)
    assert first != second


def test_a_test_leaves_no_alert_behind():
    with Service(answer_pagerduty) as service:
        channel = make_channel(make_settings(service))
        channel.send(make_notice(type=NoticeType.TEST, id="test-9"), None)
        channel.close()

    first, second = (request.read_json() for request in service.seen)
    assert (first["event_action"], first["payload"]["severity"]) == ("trigger", "info")
    assert (second["event_action"], second["dedup_key"]) == ("resolve", first["dedup_key"])
    assert first["dedup_key"] == "logscan:test-9"


def test_an_alert_that_is_refused_is_sent_once_more_with_the_least():
    def refuse(request: Request) -> Reply:
        if "custom_details" in request.read_json()["payload"]:
            return answer_json({"status": "invalid event", "errors": ["custom_details"]}, 400)
        return answer_pagerduty(request)

    with Service(refuse) as service:
        channel = make_channel(make_settings(service))
        channel.send(make_notice(), None)
        channel.close()

    assert len(service.seen) == 2


def test_a_wrong_key_is_told_as_such_and_one_too_many_waits():
    with Service(answer_pagerduty) as service:
        channel = make_channel(make_settings(service, "s3cret-key"))
        with pytest.raises(GiveUp) as caught:
            channel.send(make_notice(), None)
        channel.close()
        assert (caught.value.status, caught.value.broken) == (401, True)
        assert "s3cret" not in str(caught.value)

        service.told = lambda _: Reply(429)
        channel = make_channel(make_settings(service))
        with pytest.raises(TryAgain):
            channel.send(make_notice(), None)
        channel.close()
