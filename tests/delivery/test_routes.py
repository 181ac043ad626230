"""Who is told of what, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.delivery import Address, Directory, Member, Route, describe_addresses, read_mute
from logscan.errors import ConfigError
from logscan.matchers import read_matcher
from logscan.model import Severity
from tests.making import NOW
from tests.store.making import make_incident, make_notice

NIGHT = read_mute("22:00-07:00", "Europe/Berlin")
MEMBERS = (Member(name="ops"), Member(name="pd", min_severity=Severity.CRITICAL), Member(name="am"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def route(to: str, *matchers: str, **more: object) -> Route:
    return Route(to=tuple(to.split()), match=tuple(map(read_matcher, matchers)), **more)  # type: ignore[arg-type]


def tell(
    directory: Directory, severity: Severity = Severity.ERROR, now: datetime = NOW, **changes: str
) -> list[Address]:
    return directory.list_addresses(make_notice("n", make_incident(severity=severity, **changes)), now)


def test_without_routes_every_channel_gets_everything_that_is_bad_enough():
    directory = Directory(members=MEMBERS)

    assert [one.channel for one in tell(directory)] == ["ops", "am"]
    assert [one.channel for one in tell(directory, Severity.CRITICAL)] == ["ops", "pd", "am"]


def test_the_first_route_that_fits_wins_unless_it_goes_on():
    first, second = route("am", "service=bot"), route("ops", "severity>=error")
    going_on = route("am", "service=bot", goes_on=True)

    assert [one.channel for one in tell(Directory(members=MEMBERS, routes=(first, second)))] == ["am"]
    assert [one.channel for one in tell(Directory(members=MEMBERS, routes=(going_on, second)))] == [
        "am",
        "ops",
    ]
    assert tell(Directory(members=MEMBERS, routes=(route("am", "service=web"),))) == []


def test_a_channel_is_never_told_that_it_is_refused_itself():
    assert [one.channel for one in tell(Directory(members=MEMBERS), credential="channel:ops")] == ["am"]


def test_at_night_people_are_told_in_the_morning_but_of_the_critical_at_once():
    directory = Directory(members=MEMBERS, routes=(route("ops", mute=NIGHT),))
    night, morning = at("2026-11-21T23:00"), at("2026-11-22T06:00")

    assert tell(directory, now=night) == [Address("ops", morning)]
    assert tell(directory, Severity.CRITICAL, night) == [Address("ops")]
    assert tell(directory, now=morning) == [Address("ops")]


def test_a_channel_that_two_routes_name_is_told_once_at_the_earlier_time():
    directory = Directory(
        members=MEMBERS, routes=(route("ops", mute=NIGHT, goes_on=True), route("ops am", goes_on=True))
    )

    assert tell(directory, now=at("2026-11-21T23:00")) == [Address("ops"), Address("am")]


@pytest.mark.parametrize(
    ("hours", "zone", "now", "end"),
    [
        ("22:00-07:00", "Europe/Berlin", "2026-11-21T20:59", None),
        ("22:00-07:00", "Europe/Berlin", "2026-11-21T21:00", "2026-11-22T06:00"),
        ("22:00-07:00", "Europe/Berlin", "2026-11-22T05:59", "2026-11-22T06:00"),
        ("22:00-07:00", "Europe/Berlin", "2026-07-21T20:00", "2026-07-22T05:00"),
        (
            "22:00-07:00",
            "Europe/Berlin",
            "2026-10-24T21:00",
            "2026-10-25T06:00",
        ),  # the clocks go back that night
        (
            "01:00-02:30",
            "Europe/Berlin",
            "2026-03-29T00:30",
            "2026-03-29T01:30",
        ),  # and forth: no 2:30 that day
        ("00:00-24:00", "UTC", "2026-11-21T20:59", "error"),
        ("12:00-24:00", "UTC", "2026-11-21T20:59", "2026-11-22T00:00"),
        ("09:00–17:00", "UTC", "2026-11-21T12:00", "2026-11-21T17:00"),  # noqa: RUF001
    ],
)
def test_mute_hours_end_when_the_clocks_of_their_zone_say_so(
    hours: str, zone: str, now: str, end: str | None
):
    if end == "error":
        with pytest.raises(ConfigError):
            read_mute(hours, zone)
        return

    assert read_mute(hours, zone).find_end(at(now)) == (None if end is None else at(end))


@given(
    st.datetimes(NOW.replace(tzinfo=None), NOW.replace(year=2028, tzinfo=None)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
)
def test_mute_hours_end_within_a_day_and_then_do_not_hold(moment: datetime, zone: str):
    mute = read_mute("22:00-07:00", zone)
    now = moment.replace(tzinfo=UTC)

    end = mute.find_end(now)

    if end is not None:
        assert 0 < (end - now).total_seconds() <= 10 * 3600
        assert mute.find_end(end) is None


@pytest.mark.parametrize(
    ("hours", "zone"),
    [
        ("22-7", "UTC"),
        ("25:00-07:00", "UTC"),
        ("22:00-07:00", "Berlin"),
        ("07:00-07:00", "UTC"),
        ("1:00-2:00", "../etc/passwd"),
    ],
)
def test_what_is_no_time_or_zone_is_refused(hours: str, zone: str):
    with pytest.raises(ConfigError, match="write such as"):
        read_mute(hours, zone)


def test_who_is_told_is_said_in_words():
    assert describe_addresses([]) == "nobody"
    assert describe_addresses([Address("ops"), Address("mail", NOW)]).startswith(
        "ops, mail (held back until 20"
    )
