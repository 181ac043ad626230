"""A notice for people says what, where, since when and what to do, in words that differ by what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from logscan.model import ChangeKind, Merged, Reason, Severity, State
from logscan.reports import Look
from logscan.reports.notices import write_paragraph, write_span
from tests.making import NOW
from tests.store.making import make_digest, make_incident, make_notice

PLAIN = Look()


def test_an_opened_one_names_place_time_expiry_evidence_and_steps():
    incident = make_incident(count=3, expires_at=NOW - timedelta(hours=1))

    head, story, *rest = write_paragraph(make_notice(incident=incident), PLAIN)

    assert head.split()[:2] == ["critical", "opened"]
    assert head.endswith("bot-token@bot: The session has expired")
    assert "Since 2026-11-21 12:00:00Z, 3 lines in app" in story
    assert story.endswith("expired 2026-11-21 11:00:00Z.")
    assert [line.strip() for line in rest] == ["> Session has expired", "1. Make a new token."]


def test_each_change_has_words_of_its_own():
    stories = {
        kind: write_paragraph(make_notice(change=kind, reason=Reason.QUIET), PLAIN)[1] for kind in ChangeKind
    }

    assert len(set(stories.values())) == len(ChangeKind)


@pytest.mark.parametrize(
    "reason", [Reason.RECOVERED, Reason.QUIET, Reason.PROBE, Reason.MANUAL, Reason.TIMER]
)
def test_the_end_says_how_it_is_known_and_needs_no_steps(reason: Reason):
    incident = make_incident(state=State.RESOLVED, resolved_at=NOW, resolved_by=reason)
    notice = make_notice(
        incident=incident, change=ChangeKind.RESOLVED, reason=reason, at=NOW + timedelta(minutes=5)
    )

    lines = write_paragraph(notice, PLAIN)

    assert len(lines) == 2
    assert lines[1].strip().startswith("Over: ")
    assert "it lasted 5 min" in lines[1]


def test_what_would_be_obeyed_by_a_terminal_is_spelled_out():
    incident = make_incident(
        "x\x1b[2J",
        title="\x1b]0;t\x07",
        evidence=("\u202eevil\x9b1m",),
        runbook="\x1b[31m",
        sources=("\x1bs",),
    )

    text = "".join(write_paragraph(make_notice(incident=incident), PLAIN))

    assert not any(character in text for character in "\x1b\x07\x9b\u202e")


def test_colours_only_where_they_are_wanted():
    plain, painted = (write_paragraph(make_notice(), Look(color=color))[0] for color in (False, True))

    assert "\x1b" not in plain
    assert "\x1b[1;31m" in painted


def test_a_digest_counts_what_it_merged():
    lines = write_paragraph(make_digest(), PLAIN)

    assert "4 notices in one" in lines[0]
    assert "bot-token@bot" in lines[1]
    assert Severity.INFO.word in lines[2]


def test_a_digest_names_what_differs_only_in_a_capture_as_one():
    merged = tuple(
        Merged(key=f"bot-token/{number}@bot", change=ChangeKind.OPENED, severity=Severity.ERROR, count=2)
        for number in range(900)
    )
    real = Merged(key="db-password@bot", change=ChangeKind.OPENED, severity=Severity.WARNING, count=1)

    lines = write_paragraph(replace(make_digest(), merged=(*merged, real)), PLAIN)

    assert len(lines) == 3
    assert "1,800 times  bot-token/…@bot (900 of them)" in lines[1]
    assert "db-password@bot" in lines[2]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (3_900, "1 h 5 min"), (7_200, "2 h"), (93_600, "1 d 2 h")],
)
def test_a_span_is_as_exact_as_people_want_it(seconds: int, text: str):
    assert write_span(timedelta(seconds=seconds)) == text


def test_on_a_terminal_lines_break_between_words_and_evidence_is_read_whole():
    evidence = "POST /messages was refused, since the session has expired on a Sunday and nobody saw it"
    incident = make_incident(evidence=(evidence,), runbook="1. " + "Make a new token, and store it. " * 5)

    lines = write_paragraph(make_notice(incident=incident), Look(width=60))[1:]

    assert all(len(line) <= 60 and line.startswith(" " * 10) for line in lines)
    assert evidence in " ".join(line.strip().removeprefix("> ") for line in lines)
