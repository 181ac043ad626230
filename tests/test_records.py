"""Tries one line of every format that `records` knows, damages it, and looks around it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.model import Record
from logscan.records import read_record
from tests.records.application_lines import APPLICATIONS, TEXTS
from tests.records.platform_lines import MICRO, MILLI, PLATFORMS, TEXT, TIME, dump

NOW = datetime(2026, 8, 22, 12, tzinfo=UTC)
CASES = PLATFORMS | APPLICATIONS


def read(line: str | bytes, before: bytes = b"", after: bytes = b"") -> Record:
    return read_record(line.encode() if isinstance(line, str) else line, before, after, now=NOW)


@pytest.mark.parametrize("name", CASES)
def test_each_format_is_read(name: str):
    line, (form, level, time, service), attributes = CASES[name]

    record = read(line)

    assert record[:5] == (form, TEXTS.get(name, TEXT), level, time, service)
    assert attributes.items() <= record.attributes.items()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("end", ["\r", ""])
def test_a_carriage_return_and_an_envelope_change_nothing_inside(name: str, end: str):
    line = CASES[name][0]
    alone = read(line)

    inside = read(dump(log=line + end + "\n", stream="stdout", time="2026-08-22T00:00:00.5Z"))

    assert (inside.level, inside.service) == (alone.level, alone.service)
    assert inside.message == (line + end if alone.message is None else alone.message)
    assert inside.time == datetime(2026, 8, 22, 0, 0, 0, 500_000, tzinfo=UTC)
    ours = {"format", "envelope", "stream"}
    assert {key: inside.attributes[key] for key in alone.attributes.keys() - ours} == {
        key: value for key, value in alone.attributes.items() if key not in ours
    }


FLY = """{
    "level": "error",
    "instance": "148e",
    "message": "%s",
    "region": "fra",
    "timestamp": "2026-08-21T20:56:23.123456789Z",
    "meta": {
        "Instance": "148e",
        "Error": {
            "Code": 0,
            "Message": ""
        }
    }
}"""
WRANGLER = """{
    "outcome": "ok",
    "scriptName": "worker",
    "exceptions": [],
    "logs": [
        {
            "message": [
                "starting"
            ],
            "level": "log",
            "timestamp": 1787345783123
        },
        {
            "message": [
                "%s"
            ],
            "level": "error",
            "timestamp": 1787345783123
        }
    ],
    "eventTimestamp": 1787345783123
}"""
RENDER = """{
  "id": "1",
  "labels": [
    {
      "name": "resource",
      "value": "srv-a"
    },
    {
      "name": "level",
      "value": "error"
    }
  ],
  "message": "%s",
  "timestamp": "2026-08-21T20:56:23.123456789Z"
}"""


def read_within(text: str, needle: str) -> Record:
    lines = text.split("\n")
    here = next(number for number, line in enumerate(lines) if needle in line)
    before = "".join(line + "\n" for line in lines[:here]).encode()
    return read(lines[here], before, "\n".join(lines[here + 1 :]).encode())


@pytest.mark.parametrize(
    ("text", "form", "time", "service"),
    [
        (FLY, "fly", TIME + MICRO, None),
        (WRANGLER, "wrangler", TIME + MILLI, "worker"),
        (RENDER, "render", TIME + MICRO, "srv-a"),
    ],
)
@pytest.mark.parametrize("separator", ["", "\n", "\r\n"])
def test_an_indented_object_around_the_line_is_read(text, form, time, service, separator):
    whole = separator.join([text % "quiet", text % TEXT, text % "later"])

    record = read_within(whole, TEXT)

    assert record[:5] == (form, TEXT, "error", time, service)


def test_an_object_longer_than_its_neighbours_reach_is_read_as_far_as_they_do():
    many = ",\n".join(f'        "h{number}": "x"' for number in range(200))
    text = f'{{\n    "level": "error",\n    "message": "{TEXT}",\n    "headers": {{\n{many}\n    }}\n}}'

    record = read_within(text, TEXT)

    assert (record.message, record.level) == (TEXT, "error")


def test_the_time_above_an_indented_cloudwatch_message_is_its_time():
    text = f'2026-08-21T20:56:23.123456+00:00 bot\n{{\n    "level": "error",\n    "msg": "{TEXT}"\n}}'

    record = read_within(text, TEXT)

    assert (record.message, record.level, record.time, record.service) == (TEXT, "error", TIME + MICRO, "bot")


def test_three_envelopes_are_opened():
    pino = CASES["pino"][0]
    docker = dump(log=pino + "\n", stream="stdout", time="2026-08-21T20:56:23.123456789Z")

    record = read(f"Aug 21 20:56:23 host1 dockerd[1]: {docker}")

    assert record[:5] == ("pino", TEXT, "error", TIME, "bot")
    assert record.attributes["envelope"] == "syslog-3164"


def test_an_error_body_in_a_message_stays_the_message():
    body = dump(error={"message": TEXT, "code": 190})

    record = read(dump(level="error", msg=body, time=TIME.isoformat()))

    assert record.message == body


@pytest.mark.parametrize(
    "line",
    [
        TEXT,
        "Error: Request failed with status code 401",
        "    at settle (/srv/bot/node_modules/axios.cjs:2049:12)",
        '    message: "Session has expired",',
        "1415555012 was told",
        "",
        "\r",
    ],
)
def test_a_line_without_an_envelope_is_text(line: str):
    record = read(line)

    assert record == Record("text", None, attributes={"format": "text"})


@pytest.mark.parametrize(
    "line",
    [
        b'{"message":"x","level":"error","a":' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"message":"x","level":"error","a":' + b"9" * 5000 + b"}",
        b'{"message":"x","level":"error",' + b",".join(b'"%d":1' % n for n in range(1_000_000)) + b"}",
        b'{"message":"x","level":"error","a":[' + b"[]," * 300_000 + b"[]]}",
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
    ],
)
def test_json_beyond_the_limits_is_text(line: bytes):
    record = read(line)

    assert (record.format, record.message) == ("text", None)


def test_what_strict_readers_refuse_but_loggers_write_is_read():
    line = b'{"level":"error","message":"caf\xe9 \\ud83d","ratio":NaN,"time":"2026-08-21T20:56:23Z"}'

    record = read(line)

    assert (record.message, record.level, record.time) == ("caf\ufffd \ufffd", "error", TIME)


def test_attributes_are_bounded():
    record = read(dump(message=TEXT, **{f"k{number}": "v" * 1000 for number in range(500)}))

    assert len(record.attributes) <= 60
    assert max(map(len, record.attributes.values())) <= 200


def test_colours_do_not_hide_an_envelope():
    record = read(f"\x1b[90m2026-08-21T20:56:23Z\x1b[0m \x1b[31mERROR\x1b[0m {TEXT}")

    assert record[:4] == ("log", TEXT, "error", TIME)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
ENTRIES = st.dictionaries(
    st.sampled_from("name key value message level labels request".split()), VALUES, max_size=4
)
JSON = VALUES | ENTRIES | st.lists(VALUES | ENTRIES, max_size=4)
NAMES = st.sampled_from(
    "message msg MESSAGE log text event level severity PRIORITY timestamp time ts @timestamp labels attributes tags "
    "_metadata source instance region outcome logs exceptions scriptName kubernetes jsonPayload textPayload logName "
    "resource httpRequest res req process_id app_name service name timestampInMs __REALTIME_TIMESTAMP path".split()
)


@given(st.binary(), st.binary(), st.binary())
def test_no_bytes_raise(raw: bytes, before: bytes, after: bytes):
    record = read(raw.replace(b"\n", b" "), before, after)

    assert record.time is None or record.time.tzinfo is UTC


@given(st.dictionaries(NAMES, JSON, max_size=8), st.integers(0, 2))
def test_no_object_raises(fields: dict[str, object], indent: int):
    lines = json.dumps(fields, indent=indent or None).split("\n")
    here = len(lines) // 2

    record = read(lines[here], "\n".join(lines[:here]).encode(), "\n".join(lines[here + 1 :]).encode())

    assert all(isinstance(value, str) for value in record.attributes.values())


@given(st.sampled_from(sorted(CASES)), st.data())
def test_no_damaged_line_raises(name: str, data: st.DataObject):
    line = CASES[name][0].encode()
    start, end = sorted((data.draw(st.integers(0, len(line))), data.draw(st.integers(0, len(line)))))

    record = read(line[:start] + data.draw(st.binary(max_size=8)).replace(b"\n", b"") + line[end:])

    assert record.message is None or isinstance(record.message, str)
