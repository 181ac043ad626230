"""pretty: columns, marks and colours for a person; clear without colour; nothing that a terminal obeys."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from logscan.model import Severity, Signal
from logscan.reports import Look
from logscan.reports.paint import merge_spans
from tests.reports.making import make_finding, make_summary, write_report

COLOR = re.compile(r"\x1b\[[\d;]*m")


def test_a_finding_takes_two_lines_with_all_that_a_person_asks_for():
    finding = make_finding()

    head, evidence, *_ = write_report("pretty", finding).splitlines()

    assert re.split(" {2,}", head) == [
        "critical",
        "expired",
        "2026-11-21 10:00:00Z",
        "app.log:123",
        "meta-access-token@bot",
        "meta.session-expired",
        "expired 2025-06-18 13:00:00Z",
    ]
    assert evidence.strip() == "Error session has expired on Wednesday"


def test_the_columns_of_different_findings_stand_below_each_other():
    long = make_finding(signal=Signal.REFRESH_FAILED, severity=Severity.ERROR)
    short = make_finding(signal=Signal.NOTED, severity=Severity.INFO, seen_at=None)

    lines = write_report("pretty", long, short).splitlines()

    assert lines[0].index("app.log") == lines[2].index("app.log")


def test_colour_adds_marks_and_changes_no_letter():
    finding = make_finding()

    plain = write_report("pretty", finding)
    colored = write_report("pretty", finding, look=Look(color=True))

    assert COLOR.sub("", colored) == plain
    assert "\x1b[1;4msession has expired\x1b[0m" in colored
    assert "\x1b" not in plain


def test_an_expiry_to_come_is_told_from_one_that_was():
    finding = make_finding(seen_at=make_finding().event.expires_at, expires_at=make_finding().event.seen_at)

    head = write_report("pretty", finding).splitlines()[0]

    assert "expires 2026-11-21 10:00:00Z" in head


def test_hostile_names_are_spelled_out():
    hostile = "\x1b]0;owned\x07\u202e\x9b2J\n"
    finding = make_finding(source=hostile, credential=hostile, service=hostile, rule=hostile)

    text = write_report("pretty", finding)

    assert not set(text) & set("\x1b\x07\u202e\x9b")
    assert text.splitlines()[1].strip() == "Error session has expired on Wednesday"


def test_a_long_line_is_cut_around_what_matched():
    evidence = "a" * 900 + " session has expired " + "b" * 900
    finding = make_finding(((901, 920),), evidence=evidence)

    shown = write_report("pretty", finding, look=Look(color=True, width=100)).splitlines()[1]

    assert len(COLOR.sub("", shown)) <= 200
    assert "\x1b[1;4msession has expired\x1b[0m" in shown
    assert shown.strip().startswith("…")
    assert shown.endswith("…")


def test_nothing_is_cut_where_there_is_no_terminal():
    finding = make_finding(evidence="a" * 1_900)

    shown = write_report("pretty", finding).splitlines()[1]

    assert shown.strip() == "a" * 1_900


def test_it_ends_with_what_it_came_to():
    text = write_report("pretty", make_finding())

    assert text.splitlines()[-4:] == [
        "",
        "expired   2",
        "rejected  1",
        "3 findings in 2,000 lines, 3.4 MB in 0.5 s, 6.8 MB/s",
    ]


def test_a_brief_report_holds_findings_only():
    text = write_report("pretty", make_finding(), look=Look(brief=True))

    assert len(text.splitlines()) == 2


def test_an_empty_input_is_said_in_one_line():
    summary = make_summary(lines=0, bytes=0, findings=0, by_signal={}, by_rule={}, seconds=0.0)

    text = write_report("pretty", summary=summary)

    assert text == "0 findings in 0 lines, 0 B in 0.0 s\n"


@given(
    evidence=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
    marks=st.lists(st.tuples(st.integers(-5, 310), st.integers(-5, 310)), max_size=4),
    width=st.none() | st.integers(1, 120),
)
def test_any_marks_leave_the_text_as_it_is(evidence: str, marks: list[tuple[int, int]], width: int | None):
    finding = make_finding(tuple(marks), evidence=evidence)

    plain = write_report("pretty", finding, look=Look(width=width))
    colored = write_report("pretty", finding, look=Look(color=True, width=width))

    assert COLOR.sub("", colored) == plain


@given(st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=8), st.integers(0, 50))
def test_merged_spans_cover_the_same_places_once(spans: list[tuple[int, int]], length: int):
    covered = {place for start, end in spans for place in range(start, end) if 0 <= place < length}

    merged = merge_spans(spans, length)

    places = [place for start, end in merged for place in range(start, end)]
    assert places == sorted(covered)


def test_a_rule_that_was_set_aside_is_named_at_the_end():
    text = write_report("pretty", make_finding(), summary=make_summary(set_aside=("x.slow",)))

    assert text.splitlines()[-2].startswith("x.slow: set aside")
