"""What bounds an exchange, and what is left of one that was cut off: nothing."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress

import pytest

from logscan.http import Client
from logscan.http.ways import find_proxy
from logscan.http.wires import find_addresses
from tests.services_made import Act, Reply, Service, say_nothing, trickle
from tests.test_http import CANARY, fail


def test_no_exchange_is_longer_than_its_time_and_none_leaves_anything_behind():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: "
    slow: dict[str, Act] = {
        "/head": trickle(b"x" * 900, 0.1, head=head),
        "/body": trickle(b"x" * 900, 0.1, head=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"),
        "/silent": say_nothing,
    }
    with Service(lambda request: slow.get(request.path, Reply(body=b"ok"))) as service:
        client = Client(clock=time.monotonic, agent="t", timeout_seconds=0.5)
        assert client.send("GET", f"{service.url}/quick").body == b"ok"
        threads = list_own_threads()
        for path in slow:
            started = time.monotonic()
            assert fail(client, f"{service.url}{path}") == f"{service.url}: no whole answer within 0.5 s"
            assert time.monotonic() - started < 5
            assert not list_sockets_to(service.port)
            assert list_own_threads() == threads

        assert client.send("GET", f"{service.url}/quick").body == b"ok"
        client.close()
        assert not list_sockets_to(service.port)


def list_own_threads() -> set[threading.Thread]:
    """All but those of the service, which are nameless."""
    return {one for one in threading.enumerate() if not one.name.startswith("Thread-")}


def list_sockets_to(port: int) -> list[int]:
    """This process's own descriptors of connections to a server here."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError), socket.socket(fileno=os.dup(int(name))) as one:
            if one.family == socket.AF_INET and one.getpeername()[1] == port:
                found.append(int(name))
    return found


def test_a_server_that_reads_slowly_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client = Client(clock=time.monotonic, agent="t", timeout_seconds=0.5)

        words = fail(client, f"http://127.0.0.1:{listener.getsockname()[1]}/", content=b"x" * (32 << 20))

        assert "no whole answer within 0.5 s" in words
        client.close()


def test_a_name_that_leads_to_where_a_cloud_tells_its_secrets_is_not_followed():
    with pytest.raises(OSError, match="link-local"):
        find_addresses("169.254.169.254", 80, 1)


def test_the_environments_proxy_is_asked_but_for_this_machine_and_what_it_excepts(
    monkeypatch: pytest.MonkeyPatch,
):
    with Service(lambda _: Reply(403)) as proxy, Service() as service:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.setenv("ALL_PROXY", proxy.url.replace("http://", f"http://user:{CANARY}@"))
        monkeypatch.setenv("NO_PROXY", "other.example.org")
        client = Client(clock=time.monotonic, agent="t", timeout_seconds=10)

        fail(client, f"https://example.org/{CANARY}")
        assert client.send("GET", service.url).body == b"ok"
        assert find_proxy("https://other.example.org/") == ""

        [asked] = proxy.seen
        assert (asked.method, asked.path) == ("CONNECT", "example.org:443")
        assert asked.headers["proxy-authorization"].startswith("Basic ")
        monkeypatch.setenv("ALL_PROXY", f"socks5://user:{CANARY}@127.0.0.1:9")
        client.close()
        assert "is no proxy that can be used; name one with http://" in fail(client, "https://example.org")
