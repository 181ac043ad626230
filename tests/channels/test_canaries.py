"""200 secrets in lines, and 200 of the channels' own in what services send back: none is read anywhere."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from functools import cache

import pytest

from logscan import Scanner, load_packs, scan_lines
from logscan.channels import Tools, open_channel
from logscan.channels.apprise import AppriseChannel
from logscan.channels.settings import AppriseSettings, ConsoleSettings
from logscan.errors import DeliveryError
from logscan.model import ChangeKind, Incident
from tests.channels_made import KINDS
from tests.notices_made import NOON, hide, make_channel, make_client, make_incident, make_notice
from tests.secrets_made import CANARIES, ENCODINGS, SHOWN, list_leaks, read_leaks
from tests.services_made import Reply, Request, Service, answer_json

LINE = "ERROR login failed: access_token={0} Error validating access token: Session has expired"


@cache
def make_leaky_incidents() -> tuple[Incident, ...]:
    """What lines full of secrets come to once they went through the gate that all events pass."""
    lines = [LINE.format(ENCODINGS[shown](one)) for one in CANARIES for shown in SHOWN]
    evidence = [finding.event.evidence for finding in scan_lines(lines, Scanner(load_packs("meta").rules))]
    assert len(evidence) == len(lines)
    return tuple(make_incident(evidence=tuple(evidence[i : i + 5])) for i in range(0, len(evidence), 5))


def collect_payloads(kind: str, incidents: tuple[Incident, ...]) -> list[bytes]:
    with Service(lambda _: answer_json({"ok": True, "id": "1", "channel": "C", "ts": "1"})) as service:
        channel = make_channel(KINDS[kind](service.url, "0123456789abcdef" * 2))
        memory = None
        for incident in incidents:
            for change in (ChangeKind.OPENED, ChangeKind.RESOLVED):
                memory = channel.send(make_notice(change, incident), memory).memory
        channel.close()
    return [request.body for request in service.seen]


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_of_a_line_is_sent(kind: str):
    made = make_leaky_incidents()

    payloads = collect_payloads(kind, made)

    sent = b"\n".join(payloads).decode()
    assert len(payloads) >= 2 * len(made)
    assert not list_leaks(sent)


def test_no_secret_of_a_line_is_handed_to_a_program_or_shown():
    stream = io.StringIO()
    tools = Tools(make_client, lambda: NOON, say=stream.write, environ={"PATH": os.environ["PATH"]})
    console = open_channel("here", ConsoleSettings(), tools)
    mail = open_channel("mail", AppriseSettings(url=hide("mailto://x")), tools)
    assert isinstance(mail, AppriseChannel)

    for incident in make_leaky_incidents():
        console.send(make_notice(incident=incident), None)
        stream.write(mail._write_order(make_notice(incident=incident), set()).decode())

    assert not list_leaks(stream.getvalue())


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_of_a_channel_is_shown_whatever_a_service_says(kind: str):
    """Each answer sends back the secret it was given, in every encoding, as a service's error page may."""
    said = []
    with Service() as service:
        for number, canary in enumerate(CANARIES):
            token = re.sub(r"[^\w.:|-]", "", canary)[:80]
            service.told = make_echo(token, (400, 401, 404, 429, 500, 200)[number % 6])
            channel = make_channel(KINDS[kind](service.url, token))
            try:
                said.append((token, channel.send(make_notice(), None).answer))
            except DeliveryError as error:
                said.append((token, f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"))
            channel.close()

    assert len(said) == len(CANARIES)
    assert not [token for token, text in said if read_leaks(token, text)]


def make_echo(token: str, status: int) -> Callable[[Request], Reply]:
    told = " ".join(f"bad token {ENCODINGS[shown](token)}, sorry." for shown in SHOWN).encode()
    return lambda request: Reply(status, told + request.path.encode() + b" " + str(request.headers).encode())


def test_a_secret_that_is_there_is_found():
    assert all(list_leaks(LINE.format(ENCODINGS[shown](CANARIES[0]))) for shown in SHOWN)
