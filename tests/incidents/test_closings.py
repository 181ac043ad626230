"""What ends an incident, and what only looks as if."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from logscan.incidents import predict_expiry
from logscan.model import Reason, Severity, Signal, Untold, VerdictKind
from tests.incidents.making import DAY, HOUR, TOKEN, Desk


def open_one(signal: Signal = Signal.EXPIRED, **changes: Any) -> Desk:
    desk = Desk()
    desk.say(signal, **changes)
    desk.wait(2)
    assert desk.told == ["opened signal"]
    return desk


@pytest.mark.parametrize("good", [Signal.REFRESHED, Signal.ACCEPTED])
def test_a_good_line_ends_it(good: Signal):
    desk = open_one()

    desk.say(good)

    assert desk.told == ["opened signal", "resolved recovered"]
    assert desk.book.list_incidents() == []


def test_a_good_line_of_another_service_ends_nothing():
    desk = open_one()

    desk.say(Signal.REFRESHED, service="shop")

    assert desk.told == ["opened signal"]


def test_a_good_line_without_fields_speaks_for_the_whole_credential():
    desk = Desk()
    for phone in range(3):
        desk.say(rule="meta.phone", credential=f"{TOKEN}/{phone}")
    desk.wait(2)

    desk.say(Signal.REFRESHED, rule="meta.phone")

    assert desk.told[3:] == ["resolved recovered"] * 3


def test_a_good_line_with_fields_speaks_for_itself():
    desk = Desk()
    for phone in range(3):
        desk.say(rule="meta.phone", credential=f"{TOKEN}/{phone}")
    desk.wait(2)

    desk.say(Signal.REFRESHED, rule="meta.phone", credential=f"{TOKEN}/1")

    assert desk.told[3:] == ["resolved recovered"]


def test_good_news_of_what_was_well_is_none():
    desk = Desk()

    desk.say(Signal.ACCEPTED)

    assert [one.why for one in desk.seen.untold] == [Untold.NOTHING_WRONG]


@pytest.mark.parametrize("signal", [Signal.REJECTED, Signal.FORBIDDEN, Signal.REFRESH_FAILED])
def test_silence_ends_what_would_show_itself_again(signal: Signal):
    desk = open_one(signal)

    desk.wait(1_700)
    desk.say(signal)
    desk.wait(1_799)
    before = list(desk.told)
    desk.wait(1)

    assert before == ["opened signal"]
    assert desk.told == ["opened signal", "resolved quiet"]


def test_silence_does_not_make_an_expired_token_valid():
    desk = open_one(Signal.EXPIRED)

    desk.wait(6 * DAY)

    assert not [told for told in desk.told if told.startswith("resolved")]


def test_what_was_not_seen_for_a_week_is_closed_unproven():
    desk = open_one(Signal.EXPIRED)

    for _ in range(8):
        desk.wait(DAY)

    assert desk.told[-1] == "resolved timer"
    assert desk.seen.notes[-1].text == "no longer seen, not proven"


def test_silence_says_nothing_while_the_source_cannot_be_seen():
    desk = open_one(Signal.REJECTED)
    desk.say(Signal.BLIND, credential="source:bot", rule="logscan.source-blind", service=None)

    desk.wait(5 * HOUR)
    before = list(desk.told)
    desk.say(Signal.ACCEPTED, credential="source:bot", rule="logscan.source-blind", service=None)
    desk.wait(1_799)
    still = list(desk.told)
    desk.wait(1)

    assert not [told for told in before if told.startswith("resolved")]
    assert still[-1] == "resolved recovered"  # the source
    assert desk.told[-1] == "resolved quiet"


def test_a_valid_verdict_first_lowers_and_then_ends_it():
    desk = open_one()

    desk.judge(VerdictKind.VALID)
    lowered = desk.seen.changes[-1].incident.severity
    desk.judge(VerdictKind.VALID)

    assert desk.told == ["opened signal", "lowered probe", "resolved probe"]
    assert lowered is Severity.ERROR


def test_bad_lines_between_verdicts_keep_it_open():
    desk = open_one()

    for _ in range(5):
        desk.judge(VerdictKind.VALID)
        desk.say()
        desk.wait(60)

    assert desk.told == ["opened signal", "lowered probe"]


def test_a_bad_verdict_is_told_at_once():
    desk = Desk()

    desk.judge(VerdictKind.EXPIRED)

    assert desk.told == ["opened probe"]


def test_what_a_probe_found_is_ended_by_a_probe():
    desk = Desk()
    desk.judge(VerdictKind.MALFORMED)
    desk.wait(3 * HOUR)

    desk.judge(VerdictKind.VALID)

    assert [told for told in desk.told if "reminded" not in told] == ["opened probe", "resolved probe"]


def test_a_passed_warning_is_told_of_what_is_known():
    desk = Desk()
    desk.judge(VerdictKind.EXPIRING)

    desk.judge(VerdictKind.EXPIRING)
    desk.judge(VerdictKind.EXPIRING, is_due=True)

    assert desk.told == ["opened probe", "reminded probe"]


def test_an_unknown_verdict_changes_nothing():
    desk = open_one()

    desk.judge(VerdictKind.UNKNOWN)

    assert desk.told == ["opened signal"]


def test_a_passed_expiry_makes_a_warning_graver_and_claims_nothing():
    desk = Desk()
    desk.say(Signal.EXPIRING, expires_at=desk.moment.wall + timedelta(hours=5))

    desk.wait(6 * HOUR)

    assert desk.told == ["opened signal", "escalated timer"]
    incident = desk.seen.changes[-1].incident
    assert (incident.signal, incident.severity) == (Signal.EXPIRING, Severity.ERROR)


def test_a_lifetime_is_learnt_and_told_as_a_prediction():
    desk = Desk()
    for _ in range(4):
        desk.say(Signal.REFRESHED)
        desk.wait(2 * HOUR)
        desk.say(rule="meta.graced")
        desk.wait(10)

    desk.say(Signal.REFRESHED)
    desk.restart()

    prediction = predict_expiry(desk.rows, (TOKEN, "bot"), desk.moment)
    assert prediction is not None
    assert prediction.expires_at - desk.moment.wall == timedelta(hours=2)
    assert "4 times" in prediction.basis


def test_nothing_is_predicted_from_little():
    desk = Desk()
    desk.say(Signal.REFRESHED)
    desk.wait(HOUR)
    desk.say()
    desk.wait(10)
    desk.restart()

    assert predict_expiry(desk.rows, (TOKEN, "bot"), desk.moment) is None


def test_another_credential_in_its_place_ends_it():
    desk = open_one()

    desk.keep(desk.book.recover(TOKEN, None, Reason.FAILOVER, desk.moment))

    assert desk.told == ["opened signal", "resolved failover"]


def test_what_waits_when_the_input_ends_is_told():
    desk = Desk()
    desk.say(rule="meta.graced")
    desk.say(Signal.REJECTED, rule="http.unauthorized", credential="outbound-http")

    desk.keep(desk.book.end(desk.moment))

    assert desk.told == ["opened signal"]
    assert desk.seen.untold[-1].detail == "http.unauthorized 1/5"
