"""Addresses to listen on, and clients that are slow, silent or endless."""

from __future__ import annotations

import socket
import time

import pytest

from logscan.errors import ConfigError
from logscan.web import Address, listen, read_address
from logscan.web.addresses import PortTakenError
from logscan.web.protocols import ASK_SECONDS, MOST_CLIENTS
from tests.web.conftest import Serve


@pytest.mark.parametrize("text", ["127.0.0.1:9466", "[::1]:0", "localhost:65535", "0.0.0.0:80", "[::]:80"])
def test_an_address_reads_back_as_the_same(text: str):
    assert str(read_address(text)) == text


def test_a_word_stands_for_no_address():
    assert read_address("off") is None


@pytest.mark.parametrize(
    "text",
    ["", ":80", "host", "host:65536", "[::1", "[1:2]:3", "a b:1", "::1:80", "x:-1", "x:y", "[1.2.3.4]:5"],
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(ConfigError, match="no address"):
        read_address(text)


def test_a_port_that_is_taken_is_said():
    first = listen(Address("127.0.0.1", 0))
    port = first.getsockname()[1]

    with first, pytest.raises(PortTakenError, match="taken by another program"):
        listen(Address("127.0.0.1", port))


def test_every_address_means_both_families():
    with (
        listen(Address("::", 0)) as listening,
        socket.create_connection(("127.0.0.1", listening.getsockname()[1]), timeout=5),
    ):
        assert listening.family == socket.AF_INET6


def test_a_client_that_never_asks_is_sent_away_and_others_are_answered_meanwhile(serve: Serve):
    client = serve()
    place = (client.base_url.host, client.base_url.port or 0)

    with socket.create_connection(place, timeout=ASK_SECONDS * 4) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        began = time.monotonic()
        assert client.get("/healthz").status_code == 200
        try:
            rest = slow.recv(1)
        except ConnectionResetError:
            rest = b""

    assert rest == b""
    assert time.monotonic() - began >= ASK_SECONDS - 1


def test_however_many_clients_are_silent_one_that_asks_is_answered(serve: Serve):
    client = serve()
    place = (client.base_url.host, client.base_url.port or 0)

    silent = [socket.create_connection(place, timeout=5) for _ in range(MOST_CLIENTS + 50)]
    answer = client.get("/healthz")
    for one in silent:
        one.close()

    assert answer.status_code == 200


def test_headers_without_end_are_refused(serve: Serve):
    client = serve()
    place = (client.base_url.host, client.base_url.port or 0)

    with socket.create_connection(place, timeout=20) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        try:
            for _ in range(200):
                endless.sendall(b"x-more: " + b"a" * 10_000 + b"\r\n")
            answer = endless.recv(100)
        except OSError:
            answer = b""

    assert answer[:12] in {b"", b"HTTP/1.1 400"}
    assert client.get("/healthz").status_code == 200
