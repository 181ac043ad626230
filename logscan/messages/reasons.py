"""Why people are told now, and what an incident is about, in words; what logscan itself says is put so.

A channel or a source has incidents like a credential, but is none, and no log speaks of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from logscan.model import ChangeKind, Incident, Notice, Reason

_REASONS: Mapping[Reason, str] = {
    Reason.SIGNAL: "a line in the log says so",
    Reason.THRESHOLD: "as many lines in the log say so as its rule asks for",
    Reason.RECOVERED: "a line in the log says that it works again",
    Reason.QUIET: "nothing bad was seen any more; nothing proves that it works",
    Reason.PROBE: "a check of the credential found so",
    Reason.MANUAL: "somebody decided so",
    Reason.BLIND: "nothing can be seen of it",
    Reason.TIMER: "it has lasted for so long",
    Reason.UNSILENCED: "its silence has ended",
    Reason.FLAPPING: "it keeps failing and recovering",
    Reason.FAILOVER: "a backup took over",
}
# Where the same reason means something else, for it is of another change.
_TURNS: Mapping[tuple[ChangeKind, Reason], str] = {
    (ChangeKind.ESCALATED, Reason.TIMER): "its time is over, and nothing said that it was renewed",
    (
        ChangeKind.LOWERED,
        Reason.PROBE,
    ): "a check found it valid, but the program had trouble with it since the last one",
    (
        ChangeKind.RESOLVED,
        Reason.PROBE,
    ): "a check found it valid, and no line has said otherwise since the last one",
    (ChangeKind.REMINDED, Reason.MANUAL): "somebody sees to it",
    (ChangeKind.RESOLVED, Reason.MANUAL): "somebody said that it is over",
    (ChangeKind.RESOLVED, Reason.TIMER): "it was not seen any more for long; nothing proves that it works",
}
_OF_CHANNELS: Mapping[Reason, str] = {
    Reason.SIGNAL: "its service turned a message away",
    Reason.RECOVERED: "its service takes messages again",
}
_OF_SOURCES: Mapping[Reason, str] = {Reason.RECOVERED: "it can be seen again"}
# What is no credential: logscan's own ways in and out.
_OWN: Mapping[str, tuple[str, Mapping[Reason, str]]] = {
    "channel": ("Channel", _OF_CHANNELS),
    "source": ("Source", _OF_SOURCES),
}
_OWN_RULES = "logscan."


def write_reason(notice: Notice, incident: Incident) -> str:
    """Why people are told now."""
    own = _OWN[incident.credential.partition(":")[0]][1] if _is_own(incident) else {}
    turn = _TURNS.get((notice.change, notice.reason))
    return own.get(notice.reason) or turn or _REASONS[notice.reason]


def split_name(incident: Incident) -> tuple[str, str]:
    """What it is about, and its name: `("Channel", "ops")`."""
    if not _is_own(incident):
        return "Credential", incident.credential
    kind, _, name = incident.credential.partition(":")
    return _OWN[kind][0], name


def is_ours(incident: Incident) -> bool:
    """Whether logscan itself says so, and no line of a log."""
    return bool(incident.rules) and all(rule.startswith(_OWN_RULES) for rule in incident.rules)


def _is_own(incident: Incident) -> bool:
    kind, colon, _ = incident.credential.partition(":")
    return bool(colon) and kind in _OWN and is_ours(incident)
