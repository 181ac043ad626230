"""Tokens that are refused, expire, are missing or are used too much: told in clear words, once, and never shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from logscan.model import NewsKind
from logscan.references import Reference, Secret, resolve_reference
from tests.railway_made import ACCOUNT, PROJECT_ONLY, Railway
from tests.railway_run import Running, begin
from tests.railway_streams import START, Act, entry


@pytest.mark.parametrize("act", [Act(status=401), Act(status=403), Act(ack_code=4401), Act(ack_code=4403)])
def test_a_login_refused_at_the_door_is_told_with_its_remedy(
    railway: Railway, start: Callable[..., Running], act: Act
):
    railway.acts.append(act)
    running = start()

    news = running.wait_for_news(NewsKind.DOWN, "login")
    running.wait_for_news(NewsKind.UP)

    assert "RAILWAY_API_TOKEN" in news.text
    assert "make an account token" in news.text
    assert ACCOUNT not in repr(running.sink.news)


def test_a_token_that_expires_is_told_once_and_its_successor_taken(
    railway: Railway, start: Callable[..., Running]
):
    tokens = [Secret(PROJECT_ONLY, "RAILWAY_TOKEN")]
    railway.acts.append(Act(drop_after=1))
    running = begin(railway, start, fetch=lambda: tokens[-1])
    railway.refused.add(PROJECT_ONLY)
    railway.log(entry(1, "a"), entry(2, "b"))

    news = running.wait_for_news(NewsKind.DOWN, "login")
    assert "Railway refused the login: the token in RAILWAY_TOKEN" in news.text
    assert "make a project token" in news.text
    tokens.append(Secret(ACCOUNT, "RAILWAY_API_TOKEN"))
    running.wait_for_lines(2)

    assert running.messages == ["a", "b"]
    assert [one.kind for one in running.sink.news].count(NewsKind.DOWN) == 1
    assert PROJECT_ONLY not in repr(running.sink.news)


def test_a_token_whose_name_does_not_tell_is_tried_both_ways(railway: Railway, start: Callable[..., Running]):
    for token in (ACCOUNT, PROJECT_ONLY):
        running = start(token=token, origin="/run/secrets/railway")
        running.wait_for_news(NewsKind.UP)
        running.stop()

    assert [
        name
        for headers in railway.headers
        for name in ("authorization", "project-access-token")
        if name in headers
    ] == [
        "authorization",
        "project-access-token",
    ]


def test_a_missing_token_is_told_and_taken_up_when_it_comes(start: Callable[..., Running]):
    environ: dict[str, str] = {}
    reference = Reference("env", "RAILWAY_API_TOKEN", None, "logscan.yaml:3:5")
    running = start(fetch=lambda: resolve_reference(reference, environ, "/"))

    news = running.wait_for_news(NewsKind.DOWN, "login")
    environ["RAILWAY_API_TOKEN"] = ACCOUNT
    running.wait_for_news(NewsKind.UP)

    assert (
        news.text == "bot: logscan.yaml:3:5: RAILWAY_API_TOKEN is not set; set the variable RAILWAY_API_TOKEN"
    )


def test_a_token_with_a_line_end_in_it_is_never_sent(railway: Railway, start: Callable[..., Running]):
    running = start(token=f"{ACCOUNT}\nX-Evil: 1", origin="RAILWAY_API_TOKEN")

    news = running.wait_for_news(NewsKind.DOWN, "login")

    assert "holds spaces" in news.text
    assert ACCOUNT not in news.text
    assert not railway.queries


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ((429, {"Retry-After": "7"}, {}), 7),
        ((429, {"X-RateLimit-Reset": "12"}, {}), 12),
        ((429, {"X-RateLimit-Reset": str(int(START.timestamp()) + 40)}, {}), 40),
        ((429, {"X-RateLimit-Reset": str(int(START.timestamp() + 40) * 1000)}, {}), 40),
        ((429, {"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT"}, {}), 90),
        ((429, {"Retry-After": "soon"}, {}), 60),
        ((429, {}, {}), 60),
        ((429, {"Retry-After": "999999"}, {}), 3600),
        ((429, {"Retry-After": "0"}, {}), 1),
        ((200, {}, {"errors": [{"message": "You are being ratelimited"}]}), 60),
    ],
)
def test_a_rate_limit_is_obeyed(
    railway: Railway, start: Callable[..., Running], answer: tuple[int, dict[str, str], Any], seconds: int
):
    railway.answers.append(answer)
    running = start()

    news = running.wait_for_news(NewsKind.DOWN, "rate limit")
    running.stop()

    assert news.text.endswith(f"too many requests; it goes on in {seconds} s")
    assert len(railway.queries) == 1


def test_a_rate_limit_at_the_door_is_obeyed_and_ends(railway: Railway, start: Callable[..., Running]):
    railway.acts.append(Act(status=429, headers={"Retry-After": "1"}))
    running = start()
    began_at = time.monotonic()

    running.wait_for_news(NewsKind.UP)

    assert time.monotonic() - began_at >= 1
    assert running.sink.news[0].cause == "rate limit"


def test_what_is_not_there_is_told_with_what_is(start: Callable[..., Running]):
    texts = {
        start(service="bto").wait_for_news(NewsKind.DOWN, "settings").text,
        start(environment=None).wait_for_news(NewsKind.DOWN, "settings").text,
        start(project="shp").wait_for_news(NewsKind.DOWN, "settings").text,
        start(project=None).wait_for_news(NewsKind.DOWN, "settings").text,
    }

    assert texts == {
        "bot: there is no service 'bto'; there are: bot, worker",
        "bot: no environment is named; there are: production, staging",
        "bot: there is no project 'shp'; there are: shop",
        "bot: no project is named; set `project`, or RAILWAY_PROJECT_ID",
    }
