from __future__ import annotations

import pytest

from logscan.channels.settings import TelegramSettings
from logscan.errors import GiveUp, TryAgain
from logscan.model import ChangeKind
from tests.chats_made import Telegram
from tests.notices_made import hide, make_channel, make_incident, make_notice
from tests.services_made import Reply, Request, Service, answer_json

TOKEN = "123456:s3cret-part"  # noqa: S105 - made up


def make_settings(service: Service, chat: str = "-100123", token: str = TOKEN) -> TelegramSettings:
    return TelegramSettings(token=hide(token), chat=chat, base_url=service.url)


def test_what_follows_answers_the_opening_message():
    with Service(Telegram(TOKEN)) as service:
        channel = make_channel(make_settings(service))
        memory = channel.send(make_notice(), None).memory
        receipt = channel.send(make_notice(ChangeKind.RESOLVED), memory)
        channel.close()

    first, second = (request.read_json() for request in service.seen)
    assert (first["chat_id"], first["parse_mode"]) == ("-100123", "HTML")
    assert first["link_preview_options"] == {"is_disabled": True}
    assert "<pre>Error validating access token: Session has expired</pre>" in first["text"]
    assert "reply_parameters" not in first
    assert second["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": True}
    assert receipt.memory == memory == "telegram -100123 41"


def test_another_room_is_told_without_what_another_one_remembers():
    with Service(Telegram(TOKEN)) as service:
        channel = make_channel(make_settings(service))
        for memory in ("telegram -100999 41", "slack #ops C0OPS/1700000000.000001", "41", ""):
            assert channel.send(make_notice(ChangeKind.RESOLVED), memory).memory != memory
        channel.close()

    assert all("reply_parameters" not in request.read_json() for request in service.seen)


def test_markup_that_is_refused_is_sent_once_more_as_text():
    def refuse(request: Request) -> Reply:
        document = request.read_json()
        if "parse_mode" in document:
            error = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"}
            return answer_json(error, 400)
        return answer_json({"ok": True, "result": {"message_id": 5}})

    with Service(refuse) as service:
        channel = make_channel(make_settings(service))
        receipt = channel.send(make_notice(), None)
        channel.close()

    assert receipt.memory == "telegram -100123 5"
    assert "Session has expired" in service.seen[1].read_json()["text"]


def test_too_many_messages_wait_as_long_as_telegram_says():
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": 17}}
    with Service(lambda _: answer_json(body, 429)) as service:
        channel = make_channel(make_settings(service))
        with pytest.raises(TryAgain) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert caught.value.after_seconds == 17


@pytest.mark.parametrize(
    ("chat", "token", "status"), [("-1", TOKEN, 404), ("-100123", "123456:wrong-one", 401)]
)
def test_a_chat_or_a_token_that_is_wrong_is_told_as_such(chat: str, token: str, status: int):
    with Service(Telegram(TOKEN)) as service:
        channel = make_channel(make_settings(service, chat, token))
        with pytest.raises(GiveUp) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert (caught.value.status, caught.value.broken) == (status, True)
    assert "s3cret" not in str(caught.value)
    assert "bot" not in str(caught.value)


def test_messages_of_any_size_fit():
    incident = make_incident(evidence=("<&>😀" * 125,) * 5, credential="&" * 300, runbook="<" * 900)
    with Service(Telegram(TOKEN)) as service:
        channel = make_channel(make_settings(service))
        channel.send(make_notice(incident=incident), None)
        channel.close()

    assert len(service.seen) == 1
    assert "… [cut]" in service.seen[0].read_json()["text"]
