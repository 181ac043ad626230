"""A token that may not read the environment's logs: deployment by deployment, and on to newer ones."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from logscan.model import NewsKind
from tests.railway_made import ACCOUNT, PROJECT_ONLY, Railway
from tests.railway_run import QUICK, Running
from tests.railway_streams import Act, at, entry

Start = Callable[..., Running]


def begin(railway: Railway, start: Start, kept: dict[str, bytes] | None = None) -> Running:
    """A source that was refused the environment, and follows a deployment."""
    railway.environment_refused_for.add(PROJECT_ONLY)
    known = len(railway.subscriptions)
    running = start(kept, token=PROJECT_ONLY, project=None, environment=None)
    railway.wait_for(lambda: any("deploymentId" in one for one in railway.subscriptions[known:]))
    return running


def deploy(railway: Railway, name: str, created: float) -> None:
    """A newer deployment takes over."""
    with railway.changed:
        railway.deployments = [{**one, "status": "REMOVED"} for one in railway.deployments]
        railway.deployments.append({"id": name, "createdAt": at(created), "status": "SUCCESS"})


def list_followed(railway: Railway) -> list[str]:
    return [one["deploymentId"] for one in railway.subscriptions if "deploymentId" in one]


def test_a_project_token_follows_the_newest_deployment(railway: Railway, start: Start):
    railway.deployments.insert(0, {"id": "d-0", "createdAt": at(-7200), "status": "REMOVED"})
    railway.log(entry(-5, "old"), entry(-5000, "older", deploymentId="d-0"))
    running = begin(railway, start)
    railway.log(entry(1, "a"), entry(2, "other", deploymentId="d-9"), entry(3, "b"))

    running.wait_for_lines(2)
    running.wait_for_news(NewsKind.UP)

    assert running.messages == ["a", "b"]
    assert list_followed(railway) == ["d-0", "d-1"]  # what ended may have ended just now
    assert railway.headers[0]["project-access-token"] == PROJECT_ONLY
    assert {chunk.service for chunk in running.filled} == {"bot"}
    assert not [news for news in running.sink.news if news.kind is NewsKind.DOWN]


def test_it_moves_on_at_a_redeploy_and_loses_no_last_line(railway: Railway, start: Start):
    running = begin(railway, start)
    railway.log(entry(1, "a"))
    running.wait_for_lines(1)

    railway.log(entry(2, "first of the new", deploymentId="d-2"))
    deploy(railway, "d-2", 2)
    railway.log(entry(3, "last of the old"), entry(4, "b", deploymentId="d-2"))
    running.wait_for_lines(4)
    railway.wait_for(lambda: railway.unsubscribed == ["d-1"])
    railway.log(entry(5, "c", deploymentId="d-2"))
    running.wait_for_lines(5)

    assert Counter(running.messages) == Counter(["a", "last of the old", "first of the new", "b", "c"])
    assert list_followed(railway) == ["d-1", "d-2"]


def test_a_deployment_whose_stream_ends_is_followed_by_the_next(railway: Railway, start: Start):
    # The first connection is refused the environment; the second follows the deployments.
    railway.acts.extend([Act(), Act(complete_after=1)])
    running = begin(railway, start)
    deploy(railway, "d-2", 2)
    railway.log(entry(1, "a"))
    running.wait_for_lines(1)

    railway.wait_for(lambda: "d-2" in list_followed(railway))
    railway.log(entry(3, "b", deploymentId="d-2"))
    running.wait_for_lines(2)

    assert running.messages == ["a", "b"]


def test_a_stream_that_ends_at_once_is_not_asked_for_again_and_again(railway: Railway, start: Start):
    railway.deployments.insert(0, {"id": "d-0", "createdAt": at(-7200), "status": "REMOVED"})
    railway.acts.extend([Act(), Act(complete_after=0)])
    begin(railway, start)

    railway.wait_for(lambda: railway.queries.count("deployments") >= 8)

    followed = Counter(list_followed(railway))
    assert followed["d-0"] == 1
    assert followed["d-1"] >= 2


def test_drops_between_deployments_lose_and_double_nothing(railway: Railway, start: Start):
    railway.acts.extend([Act(), Act(drop_after=2), Act(half_after=3), Act(drop_after=5)])
    running = begin(railway, start)
    wanted = []
    for number in range(30):
        name = f"d-{1 + number // 10}"
        if number and number % 10 == 0:
            deploy(railway, name, number)
        for text in (f"{number}", "same", "same"):
            wanted.append(text)
            railway.log(entry(number, text, deploymentId=name))

    running.wait_for_lines(90)
    railway.log(entry(99, "last", deploymentId="d-3"))
    running.wait_for_lines(91)

    assert Counter(running.messages) == Counter([*wanted, "last"])


def test_deployments_that_came_and_went_while_nobody_looked_are_read(railway: Railway, start: Start):
    first = begin(railway, start)
    railway.log(entry(1, "a"))
    first.wait_for_lines(1)
    position = first.stop()
    railway.log(
        entry(2, "last of 1"), entry(3, "only of 2", deploymentId="d-2"), entry(4, "of 3", deploymentId="d-3")
    )
    deploy(railway, "d-2", 3)
    deploy(railway, "d-3", 4)

    second = begin(railway, start, position)
    second.wait_for_lines(3)
    railway.log(entry(5, "b", deploymentId="d-3"))
    second.wait_for_lines(4)

    assert Counter(second.messages) == Counter(["last of 1", "only of 2", "of 3", "b"])


def test_another_kind_of_token_goes_on_where_the_first_stopped(railway: Railway, start: Start):
    first = start(token=ACCOUNT)
    railway.wait_for(lambda: railway.subscriptions)
    railway.log(entry(1, "a"), entry(1, "a"))
    first.wait_for_lines(2)
    second = begin(railway, start, first.stop())
    railway.log(entry(2, "b"), entry(2, "b"))
    second.wait_for_lines(2)
    railway.repeats = True

    third = start(second.stop(), token=ACCOUNT)
    railway.log(entry(3, "c"))
    third.wait_for_lines(1)

    assert second.messages == ["b", "b"]
    assert third.messages == ["c"]


def test_a_limit_on_looking_for_deployments_does_not_stop_the_reading(railway: Railway, start: Start):
    running = begin(railway, start)
    railway.answers.append((429, {"Retry-After": "3600"}, {}))
    railway.wait_for(lambda: not railway.answers)
    asked = len(railway.queries)

    railway.log(*(entry(number, str(number)) for number in range(1, 30)))
    running.wait_for_lines(29)

    assert len(railway.queries) == asked
    assert not [news for news in running.sink.news if news.kind is NewsKind.DOWN]


def test_the_last_request_of_an_hour_is_not_followed_by_another(railway: Railway, start: Start):
    railway.answers.append(
        (200, {}, {"data": {"projectToken": {"projectId": "p-1", "environmentId": "e-1"}}})
    )
    running = begin(railway, start)
    live = {"deployments": {"edges": [{"node": railway.deployments[0]}]}}
    railway.answers.append((200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3000"}, {"data": live}))
    railway.wait_for(lambda: not railway.answers)
    asked = len(railway.queries)

    began_at = time.monotonic()
    number = 0
    while time.monotonic() - began_at < QUICK.poll * 5:
        number += 1
        railway.log(entry(number, str(number)))
        running.wait_for_lines(number)

    assert len(railway.queries) == asked


def test_failing_to_look_for_deployments_again_and_again_is_told(railway: Railway, start: Start):
    running = begin(railway, start)
    running.wait_for_news(NewsKind.UP)
    railway.answers.extend([(503, {}, {})] * 12)

    running.wait_for_news(NewsKind.DOWN, "connection")
    railway.wait_for(lambda: not railway.answers)
    railway.log(entry(1, "a"))
    running.wait_for_lines(1)

    assert running.messages == ["a"]


def test_a_refused_environment_with_a_dead_token_is_a_login(railway: Railway, start: Start):
    railway.acts.append(Act(error="Not Authorized"))
    running = start(token=PROJECT_ONLY, project=None, environment=None, service=None)
    railway.wait_for(lambda: railway.subscriptions)
    railway.refused.add(PROJECT_ONLY)

    running.wait_for_news(NewsKind.DOWN, "login")
