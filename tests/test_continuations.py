"""A record's lines are those from the one that begins it to the one that begins the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.records.continuations import Neighbours, choose_nearest, find_neighbours

TRACE = (b"ERROR failed\n  at a\n\tat b\n", b"  at d\n\nINFO fine\n  no part\n")


def test_indented_lines_belong_to_the_line_above_them():
    found = find_neighbours(b"  at c", *TRACE)

    assert found == Neighbours((b"ERROR failed", b"  at a", b"\tat b"), (b"  at d",))


def test_a_line_that_begins_a_record_has_nothing_before_it():
    assert find_neighbours(b"ERROR", *TRACE) == Neighbours((), (b"  at d",))


def test_a_record_whose_beginning_is_not_known_shows_nothing_before():
    assert find_neighbours(b"  c", b"  a\n  b\n", b"").before == ()


def test_a_configured_beginning_is_asked():
    def begins(line: bytes) -> bool:
        return line.startswith(b"2026-")

    found = find_neighbours(b"Caused by", b"2026-1 old\n2026-2 failed\nat a\n", b"at b\n2026-3 new\n", begins)

    assert found == Neighbours((b"2026-2 failed", b"at a"), (b"at b",))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("h123", "abcd", "h3ab"),
        ("h123", "", "h123"),
        ("h12345", "", "h345"),
        ("h", "abcdef", "habc"),
        ("", "abcdef", "abcd"),
        ("h12345", "a", "h45a"),
    ],
)
def test_the_first_line_and_the_nearest_are_chosen(before: str, after: str, shown: str):
    chosen = choose_nearest(Neighbours(tuple(before), tuple(after)), 4)

    assert "".join((*chosen.before, *chosen.after)) == shown


_LINES = st.lists(st.sampled_from([b"x", b"  y", b"\tz", b""]), max_size=8)


@given(_LINES, _LINES, st.sampled_from([b"x", b"  y"]))
def test_neighbours_of_any_line_stand_next_to_it(before: list[bytes], after: list[bytes], raw: bytes):
    found = find_neighbours(raw, b"".join(line + b"\n" for line in before), b"\n".join(after))

    assert list(found.before) == before[len(before) - len(found.before) :]
    assert list(found.after) == after[: len(found.after)]
