"""jsonl: the contract's keys in the contract's order, one line each, and nothing that a terminal obeys."""

from __future__ import annotations

import json
import os

from hypothesis import given
from hypothesis import strategies as st

from logscan.model import Unreadable
from tests.reports.making import make_finding, make_summary, write_report

CONTRACT = (
    '{"type":"finding","source":"app.log","line":123,"offset":45678,"time":"2026-11-21T10:00:00Z",'
    '"rule":"meta.session-expired","rules":["meta.session-expired","http.unauthorized"],"signal":"expired",'
    '"severity":"critical","credential":"meta-access-token","service":"bot","message":"redacted text",'
    '"fields":{"subcode":"463"},"expires_at":"2025-06-18T13:00:00Z"}'
)


def test_a_finding_is_written_as_the_contract_shows_it():
    finding = make_finding(evidence="redacted text")

    line = write_report("jsonl", finding).splitlines()[0]

    assert line == CONTRACT


def test_what_is_not_known_is_null():
    finding = make_finding(seen_at=None, expires_at=None, service=None)

    row = json.loads(write_report("jsonl", finding).splitlines()[0])

    assert (row["time"], row["expires_at"], row["service"]) == (None, None, None)


def test_the_last_object_is_the_summary():
    summary = make_summary(unreadable=(Unreadable("gone.log", "no such file"),), truncated_lines=1)

    *_, last = write_report("jsonl", make_finding(), summary=summary).splitlines()

    row = json.loads(last)
    contracted = ["type", "lines", "bytes", "findings", "by_signal", "by_rule", "seconds", "unreadable"]
    assert list(row)[:8] == contracted
    assert row["by_signal"] == {"expired": 2, "rejected": 1}
    assert row["unreadable"] == [{"path": "gone.log", "why": "no such file"}]


@given(text=st.text(st.characters(codec="utf-8")), name=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_stays_one_line_that_reads_back_and_commands_no_terminal(text: str, name: str):
    finding = make_finding(evidence=text, source=name)

    lines = write_report("jsonl", finding).split("\n")

    assert len(lines) == 3
    assert json.loads(lines[0])["message"] == text
    assert json.loads(lines[0])["source"] == name
    assert not set(lines[0]) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066)}


def test_a_path_that_is_no_text_is_spelled_out():
    finding = make_finding(source=os.fsdecode(b"caf\xe9.log"))

    row = json.loads(write_report("jsonl", finding).splitlines()[0])

    assert row["source"] == "caf\\xe9.log"
