"""What comes next on a channel: order, urgency, room, and when a failure is tried again."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from logscan.delivery.digests import MOST_NAMED, count_notices, merge_notices
from logscan.delivery.paces import Meter
from logscan.delivery.queues import Merge, Pause, Queue, Send, Trial, Wait
from logscan.delivery.waits import choose_pause, choose_wait
from logscan.model import ChangeKind, Manner, Notice, Pace, Severity
from logscan.store import Due
from tests.delivery.making import PROGRAM, READERS, make_notices
from tests.making import NOW
from tests.store.making import make_incident, make_notice


def row(number: int, notice: Notice, attempts: int = 0) -> Due:
    return Due(number, "ops", notice, NOW, NOW, attempts)


def rows(count: int, **changes: object) -> list[Due]:
    return [row(number, notice) for number, notice in enumerate(make_notices(range(count), **changes), 1)]


def test_of_one_incident_the_first_is_sent_first():
    queue = Queue(PROGRAM)
    mild = make_incident(severity=Severity.INFO)
    queue.add(
        [row(1, make_notice("opened", mild)), row(2, make_notice("worse", change=ChangeKind.ESCALATED))], 0
    )

    assert queue.choose(0) == Send(row(1, make_notice("opened", mild)))

    queue.note_failed(1, 0, Pause(100, 1))
    assert queue.choose(1) == Wait(100)


def test_what_is_urgent_comes_before_what_is_not_and_takes_its_own_past_along():
    queue = Queue(PROGRAM)
    mild = rows(2, severity=Severity.WARNING)
    worse = row(9, make_notice("worse", mild[1].notice.incident, change=ChangeKind.ESCALATED))
    queue.add([*mild, worse], 0)

    first = queue.choose(0)

    assert first == Send(mild[1])
    queue.note_done(2, 0)
    assert queue.choose(0) == Send(worse)


def test_a_row_that_fails_alone_holds_up_no_other():
    queue = Queue(PROGRAM)
    queue.add(rows(2), 0)
    [first, second] = rows(2)
    queue.note_failed(1, 0, Pause(2, 2))

    assert queue.choose(1) == Wait(2)
    assert queue.choose(2) == Send(second)
    queue.note_done(2, 2)
    assert queue.choose(2) == Send(first._replace(attempts=1))


def test_people_get_ten_messages_a_minute_and_a_digest_of_the_rest():
    queue, sent = Queue(READERS), 0
    queue.add(rows(30, severity=Severity.ERROR), 0)

    while isinstance(step := queue.choose(0), Send):
        queue.note_done(step.row.id, 0)
        sent += 1

    assert sent == 7
    assert isinstance(step, Merge)
    assert [one.id for one in step.rows] == list(range(8, 31))
    digest = row(8, merge_notices([one.notice for one in step.rows], "d", NOW))
    queue.replace([one.id for one in step.rows], digest, 0)
    assert queue.choose(0) == Send(digest)
    queue.note_done(8, 0)
    queue.add([row(40, make_notice("new", make_incident(severity=Severity.ERROR)))], 1)
    assert queue.choose(1) == Wait(60)
    queue.add([row(41, make_notice("worse", make_incident("other"), change=ChangeKind.ESCALATED))], 1)
    assert queue.choose(1) == Send(
        row(41, make_notice("worse", make_incident("other"), change=ChangeKind.ESCALATED))
    )


def test_a_flood_of_the_critical_is_told_within_the_same_room():
    queue, sent = Queue(READERS), 0
    queue.add(rows(500), 0)

    while isinstance(step := queue.choose(0), Send):
        queue.note_done(step.row.id, 0)
        sent += 1

    assert sent == 9
    assert isinstance(step, Merge)
    assert len(step.rows) == 491


def test_a_digest_takes_in_more_only_until_it_was_tried_or_for_two_seconds():
    queue = Queue(READERS)
    queue.add(rows(30, severity=Severity.ERROR), 0)
    for number in range(1, 8):
        queue.note_done(number, 0)
    digest = row(8, merge_notices([one.notice for one in rows(30, severity=Severity.ERROR)[7:]], "d", NOW))
    queue.replace(range(8, 31), digest, 0)
    queue.add([row(40, make_notice("new", make_incident(severity=Severity.ERROR)))], 1)

    assert isinstance(queue.choose(1), Merge)
    assert queue.choose(2) == Send(digest)


def test_a_digest_that_an_earlier_run_made_is_sent_as_it_is():
    queue = Queue(READERS)
    digest = row(1, merge_notices(make_notices(range(5)), "d", NOW))
    queue.add([digest, *rows(40)[1:]], 0)
    merged: list[int] = []

    while isinstance(step := queue.choose(0), Send):
        queue.note_done(step.row.id, 0)
        merged.append(step.row.id)

    assert isinstance(step, Merge)
    assert 1 not in [one.id for one in step.rows]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(Severity), st.sampled_from(ChangeKind)),
        min_size=1,
        max_size=25,
    ),
    st.booleans(),
    st.integers(),
)
def test_whatever_fails_nothing_is_lost_and_no_incident_is_told_out_of_order(
    wanted: list[tuple[int, Severity, ChangeKind]], for_readers: bool, seed: int
):
    chance = random.Random(seed)
    queue = Queue(READERS if for_readers else PROGRAM)
    told = [
        row(number, make_notice(str(number), make_incident(f"t{key}", severity=severity), change=change))
        for number, (key, severity, change) in enumerate(wanted, 1)
    ]
    parts = {one.id: [one] for one in told}
    waiting, done, now = list(told), list[Due](), 0.0
    while waiting or len(queue):
        queue.add([waiting.pop(0) for _ in range(min(len(waiting), chance.randint(0, 9)))], now)
        step = queue.choose(now)
        if isinstance(step, Wait):
            now = now + 1 if step.until is None else max(now, step.until)
        elif isinstance(step, Merge):
            numbers = [one.id for one in step.rows]
            parts[numbers[0]] = [part for number in numbers for part in parts[number]]
            digest = merge_notices([one.notice for one in step.rows], f"d{now}", NOW)
            queue.replace(numbers, row(numbers[0], digest), now)
        elif chance.random() < 0.3:
            queue.note_failed(step.row.id, now, Pause(chance.uniform(1, 9), 1))
        else:
            done += parts[step.row.id]
            queue.note_done(step.row.id, now)

    assert sorted(one.id for one in done) == [one.id for one in told]
    for key in {one.notice.key for one in told}:
        numbers = [one.id for one in done if one.notice.key == key]
        assert numbers == sorted(numbers)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(Severity)), min_size=1, max_size=30),
    st.integers(0, 29),
)
def test_a_digest_counts_every_notice_even_of_digests(made: list[tuple[str, Severity]], cut: int):
    notices = [
        make_notice(str(i), make_incident(key, severity=severity)) for i, (key, severity) in enumerate(made)
    ]
    inner = [merge_notices(notices[:cut], "inner", NOW)] if notices[:cut] else []

    digest = merge_notices([*inner, *notices[cut:]], "d", NOW)

    assert count_notices(digest) == len(notices)
    assert [one.severity for one in digest.merged] == sorted(
        (one.severity for one in digest.merged), reverse=True
    )


def test_a_digest_names_a_thousand_and_counts_the_rest():
    digest = merge_notices(
        [*make_notices(range(1_500), severity=Severity.ERROR), *make_notices(["worst"])], "d", NOW
    )

    assert len(digest.merged) == MOST_NAMED + 1
    assert digest.merged[0].key == "token-worst@bot"
    assert (digest.merged[-1].key, digest.merged[-1].count) == ("other", 501)
    assert count_notices(digest) == 1_501


@given(st.integers(1, 60), st.integers())
def test_attempt_n_waits_from_a_second_to_two_to_the_n_at_most_five_minutes(attempt: int, seed: int):
    wait = choose_wait(attempt, random.Random(seed))

    assert 1 <= wait <= min(300, 2.0**attempt)


@given(st.floats(1, 3_600), st.integers())
def test_what_a_service_asks_for_is_kept_to_a_second(asked: float, seed: int):
    pause = choose_pause(Trial(1, 1, 0), random.Random(seed), asked)

    assert pause is not None
    assert asked <= pause.row == pause.channel < asked + 1


def test_after_a_day_it_is_given_up():
    assert choose_pause(Trial(99, 1, 86_400), random.Random(1), None) is None
    assert choose_pause(Trial(99, 1, 86_399), random.Random(1), None) is not None


def test_a_row_that_failed_often_waits_long_but_its_channel_does_not():
    pauses = [choose_pause(Trial(12, 1, 0), random.Random(seed), None) for seed in range(50)]

    assert max(pause.row for pause in pauses if pause) > 100
    assert max(pause.channel for pause in pauses if pause) <= 2


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_no_window_ever_holds_more_than_the_pace(steps: list[float], most: int):
    meter, now, sent = Meter([Pace(most, 10.0), Pace(2 * most, 60.0)]), 0.0, list[float]()
    for step in steps:
        now = max(now + step, meter.find_free(now + step, 1))
        assert meter.count_free(now) > 0
        meter.note(now)
        sent.append(now)

    for moment in sent:
        assert sum(1 for one in sent if one <= moment < one + 10) <= most
        assert sum(1 for one in sent if one <= moment < one + 60) <= 2 * most


def test_a_service_of_programs_is_sent_everything_at_its_own_pace():
    queue = Queue(Manner("pd", pace=Pace(2, 1.0)))
    queue.add(rows(3), 0)
    for number in (1, 2):
        assert isinstance(queue.choose(0), Send)
        queue.note_done(number, 0)

    assert queue.choose(0) == Wait(1.0)
