"""Tries the forms of dates that logs and error texts carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.times import find_stamp, find_time, read_duration, read_epoch, read_time, write_time

NOW = datetime(2026, 8, 21, 12, tzinfo=UTC)
SIX = datetime(2025, 6, 18, 6, tzinfo=UTC)
ONE_PM = SIX + timedelta(hours=7)
MICRO = timedelta(microseconds=123456)

PLACED = {
    "Wednesday, 18-Jun-25 06:00:00 PDT": ONE_PM,
    "Wednesday, 18-Jun-25 06:00:00 PDT. The current time is Thursday": ONE_PM,
    "on Wednesday, 18-Jun-25 06:00:00 PDT": ONE_PM,
    "Wednesday, 18-Jun-25 05:00:00 PST": ONE_PM,
    "Wednesday, 14-Feb-18 18:00:00 PST": datetime(2018, 2, 15, 2, tzinfo=UTC),
    "unix time 1750226400": SIX,
    "at unix time 1750226400. The current unix time is 1": SIX,
    "1750226400": SIX,
    "1750226400.123456": SIX + MICRO,
    "1750226400000": SIX,
    "1750226400123456": SIX + MICRO,
    "1750226400123456789": SIX + MICRO,
    "2025-06-18T06:00:00Z": SIX,
    "2025-06-18T06:00:00.123456789Z": SIX + MICRO,
    "2025-06-18T08:00:00+02:00": SIX,
    "2025-06-18T06:00:00-07:00[America/Los_Angeles]": ONE_PM,
    "2025-06-18 06:00:00+00": SIX,
    "2025-06-18 06:00:00 -0700": ONE_PM,
    "2025-06-18 06:00:00.123456789 +0000 UTC": SIX + MICRO,
    "2025-06-18 11:30:00 +0530 IST": SIX,
    "2025-06-18 06:00:00 UTC": SIX,
    "2025-06-18 06:00 GMT": SIX,
    "Wed, 18 Jun 2025 06:00:00 GMT": SIX,
    "Wed, 18 Jun 2025 06:00:00 -0700 (PDT)": ONE_PM,
    "18 Jun 2025 06:00:00 +0000": SIX,
    "notAfter=Jun 18 06:00:00 2025 GMT": SIX,
    "Jun  8 06:00:00 2025 GMT": SIX - timedelta(days=10),
    "Wed Jun 18 06:00:00 PDT 2025": ONE_PM,
    "Wed Jun 18 06:00:00 UTC 2025": SIX,
    "Wed Jun 18 2025 06:00:00 GMT-0700 (Pacific Daylight Time)": ONE_PM,
    "June 18, 2025 at 6:00:00 AM UTC": SIX,
    "Wednesday, June 18, 2025 12:30:00 AM UTC": SIX - timedelta(hours=5, minutes=30),
    "[18/Jun/2025:08:00:00 +0200]": SIX,
    "20250618T060000Z": SIX,
    "20250618060000Z": SIX,
    "250618060000Z": SIX,
    "2016-12-31T23:59:60Z": datetime(2017, 1, 1, tzinfo=UTC),
    "2038-01-19T03:14:08Z": datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
}
WITHOUT_ZONE = [
    "Wed Jun 18 06:00:00 2025", "2025-06-18T06:00:00", "2025-06-18 06:00:00,000", "2025/06/18 06:00:00", "Jun 18 2025 06:00:00",
    "18-Jun-2025 06:00:00", "June 18, 2025 6:00 AM",
]  # fmt: skip
UNPLACED = [
    "", "soon", "Wednesday", "12:30", "2025-06-18 06:00:00 IST", "2025-06-18 06:00:00 AST", "2025-06-18 06:00:00 XYZ",
    "2025-06-18 06:00 America/New_York", "06/18/2025 06:00:00", "18.06.25", "2025-13-40T00:00:00Z", "2025-02-29T00:00:00Z",
    "Wed, 31 Jun 2025 06:00:00 GMT", "2025-06-18 25:00:00 UTC", "2025-06-18 13:00:00 PM UTC", "2025-06-18 06:00:00 +9900",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC", "9999-12-31T23:59:59-08:00",
    "Dec 31 23:59:59 9999 GMT", "99991231235959Z", "1", "1234567", "978307199", "4102444800", "9" * 19, "9" * 5000, "unix time 0", "\ud800", "\uff12\uff10\uff12\uff15-06-18T06:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("text", PLACED)
def test_a_date_with_a_zone_is_read(text: str):
    moment = read_time(text, now=NOW)

    assert moment == PLACED[text]
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", WITHOUT_ZONE)
def test_a_date_without_a_zone_needs_to_be_told_one(text: str):
    pacific = timezone(timedelta(hours=-7))

    moments = (
        read_time(text, now=NOW),
        read_time(text, now=NOW, zone=UTC),
        read_time(text, now=NOW, zone=pacific),
    )

    assert moments == (None, SIX, ONE_PM)


@pytest.mark.parametrize("text", UNPLACED, ids=lambda text: ascii(text)[:30])
def test_what_cannot_be_placed_is_none(text: str):
    assert read_time(text, now=NOW) is None
    assert read_time(text, now=NOW, zone=UTC) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [("Aug 21 10:00:00", 2026), ("Aug 22 11:00:00", 2026), ("Aug 22 13:00:00", 2025), ("Dec 31 23:59:59", 2025),
     ("Feb 29 00:00:00", 2024)],
)  # fmt: skip
def test_a_missing_year_is_the_newest_that_is_not_ahead_of_now(text: str, year: int):
    moment = read_time(text, now=NOW, zone=UTC)

    assert moment is not None
    assert moment.year == year


def test_a_new_year_a_day_ahead_is_next_year():
    now = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

    assert read_time("Jan  1 00:00:30", now=now, zone=UTC) == datetime(2027, 1, 1, 0, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "2025-06-18 06:00:00,000 ERROR token", "[2025-06-18 06:00:00 +0000] [7] [ERROR] x", "INFO 2025-06-18 06:00:00 GET /",
        "2025-06-18T08:00:00+02:00 app[web.1]: x", "2025-06-18 06:00:00 UTC [7] LOG:  x", "2025/06/18 06:00:00 [error] 7#7: x",
        '192.0.2.1 - - [18/Jun/2025:06:00:00 +0000] "GET / HTTP/1.1" 401', "web-1  | 2025-06-18T06:00:00Z x",
        "[pod/a/b] 2025-06-18T06:00:00.000000000Z x", "E, [2025-06-18T06:00:00.000000 #7] ERROR -- : x",
        "[2025-06-18T06:00:00.000Z] bot up",
        "120 <40>1 2025-06-18T06:00:00+00:00 host app web.1 - x", "[Wed Jun 18 06:00:00.000000 2025] [core:error] x",
        "7:M 18 Jun 2025 06:00:00.000 * x", "2025-06-18 11:30:00 +0530 IST x",
    ],
)  # fmt: skip
def test_the_time_at_a_lines_start_is_found(line: str):
    assert find_time(line, now=NOW) == SIX


@pytest.mark.parametrize(
    "line",
    [
        "",
        "token expired 2025-06-18 06:00:00",
        "1415555012 was told",
        "2025-06-18 report",
        "2025-06-18 06:00:00 IST x",
    ],
)
def test_a_line_that_does_not_begin_with_a_time_has_none(line: str):
    assert find_time(line, now=NOW) is None


def test_a_stamp_knows_where_it_stands():
    line = "[2025-06-18 06:00:00] TOKEN expired"

    stamp = find_stamp(line, now=NOW)

    assert stamp is not None
    assert line[stamp.start : stamp.end] == "2025-06-18 06:00:00"


@given(st.datetimes(datetime(2001, 1, 2), datetime(2099, 12, 30)), st.sampled_from([1, 10**3, 10**6, 10**9]))  # noqa: DTZ001  UTC below
def test_an_epoch_is_told_apart_by_its_size(moment: datetime, scale: int):
    whole = moment.replace(microsecond=0, tzinfo=UTC)

    assert read_epoch(int(whole.timestamp()) * scale) == whole


@given(st.integers() | st.floats())
def test_no_number_raises(value: float):
    moment = read_epoch(value)

    assert moment is None or 2001 <= moment.year < 2100


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001  UTC by timezones
def test_what_is_written_is_read_back(moment: datetime):
    assert read_time(write_time(moment), now=NOW) == moment


def test_a_fraction_is_written_only_where_there_is_one():
    assert write_time(SIX) == "2025-06-18T06:00:00Z"
    assert write_time(SIX + timedelta(milliseconds=120)) == "2025-06-18T06:00:00.12Z"


@given(
    st.text() | st.from_regex(r"\A[A-Za-z0-9 :,+./=-]{0,40}\Z"),
    st.sampled_from(sorted(PLACED)),
    st.integers(0, 60),
)
def test_no_text_raises(noise: str, date: str, place: int):
    text = date[:place] + noise + date[place:]

    found = [read_time(text, now=NOW), read_time(text, now=NOW, zone=UTC), find_time(text, now=NOW)]

    assert all(moment is None or moment.tzinfo is UTC for moment in found)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("15m", 900), ("1h30m", 5400), ("3 days", 259_200), ("2 hours and 5 minutes", 7500), ("an hour", 3600),
     ("1.5h", 5400), ("2w", 1_209_600)],
)  # fmt: skip
def test_a_duration_is_read(text: str, seconds: float):
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "15", "m", "2 months", "1y", "-5m", "5m ago", "999999999 weeks", "9" * 5000 + "s"]
)
def test_what_is_no_duration_is_none(text: str):
    assert read_duration(text) is None
