"""A real websocket on loopback that drops, repeats, redeploys, limits and refuses; every line must come once."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable

import pytest

from logscan.model import NewsKind
from logscan.sources.railway import Pace
from tests.railway_made import ACCOUNT, OTHER_SERVICE, PROJECT, PROJECT_ONLY, Railway
from tests.railway_run import Running, begin
from tests.railway_streams import SERVICE, Act, at, entry


def test_a_line_has_the_shape_that_the_command_prints(railway: Railway, start: Callable[..., Running]):
    running = begin(railway, start)
    attributes = [
        {"key": "status", "value": "401"},
        {"key": "level", "value": '"error"'},
        {"key": "err", "value": '{"code":190}'},
        {"key": "raw", "value": "not json"},
    ]
    railway.log(
        entry(1, "token expired\u001b[0m", severity="info", attributes=attributes),
        entry(2, "plain", attributes=[]),
    )
    railway.log(entry(3, "x", attributes=[{"key": "message", "value": '"replaced"'}]))

    running.wait_for_lines(3)

    assert running.lines == [
        {
            "message": "token expired\u001b[0m",
            "timestamp": at(1),
            "level": "error",
            "status": 401,
            "err": {"code": 190},
            "raw": "not json",
        },
        {"message": "plain", "timestamp": at(2), "level": "info"},
        {"message": "replaced", "timestamp": at(3), "level": "info"},
    ]
    assert {chunk.service for chunk in running.filled} == {"bot"}
    assert running.filled[0].fields == {"deployment": "d-1"}


def test_names_become_ids_and_only_the_service_is_asked_for(railway: Railway, start: Callable[..., Running]):
    begin(railway, start)

    wanted = railway.subscriptions[0]

    assert (wanted["environmentId"], wanted["filter"]) == ("e-1", f"@service:{SERVICE}")
    assert wanted["beforeDate"] < at(0) < at(1)
    assert railway.headers[0]["authorization"] == f"Bearer {ACCOUNT}"
    assert railway.headers[0]["sec-websocket-protocol"] == "graphql-transport-ws"


def test_without_a_service_every_line_says_its_own(railway: Railway, start: Callable[..., Running]):
    running = begin(railway, start, service=None)
    railway.log(entry(1, "a"), entry(2, "b", serviceId=OTHER_SERVICE, deploymentId="d-9"))

    running.wait_for_lines(2)

    assert [chunk.service for chunk in running.filled] == ["bot", "worker"]


def test_in_a_container_its_variables_are_enough_and_its_own_lines_are_left_out(
    railway: Railway, start: Callable[..., Running]
):
    environ = {
        "RAILWAY_PROJECT_ID": PROJECT,
        "RAILWAY_ENVIRONMENT_ID": "e-1",
        "RAILWAY_SERVICE_ID": OTHER_SERVICE,
        "RAILWAY_REPLICA_ID": "r",
    }
    running = begin(railway, start, environ=environ, project=None, environment=None, service=None)
    railway.log(entry(1, "own", serviceId=OTHER_SERVICE), entry(2, "theirs"))

    running.wait_for_lines(1)

    assert running.messages == ["theirs"]


def test_what_was_there_before_the_start_is_not_told(railway: Railway, start: Callable[..., Running]):
    railway.log(entry(-5, "old"))
    running = begin(railway, start)
    railway.log(entry(1, "new"))

    running.wait_for_lines(1)

    assert running.messages == ["new"]


@pytest.mark.parametrize("how", ["from_start", "starts_afresh"])
def test_what_is_there_is_told_when_that_was_asked_for(
    railway: Railway, start: Callable[..., Running], how: str
):
    railway.log(entry(-5, "old"))
    running = begin(railway, start, **{how: True})
    railway.log(entry(1, "new"))

    running.wait_for_lines(2)

    assert running.messages == ["old", "new"]
    assert "beforeDate" not in railway.subscriptions[0]


@pytest.mark.parametrize("how", ["drop_after", "half_after", "complete_after"])
@pytest.mark.parametrize("repeats", [False, True])
def test_a_stream_that_ends_midway_loses_and_doubles_nothing(
    railway: Railway, start: Callable[..., Running], how: str, *, repeats: bool
):
    railway.repeats = repeats
    for after in (3, 0, 7, 1, 20):
        act = Act()
        setattr(act, how, after)
        railway.acts.append(act)
    wanted = [f"line {number}" for number in range(60)]
    running = begin(railway, start)
    for number, text in enumerate(wanted):
        railway.log(entry(1 + number * 0.1, text))

    running.wait_for_lines(60)
    railway.log(entry(99, "last"))
    running.wait_for_lines(61)

    assert Counter(running.messages) == Counter([*wanted, "last"])
    assert len(railway.subscriptions) == 6


def test_equal_times_and_equal_texts_across_a_drop_are_counted(
    railway: Railway, start: Callable[..., Running]
):
    railway.acts.append(Act(drop_after=4))
    running = begin(railway, start)
    one_moment = ["}", "}", "a", "}", "}", "b", "a", "}"]
    railway.log(*(entry(1, text) for text in one_moment))

    running.wait_for_lines(8)
    railway.log(entry(1, "}"), entry(1, "}", deploymentInstanceId="i-2"), entry(2, "last"))
    running.wait_for_lines(11)

    assert Counter(running.messages) == Counter([*one_moment, "}", "}", "last"])


def test_a_restart_goes_on_where_the_position_says(railway: Railway, start: Callable[..., Running]):
    first = begin(railway, start)
    railway.log(*(entry(1, text) for text in "aab"))
    first.wait_for_lines(3)
    position = first.stop()
    railway.log(entry(1, "a"), entry(1, "c"), entry(2, "d"))
    railway.repeats = True

    second = start(position)
    second.wait_for_lines(3)
    railway.log(entry(3, "e"))
    second.wait_for_lines(4)

    assert Counter(second.messages) == Counter("acde")


def test_a_position_from_between_two_chunks_repeats_what_came_after_it(
    railway: Railway, start: Callable[..., Running]
):
    first = begin(railway, start)
    railway.log(*(entry(number, str(number)) for number in range(20)))
    first.wait_for_lines(20)
    first.stop()
    chunk = first.filled[len(first.filled) // 2]
    assert chunk.position is not None
    known = first.messages.index(json.loads(chunk.text.splitlines()[-1])["message"]) + 1

    second = start({"": chunk.position})
    second.wait_for_lines(20 - known)
    railway.log(entry(100, "last"))
    second.wait_for_lines(21 - known)

    assert second.messages == [*map(str, range(known, 20)), "last"]


def test_lines_that_come_late_and_out_of_order_are_told_once(railway: Railway, start: Callable[..., Running]):
    railway.acts.append(Act(drop_after=4))
    running = begin(railway, start)
    railway.log(entry(50, "a"), entry(45, "late"), entry(3, "very late"), entry(51, "b"))
    running.wait_for_lines(4)
    railway.log(entry(48, "late, in the outage"), entry(52, "c"))

    running.wait_for_lines(6)
    railway.log(entry(53, "last"))
    running.wait_for_lines(7)

    assert Counter(running.messages) == Counter(
        ["a", "late", "very late", "b", "late, in the outage", "c", "last"]
    )


def test_an_outage_that_is_longer_than_what_railway_repeats_is_told(
    railway: Railway, start: Callable[..., Running]
):
    first = begin(railway, start)
    railway.log(entry(1, "a"))
    first.wait_for_lines(1)
    position = first.stop()
    railway.log(*(entry(100 + number, f"line {number}") for number in range(5100)))

    second = start(position)
    second.wait_for_lines(5000)

    news = second.wait_for_news(NewsKind.LOST, "backlog")
    assert "5000" in news.text
    assert len(set(second.messages)) == len(second.messages) == 5000


def test_a_position_that_cannot_be_read_repeats_rather_than_loses(
    railway: Railway, start: Callable[..., Running]
):
    railway.log(entry(-5, "old"))

    for position in (b"", b"[]", b'{"start":"x"}', b'{"start":"1","deployments":{"a":{}}}'):
        running = start({"": position})
        running.wait_for_lines(1)
        assert running.messages == ["old"]
        running.stop()


def test_a_drop_that_passes_is_no_outage(railway: Railway, start: Callable[..., Running]):
    railway.acts.append(Act(drop_after=1))
    running = begin(railway, start)
    railway.log(entry(1, "a"), entry(2, "b"))
    running.wait_for_lines(2)
    running.wait_for_news(NewsKind.RESTARTED)
    assert [news.kind for news in running.sink.news] == [NewsKind.UP, NewsKind.RESTARTED]


def test_a_server_that_fails_for_long_is_down_until_it_is_back(
    railway: Railway, start: Callable[..., Running]
):
    railway.acts.extend(Act(status=status) for status in (503, 502, 404, 500))
    running = start()

    running.wait_for_news(NewsKind.UP)

    kinds = [(news.kind, news.cause) for news in running.sink.news]
    assert kinds == [(NewsKind.DOWN, "connection"), (NewsKind.UP, "")]
    assert "answered 502" in running.sink.news[0].text


def test_a_connection_that_answers_no_ping_is_left(railway: Railway, start: Callable[..., Running]):
    silent = Act(silent=True)
    railway.acts.append(silent)
    running = begin(railway, start)
    railway.log(entry(1, "a"))

    running.wait_for_lines(1)
    silent.release.set()

    assert running.messages == ["a"]


def test_pings_of_the_server_are_answered(railway: Railway, start: Callable[..., Running]):
    begin(railway, start)

    railway.wait_for(lambda: railway.pongs >= 1)


def test_an_over_long_line_is_cut_and_counted(railway: Railway, start: Callable[..., Running]):
    running = begin(railway, start, max_line=1000)
    railway.log(entry(1, "x" * 5000), entry(2, "short"))

    running.wait_for(lambda: running.sink.text.count(b"\n") == 2)

    first, second = running.sink.text.splitlines()
    chunks = running.filled
    assert len(first) == 1000
    assert json.loads(second)["message"] == "short"
    assert sum(chunk.cut_lines for chunk in chunks) == 1
    assert sum(chunk.lost_bytes for chunk in chunks) > 4000


def test_a_stop_ends_every_wait_at_once(railway: Railway, start: Callable[..., Running]):
    slow = Pace(settle=60, poll=60, ping=60, least=60, most=60, login=60)

    reading = begin(railway, start, pace=slow)
    railway.refused.add(PROJECT_ONLY)
    resting = start(token=PROJECT_ONLY, pace=slow)
    resting.wait_for_news(NewsKind.DOWN)
    began_at = time.monotonic()
    reading.stop()
    resting.stop()

    assert time.monotonic() - began_at < 5
