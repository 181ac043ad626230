"""Incidents and notices made short for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from logscan.model import (
    Change,
    ChangeKind,
    Incident,
    Merged,
    Notice,
    NoticeType,
    Reason,
    Severity,
    Signal,
    State,
)
from tests.making import NOW

MINUTE = timedelta(minutes=1)


def make_incident(credential: str = "bot-token", **changes: Any) -> Incident:
    values: dict[str, Any] = {
        "id": f"i-{credential}",
        "credential": credential,
        "service": "bot",
        "state": State.FIRING,
        "signal": Signal.EXPIRED,
        "severity": Severity.CRITICAL,
        "first_seen": NOW,
        "last_seen": NOW,
        "count": 1,
        "sources": ("app",),
        "rules": ("bot.session-expired",),
        "evidence": ("Session has expired",),
        "title": "The session has expired",
        "runbook": "1. Make a new token.",
        "opened_at": NOW,
    }
    return Incident(**(values | changes))


def make_change(incident: Incident | None = None, kind: ChangeKind = ChangeKind.OPENED) -> Change:
    return Change(kind, Reason.SIGNAL, NOW, incident or make_incident())


def make_notice(name: str = "n-1", incident: Incident | None = None, **changes: Any) -> Notice:
    about = incident or make_incident()
    values: dict[str, Any] = {
        "id": name,
        "type": NoticeType.NOTICE,
        "key": about.key,
        "change": ChangeKind.OPENED,
        "reason": Reason.SIGNAL,
        "at": NOW,
        "incident": about,
    }
    return Notice(**(values | changes))


def make_digest(name: str = "d-1") -> Notice:
    merged = (
        Merged(key="bot-token@bot", change=ChangeKind.OPENED, severity=Severity.ERROR, count=3),
        Merged(key="api-key", change=ChangeKind.RESOLVED, severity=Severity.INFO, count=1),
    )
    return replace(make_notice(name), type=NoticeType.DIGEST, key="", incident=None, merged=merged)
