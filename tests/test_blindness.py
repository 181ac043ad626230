"""Unknown is not healthy: what cannot be seen is said to be blind, once, until it is seen again."""

from __future__ import annotations

import pytest

from logscan.blindness import Glance, Sight, hear_news, list_blind, look_up, make_event, see_lines
from logscan.model import FINISHED, News, NewsKind, Severity, Signal, State
from tests.making import NOW
from tests.notices_made import make_incident


def news(kind: NewsKind, cause: str = "exit") -> News:
    return News("bot", "", kind, cause, "bot: it ended")


@pytest.mark.parametrize("kind", [NewsKind.DOWN, NewsKind.ENDED])
def test_a_source_that_is_gone_is_blind_once(kind: NewsKind):
    first = hear_news(Sight("bot", is_up=True), news(kind), 5)

    second = hear_news(first.sight, news(kind), 6)

    assert (first.is_blind, first.cause) == (True, "exit")
    assert second.is_blind is None
    assert not second.sight.is_up


def test_an_end_that_its_starter_knows_of_is_no_outage():
    glance = hear_news(Sight("bot", is_up=True, silent_after=60), news(NewsKind.ENDED, FINISHED), 5)

    assert glance.is_blind is None
    assert not glance.sight.is_up
    assert look_up(glance.sight, 500).is_blind is None


def test_lines_end_it():
    blind = hear_news(Sight("bot"), news(NewsKind.DOWN), 5).sight

    glance = see_lines(blind, 9)

    assert glance.is_blind is False
    assert (glance.sight.is_up, glance.sight.last_line_at) == (True, 9)
    assert see_lines(glance.sight, 10).is_blind is None


def test_good_news_ends_it():
    blind = hear_news(Sight("bot"), news(NewsKind.DOWN), 5).sight

    assert hear_news(blind, news(NewsKind.UP), 6).is_blind is False


def test_silence_is_blindness_only_after_its_limit():
    sight = see_lines(Sight("bot", silent_after=60), 100).sight

    early, late = look_up(sight, 159), look_up(sight, 160)

    assert early.is_blind is None
    assert (late.is_blind, late.cause) == (True, "stalled")
    assert look_up(late.sight, 500).is_blind is None


def test_without_a_limit_silence_is_golden():
    assert look_up(Sight("bot"), 1e9).is_blind is None


def test_rotation_says_nothing_about_sight():
    sight = Sight("bot", is_up=True)

    assert hear_news(sight, news(NewsKind.ROTATED), 1) == Glance(sight)


def test_the_event_is_about_the_source():
    glance = hear_news(Sight("bot"), news(NewsKind.DOWN), 5)

    event = make_event(glance, "web", NOW)

    assert (event.credential, event.service, event.signal) == ("source:bot", "web", Signal.BLIND)
    assert event.severity is Severity.ERROR
    assert event.evidence == "bot: it ended"


def test_what_an_earlier_run_could_not_see_is_known_by_its_service_too():
    incidents = [
        make_incident(credential="source:bot", service="web", state=State.FIRING),
        make_incident(credential="source:old", service=None, state=State.RESOLVED),
        make_incident(credential="bot-token", service="web", state=State.FIRING),
    ]

    assert list_blind(incidents) == {("bot", "web")}
