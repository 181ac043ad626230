"""Rarer troubles: redirects, oversized backlogs, flapping servers, canaries, and what the pipeline makes of it all."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable

import pytest
from websockets.sync.server import ServerConnection, serve

from logscan.model import Chunk, NewsKind, Signal
from logscan.pipeline import Manner
from logscan.references import Secret
from logscan.sources.railway import subscriptions
from logscan.sources.railway.failures import Dropped, sort_errors
from logscan.sources.railway.places import Login
from logscan.sources.railway.subscriptions import Rhythm, open_connection
from tests.live_made import Collected, make_pipeline
from tests.railway_made import ACCOUNT, OTHER_SERVICE, PROJECT, PROJECT_ONLY, WAIT, Railway
from tests.railway_run import Running, begin
from tests.railway_streams import START, Act, entry

Start = Callable[..., Running]


def test_a_redirect_does_not_take_the_token_elsewhere(railway: Railway, start: Start):
    other = Railway()
    elsewhere = other.endpoint.stream_url
    for status in (301, 302, 307, 308):
        railway.acts.append(Act(status=status, headers={"Location": elsewhere}))
    running = start()

    running.wait_for_news(NewsKind.UP)

    assert "instead of opening a stream" in running.wait_for_news(NewsKind.DOWN, "connection").text
    assert not other.headers
    other.close()


def test_no_token_is_logged_shown_or_kept(railway: Railway, start: Start, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    railway.acts.extend([Act(status=401), Act(drop_after=1), Act(error=f"oh \x1b[31m no\n{'x' * 500}")])
    running = begin(railway, start)
    railway.log(entry(1, "a"), entry(2, "b"))

    running.wait_for_lines(2)
    told = repr(running.sink.news) + repr(running.sink.chunks) + repr(vars(running.source))
    news = running.wait_for_news(NewsKind.DOWN, "settings")

    logged = [record.getMessage() for record in caplog.records if record.name != "websockets.server"]
    assert logged
    assert ACCOUNT not in repr(logged)
    assert ACCOUNT not in told
    assert news.text.isprintable()
    assert len(news.text) < 300


def test_a_backlog_that_is_too_big_is_asked_for_in_smaller_parts(
    railway: Railway, start: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(subscriptions, "MOST_BYTES", 50_000)
    railway.log(*(entry(number / 1000, f"{number} {'x' * 1000}") for number in range(400)))
    running = start(from_start=True)

    running.wait_for_lines(1)
    railway.log(entry(9, "last"))
    running.wait_for(lambda: "last" in running.messages)

    assert railway.subscriptions[0]["beforeLimit"] == 5000
    assert railway.subscriptions[-1]["beforeLimit"] < 50


def test_a_limit_that_railway_finds_too_high_is_lowered(railway: Railway, start: Start):
    railway.acts.extend(Act(error="limit must not be above 1000") for _ in range(3))
    running = begin(railway, start)

    running.wait_for_news(NewsKind.UP)

    assert [one["beforeLimit"] for one in railway.subscriptions] == [5000, 2500, 1250, 625]
    assert [news.kind for news in running.sink.news] == [NewsKind.UP]


def test_a_replay_that_does_not_reach_back_is_told(railway: Railway, start: Start):
    first = begin(railway, start)
    railway.log(entry(1, "a"))
    first.wait_for_lines(1)
    position = first.stop()
    railway.entries.clear()  # what was there is gone
    railway.log(entry(7, "b"))

    second = start(position)
    news = second.wait_for_news(NewsKind.LOST, "backlog")

    assert second.messages == ["b"]
    assert "more lines came" in news.text


def test_a_server_that_drops_often_but_gives_lines_is_not_down(railway: Railway, start: Start):
    railway.acts.extend(Act(drop_after=1) for _ in range(10))
    running = begin(railway, start)
    railway.log(*(entry(number, str(number)) for number in range(1, 12)))

    running.wait_for_lines(11)

    assert {news.kind for news in running.sink.news} == {NewsKind.UP, NewsKind.RESTARTED}


def test_in_a_container_its_own_deployment_is_left_out(railway: Railway, start: Start):
    railway.environment_refused_for.add(PROJECT_ONLY)
    railway.deployments.append({"id": "d-own", "createdAt": "", "status": "SUCCESS"})
    environ = {
        "RAILWAY_PROJECT_ID": PROJECT,
        "RAILWAY_ENVIRONMENT_ID": "e-1",
        "RAILWAY_SERVICE_ID": OTHER_SERVICE,
        "RAILWAY_REPLICA_ID": "r",
    }
    running = start(environ=environ, token=PROJECT_ONLY, project=None, environment=None, service=None)
    railway.wait_for(lambda: len(railway.subscriptions) >= 3)
    railway.log(entry(1, "own", serviceId=OTHER_SERVICE, deploymentId="d-own"), entry(2, "theirs"))

    running.wait_for_lines(1)

    assert running.messages == ["theirs"]


def test_a_full_gate_stops_the_reading_and_loses_nothing(railway: Railway, start: Start):
    gate = threading.Event()

    class Slow(Collected):
        def put(self, chunk: Chunk) -> None:
            assert gate.wait(WAIT)
            super().put(chunk)

    running = start(sink=Slow())
    railway.log(*(entry(number, str(number)) for number in range(1, 300)))
    gate.set()

    running.wait_for_lines(299)

    assert running.messages == [str(number) for number in range(1, 300)]


def test_a_refused_login_makes_its_source_blind_and_a_line_of_it_is_an_event(railway: Railway, start: Start):
    tokens = [Secret("canary-none", "RAILWAY_TOKEN")]
    made = start(fetch=lambda: tokens[-1], runs=False)
    pipeline, keeper, kept = make_pipeline({made.source: Manner(service="bot")})
    runner = threading.Thread(target=pipeline.run)
    runner.start()
    railway.wait_for(lambda: len(railway.queries) >= 2)
    tokens.append(Secret(ACCOUNT, "RAILWAY_API_TOKEN"))
    railway.wait_for(lambda: railway.subscriptions)
    railway.log(entry(1, "the token expired"))
    # The pipeline tells nobody when it has counted a line.
    deadline = time.monotonic() + WAIT
    while pipeline.counts["bot"].lines < 1 and time.monotonic() < deadline:
        threading.Event().wait(0.01)

    pipeline.stop()
    runner.join(WAIT)
    assert keeper.stop(WAIT)

    events = [seen.event for seen in kept]
    assert [event.signal for event in events] == [Signal.BLIND, Signal.ACCEPTED, Signal.EXPIRED]
    assert (events[0].credential, events[0].fields) == ("source:bot", {"cause": "login"})
    assert "make a project token" in events[0].evidence
    assert events[2].service == "bot"


@pytest.mark.parametrize(
    "errors", [None, [], "x", [1], [{}], [{"message": 7}], [{"extensions": {"code": None}}]]
)
def test_complaints_without_words_are_complaints_all_the_same(errors: object):
    assert str(sort_errors(errors, "here")) == "here: an error without words"


def test_what_came_before_an_end_is_read_also_when_no_answer_can_be_sent():
    def serve_one(connection: ServerConnection) -> None:
        connection.recv()
        for kind in ("connection_ack", "ping", "next"):
            connection.send(json.dumps({"type": kind, "id": "1"}))
        connection.close_socket()

    with serve(serve_one, "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:  # type: ignore[list-item]
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        login = Login(Secret(ACCOUNT, "RAILWAY_API_TOKEN"), "Authorization", "Bearer ", names_project=False)
        connection = open_connection(url, login, Rhythm(), lambda: START)
        connection._websocket.recv_events_thread.join(WAIT)

        assert [message.kind for message in (connection.read(0), connection.read(0)) if message] == [
            "other",
            "next",
        ]
        with pytest.raises(Dropped):
            connection.read(0)
        connection.close()
        server.shutdown()
        serving.join(WAIT)
