"""A notice → what people read of it: what happened, since when, what the log says, what to do; it escapes nothing."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from logscan.messages.reasons import is_ours, split_name, write_reason
from logscan.messages.sizes import cut_text
from logscan.messages.spans import write_span
from logscan.model import DEFAULT_TITLES, ChangeKind, Incident, Notice, NoticeType, Severity, Signal
from logscan.times import write_time

_LONGEST_NAME = 120
_LONGEST_TITLE = 200
_MOST_EVIDENCE = 5
_LONGEST_EVIDENCE = 500
_MOST_STEPS = 3
_LONGEST_STEP = 400
_MOST_MERGED = 20
_LONGEST_COMMAND = 600
_LATE_SECONDS = 60  # what is sent that much later says how things stood when it was written
_LOG = "The log says"
_OURS = "What is known"  # said by no log
# What would start a line of its own, or turn the reading order of what follows.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]+"
)


class Mood(StrEnum):
    """How a message looks, where a service has colours."""

    BAD = "bad"
    WORRYING = "worrying"
    GOOD = "good"
    NEUTRAL = "neutral"


class Voice(NamedTuple):
    """What of this logscan stands in its messages."""

    status_url: str | None = None  # where people find its status page
    options: tuple[str, ...] = ()  # what its commands need to find its state: `--state`, and where
    takes_commands: bool = True  # False: its state is in memory, where no command finds it


class Fact(NamedTuple):
    label: str
    value: str


class Message(NamedTuple):
    """Every text is one line. All but `link` may hold words from a log: data, to be escaped."""

    mood: Mood
    headline: str
    title: str = ""  # what is wrong, as the rule says
    facts: tuple[Fact, ...] = ()
    evidence: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()  # the runbook's first
    silence: str | None = None  # the command after which nobody is told for a while
    link: str | None = None
    evidence_label: str = _LOG


def write_message(notice: Notice, voice: Voice, now: datetime | None = None) -> Message:
    """Put a notice into words; times are told as seen from when it is sent, or else from its own."""
    now = notice.at if now is None else max(now, notice.at)
    if notice.type is NoticeType.DIGEST:
        return _write_digest(notice, voice)
    incident = notice.incident
    if notice.type is NoticeType.TEST or incident is None:
        headline = "Test: logscan can tell you here"
        facts = (Fact("Sent", write_time(notice.at.replace(microsecond=0))),)
        return Message(
            Mood.NEUTRAL,
            headline,
            "Nothing is wrong; somebody tries this channel.",
            facts,
            link=voice.status_url,
        )
    is_over = notice.change is ChangeKind.RESOLVED
    return Message(
        mood=_choose_mood(notice.change, incident),
        headline=_write_headline(notice, incident, now),
        title=_write_title(incident, is_over=is_over),
        facts=tuple(_list_facts(notice, incident, now)),
        evidence=() if is_over else list_evidence(incident),
        steps=() if is_over else _list_steps(incident.runbook),
        silence=None if is_over else write_silence(incident, voice),
        link=voice.status_url,
        evidence_label=_OURS if is_ours(incident) else _LOG,
    )


def write_silence(incident: Incident, voice: Voice) -> str | None:
    """The command after which nobody is told of this incident for two hours; None where it would do nothing."""
    if not voice.takes_commands:
        return None
    matchers = [f"credential={incident.credential}"]
    if incident.service:
        matchers.append(f"service={incident.service}")
    words = ["logscan", "incidents", "silence", *matchers, "--for", "2h", "--comment", "seen", *voice.options]
    command = _UNSEEN.sub("?", shlex.join(words))
    return command if len(command) <= _LONGEST_COMMAND else None


def tidy(text: str, most: int) -> str:
    """One line that is not too long, without what cannot be seen."""
    return cut_text(_UNSEEN.sub(" ", text).strip(), most)


def list_evidence(incident: Incident) -> tuple[str, ...]:
    """The lines that show what is wrong."""
    return tuple(tidy(line, _LONGEST_EVIDENCE) for line in incident.evidence[:_MOST_EVIDENCE])


def _write_headline(notice: Notice, incident: Incident, now: datetime) -> str:
    name = tidy(incident.key, _LONGEST_NAME)
    wrong = f"{name} {_write_wrong(incident, now)}"
    severity = incident.severity.word
    match notice.change:
        case ChangeKind.OPENED:
            return f"{severity.capitalize()}: {wrong}"
        case ChangeKind.ESCALATED:
            return f"Worse, now {severity}: {wrong}"
        case ChangeKind.LOWERED:
            return f"Better, now {severity}: {wrong}"
        case ChangeKind.REMINDED:
            since = incident.opened_at or incident.first_seen
            return f"Still {severity} after {write_span(notice.at - since)}: {wrong}"
        case ChangeKind.RESOLVED:
            lasted = write_span(notice.at - incident.first_seen)
            return f"Resolved: {name}, after {lasted}"


def _write_wrong(incident: Incident, now: datetime) -> str:
    """What expires soon has an end to that."""
    is_past = incident.expires_at is not None and incident.expires_at <= now
    if incident.signal is Signal.EXPIRING and is_past:
        return "should have expired by now"
    return DEFAULT_TITLES[incident.signal]


def _write_title(incident: Incident, *, is_over: bool) -> str:
    """What is wrong; of what is over nobody is to think that it still is."""
    title = tidy(incident.title, _LONGEST_TITLE)
    return f"It was: {title}" if is_over and title else title


def _list_facts(notice: Notice, incident: Incident, now: datetime) -> list[Fact]:
    is_over = notice.change is ChangeKind.RESOLVED
    facts = [
        *_list_names(incident),
        Fact("Severity", f"{incident.severity.word} until now" if is_over else incident.severity.word),
        Fact("Began" if is_over else "Since", _write_moment(incident.first_seen, now)),
    ]
    # Of what is over, only an end that is to come is news.
    if incident.expires_at is not None and not (is_over and incident.expires_at <= now):
        is_past = incident.expires_at <= now
        facts.append(Fact("Expired" if is_past else "Expires", _write_moment(incident.expires_at, now)))
    sources = "" if is_ours(incident) else tidy(", ".join(incident.sources[:3]), _LONGEST_NAME)
    times = "once" if incident.count == 1 else f"{incident.count} times"
    facts.append(Fact("Seen", f"{times} in {sources}" if sources else times))
    facts.append(Fact("Why now", write_reason(notice, incident)))
    if (now - notice.at).total_seconds() >= _LATE_SECONDS:
        facts.append(Fact("As of", _write_moment(notice.at, now)))
    if incident.acknowledged_by:
        facts.append(Fact("Seen to by", tidy(incident.acknowledged_by, _LONGEST_NAME)))
    return facts


def _list_names(incident: Incident) -> list[Fact]:
    """Whose incident it is; what is no credential is not called one."""
    label, name = split_name(incident)
    facts = [Fact(label, tidy(name, _LONGEST_NAME))]
    if incident.service or label == "Credential":
        facts.append(Fact("Service", tidy(incident.service or "not known", _LONGEST_NAME)))
    return facts


def _write_moment(moment: datetime, now: datetime) -> str:
    seconds = round((moment - now).total_seconds())
    if seconds == 0:
        return f"{write_time(moment.replace(microsecond=0))} (now)"
    span = write_span(abs(moment - now))
    away = f"in {span}" if seconds > 0 else f"{span} ago"
    return f"{write_time(moment.replace(microsecond=0))} ({away})"


def _list_steps(runbook: str) -> tuple[str, ...]:
    lines = [line for line in map(str.strip, runbook.splitlines()) if line]
    return tuple(tidy(line, _LONGEST_STEP) for line in lines[:_MOST_STEPS])


def _choose_mood(change: ChangeKind, incident: Incident) -> Mood:
    if change is ChangeKind.RESOLVED:
        return Mood.GOOD
    return Mood.BAD if incident.severity >= Severity.ERROR else Mood.WORRYING


def _write_digest(notice: Notice, voice: Voice) -> Message:
    total = sum(one.count for one in notice.merged)
    incidents = len({one.key for one in notice.merged})
    rows = [
        Fact(
            tidy(one.key, _LONGEST_NAME),
            f"{one.change.value}, {one.severity.word}" + (f", {one.count} times" if one.count > 1 else ""),
        )
        for one in sorted(notice.merged, key=lambda one: -one.severity)
    ]
    shown = rows[:_MOST_MERGED]
    if len(rows) > len(shown):
        shown.append(Fact("Further", f"{len(rows) - len(shown)} rows: see `logscan incidents list`"))
    going_on = [one for one in notice.merged if one.change is not ChangeKind.RESOLVED]
    mood = Mood.WORRYING if going_on else Mood.GOOD
    if any(one.severity >= Severity.ERROR for one in going_on):
        mood = Mood.BAD
    headline = f"{total} notices of {incidents} incident{'' if incidents == 1 else 's'} in one, so as not to flood you"
    return Message(mood, headline, facts=tuple(shown), link=voice.status_url)
