"""Twilio as it documents itself, asked by Apprise under its real name: a proxy leads there, which the environment names."""

from __future__ import annotations

import os
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from logscan.channels import Tools, open_channel
from logscan.channels.settings import AppriseSettings
from logscan.errors import TryAgain
from logscan.model import ChangeKind, Channel
from tests.certificates_made import make_own_tls
from tests.notices_made import NOON, hide, make_client, make_notice
from tests.services_made import Reply, Request, Service, answer_json

SID, TOKEN = "AC" + "0a" * 16, "1b" * 16
TO = ("+491701234567", "+491707654321")
_LONGEST = 1_600


class Twilio:
    """Takes messages; those to `refused` it does not."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.refused: Reply | None = None

    def __call__(self, request: Request) -> Reply:
        login = b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}":
            return answer_json({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        assert request.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if len(form["Body"]) > _LONGEST:
            return answer_json({"code": 21617, "message": "The concatenated body exceeds the limit"}, 400)
        if self.refused is not None and form["To"] == TO[1]:
            return self.refused
        self.told.append((form["To"], form["Body"]))
        return answer_json({"sid": "SM1", "status": "queued"}, 201)


@contextmanager
def lead(port: int) -> Iterator[int]:
    """A proxy that leads everybody to one service; gives its port."""
    threads: list[threading.Thread] = []

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def join(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as there:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(65_536)
            assert head.startswith(b"CONNECT api.twilio.com:443 ")
            client.sendall(b"HTTP/1.1 200 Established\r\n\r\n")
            back = threading.Thread(target=pump, args=(there, client))
            back.start()
            pump(client, there)
            back.join()

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threads.append(threading.Thread(target=join, args=(client,)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            server.join()
            for thread in threads:
                thread.join()


@contextmanager
def open_sms(folder: Path, twilio: Twilio, token: str = TOKEN) -> Iterator[Channel]:
    trusted = folder / "twilio.pem"
    tls = make_own_tls("DNS:api.twilio.com", trusted)
    with Service(twilio, tls) as service, lead(service.port) as port:
        environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
        environ |= {"https_proxy": f"http://127.0.0.1:{port}", "REQUESTS_CA_BUNDLE": str(trusted)}
        url = f"twilio://{SID}:{token}@+491701111111/{TO[0]}/{TO[1]}"
        yield open_channel(
            "sms", AppriseSettings(url=hide(url)), Tools(make_client, lambda: NOON, environ=environ)
        )


@pytest.mark.needs("openssl")
def test_everybody_is_sent_one_message_that_fits(tmp_path: Path):
    twilio = Twilio()
    with open_sms(tmp_path, twilio) as channel:
        receipt = channel.send(make_notice(), None)

    assert receipt.answer == "2 of 2 told"
    assert [to for to, _ in twilio.told] == list(TO)
    assert "meta-access-token@bot has expired" in twilio.told[0][1]


@pytest.mark.needs("openssl")
@pytest.mark.parametrize(
    "refusal",
    [
        answer_json({"code": 20429, "message": "Too Many Requests", "status": 429}, 429),
        answer_json({"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}, 400),
    ],
    ids=["too many", "no such number"],
)
def test_only_whom_it_refused_is_tried_again(refusal: Reply, tmp_path: Path):
    twilio = Twilio()
    twilio.refused = refusal
    with open_sms(tmp_path, twilio) as channel:
        with pytest.raises(TryAgain, match="1 of 2 told") as caught:
            channel.send(make_notice(ChangeKind.RESOLVED), None)
        twilio.refused = None
        receipt = channel.send(make_notice(ChangeKind.RESOLVED), caught.value.memory)

    assert receipt.answer == "2 of 2 told"
    assert [to for to, _ in twilio.told] == list(TO)


@pytest.mark.needs("openssl")
def test_a_token_that_is_refused_is_not_quoted(tmp_path: Path):
    wrong = "2c" * 16
    with open_sms(tmp_path, Twilio(), wrong) as channel, pytest.raises(TryAgain) as caught:
        channel.send(make_notice(), None)

    assert wrong not in f"{caught.value}{caught.value.memory}"
