"""The demo: the same story each time, told within 20 seconds, with a token that expires and is renewed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from logscan.demo import LENGTH_SECONDS, play
from logscan.times import read_time

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def tell(speed: float, now: datetime = NOW) -> tuple[list[str], list[float]]:
    lines: list[str] = []
    waits: list[float] = []
    play(lines.append, waits.append, now, speed)
    return lines, waits


def list_times(lines: list[str]) -> list[datetime]:
    return [datetime.fromisoformat(json.loads(line)["timestamp"]) for line in lines]


def test_it_tells_the_same_story_each_time():
    first, second = tell(1), tell(1)

    assert first == second


def test_it_ends_within_20_seconds():
    _, waits = tell(1)

    assert sum(waits) <= 18.5  # and a start of Python
    assert min(waits) >= 0


def test_the_renewal_leaves_time_for_a_first_start_behind_the_pipe():
    lines, waits = tell(1)

    renewed = next(i for i, line in enumerate(lines) if "refreshed successfully" in line)

    assert (
        sum(waits[: renewed + 1]) >= 15
    )  # less, and a slow machine's `run` would see it healed before it settles


def test_a_higher_speed_waits_so_much_less():
    _, waits = tell(4)

    assert sum(waits) == pytest.approx(LENGTH_SECONDS / 4)


def test_its_lines_carry_the_time_at_which_they_are_written():
    lines, waits = tell(2)

    written = [NOW + timedelta(seconds=sum(waits[: i + 1])) for i in range(len(lines))]

    late = [abs(shown - real) for shown, real in zip(list_times(lines), written, strict=True)]
    assert max(late) < timedelta(milliseconds=2)


def test_without_waiting_the_story_has_just_ended():
    lines, waits = tell(0)

    assert waits == []
    assert list_times(lines)[-1] == NOW
    assert list_times(lines) == sorted(list_times(lines))


def test_the_token_expired_minutes_before_the_first_error():
    lines, _ = tell(1)
    error = next(json.loads(line)["message"] for line in lines if "Session has expired" in line)

    expired_at = read_time(error.partition("Session has expired on ")[2], now=NOW)

    assert expired_at == datetime(2026, 11, 21, 11, 56, tzinfo=UTC)


def test_messages_go_out_before_the_expiry_and_after_the_renewal():
    lines, _ = tell(1)
    words = ("message sent", "Session has expired", "access token refreshed")

    story = [next((word for word in words if word in line), None) for line in lines]

    order = list(dict.fromkeys(word for word in story if word))
    assert order == list(words)
    assert "message sent" in story[story.index("access token refreshed") :]
