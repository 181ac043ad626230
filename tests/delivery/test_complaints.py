from __future__ import annotations

from logscan.delivery.complaints import Complaints


def test_a_channel_that_fails_is_named_once_until_it_takes_messages_again():
    said: list[str] = []
    complaints = Complaints("ops", said.append)

    complaints.succeed()
    for second in range(3):
        complaints.fail("no connection", second)
    complaints.succeed()
    complaints.succeed()

    assert said == ["channel ops: no connection; it is tried again", "channel ops: takes messages again"]


def test_one_that_comes_and_goes_is_named_once_a_minute():
    said: list[str] = []
    complaints = Complaints("ops", said.append)

    for second in range(120):
        complaints.fail("no connection", second)
        complaints.succeed()

    assert len(said) == 4


def test_what_is_given_up_is_told_at_once_and_then_counted_for_a_minute():
    said: list[str] = []
    complaints = Complaints("ops", said.append)

    for second in range(70):
        complaints.give_up("HTTP 400", 1 + second % 2, second)
    complaints.tell_rest()
    complaints.tell_rest()

    assert said == [
        "channel ops: gave up a notice: HTTP 400",
        "channel ops: gave up 90 notices: HTTP 400",
        "channel ops: gave up 14 notices: HTTP 400",
    ]
