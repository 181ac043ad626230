"""What waits for the keeper is bounded, and keeps its order."""

from __future__ import annotations

import threading

from logscan.keeper import Batch, Task
from logscan.keeper.intakes import Intake
from logscan.model import Verdict, VerdictKind
from logscan.store import Seen
from tests.live_made import make_event


def make_batch(events: int, position: bytes = b"1") -> Batch:
    return Batch("app", "", position, tuple(Seen(make_event(), "", number) for number in range(events)))


def test_each_kind_comes_out_in_its_order():
    intake = Intake()
    verdict = Verdict("token", None, VerdictKind.VALID, "is valid")
    tasks = [Task(lambda _store: None) for _ in range(2)]
    for item in (make_batch(1, b"1"), tasks[0], verdict, make_batch(2, b"2"), tasks[1]):
        assert intake.put(item)

    load = intake.take(0)

    assert [batch.position for batch in load.batches] == [b"1", b"2"]
    assert load.verdicts == (verdict,)
    assert load.tasks == tuple(tasks)
    assert not load.is_last


def test_a_storm_makes_the_sources_wait():
    intake = Intake()
    taken = 0
    while intake.put(make_batch(1_000), seconds=0):
        taken += 1

    assert taken == 4
    load = intake.take(0)
    assert 2_000 <= sum(len(batch.seen) for batch in load.batches) <= 3_000
    assert intake.put(make_batch(1_000), seconds=0)


def test_one_batch_that_is_larger_than_all_room_is_taken():
    intake = Intake()

    assert intake.put(make_batch(20_000), seconds=0)

    assert len(intake.take(0).batches) == 1


def test_whoever_waits_for_room_gets_it():
    intake, done = Intake(), threading.Event()
    while intake.put(make_batch(1_000), seconds=0):
        pass

    def put_one_more() -> None:
        intake.put(make_batch(1_000))
        done.set()

    thread = threading.Thread(target=put_one_more)
    thread.start()
    assert not done.is_set()
    intake.take(0)

    assert done.wait(10)
    thread.join()


def test_the_end_comes_after_everything_else():
    intake = Intake()
    for _ in range(3):
        intake.put(make_batch(1_250), seconds=0)
    intake.end()

    loads = [intake.take(0) for _ in range(2)]

    assert [load.is_last for load in loads] == [False, True]
    assert sum(len(load.batches) for load in loads) == 3


def test_what_little_a_calm_source_says_goes_before_a_storm():
    intake = Intake()
    while intake.put(make_batch(1_000), seconds=0):
        pass

    assert intake.put(make_batch(1)._replace(source="calm"), seconds=0)
    assert not intake.put(make_batch(100)._replace(source="calm"), seconds=0)

    assert intake.take(0).batches[0].source == "calm"


def test_the_batches_of_one_source_keep_their_order():
    intake = Intake()
    for events, position in ((0, b"1"), (100, b"2"), (1, b"3"), (0, b"4"), (2, b"5")):
        assert intake.put(make_batch(events, position), seconds=0)

    assert [batch.position for batch in intake.take(0).batches] == [b"1", b"2", b"3", b"4", b"5"]
    assert intake.put(make_batch(1, b"6"), seconds=0)
    assert [batch.position for batch in intake.take(0).batches] == [b"6"]
