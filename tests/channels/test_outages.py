from __future__ import annotations

import gzip
import time
from collections.abc import Callable

import pytest

from logscan.errors import DeliveryError, GiveUp, TryAgain
from logscan.model import Receipt
from tests.certificates_made import make_own_tls
from tests.channels_made import KINDS, SECRET
from tests.notices_made import make_channel, make_notice
from tests.services_made import Act, Reply, Service, pour, reset, say_nothing, trickle

TIMEOUT_SECONDS = 1.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n"
TELLING = f"no: {SECRET}".encode()

for_each_kind = pytest.mark.parametrize("kind", KINDS)


def attempt(kind: str, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> Receipt | DeliveryError:
    """Send once, in time, and without a word of the secret."""
    channel = make_channel(KINDS[kind](url, SECRET), timeout_seconds=timeout_seconds)
    started = time.monotonic()
    try:
        result: Receipt | DeliveryError = channel.send(make_notice(), None)
    except DeliveryError as error:
        result = error
    channel.close()
    assert time.monotonic() - started < TIMEOUT_SECONDS + 9
    cause = result.__cause__ if isinstance(result, DeliveryError) else None
    assert SECRET[1:12] not in f"{result}{result!r}{cause!r}"
    return result


@for_each_kind
@pytest.mark.parametrize(
    "act",
    [
        say_nothing,
        reset,
        trickle(b"x" * 999, 0.1, head=HEAD + b"X: "),
        Reply(500, TELLING),
        Reply(502),
        Reply(503),
    ],
    ids=["black hole", "reset", "trickle", "500", "502", "503"],
)
def test_what_may_pass_is_tried_again(kind: str, act: Act | Reply):
    with Service(lambda _: act) as service:
        error = attempt(kind, service.url)

    assert isinstance(error, TryAgain)
    assert str(error).startswith(f"{service.url}: ")


@for_each_kind
def test_nobody_there_is_tried_again(kind: str):
    with Service() as service:
        pass

    assert isinstance(attempt(kind, service.url), TryAgain)


@for_each_kind
def test_too_many_wait_as_long_as_they_are_told(kind: str):
    with Service(lambda _: Reply(429, TELLING, (("Retry-After", "42"),))) as service:
        error = attempt(kind, service.url, 10)

    assert isinstance(error, TryAgain)
    assert error.after_seconds == 42


@for_each_kind
def test_what_is_refused_is_sent_once_more_at_most_and_given_up(kind: str):
    with Service(lambda _: Reply(400, TELLING)) as service:
        error = attempt(kind, service.url, 10)

    assert isinstance(error, GiveUp)
    assert (error.status, error.broken) == (400, False)
    assert len(service.seen) == (1 if kind == "webhook" else 2)


@for_each_kind
@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_channel_that_is_turned_away_is_broken(kind: str, status: int):
    with Service(lambda _: Reply(status, TELLING)) as service:
        error = attempt(kind, service.url, 10)

    assert isinstance(error, GiveUp)
    assert (error.status, error.broken) == (status, True)
    assert len(service.seen) == 1


@for_each_kind
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(kind: str, status: int):
    with Service() as other:
        with Service(lambda _: Reply(status, b"", (("Location", f"{other.url}/{SECRET}"),))) as service:
            error = attempt(kind, service.url, 10)
        assert not other.seen

    assert isinstance(error, GiveUp)
    assert error.broken
    assert "redirects; name the address that is meant" in str(error)


@for_each_kind
@pytest.mark.parametrize(
    "make",
    [
        lambda: pour(HEAD + b"\r\n", b"x" * 65_536),
        lambda: trickle(b"ok" * 99, 0.2, head=HEAD + b"\r\n"),
        lambda: Reply(200, gzip.compress(b"0" * 30_000_000), (("Content-Encoding", "gzip"),)),
    ],
    ids=["endless", "slow", "bomb"],
)
def test_what_was_taken_is_not_sent_again_whatever_the_answer_looks_like(
    kind: str, make: Callable[[], Act | Reply]
):
    act = make()
    with Service(lambda _: act) as service:
        result = attempt(kind, service.url)

    assert isinstance(result, Receipt)
    assert len(result.answer) < 300


@pytest.mark.needs("openssl")
def test_nothing_is_sent_to_who_cannot_prove_who_he_is():
    with Service(tls=make_own_tls()) as service:
        errors = [attempt(kind, service.url, 10) for kind in KINDS]

    assert not service.seen
    assert all(isinstance(error, TryAgain) and "certificate is not trusted" in str(error) for error in errors)
