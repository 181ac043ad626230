"""Railway's entries become the lines that its command prints, whatever they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.records import read_record
from logscan.sources.railway.entries import read_entries, read_time, write_time
from tests.making import NOW
from tests.railway_streams import at, entry

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(json_values) | json_values)
def test_nothing_that_a_server_sends_breaks_the_reading(listed: object):
    for made in read_entries(listed):
        assert made.line.endswith(b"\n")


@given(st.text(), st.lists(st.tuples(st.text(), st.text())))
def test_any_entry_is_one_line_of_json(message: str, pairs: list[tuple[str, str]]):
    attributes = [{"key": key, "value": value} for key, value in pairs]

    (made,) = read_entries([entry(1, message, attributes=attributes)])

    assert made.line.count(b"\n") == 1
    assert isinstance(json.loads(made.line), dict)


def test_the_record_of_a_line_has_its_message_level_and_time():
    pairs = [{"key": "level", "value": '"error"'}, {"key": "status", "value": "401"}]
    (made,) = read_entries([entry(1.5, "session has expired", attributes=pairs)])

    record = read_record(made.line, b"", b"", now=NOW)

    assert (record.format, record.message, record.level) == ("railway", "session has expired", "error")
    assert record.time == datetime(2026, 11, 21, 12, 0, 1, 500000, tzinfo=UTC)
    assert record.attributes["status"] == "401"


def test_entries_are_put_in_the_order_of_their_time():
    listed = [entry(3, "c"), entry(1, "a"), {"message": "no time"}, entry(2, "b"), entry(1, "a2"), "no entry"]

    messages = [json.loads(made.line)["message"] for made in read_entries(listed)]

    assert messages == ["a", "no time", "a2", "b", "c"]


def test_the_same_entry_is_known_again_in_any_order_of_its_attributes():
    pairs = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    (one,), (two,) = (read_entries([entry(1, "x", attributes=of)]) for of in (pairs, pairs[::-1]))
    (other,) = read_entries([entry(1, "x", attributes=pairs, deploymentInstanceId="i-2")])

    assert one == two
    assert other.digest != one.digest


@pytest.mark.parametrize(
    "text", ["2026-08-21T20:56:23Z", "2026-08-21T20:56:23.1Z", "2026-08-21T22:56:23.123456789+02:00"]
)
def test_times_keep_all_their_digits(text: str):
    nanoseconds = read_time(text)

    assert nanoseconds is not None
    assert read_time(write_time(nanoseconds)) == nanoseconds
    assert write_time(nanoseconds).startswith(
        "2026-08-21T20:56:23.1" if "." in text else "2026-08-21T20:56:23.0"
    )


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", None, 7, "2026-13-01T00:00:00Z", "2026-08-21T20:56:23", "0001-01-01T00:00:00+23:00"],
)
def test_what_is_no_time_is_none_or_before_1970(text: object):
    assert (read_time(text) or -1) < 0


def test_times_are_compared_as_railway_writes_them():
    assert write_time(read_time(at(1, 7)) or 0) == at(1, 7)
