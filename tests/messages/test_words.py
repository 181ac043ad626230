from __future__ import annotations

import shlex
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.matchers import read_matcher
from logscan.messages import (
    Mood,
    Voice,
    write_message,
    write_plain,
)
from logscan.model import CHANNEL_REFUSED, ChangeKind, Merged, NoticeType, Reason, Severity, Signal
from tests.notices_made import NOON, make_incident, make_notice

HOUR = timedelta(hours=1)
VOICE = Voice(status_url="https://status.example/", options=("--state", "/var/lib/my state.db"))


def test_an_opening_tells_what_since_when_why_and_what_to_do():
    text = write_plain(write_message(make_notice(), VOICE))

    assert text == (
        "Critical: meta-access-token@bot has expired\n"
        "The access token's session has expired\n"
        "\n"
        "Credential: meta-access-token\n"
        "Service: bot\n"
        "Severity: critical\n"
        "Since: 2026-11-21T11:58:00Z (2 min ago)\n"
        "Expired: 2026-11-21T11:00:00Z (1 h ago)\n"
        "Seen: 3 times in app.log\n"
        "Why now: a line in the log says so\n"
        "\n"
        "The log says:\n"
        "  Error validating access token: Session has expired\n"
        "\n"
        "What to do:\n"
        "  1. Make a new token.\n"
        "  2. Put it into the service.\n"
        "\n"
        "To silence it: logscan incidents silence credential=meta-access-token service=bot --for 2h"
        " --comment seen --state '/var/lib/my state.db'\n"
        "\n"
        "https://status.example/"
    )


@pytest.mark.parametrize(
    ("change", "headline", "mood"),
    [
        (ChangeKind.OPENED, "Critical: meta-access-token@bot has expired", Mood.BAD),
        (ChangeKind.ESCALATED, "Worse, now critical: meta-access-token@bot has expired", Mood.BAD),
        (ChangeKind.LOWERED, "Better, now critical: meta-access-token@bot has expired", Mood.BAD),
        (ChangeKind.REMINDED, "Still critical after 4 h: meta-access-token@bot has expired", Mood.BAD),
        (ChangeKind.RESOLVED, "Resolved: meta-access-token@bot, after 4 h 2 min", Mood.GOOD),
    ],
)
def test_each_change_has_its_own_words(change: ChangeKind, headline: str, mood: Mood):
    message = write_message(make_notice(change, at=NOON + 4 * HOUR), VOICE)

    assert (message.headline, message.mood) == (headline, mood)


def test_what_is_sent_late_counts_from_then_and_says_as_of_when_it_is():
    soon = write_plain(write_message(make_notice(), VOICE, NOON + timedelta(seconds=30)))
    late = write_plain(write_message(make_notice(), VOICE, NOON + HOUR))

    assert "As of" not in soon
    assert "Since: 2026-11-21T11:58:00Z (1 h 2 min ago)\n" in late
    assert "Expired: 2026-11-21T11:00:00Z (2 h ago)\n" in late
    assert "As of: 2026-11-21T12:00:00Z (1 h ago)\n" in late


def test_what_ran_out_on_the_way_is_not_said_to_expire():
    incident = make_incident(signal=Signal.EXPIRING, expires_at=NOON + HOUR)

    message = write_message(make_notice(incident=incident), VOICE, NOON + 2 * HOUR)

    assert message.headline == "Critical: meta-access-token@bot should have expired by now"


def test_each_reason_has_its_own_words():
    told = {write_plain(write_message(make_notice(reason=reason), VOICE)) for reason in Reason}

    assert len(told) == len(Reason)


@pytest.mark.parametrize(
    ("change", "reason", "why"),
    [
        (ChangeKind.ESCALATED, Reason.TIMER, "its time is over, and nothing said that it was renewed"),
        (ChangeKind.REMINDED, Reason.TIMER, "it has lasted for so long"),
        (
            ChangeKind.LOWERED,
            Reason.PROBE,
            "a check found it valid, but the program had trouble with it since the last one",
        ),
        (
            ChangeKind.RESOLVED,
            Reason.PROBE,
            "a check found it valid, and no line has said otherwise since the last one",
        ),
        (ChangeKind.RESOLVED, Reason.MANUAL, "somebody said that it is over"),
    ],
)
def test_the_same_reason_of_another_change_is_put_otherwise(change: ChangeKind, reason: Reason, why: str):
    message = write_message(make_notice(change, reason=reason), VOICE)

    assert ("Why now", why) in message.facts


def test_what_logscan_itself_says_is_put_in_no_log_s_mouth():
    channel = make_incident(
        credential="channel:ops",
        service=None,
        signal=Signal.REJECTED,
        severity=Severity.ERROR,
        sources=("channel:ops",),
        rules=(CHANNEL_REFUSED,),
        expires_at=None,
        evidence=("https://hooks.example: HTTP 403",),
        title="Its service turns logscan away",
        runbook="1. Make a new one.",
    )

    text = write_plain(write_message(make_notice(incident=channel), Voice()))

    assert text == (
        "Error: channel:ops is refused\n"
        "Its service turns logscan away\n"
        "\n"
        "Channel: ops\n"
        "Severity: error\n"
        "Since: 2026-11-21T11:58:00Z (2 min ago)\n"
        "Seen: 3 times\n"
        "Why now: its service turned a message away\n"
        "\n"
        "What is known:\n"
        "  https://hooks.example: HTTP 403\n"
        "\n"
        "What to do:\n"
        "  1. Make a new one.\n"
        "\n"
        "To silence it: logscan incidents silence credential=channel:ops --for 2h --comment seen"
    )


def test_a_credential_that_is_called_like_a_channel_is_one():
    message = write_message(make_notice(incident=make_incident(credential="channel:ops")), Voice())

    assert message.facts[:2] == (("Credential", "channel:ops"), ("Service", "bot"))


def test_an_end_asks_for_nothing():
    message = write_message(make_notice(ChangeKind.RESOLVED), VOICE)

    assert (message.evidence, message.steps, message.silence) == ((), (), None)


def test_an_end_reads_as_one():
    text = write_plain(write_message(make_notice(ChangeKind.RESOLVED, reason=Reason.TIMER), Voice()))

    assert text == (
        "Resolved: meta-access-token@bot, after 2 min\n"
        "It was: The access token's session has expired\n"
        "\n"
        "Credential: meta-access-token\n"
        "Service: bot\n"
        "Severity: critical until now\n"
        "Began: 2026-11-21T11:58:00Z (2 min ago)\n"
        "Seen: 3 times in app.log\n"
        "Why now: it was not seen any more for long; nothing proves that it works"
    )


def test_what_expires_later_is_counted_down_to():
    incident = make_incident(signal=Signal.EXPIRING, severity=Severity.WARNING, expires_at=NOON + 76 * HOUR)

    message = write_message(make_notice(incident=incident), Voice())

    assert ("Expires", "2026-11-24T16:00:00Z (in 3 d 4 h)") in message.facts
    assert message.mood is Mood.WORRYING
    assert message.headline == "Warning: meta-access-token@bot expires soon"


def test_what_expires_soon_does_so_no_more_when_its_time_is_over():
    incident = make_incident(signal=Signal.EXPIRING, severity=Severity.ERROR, expires_at=NOON - HOUR)

    message = write_message(make_notice(ChangeKind.ESCALATED, incident, reason=Reason.TIMER), Voice())

    assert message.headline == "Worse, now error: meta-access-token@bot should have expired by now"


def test_a_digest_names_what_was_merged_the_worst_first():
    merged = (
        Merged(key="a@b", change=ChangeKind.OPENED, severity=Severity.WARNING, count=1),
        Merged(key="c@d", change=ChangeKind.REMINDED, severity=Severity.CRITICAL, count=4),
    )

    text = write_plain(write_message(make_notice(type=NoticeType.DIGEST, merged=merged), Voice()))

    assert text == (
        "5 notices of 2 incidents in one, so as not to flood you\n\n"
        "c@d: reminded, critical, 4 times\na@b: opened, warning"
    )


def test_a_digest_of_nothing_but_ends_is_good_news():
    ended = Merged(key="a@b", change=ChangeKind.RESOLVED, severity=Severity.CRITICAL, count=1)
    milder = Merged(key="c@d", change=ChangeKind.LOWERED, severity=Severity.WARNING, count=1)

    moods = [
        write_message(make_notice(type=NoticeType.DIGEST, merged=merged), Voice()).mood
        for merged in ((ended,), (ended, milder))
    ]

    assert moods == [Mood.GOOD, Mood.WORRYING]


def test_a_digest_that_is_too_long_says_how_much_is_missing():
    merged = tuple(
        Merged(key=f"k{i}@s", change=ChangeKind.OPENED, severity=Severity.ERROR, count=1) for i in range(50)
    )

    message = write_message(make_notice(type=NoticeType.DIGEST, merged=merged), Voice())

    assert message.facts[-1] == ("Further", "30 rows: see `logscan incidents list`")
    assert len(message.facts) == 21


def test_a_test_says_that_nothing_is_wrong():
    message = write_message(make_notice(type=NoticeType.TEST, incident=None), VOICE)

    assert message.headline == "Test: logscan can tell you here"
    assert message.mood is Mood.NEUTRAL
    assert "Nothing is wrong" in message.title


@given(
    st.text(st.characters(exclude_characters="\"'"), min_size=1, max_size=90),
    st.text(min_size=1, max_size=90),
)
def test_the_command_that_silences_can_be_typed_as_it_stands(credential: str, service: str):
    incident = make_incident(credential=credential, service=service)

    command = write_message(make_notice(incident=incident), Voice()).silence

    assert command is not None
    assert "\n" not in command
    words = shlex.split(command)
    assert words[:3] == ["logscan", "incidents", "silence"]
    if credential.isprintable() and credential.strip():
        assert read_matcher(words[3]).fits(incident) is (credential == credential.strip())


def test_what_no_command_reaches_is_not_to_be_silenced_by_one():
    message = write_message(make_notice(), Voice(takes_commands=False))

    assert message.silence is None


@given(st.text(st.characters()), st.lists(st.text(), max_size=7), st.text())
def test_no_text_of_a_log_starts_a_line_of_its_own(name: str, evidence: list[str], runbook: str):
    incident = make_incident(
        credential=name, service=name, title=name, sources=(name,), evidence=tuple(evidence), runbook=runbook
    )

    message = write_message(make_notice(incident=incident), Voice())

    texts = [
        message.headline,
        message.title,
        *message.evidence,
        *message.steps,
        *(f.value for f in message.facts),
    ]
    for text in texts:
        assert len(text.splitlines()) <= 1
        assert "\x1b" not in text
        assert "\u202e" not in text
        text.encode()  # no lone surrogate either
