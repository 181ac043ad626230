"""What is written for whom, with the incident itself, and what becomes of an outbox that is full."""

from __future__ import annotations

from logscan.delivery import (
    Courier,
    Directory,
    Member,
    Office,
    Route,
    Undelivered,
    read_mute,
    write_for_later,
)
from logscan.delivery.digests import count_notices
from logscan.matchers import read_matcher
from logscan.model import ChangeKind, Manner, Notice, NoticeType, Reason, Severity
from logscan.store import RowState
from tests.delivery.making import Box, Table, make_notices
from tests.store.making import make_incident, make_notice

NIGHT = read_mute("11:00-13:00", "UTC")


def build(
    table: Table, directory: Directory | None = None, most_waiting: int = 100
) -> tuple[Office, dict[str, Box]]:
    boxes = {name: Box(name=name) for name in ("ops", "pd")}
    members = (Member(name="ops"), Member(name="pd", min_severity=Severity.CRITICAL))
    couriers = [Courier(box, table.desk) for box in boxes.values()]
    office = Office(
        directory or Directory(members=members),
        couriers,
        lambda *told: table.tallies.append(told),
        most_waiting,
    )
    office.open(table.store, table.now())
    return office, boxes


def post(office: Office, table: Table, *notices: Notice) -> None:
    with table.store.transaction():
        office.write(table.store, notices, table.now())
    office.settle(table.store)


def run(office: Office, table: Table, seconds: float = 1) -> None:
    start = table.time
    for courier in office._couriers.values():
        table.time = start
        table.run(courier, seconds)


def test_each_channel_gets_its_own_row_and_what_it_asked_for():
    table = Table()
    office, boxes = build(table)

    post(office, table, *make_notices("a", severity=Severity.ERROR), *make_notices("b"))
    run(office, table)

    assert [one.id for one in boxes["ops"].sent] == ["b", "a"]
    assert [one.id for one in boxes["pd"].sent] == ["b"]
    assert office.is_idle


def test_whoever_was_told_of_the_bad_is_told_of_its_end():
    table = Table()
    office, boxes = build(table)
    post(office, table, make_notice("1"))

    milder = make_incident(severity=Severity.WARNING)
    post(office, table, make_notice("2", milder, change=ChangeKind.LOWERED))
    post(office, table, make_notice("3", milder, change=ChangeKind.REMINDED))
    post(office, table, make_notice("4", milder, change=ChangeKind.RESOLVED))
    run(office, table)

    assert [one.id for one in boxes["pd"].sent] == ["1", "2", "4"]


def test_what_is_held_back_goes_out_before_what_wakes_people():
    table = Table()
    members = (Member(name="ops"),)
    office, boxes = build(table, Directory(members=members, routes=(Route(to=("ops",), mute=NIGHT),)))
    mild = make_incident(severity=Severity.ERROR)
    post(office, table, make_notice("1", mild), *make_notices("x", severity=Severity.ERROR))
    run(office, table)
    assert boxes["ops"].sent == []

    post(office, table, make_notice("2", change=ChangeKind.ESCALATED))
    run(office, table)
    assert [one.id for one in boxes["ops"].sent] == ["1", "2"]

    run(office, table, 3_700)
    assert [one.id for one in boxes["ops"].sent] == ["1", "2", "x"]


def test_of_what_is_held_back_people_get_one_reminder_and_none_beside_the_news_itself():
    table = Table()
    office, boxes = build(
        table, Directory(members=(Member(name="ops"),), routes=(Route(to=("ops",), mute=NIGHT),))
    )
    known, fresh = (make_incident(f"token-{name}", severity=Severity.ERROR) for name in ("known", "fresh"))
    post(office, table, make_notice("opened", fresh))
    for number in range(3):
        post(office, table, make_notice(f"known-{number}", known, change=ChangeKind.REMINDED))
        post(office, table, make_notice(f"fresh-{number}", fresh, change=ChangeKind.REMINDED))

    run(office, table, 3_700)

    assert [one.id for one in boxes["ops"].sent] == ["opened", "known-2"]
    assert sum(told[2] for told in table.tallies if told[1] == "suppressed") == 5
    post(office, table, make_notice("known-3", known, change=ChangeKind.REMINDED))
    run(office, table)
    assert boxes["ops"].sent[-1].id == "known-3"


def test_a_full_outbox_merges_the_mildest_and_counts_every_one():
    table = Table()
    office, boxes = build(table, most_waiting=500)
    incidents = [
        make_notices(range(start, start + 100), severity=Severity(start // 100 % 4))
        for start in range(0, 4_000, 100)
    ]

    for notices in incidents:
        post(office, table, *notices)
        assert table.store.outbox.count_waiting("ops") <= 500
    run(office, table)

    sent = boxes["ops"].sent
    assert sum(map(count_notices, sent)) == 4_000
    merged = sum(count_notices(one) for one in sent if one.type is NoticeType.DIGEST)
    assert (
        sum(count for channel, what, count in table.tallies if (channel, what) == ("ops", "suppressed"))
        == merged
    )
    singly = [one.incident.severity for one in sent if one.incident is not None]
    assert singly.count(Severity.CRITICAL) > singly.count(Severity.INFO)


def test_what_waits_for_a_channel_that_is_gone_is_told_to_nobody():
    table = Table()
    table.post(*make_notices("a"), channel="gone")
    boxes = Box()
    office = Office(Directory(members=(Member(name="ops"),)), [Courier(boxes, table.desk)])

    assert office.open(table.store, table.now()) == 1
    assert table.store.outbox.count() == {("gone", RowState.HELD): 1}


def test_that_somebody_has_taken_it_on_is_told_to_who_calls_people_and_knows_of_it():
    table = Table()
    caller = Box(Manner("calls", takes_acknowledgements=True), name="pd")
    couriers = [Courier(box, table.desk) for box in (Box(name="ops"), caller)]
    routes = (Route(to=("ops", "pd"), match=(read_matcher("credential=token-known"),)), Route(to=("ops",)))
    members = (Member(name="ops"), Member(name="pd"))
    office = Office(Directory(members=members, routes=routes), couriers)
    office.open(table.store, table.now())
    known, other = make_incident("token-known"), make_incident("token-other")
    post(office, table, make_notice("1", known), make_notice("2", other))
    run(office, table)

    for number, incident in ((3, known), (4, other)):
        taken = make_notice(str(number), incident, change=ChangeKind.REMINDED, reason=Reason.MANUAL)
        post(office, table, taken)
    run(office, table)

    assert [one.id for one in caller.sent] == ["1", "3"]
    assert table.store.outbox.count()["ops", RowState.SENT] == 2


def test_what_was_written_while_nobody_tells_is_told_to_whom_the_next_run_tells():
    table = Table()
    office, boxes = build(table)
    post(office, table, make_notice("1"))
    run(office, table)

    later = [make_notice("2", change=ChangeKind.RESOLVED), *make_notices("x", severity=Severity.ERROR)]
    with table.store.transaction():
        write_for_later(table.store, later, table.now())
    office, boxes = build(table)
    run(office, table)

    assert [one.id for one in boxes["ops"].sent] == ["2", "x"]
    assert [one.id for one in boxes["pd"].sent] == ["2"]
    assert {channel for channel, _ in table.store.outbox.count()} == {"ops", "pd"}


def test_what_is_left_is_named():
    table = Table()
    office, _ = build(table)

    post(office, table, *make_notices("ab"))

    assert office.list_undelivered(table.store) == [Undelivered("ops", 2), Undelivered("pd", 2)]
