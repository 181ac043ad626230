"""Others are told while notices wait and calls are in flight: each notice once, the earlier first."""

from __future__ import annotations

import threading

from logscan.delivery import Directory, Member
from logscan.model import ChangeKind, Channel
from logscan.runs.offices import Shift, Way, change_office
from logscan.store import RowState
from tests.delivery.making import Box, Frozen, make_notices
from tests.offices_made import Running, run_office
from tests.store.making import make_notice


def shift(running: Running, names: tuple[str, ...], *fresh: Channel) -> int:
    """Return once it has happened, with how much was told to nobody."""
    done, held = threading.Event(), list[int]()

    def note(count: int) -> None:
        held.append(count)
        done.set()

    directory = Directory(members=tuple(Member(name=name) for name in names))
    change_office(running.office, running.keeper, Shift(directory, frozenset(names), fresh), Way(), note)
    assert done.wait(60)
    return held[0]


def test_one_that_takes_anothers_place_starts_when_its_call_has_ended():
    before, after = Frozen("ops"), Box(name="ops")
    with run_office(None, [before]) as running:
        running.post(
            [make_notice("1", change=ChangeKind.OPENED), make_notice("2", change=ChangeKind.RESOLVED)]
        )
        assert before.is_in.wait(60)

        assert shift(running, ("ops",), after) == 0
        running.post([make_notice("3")])
        assert not after.sent
        assert not running.office.is_idle
        before.may_go_on.set()
        running.wait(60)

    assert [one.id for one in before.sent] == ["1"]
    assert [one.id for one in after.sent] == ["2", "3"]
    assert before.is_closed


def test_what_waits_for_one_that_is_gone_is_held_and_what_is_in_flight_recorded():
    gone, stays = Frozen("gone"), Box(name="stays")
    with run_office(None, [gone, stays]) as running:
        running.post(make_notices("abc"))
        assert gone.is_in.wait(60)

        held = shift(running, ("stays",))
        running.post(make_notices("d"))
        gone.may_go_on.set()
        while not gone.is_closed:
            threading.Event().wait(0.01)
        running.post(make_notices("e"))
        running.wait(60)
        counts = running.keeper.desk.store.outbox.count()

    assert (held, [one.id for one in gone.sent]) == (3, ["a"])
    assert sorted(one.id for one in stays.sent) == list("abcde")
    assert (counts["gone", RowState.SENT], counts["gone", RowState.HELD]) == (1, 2)


def test_places_that_change_hands_while_a_call_lasts_are_taken_one_after_the_other():
    first, second, third = Frozen("ops"), Box(name="ops"), Box(name="ops")
    with run_office(None, [first]) as running:
        running.post(make_notices("ab"))
        assert first.is_in.wait(60)
        shift(running, ("ops",), second)
        shift(running, ("ops",), third)

        first.may_go_on.set()
        running.wait(60)

    assert ([one.id for one in first.sent], second.sent, [one.id for one in third.sent]) == (["a"], [], ["b"])
