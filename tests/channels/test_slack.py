from __future__ import annotations

import pytest

from logscan.channels.settings import SlackSettings
from logscan.errors import ConfigError, GiveUp, TryAgain
from logscan.model import ChangeKind
from tests.chats_made import SlackApi, answer_slack_hook
from tests.notices_made import hide, make_channel, make_incident, make_notice
from tests.services_made import Reply, Request, Service, answer_json

PATH = "/services/T000/B000/s3cretpart"
TOKEN = "xoxb-s3cret"  # noqa: S105 - made up


def test_a_webhook_is_sent_blocks_that_slack_takes():
    with Service(answer_slack_hook) as service:
        channel = make_channel(SlackSettings(webhook=hide(service.url + PATH)))
        receipt = channel.send(make_notice(), None)
        channel.close()

    [request] = service.seen
    document = request.read_json()
    assert receipt == (None, "HTTP 200 (ok)")
    assert request.path == PATH
    assert request.headers["idempotency-key"] == "notice-1"
    assert document["text"] == "Critical: meta-access-token@bot has expired"
    assert document["blocks"][0]["text"]["text"] == document["text"]
    assert (document["unfurl_links"], document["unfurl_media"], document["mrkdwn"]) == (False, False, False)
    assert "```Error validating access token: Session has expired```" in str(document["blocks"])


def test_a_bot_keeps_an_incident_in_one_thread_and_tells_its_end_to_all():
    with Service(SlackApi(TOKEN)) as service:
        channel = make_channel(SlackSettings(token=hide(TOKEN), chat="#ops", base_url=service.url))
        memory = None
        for change in (ChangeKind.OPENED, ChangeKind.REMINDED, ChangeKind.RESOLVED):
            memory = channel.send(make_notice(change), memory).memory
        channel.close()

    first, second, third = (request.read_json() for request in service.seen)
    assert service.seen[0].path == "/api/chat.postMessage"
    assert first["channel"] == "#ops"
    assert "thread_ts" not in first
    assert (second["channel"], second["thread_ts"]) == ("C0OPS", "1700000000.000001")
    assert second["reply_broadcast"] is False
    assert third["thread_ts"] == "1700000000.000001"
    assert third["reply_broadcast"] is True


def test_another_room_is_told_and_not_the_one_before():
    with Service(SlackApi(TOKEN)) as service:
        channel = make_channel(SlackSettings(token=hide(TOKEN), chat="C0OPS", base_url=service.url))
        receipt = channel.send(make_notice(ChangeKind.RESOLVED), "slack #old C0OLD/1700000000.000001")
        channel.close()

    document = service.seen[0].read_json()
    assert (document["channel"], "thread_ts" in document) == ("C0OPS", False)
    assert receipt.memory == "slack C0OPS C0OPS/1700000000.000001"


def test_an_answer_to_a_thread_that_is_gone_stands_alone():
    def lose(request: Request) -> Reply:
        lost = answer_json({"ok": False, "error": "thread_not_found"})
        return lost if "thread_ts" in request.read_json() else SlackApi(TOKEN)(request)

    with Service(lose) as service:
        channel = make_channel(SlackSettings(token=hide(TOKEN), chat="#ops", base_url=service.url))
        channel.send(make_notice(ChangeKind.RESOLVED), "slack #ops C0OPS/1700000000.000001")
        channel.close()

    assert [request.read_json()["channel"] for request in service.seen] == ["C0OPS", "#ops"]


@pytest.mark.parametrize(
    ("error", "status", "broken"),
    [
        ("invalid_auth", 401, True),
        ("token_revoked", 401, True),
        ("not_in_channel", 403, True),
        ("channel_not_found", 404, True),
        ("is_archived", 410, True),
        ("something_new", 400, False),
    ],
)
def test_what_the_api_means_by_its_200_is_understood(error: str, status: int, broken: bool):
    with Service(lambda _: answer_json({"ok": False, "error": error})) as service:
        channel = make_channel(SlackSettings(token=hide(TOKEN), chat="#ops", base_url=service.url))
        with pytest.raises(GiveUp) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert (caught.value.status, caught.value.broken) == (status, broken)
    assert error in str(caught.value)


def test_too_many_messages_wait_as_long_as_slack_says():
    with Service(lambda _: answer_json({"ok": False, "error": "ratelimited"}, Retry_After="30")) as service:
        channel = make_channel(SlackSettings(token=hide(TOKEN), chat="#ops", base_url=service.url))
        with pytest.raises(TryAgain) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert caught.value.after_seconds == 30


def test_blocks_that_are_refused_are_sent_once_more_as_text():
    def refuse(request: Request) -> Reply:
        return Reply(400, b"invalid_payload") if "blocks" in request.read_json() else Reply(200, b"ok")

    with Service(refuse) as service:
        channel = make_channel(SlackSettings(webhook=hide(service.url + PATH)))
        channel.send(make_notice(), None)
        channel.close()

    assert len(service.seen) == 2
    assert "The log says:" in service.seen[1].read_json()["text"]


def test_what_is_refused_twice_is_given_up():
    with Service(lambda _: Reply(400, b"invalid_payload")) as service:
        channel = make_channel(SlackSettings(webhook=hide(service.url + PATH)))
        with pytest.raises(GiveUp) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert str(caught.value) == f"{service.url}: HTTP 400 (invalid_payload)"
    assert not caught.value.broken
    assert len(service.seen) == 2


def test_evidence_of_any_size_fits():
    incident = make_incident(evidence=("&<>`" * 125,) * 5, credential="&" * 300, title="<" * 500)
    with Service(answer_slack_hook) as service:
        channel = make_channel(SlackSettings(webhook=hide(service.url + PATH)))
        channel.send(make_notice(incident=incident), None)
        channel.close()

    assert len(service.seen) == 1
    assert "… [cut]" in str(service.seen[0].read_json()["blocks"])


@pytest.mark.parametrize(
    "settings",
    [
        SlackSettings(),
        SlackSettings(token=hide(TOKEN)),
        SlackSettings(webhook=hide("https://hooks.example/x"), token=hide(TOKEN), chat="#ops"),
    ],
)
def test_half_a_slack_is_refused(settings: SlackSettings):
    with pytest.raises(ConfigError, match="channel ops: slack is told half; write `webhook:`"):
        make_channel(settings)
