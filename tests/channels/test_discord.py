from __future__ import annotations

import pytest

from logscan.channels.settings import DiscordSettings
from logscan.errors import GiveUp, TryAgain
from logscan.model import ChangeKind, Merged, NoticeType, Severity
from tests.chats_made import answer_discord
from tests.notices_made import hide, make_channel, make_incident, make_notice
from tests.services_made import Reply, Request, Service, answer_json

PATH = "/api/webhooks/123456789012345678/s3cret-part"


def test_a_message_is_stored_before_it_counts_as_told_and_mentions_nobody():
    with Service(answer_discord) as service:
        channel = make_channel(DiscordSettings(webhook=hide(service.url + PATH)))
        receipt = channel.send(make_notice(), None)
        channel.close()

    [request] = service.seen
    document = request.read_json()
    assert request.path == f"{PATH}?wait=true"
    assert document["allowed_mentions"] == {"parse": []}
    assert document["embeds"][0]["color"] == 0xD9363E
    assert document["embeds"][0]["timestamp"] == "2026-11-21T12:00:00Z"
    assert (
        "```\nError validating access token: Session has expired\n```" in document["embeds"][0]["description"]
    )
    assert receipt.memory == f"discord {hide(service.url + PATH).fingerprint} 1180000000000000001"


def test_the_end_is_told_and_also_written_on_the_opening_message():
    with Service(answer_discord) as service:
        channel = make_channel(DiscordSettings(webhook=hide(f"{service.url}{PATH}?thread_id=7")))
        memory = channel.send(make_notice(), None).memory
        receipt = channel.send(make_notice(ChangeKind.RESOLVED), memory)
        channel.close()

    assert receipt.memory == memory
    assert [(request.method, request.path) for request in service.seen] == [
        ("POST", f"{PATH}?thread_id=7&wait=true"),
        ("POST", f"{PATH}?thread_id=7&wait=true"),
        ("PATCH", f"{PATH}/messages/1180000000000000001?thread_id=7"),
    ]
    assert service.seen[2].read_json()["content"].startswith("Resolved\\: ")


def test_an_opening_message_that_is_gone_does_not_undo_the_telling():
    def lose(request: Request) -> Reply:
        return (
            answer_json({"message": "Unknown Message"}, 404)
            if request.method == "PATCH"
            else answer_discord(request)
        )

    with Service(lose) as service:
        channel = make_channel(DiscordSettings(webhook=hide(service.url + PATH)))
        home = f"discord {hide(service.url + PATH).fingerprint}"
        channel.send(make_notice(ChangeKind.RESOLVED), f"{home} 77")
        channel.close()

    assert len(service.seen) == 2


def test_too_many_messages_wait_as_long_as_discord_says():
    body = {"message": "You are being rate limited.", "retry_after": 1.337, "global": False}
    with Service(lambda _: answer_json(body, 429, Retry_After="2")) as service:
        channel = make_channel(DiscordSettings(webhook=hide(service.url + PATH)))
        with pytest.raises(TryAgain) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert caught.value.after_seconds == 1.337


def test_an_embed_that_is_refused_is_sent_once_more_as_text():
    def refuse(request: Request) -> Reply:
        if "embeds" in request.read_json():
            return answer_json({"message": "Invalid Form Body", "code": 50035}, 400)
        return answer_discord(request)

    with Service(refuse) as service:
        channel = make_channel(DiscordSettings(webhook=hide(service.url + PATH)))
        channel.send(make_notice(), None)
        channel.close()

    document = service.seen[1].read_json()
    assert "Error validating access token" in document["content"]
    assert (document["flags"], document["allowed_mentions"]) == (4, {"parse": []})


def test_a_webhook_that_is_gone_is_told_as_such():
    with Service(answer_discord) as service:
        channel = make_channel(DiscordSettings(webhook=hide(f"{service.url}/api/webhooks/x/s3cret")))
        with pytest.raises(GiveUp) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert (caught.value.status, caught.value.broken) == (404, True)
    assert str(caught.value) == f"{service.url}: HTTP 404 (message Unknown … code 10015)"


def test_messages_of_any_size_fit():
    merged = tuple(
        Merged(key="*" * 300 + str(i), change=ChangeKind.OPENED, severity=Severity.ERROR, count=1)
        for i in range(40)
    )
    long = make_incident(evidence=("`*_😀" * 125,) * 5, credential="*" * 300, runbook="~" * 900 + "\n*\n*")
    with Service(answer_discord) as service:
        channel = make_channel(DiscordSettings(webhook=hide(service.url + PATH)))
        channel.send(make_notice(incident=long), None)
        channel.send(make_notice(type=NoticeType.DIGEST, merged=merged), None)
        channel.send(make_notice(incident=make_incident(credential=" ", service=" ", title="")), None)
        channel.close()

    assert len(service.seen) == 3
