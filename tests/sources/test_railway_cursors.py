"""What was seen is known again, for any stream, any drop and any restart."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from logscan.sources.railway.cursors import Cursors, read_cursors
from logscan.sources.railway.entries import Entry

SECOND = 1_000_000_000
START = 1_800_000_000 * SECOND

# Few moments and few texts, so that equal ones are common; deployments come in any order.
streams = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from("ab"), st.sampled_from(["d-1", "d-2"])), max_size=40
)


def make(time: int, digest: str, deployment: str) -> Entry:
    return Entry(time, digest, deployment, "s-1", b"{}\n")


@given(streams, st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=6), st.integers(1, 3))
def test_any_drops_and_restarts_take_every_entry_once(
    steps: list[tuple[int, str, str]], drops: list[tuple[int, bool]], seconds: int
):
    ordered = sorted(steps, key=lambda step: step[0])
    stream = [make(START + seconds * step * SECOND, digest, name) for step, digest, name in ordered]
    cursors = Cursors(START)
    taken: list[Entry] = []
    for end, restarts in [*sorted(drops), (len(stream), False)]:
        cursors.begin_replay()
        after = cursors.resume_after
        taken += [one for one in stream[:end] if (one.nanoseconds or 0) >= after and cursors.take(one)]
        if restarts:
            read = read_cursors(cursors.write())
            assert read is not None
            cursors = read

    assert Counter(taken) == Counter(stream)


@given(st.lists(st.tuples(st.integers(-60, 60), st.sampled_from("ab")), max_size=40))
def test_one_connection_takes_what_comes_in_any_order(steps: list[tuple[int, str]]):
    cursors = Cursors(START)
    cursors.begin_replay()
    cursors.take(make(START, "first", "d-1"))

    taken = [cursors.take(make(START + step * SECOND, digest, "d-1")) for step, digest in steps]

    assert all(taken)


def test_a_position_stays_small_and_old_deployments_are_forgotten():
    cursors = Cursors(START)
    for number in range(5000):
        cursors.take(make(START + number * SECOND // 500, str(number), f"d-{number // 1000}"))
    assert len(cursors.write()) < 5 * 20_000  # for five deployments

    cursors.take(make(START + 3600 * SECOND, "x", "d-9"))
    cursors.forget(["d-3"])

    assert [name for name in ("d-0", "d-3", "d-4", "d-9") if name in cursors] == ["d-3", "d-9"]
    cursors.begin_replay()
    assert not cursors.take(make(START + SECOND, "500", "d-0"))
    assert cursors.take(make(START + 3601 * SECOND, "y", "d-0"))


def test_an_entry_without_a_time_is_always_taken():
    cursors = Cursors(START)

    assert cursors.take(Entry(None, "a", "d-1", "s-1", b"{}\n"))
    assert cursors.take(Entry(None, "a", "d-1", "s-1", b"{}\n"))
    assert cursors.newest == START


def test_what_is_no_position_is_none():
    for text in (b"", b"{}", b"[]", b"7", b'{"start":"1"}', b'{"start":"1","deployments":[]}', b"\xff"):
        assert read_cursors(text) is None
