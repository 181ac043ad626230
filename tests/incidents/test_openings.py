"""When people hear that something is wrong."""

from __future__ import annotations

from datetime import timedelta

from logscan.incidents import IncidentManner
from logscan.model import Severity, Signal, State, Untold
from tests.incidents.making import DAY, HOUR, TERMS, TOKEN, Desk


def test_the_lines_of_one_error_are_one_notice():
    desk = Desk()

    for line in range(10):
        desk.say(line=line)
    desk.wait(2)

    assert desk.told == ["opened signal"]
    [change] = desk.seen.changes
    assert (change.incident.key, change.incident.count) == (f"{TOKEN}@bot", 10)
    assert change.incident.state is State.FIRING
    assert change.incident.title == "The session has expired"


def test_nobody_is_told_before_it_has_settled():
    desk = Desk()

    desk.say()
    desk.wait(1.9)

    assert desk.told == []
    assert desk.seen.untold[0].why is Untold.SETTLING


def test_what_settles_is_told_as_the_gravest_of_its_lines():
    desk = Desk()

    desk.say(Signal.REJECTED)
    desk.say(Signal.EXPIRED)
    desk.say(Signal.REJECTED)
    desk.wait(2)

    [change] = desk.seen.changes
    assert (change.incident.signal, change.incident.severity) == (Signal.EXPIRED, Severity.CRITICAL)


def test_few_refusals_are_counted_and_not_told():
    desk = Desk()

    for _ in range(4):
        desk.say(Signal.REJECTED, rule="http.unauthorized")
        desk.wait(10)

    assert desk.told == []
    assert desk.seen.untold[-1].detail == "http.unauthorized 4/5"


def test_enough_refusals_are_told():
    desk = Desk()

    for _ in range(5):
        desk.say(Signal.REJECTED, rule="http.unauthorized")
        desk.wait(10)

    assert desk.told == ["opened threshold"]


def test_refusals_that_are_far_apart_are_forgotten():
    desk = Desk()

    for _ in range(20):
        desk.say(Signal.REJECTED, rule="http.unauthorized")
        desk.wait(301)

    assert desk.told == []
    assert desk.book.list_incidents() == []
    assert len(desk.seen.dropped) == 20


def test_what_heals_within_its_grace_is_not_told():
    desk = Desk()

    desk.say(rule="meta.graced")
    desk.wait(60)
    desk.say(Signal.REFRESHED)
    desk.wait(HOUR)

    assert desk.told == []
    assert Untold.HEALED in {one.why for one in desk.seen.untold}


def test_what_does_not_heal_within_its_grace_is_told():
    desk = Desk()

    desk.say(rule="meta.graced")
    desk.wait(119)
    before = list(desk.told)
    desk.wait(1)

    assert before == []
    assert desk.told == ["opened signal"]


def test_a_line_without_grace_ends_the_grace_of_another():
    desk = Desk()

    desk.say(rule="meta.graced")
    desk.say()
    desk.wait(2)

    assert desk.told == ["opened signal"]


def test_worse_is_told_at_once():
    desk = Desk()
    desk.say(Signal.EXPIRING)
    desk.wait(10)

    outcome = desk.say(Signal.EXPIRED)

    assert [str(change.kind) for change in outcome.changes] == ["escalated"]
    assert desk.told == ["opened signal", "escalated signal"]


def test_the_same_again_is_only_counted():
    desk = Desk()
    desk.say()
    desk.wait(2)

    for _ in range(1_000):
        desk.say()
        desk.wait(1)

    assert desk.told == ["opened signal"]
    assert desk.book.list_incidents()[0].count == 1_001


def test_who_was_told_is_reminded_ever_more_seldom():
    desk = Desk()
    desk.say()

    for _ in range(4 * 24):
        desk.wait(HOUR)

    hours = [(change.at - desk.seen.changes[0].at) / timedelta(hours=1) for change in desk.seen.changes]
    assert hours == [0, 1, 5, 29, 53, 77]


def test_of_what_only_expires_soon_nobody_is_reminded():
    desk = Desk()
    desk.say(Signal.EXPIRING)

    desk.wait(5 * DAY)

    assert desk.told == ["opened signal"]


def test_old_lines_are_counted_and_not_told():
    desk = Desk()

    desk.say(seen_at=desk.moment.wall - timedelta(hours=2))
    desk.wait(HOUR)

    assert desk.told == []
    assert [one.why for one in desk.seen.untold] == [Untold.STALE]


def test_rules_on_trial_tell_nobody():
    desk = Desk()

    desk.say(rule="meta.trial")
    desk.wait(HOUR)

    assert desk.told == []
    assert [one.why for one in desk.seen.untold] == [Untold.EXPERIMENTAL]


def test_two_services_with_one_kind_of_token_are_two_incidents():
    desk = Desk()

    desk.say(service="bot")
    desk.say(service="shop")
    desk.wait(2)

    assert {change.incident.key for change in desk.seen.changes} == {f"{TOKEN}@bot", f"{TOKEN}@shop"}


def test_one_secret_in_a_log_is_told_once_a_day():
    desk = Desk()
    line = "url=/me?access_token=[meta-token#1a2b3c]"

    for _ in range(12):
        desk.say(Signal.EXPOSED, rule="exposed.meta-token", credential="meta-token-exposed", evidence=line)
        desk.wait(2)
        for incident in desk.book.list_incidents():
            desk.keep(desk.book.resolve(incident.id, "me", desk.moment))
        desk.wait(HOUR)

    assert [told for told in desk.told if told.startswith(("opened", "reminded"))] == ["opened signal"]


def test_two_secrets_in_a_log_are_two_incidents():
    desk = Desk()

    for mark in ("1a2b3c", "4d5e6f"):
        line = f"token [meta-token#{mark}]"
        desk.say(Signal.EXPOSED, rule="exposed.meta-token", credential="meta-token-exposed", evidence=line)
    desk.wait(2)

    assert desk.told == ["opened signal"] * 2


def test_beyond_so_many_keys_of_a_credential_the_rest_are_one():
    desk = Desk(IncidentManner(most_keys=10))

    for phone in range(100):
        desk.say(rule="meta.phone", credential=f"{TOKEN}/{phone}")
    desk.wait(2)

    incidents = desk.book.list_incidents()
    assert len(incidents) == 11
    [other] = [one for one in incidents if one.credential == f"{TOKEN}/other"]
    assert other.count == 90


def test_evidence_is_short():
    desk = Desk(IncidentManner(evidence_lines=5))

    for number in range(20):
        desk.say(evidence=f"{number} " + "x" * 2_000)
    desk.wait(2)

    [incident] = desk.book.list_incidents()
    assert len(incident.evidence) == 5
    assert all(len(line) <= 500 for line in incident.evidence)


def test_a_rule_that_is_not_known_tells():
    desk = Desk()
    assert "own.rule" not in TERMS

    desk.say(rule="own.rule")
    desk.wait(2)

    assert desk.told == ["opened signal"]
