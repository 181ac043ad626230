"""One error, several rules: who speaks."""

from __future__ import annotations

from typing import Any

from logscan.model import Signal, Untold
from tests.incidents.making import TOKEN, Desk


def refuse(desk: Desk, line: int, **changes: Any) -> None:
    """A generic line that counts towards its own threshold unless it belongs to another's error."""
    desk.say(Signal.REJECTED, line, rule="http.unauthorized", credential="outbound-http", **changes)


def test_generic_lines_around_a_providers_are_its_evidence():
    desk = Desk()

    for error in range(10):
        refuse(desk, error * 100 + 1)
        desk.say(line=error * 100 + 20)
        refuse(desk, error * 100 + 30)
        desk.wait(10)

    assert [change.incident.credential for change in desk.seen.changes] == [TOKEN]
    assert [case.credential for case in desk.book.list_incidents()] == [TOKEN]


def test_a_generic_line_far_away_counts_for_itself():
    desk = Desk()

    for error in range(5):
        desk.say(line=error * 200 + 1)
        refuse(desk, error * 200 + 100)
        desk.wait(10)

    assert {change.incident.credential for change in desk.seen.changes} == {TOKEN, "outbound-http"}


def test_a_generic_line_much_later_counts_for_itself():
    desk = Desk()

    for error in range(5):
        desk.say(line=error * 10 + 1)
        desk.wait(5)
        refuse(desk, error * 10 + 2)
        desk.wait(5)

    assert "outbound-http" in {change.incident.credential for change in desk.seen.changes}


def test_a_generic_line_of_another_source_counts_for_itself():
    desk = Desk()

    for line in range(5):
        desk.say(line=line * 2)
        refuse(desk, line * 2 + 1, source="shop", service="shop")
    desk.wait(10)

    assert "outbound-http" in {change.incident.credential for change in desk.seen.changes}


def test_a_library_stands_between():
    desk = Desk()

    refuse(desk, 1)
    desk.say(Signal.REJECTED, 2, rule="lib.rejected", credential="oauth-token")
    desk.say(line=3)
    desk.wait(10)

    assert [change.incident.credential for change in desk.seen.changes] == [TOKEN]
    assert Untold.ABSORBED in {one.why for one in desk.seen.untold}


def test_first_seen_is_where_the_error_began():
    desk = Desk()

    refuse(desk, 7)
    desk.say(line=20)
    desk.wait(2)

    [account] = desk.book.list_accounts()
    assert account.first.line == 7


def test_a_restart_forgets_no_absorption():
    desk = Desk()

    refuse(desk, 1)
    desk.restart()
    desk.say(line=20)
    desk.restart()
    refuse(desk, 30)
    desk.wait(400)

    assert [change.incident.credential for change in desk.seen.changes] == [TOKEN]
    assert len(desk.book.list_incidents()) == 1


def test_an_applications_own_words_are_about_its_one_trouble():
    desk = Desk()
    desk.say()
    desk.wait(10)

    desk.say(Signal.REFRESHED, rule="app.repaired", credential="app-token")

    assert desk.told == ["opened signal", "resolved recovered"]


def test_of_several_troubles_it_is_the_one_that_shares_a_name():
    desk = Desk()
    desk.say(evidence="OrderSync stopped: session expired")
    desk.say(credential="ledger-key", evidence="LedgerPost stopped: key expired")
    desk.wait(10)

    desk.say(Signal.REFRESHED, rule="app.repaired", credential="app-token", evidence="LedgerPost goes on")

    assert [change.incident.credential for change in desk.seen.changes[2:]] == ["ledger-key"]


def test_where_no_name_tells_nothing_is_guessed():
    desk = Desk()
    desk.say()
    desk.say(credential="ledger-key")
    desk.wait(10)

    desk.say(Signal.REFRESHED, rule="app.repaired", credential="app-token", evidence="works again")

    assert desk.told == ["opened signal"] * 2


def test_what_was_absorbed_is_counted_apart_and_told_once_in_the_timeline():
    desk = Desk()

    refuse(desk, 1)
    desk.say(line=2)
    for line in range(3, 6):
        refuse(desk, line)
    desk.restart()

    [incident] = desk.book.list_incidents()
    assert (incident.count, incident.absorbed) == (1, 4)
    notes = [(note.what, note.text) for note in desk.seen.notes if note.incident_id == incident.id]
    assert notes == [("seen", "Session has expired"), ("absorbed", "1 of http.unauthorized, as evidence")]
