from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from logscan.errors import ConfigError, ExchangeError
from logscan.http import Client, check_url, is_loopback, scrub_url, trust
from tests.certificates_made import make_own_tls
from tests.live_made import Clock
from tests.services_made import Act, Reply, Service, pour, trickle

CANARY = "canary-7f3a9b"


class Server:
    """An HTTP server on loopback that does what `answer` says."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.cuts: set[str] = set()
        outer = self

        class Exchange(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = self.path.partition("?")[0]
                outer.seen.append((self.command, path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers, content = outer.answers.get(path, (404, {}, b"nothing"))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                extra = 10 if path in outer.cuts else 0
                self.send_header("Content-Length", str(len(content) + extra))
                self.end_headers()
                self.wfile.write(content)
                if extra:
                    self.close_connection = True

            do_GET = do_POST = answer  # noqa: N815 - the server asks for these names

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(clock=Clock(), agent="logscan/test", timeout_seconds=10)
    yield made
    made.close()


def fail(client: Client, url: str, **options: Any) -> str:
    with pytest.raises(ExchangeError) as caught:
        client.send("GET", url, **options)
    assert CANARY not in f"{caught.value!r}{caught.value.__cause__!r}"
    return str(caught.value)


def test_an_exchange_gives_status_headers_and_body(server: Server, client: Client):
    server.answers["/a"] = (429, {"Retry-After": "7"}, b"slow down")

    answer = client.send("POST", f"{server.url}/a", headers={"X-Token": CANARY}, content=b"{}")

    assert (answer.status, answer.headers["retry-after"], answer.body) == (429, "7", b"slow down")
    method, path, headers, body = server.seen[0]
    assert (method, path, body) == ("POST", "/a", b"{}")
    assert headers["x-token"] == CANARY
    assert headers["user-agent"] == "logscan/test"
    assert headers["accept-encoding"] == "identity"


def test_an_answer_may_have_its_full_size_and_no_byte_more(server: Server):
    client = Client(clock=Clock(), agent="t", most_bytes=1000)
    server.answers["/fits"] = (200, {}, b"x" * 1000)
    server.answers["/not"] = (200, {}, b"x" * 1001)

    assert len(client.send("GET", f"{server.url}/fits").body) == 1000
    assert "the answer is above" in fail(client, f"{server.url}/not?{CANARY}")
    client.close()


def test_the_usual_cap_is_64_kib(server: Server, client: Client):
    server.answers["/big"] = (200, {}, b"x" * (65 << 10))

    assert fail(client, f"{server.url}/big") == f"{server.url}: the answer is above 64 KiB"


def test_a_packed_answer_is_not_unpacked(server: Server, client: Client):
    server.answers["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 10_000_000))

    assert "packed" in fail(client, f"{server.url}/bomb")


def test_a_redirect_is_followed_on_the_same_host_only(server: Server, client: Client):
    other = Server()
    other.answers["/"] = (200, {}, b"stolen")
    server.answers |= {
        "/near": (302, {"Location": "/there"}, b""),
        "/there": (200, {}, b"here"),
        "/far": (302, {"Location": f"{other.url}/?{CANARY}"}, b""),
        "/round": (302, {"Location": "/round"}, b""),
        "/post": (307, {"Location": "/there"}, b""),
    }

    assert client.send("GET", f"{server.url}/near").body == b"here"
    assert client.send("POST", f"{server.url}/post").status == 307
    assert "redirects to another host" in fail(client, f"{server.url}/far", headers={"X-Token": CANARY})
    assert "more than 3 redirects" in fail(client, f"{server.url}/round")
    assert not other.seen
    other.close()


def test_an_answer_that_breaks_off_is_no_answer(server: Server, client: Client):
    server.answers["/half"] = (200, {}, b"half")
    server.cuts.add("/half")

    assert "broke off" in fail(client, f"{server.url}/half?{CANARY}")


def test_nobody_there_is_told_without_the_path(client: Client):
    gone = Server()
    url = gone.url
    gone.close()

    assert fail(client, f"{url}/{CANARY}?t={CANARY}", headers={"X": CANARY}) == f"{url}: no connection"


def test_a_trickle_ends_when_its_time_is_up(server: Server):
    clock = Clock()

    def tick() -> float:
        clock.seconds += 20
        return clock.seconds

    client = Client(clock=tick, agent="t", timeout_seconds=10)
    server.answers["/slow"] = (200, {}, b"x")

    assert "no whole answer within 10 s" in fail(client, f"{server.url}/slow")
    client.close()


def test_where_the_status_suffices_the_rest_may_be_late_packed_or_endless():
    head = b"HTTP/1.1 201 Yes\r\nContent-Length: 9999999\r\n\r\n"
    packed = Reply(202, gzip.compress(b"0" * 1_000_000), (("Content-Encoding", "gzip"),))
    told: dict[str, Reply | Act] = {
        "/late": trickle(b"abcdef" * 99, 0.2, head=head),
        "/endless": pour(head, b"x" * 65536),
        "/packed": packed,
    }
    with Service(lambda request: told[request.path]) as service:
        client = Client(clock=time.monotonic, agent="t", timeout_seconds=1, status_suffices=True)
        assert client.send("POST", f"{service.url}/endless").status == 201
        assert client.send("POST", f"{service.url}/packed")[::2] == (202, b"")
        assert client.send("POST", f"{service.url}/late").body.startswith(b"abc")
        client.close()


def test_what_was_prepared_is_used_and_changes_no_answer(server: Server, client: Client):
    server.answers["/a"] = (200, {}, b"here")

    client.prepare(server.url)
    client.prepare("https://example.org")

    assert client.send("GET", f"{server.url}/a").body == b"here"


@pytest.mark.needs("openssl")
def test_a_certificate_that_nobody_vouches_for_is_told_as_such(client: Client):
    with Service(tls=make_own_tls()) as service:
        assert fail(client, f"{service.url}/{CANARY}") == (
            f"{service.url}: its certificate is not trusted; name who vouches for it with SSL_CERT_FILE"
        )


def test_a_header_that_is_none_is_refused_without_quoting_it(server: Server, client: Client):
    for value in (f"{CANARY}\r\nX-Other: 1", f"{CANARY}\u20ac"):
        fail(client, server.url, headers={"X-Token": value})
    assert not server.seen


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x",
        "wss://example.org",
        "http://127.0.0.1:80",
        "http://127.3.4.5",
        "http://[::1]:9",
        "ws://localhost:1",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_a_secret_may_go_over_tls_or_to_this_machine(url: str):
    check_url(url, "here")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"http://example.org/{CANARY}", "plain text; write https://"),
        (f"ws://10.0.0.1/{CANARY}", "plain text; write wss://"),
        ("http://localhost.example.org", "plain text"),
        ("http://127.0.0.1.nip.io", "plain text"),
        ("http://2130706433", "plain text"),
        ("https://169.254.169.254/latest", "link-local"),
        ("https://2852039166/latest", "link-local"),
        ("https://0xa9.254.0xa9fe/latest", "link-local"),
        ("https://[fe80::1]/", "link-local"),
        ("https://[::ffff:169.254.169.254]/", "link-local"),
        (f"https://user:{CANARY}@example.org", "a login stands in the address"),
        (f"https://{CANARY}@example.org", "a login stands in the address"),
        ("ftp://example.org", "no address"),
        ("example.org", "no address"),
        ("https://", "no address"),
        ("https://x:99999999", "no address"),
        ("https://[::1", "no address"),
        ("", "no address"),
    ],
)
def test_other_addresses_are_refused(url: str, why: str):
    with pytest.raises(ConfigError) as caught:
        check_url(url, "here")

    assert why in str(caught.value)
    assert str(caught.value).startswith("here: ")
    assert CANARY not in str(caught.value)


def test_what_holds_no_secret_may_go_in_plain_text_too():
    check_url("http://alertmanager:9093", "here", carries_secret=False)
    with pytest.raises(ConfigError, match="link-local"):
        check_url("http://169.254.169.254", "here", carries_secret=False)


def test_a_scrubbed_url_keeps_scheme_host_and_port():
    assert (
        scrub_url(f"https://u:{CANARY}@example.org:8443/{CANARY}?{CANARY}#{CANARY}")
        == "https://example.org:8443"
    )
    assert scrub_url("https://[::1]:7/x") == "https://[::1]:7"
    assert scrub_url("https://x:notaport/") == "the address"
    assert is_loopback("http://localhost/")
    assert not is_loopback("http://example.org/")


def test_what_is_trusted_is_made_once_however_many_ask_at_once():
    trust._make_tls.cache_clear()

    with ThreadPoolExecutor(8) as at_once:
        made = list(at_once.map(lambda _: trust.make_tls(), range(8)))

    assert len(set(map(id, made))) == 1
