from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from logscan.channels.settings import WebhookSettings
from logscan.errors import ConfigError, GiveUp, TryAgain
from logscan.model import ChangeKind, Merged, NoticeType, Severity
from tests.notices_made import NOON, hide, make_channel, make_notice
from tests.services_made import Reply, Service


def test_the_body_is_the_notice_of_the_contract():
    with Service() as service:
        channel = make_channel(WebhookSettings(url=hide(f"{service.url}/hook")))
        receipt = channel.send(make_notice(), None)
        channel.close()

    [request] = service.seen
    assert request.body == (
        b'{"type":"notice","id":"notice-1","key":"meta-access-token@bot","change":"opened","reason":"signal",'
        b'"at":"2026-11-21T12:00:00Z","incident":{"id":"inc-1","credential":"meta-access-token","service":"bot",'
        b'"state":"firing","signal":"expired","severity":"critical","first_seen":"2026-11-21T11:58:00Z",'
        b'"last_seen":"2026-11-21T11:59:00Z","count":3,"sources":["app.log"],"rules":["meta.session-expired"],'
        b'"expires_at":"2026-11-21T11:00:00Z","evidence":["Error validating access token: Session has expired"],'
        b'"title":"The access token\'s session has expired",'
        b'"runbook":"1. Make a new token.\\n2. Put it into the service.",'
        b'"opened_at":"2026-11-21T12:00:00Z","resolved_at":null,"resolved_by":null,"reason":"signal",'
        b'"acknowledged_by":null,"absorbed":0}}'
    )
    assert (request.method, request.path) == ("POST", "/hook")
    assert receipt.answer == "HTTP 200 (ok)"


def test_a_signature_covers_time_and_body():
    with Service() as service:
        channel = make_channel(WebhookSettings(url=hide(service.url), secret=hide("whisper")))
        channel.send(make_notice(), None)
        channel.close()

    [request] = service.seen
    at = int(NOON.timestamp())
    expected = hmac.new(b"whisper", f"{at}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-logscan-signature"] == f"t={at},v1={expected}"


def test_the_headers_say_what_it_is_to_cloudevents_and_to_who_drops_repeats():
    with Service() as service:
        channel = make_channel(WebhookSettings(url=hide(service.url)))
        channel.send(make_notice(ChangeKind.RESOLVED, key="tøken “x”@bot"), None)
        channel.send(make_notice(type=NoticeType.TEST), None)
        channel.close()

    first, second = service.seen
    assert first.headers["idempotency-key"] == first.headers["ce-id"] == "notice-1"
    assert first.headers["ce-specversion"] == "1.0"
    assert first.headers["ce-type"] == "logscan.notice.resolved"
    assert first.headers["ce-source"] == "logscan"
    assert first.headers["ce-time"] == "2026-11-21T12:00:00Z"
    assert first.headers["ce-subject"] == "t%C3%B8ken %E2%80%9Cx%E2%80%9D@bot"
    assert first.headers["content-type"] == "application/json"
    assert "x-logscan-signature" not in first.headers
    assert second.headers["ce-type"] == "logscan.test"


def test_a_digest_names_everything_that_was_merged():
    merged = (Merged(key="a@b", change=ChangeKind.OPENED, severity=Severity.ERROR, count=2),)
    notice = make_notice(type=NoticeType.DIGEST, key="", merged=merged)
    with Service() as service:
        channel = make_channel(WebhookSettings(url=hide(service.url)))
        channel.send(notice, None)
        channel.close()

    [request] = service.seen
    assert json.loads(request.body)["merged"] == [
        {"key": "a@b", "change": "opened", "severity": "error", "count": 2}
    ]
    assert "ce-subject" not in request.headers


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 302, 307])
def test_what_no_second_try_can_mend_is_given_up_with_its_status(status: int):
    with Service(lambda _: Reply(status, b"no", (("Location", "/elsewhere"),))) as service:
        channel = make_channel(WebhookSettings(url=hide(f"{service.url}/s3cret-path")))
        with pytest.raises(GiveUp) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert caught.value.status == status
    assert caught.value.broken is (status not in (400, 405, 413))
    assert str(caught.value).startswith(f"{service.url}: HTTP {status}")
    assert "s3cret" not in str(caught.value)
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    ("reply", "after_seconds"),
    [
        (Reply(429, b"", (("Retry-After", "7"),)), 7.0),
        (Reply(429), None),
        (Reply(503, b"", (("Retry-After", "Sat, 21 Nov 2026 12:00:30 GMT"),)), 30.0),
        (Reply(503, b"", (("Retry-After", "Sat, 21 Nov 2026 11:00:30 GMT"),)), 0.0),
        (Reply(500, b"", (("Retry-After", "soon"),)), None),
        (Reply(429, b'{"retry_after": 0.65}', (("Retry-After", "1"),)), 0.65),
        (Reply(429, b'{"parameters": {"retry_after": 12}}'), 12.0),
        (Reply(429, b'{"retry_after": Infinity}'), None),
        (Reply(429, b'{"retry_after": 1e300}'), 86_400.0),
        (Reply(429, b'{"retry_after": "x"}', (("Retry-After", "3"),)), 3.0),
        (Reply(408), None),
        (Reply(502), None),
    ],
)
def test_what_may_pass_is_tried_again_when_the_service_says(reply: Reply, after_seconds: float | None):
    with Service(lambda _: reply) as service:
        channel = make_channel(WebhookSettings(url=hide(service.url)))
        with pytest.raises(TryAgain) as caught:
            channel.send(make_notice(), None)
        channel.close()

    assert caught.value.after_seconds == after_seconds


def test_nobody_there_is_tried_again():
    with Service() as service:
        channel = make_channel(WebhookSettings(url=hide(f"{service.url}/s3cret-path")))
    with pytest.raises(TryAgain) as caught:
        channel.send(make_notice(), None)
    channel.close()

    assert str(caught.value) == f"{service.url}: no connection"


def test_a_secret_is_not_sent_in_plain_text_beyond_this_machine():
    with pytest.raises(ConfigError) as caught:
        make_channel(WebhookSettings(url=hide("http://hooks.example/s3cret-path")))

    assert str(caught.value) == "channel ops: http would send a secret in plain text; write https://"


def test_another_address_may_stand_in_for_the_service():
    with Service() as service:
        settings = WebhookSettings(url=hide("https://hooks.example/a?b=c"), base_url=f"{service.url}/proxy/")
        channel = make_channel(settings)
        channel.send(make_notice(), None)
        channel.close()

    assert service.seen[0].path == "/proxy/a?b=c"
