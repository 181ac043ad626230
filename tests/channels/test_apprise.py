from __future__ import annotations

import os
import time

import pytest

from logscan.channels import Tools, apprise, open_channel
from logscan.channels.settings import AppriseSettings
from logscan.errors import GiveUp, TryAgain
from logscan.messages import Voice, write_message
from logscan.model import ChangeKind, Channel
from tests.certificates_made import make_own_tls
from tests.mails_made import MailServer
from tests.notices_made import NOON, hide, make_client, make_incident, make_notice
from tests.services_made import Reply, Service, say_nothing


def make_apprise(url: str, *, is_blind: bool = False) -> Channel:
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    return open_channel(
        "mail",
        AppriseSettings(url=hide(url), dangerously_skip_tls_verify=is_blind),
        Tools(make_client, lambda: NOON, environ=environ),
    )


def test_a_mail_tells_everything_and_no_log_text_becomes_a_header():
    incident = make_incident(credential="key\r\nBcc: evil@example.org", evidence=("<b>x</b>\nBcc: y",))
    with MailServer() as server:
        channel = make_apprise(
            f"mailto://127.0.0.1:{server.port}/?from=logscan@example.org&to=ada@example.org"
        )
        receipt = channel.send(make_notice(incident=incident), None)

    [(recipients, mail)] = server.mails
    assert recipients == ["ada@example.org"]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Critical: key Bcc: evil@example.org@bot has expired"
    text = mail.get_body(("plain", "html"))
    assert text is not None
    assert "Make a new token" in text.get_content()
    assert "Since: 2026-11-21T11:58:00Z" in text.get_content()
    assert receipt.answer == "1 of 1 told"


def test_who_was_told_is_not_told_again_when_another_failed():
    with MailServer("eve@example.org") as server:
        channel = make_apprise(
            f"mailto://127.0.0.1:{server.port}/?from=l@example.org&to=ada@example.org,eve@example.org,bob@example.org"
        )
        with pytest.raises(TryAgain, match="Apprise ended with status 1: 2 of 3 told") as caught:
            channel.send(make_notice(), None)
        server.refused.clear()
        receipt = channel.send(make_notice(), caught.value.memory)
        channel.send(make_notice(ChangeKind.RESOLVED, id="notice-2"), receipt.memory)

    told = [recipients for recipients, _ in server.mails]
    assert told[:3] == [["ada@example.org"], ["bob@example.org"], ["eve@example.org"]]
    assert sorted(told[3:]) == sorted(told[:3])
    assert receipt.answer == "3 of 3 told"


def test_a_service_with_little_room_is_told_the_most_telling():
    with Service(lambda _: Reply(200, b"{}")) as service:
        channel = make_apprise(f"json://127.0.0.1:{service.port}/s3cret")
        channel.send(make_notice(), None)

    document = service.seen[0].read_json()
    assert document["title"] == "Critical: meta-access-token@bot has expired"
    assert document["type"] == "failure"
    short = apprise.write_short(write_message(make_notice(), Voice()))
    assert short == "The access token's session has expired. Since: 2026-11-21T11:58:00Z (2 min ago)"


def test_redirects_are_not_followed():
    with Service() as other, Service(lambda _: Reply(307, b"", (("Location", other.url),))) as service:
        channel = make_apprise(f"json://127.0.0.1:{service.port}/s3cret")
        try:
            channel.send(make_notice(), None)
        except TryAgain as error:
            why = str(error)

    assert why == "Apprise ended with status 1: 0 of 1 told"
    assert len(service.seen) == 1
    assert not other.seen


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "Apprise does not know this URL"),
        ("s3cret://abc", "Apprise does not know this URL"),
        ("json://example.org/s3cret", "would send a secret in plain text"),
        ("mailto://ada:s3cret@example.org", "would send a secret in plain text"),
    ],
)
def test_a_url_that_cannot_be_used_is_given_up_and_not_quoted(url: str, why: str):
    with pytest.raises(GiveUp) as caught:
        make_apprise(url).send(make_notice(), None)

    assert why in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.broken


def test_a_service_that_never_answers_costs_no_more_than_the_time_of_a_call(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apprise, "_TIMEOUT_SECONDS", 5.0)
    with Service(lambda _: say_nothing) as service:
        started = time.monotonic()
        with pytest.raises(TryAgain):
            make_apprise(f"json://127.0.0.1:{service.port}/s3cret?rto=60").send(make_notice(), None)

    assert time.monotonic() - started < 20


def test_nobody_is_called_by_what_a_log_says():
    text = apprise.break_mentions("<!channel> <@U1> @everyone @here @all ada@example.org @alles")

    assert (
        text == "<\u200b!channel> <\u200b@U1> @\u200beveryone @\u200bhere @\u200ball ada@example.org @alles"
    )


@pytest.mark.needs("openssl")
def test_no_url_switches_the_verification_of_tls_off_by_itself():
    with Service(lambda _: Reply(200, b"{}"), tls=make_own_tls()) as service:
        where = f"jsons://127.0.0.1:{service.port}/s3cret"
        with pytest.raises(GiveUp, match="switches the verification of TLS off"):
            make_apprise(f"{where}?verify=no").send(make_notice(), None)
        with pytest.raises(TryAgain):
            make_apprise(where).send(make_notice(), None)
        assert not service.seen

        make_apprise(where, is_blind=True).send(make_notice(), None)
        assert len(service.seen) == 1
