"""Incidents, notices and channels made short for tests; it asserts nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from logscan.channels import Tools, open_channel
from logscan.channels.settings import ChannelSettings
from logscan.http import Client
from logscan.model import (
    ChangeKind,
    Channel,
    Incident,
    Notice,
    NoticeType,
    Reason,
    Severity,
    Signal,
    State,
)
from logscan.references import Secret

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def make_incident(**changes: Any) -> Incident:
    values: dict[str, Any] = {
        "id": "inc-1",
        "credential": "meta-access-token",
        "service": "bot",
        "state": State.FIRING,
        "signal": Signal.EXPIRED,
        "severity": Severity.CRITICAL,
        "first_seen": datetime(2026, 11, 21, 11, 58, tzinfo=UTC),
        "last_seen": datetime(2026, 11, 21, 11, 59, tzinfo=UTC),
        "count": 3,
        "sources": ("app.log",),
        "rules": ("meta.session-expired",),
        "expires_at": datetime(2026, 11, 21, 11, 0, tzinfo=UTC),
        "evidence": ("Error validating access token: Session has expired",),
        "title": "The access token's session has expired",
        "runbook": "1. Make a new token.\n2. Put it into the service.",
        "opened_at": NOON,
    }
    return Incident(**(values | changes))


def make_notice(
    change: ChangeKind = ChangeKind.OPENED, incident: Incident | None = None, **changes: Any
) -> Notice:
    is_digest = changes.get("type") is NoticeType.DIGEST
    told = incident or make_incident()
    values: dict[str, Any] = {
        "id": "notice-1",
        "type": NoticeType.NOTICE,
        "key": "" if is_digest else told.key,
        "change": change,
        "reason": Reason.SIGNAL,
        "at": NOON,
        "incident": None if is_digest else told,
    }
    return Notice(**(values | changes))


def make_client(timeout_seconds: float = 10.0) -> Client:
    return Client(
        clock=time.monotonic, agent="logscan/test", timeout_seconds=timeout_seconds, status_suffices=True
    )


def make_channel(settings: ChannelSettings, *, timeout_seconds: float = 10.0) -> Channel:
    return open_channel("ops", settings, Tools(lambda: make_client(timeout_seconds), lambda: NOON))


def hide(value: str) -> Secret:
    return Secret(value, "A_VARIABLE")
