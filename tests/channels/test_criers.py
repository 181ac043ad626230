from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from logscan.channels import criers
from tests.chats_made import answer_twilio
from tests.services_made import Service

SID, TOKEN = "AC" + "0" * 32, "1" * 32  # made up


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """A crier is a process of its own, and silences the libraries in it."""
    yield
    logging.disable(logging.NOTSET)


def cry(monkeypatch: pytest.MonkeyPatch, **order: Any) -> tuple[int, list[dict[str, Any]]]:
    stdout = io.StringIO()
    given = {
        "title": "Critical: key@bot has expired",
        "body": "x" * 5_000,
        "short": "It is over",
        "type": "failure",
    }
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(given | order)))
    monkeypatch.setattr(sys, "stdout", stdout)
    status = criers.main()
    return status, [json.loads(line) for line in stdout.getvalue().splitlines() if line]


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # in a library of Apprise
def test_an_sms_has_the_most_telling_words_and_each_number_counts_alone(monkeypatch: pytest.MonkeyPatch):
    from apprise.plugins.twilio import NotifyTwilio

    url = f"twilio://{SID}:{TOKEN}@15005550006/15005550001/15005550009"
    with Service(answer_twilio) as service:
        address = NotifyTwilio.notify_sms_url.replace("https://api.twilio.com", service.url)
        monkeypatch.setattr(NotifyTwilio, "notify_sms_url", address)
        first = cry(monkeypatch, url=url, told=[])
        second = cry(monkeypatch, url=url, told=[1])

    assert first == (1, [{"targets": 2}, {"told": 1}])
    assert second == (1, [{"targets": 2}])
    forms = [parse_qs(request.body.decode()) for request in service.seen]
    assert [form["To"] for form in forms] == [["+15005550001"], ["+15005550009"], ["+15005550001"]]
    assert all("It is over" in form["Body"][0] and len(form["Body"][0]) <= 160 for form in forms)
