"""Snapshots, incidents and metrics to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from logscan.metrics import Known, Metrics, RuleLabels
from logscan.model import (
    ChannelView,
    Event,
    Expiry,
    Incident,
    Severity,
    Signal,
    Snapshot,
    SourceView,
    State,
    TokenView,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
RULE = RuleLabels("meta.session-expired", "meta-access-token", "expired", "critical")
KNOWN = Known(
    version="0.1.0",
    rules_hash="abc",
    sources=("bot",),
    rules=(RULE, RuleLabels("jwt.expired", "jwt", "expired", "critical")),
    channels=("ops",),
    tokens=("whatsapp",),
)


def make_incident(number: int = 1, state: State = State.FIRING, service: str | None = "bot") -> Incident:
    return Incident(
        id=f"i{number}",
        credential="meta-access-token",
        service=service,
        state=state,
        signal=Signal.EXPIRED,
        severity=Severity.CRITICAL,
        first_seen=NOON,
        last_seen=NOON,
        count=3,
        sources=("bot",),
        rules=("meta.session-expired",),
    )


def make_event(credential: str = "meta-access-token", service: str = "bot") -> Event:
    return Event(
        credential=credential,
        service=service,
        source="bot",
        signal=Signal.EXPIRED,
        severity=Severity.CRITICAL,
        rule="meta.session-expired",
        rules=("meta.session-expired",),
        seen_at=NOON,
        expires_at=None,
        fields={},
        evidence="session has expired",
    )


def make_snapshot(*incidents: Incident) -> Snapshot:
    return Snapshot(
        at=NOON,
        sources=(
            SourceView(
                name="bot",
                kind="files",
                up=True,
                last_line_at=NOON,
                lag_bytes=5,
                restarts=2,
                rotations=1,
                lines=10,
                bytes=1000,
                cut_lines=1,
                own_lines=1,
                lost_bytes={"gap": 7},
                refused_files={"permission": 1},
            ),
        ),
        incidents=incidents,
        channels=(ChannelView(name="ops", kind="slack", waiting=4),),
        tokens=(TokenView(name="whatsapp", kind="meta", verdict="valid", checked_at=NOON),),
        expiries=(Expiry(credential="meta-access-token", service="bot", at=NOON + timedelta(days=3)),),
        rule_timeouts={"jwt.expired": 1},
        reloaded_at=NOON,
    )


def make_metrics(snapshot: Snapshot | None = None, label_limit: int = 1000) -> Metrics:
    shown = snapshot or make_snapshot()
    return Metrics(KNOWN, lambda: shown, label_limit=label_limit)
