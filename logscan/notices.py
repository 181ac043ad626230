"""Notices and incidents as the JSON that the contract gives, and back; it sends and keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from logscan.model import (
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
from logscan.times import write_time

Keys = dict[str, Any]  # JSON


def list_notice_keys(notice: Notice) -> Keys:
    """The keys of a notice, as the contract names and orders them; a digest has `merged`, too."""
    keys: Keys = {
        "type": notice.type.value,
        "id": notice.id,
        "key": notice.key,
        "change": notice.change.value,
        "reason": notice.reason.value,
        "at": write_time(notice.at),
        "incident": None if notice.incident is None else list_incident_keys(notice.incident),
    }
    if notice.type is NoticeType.DIGEST:
        keys["merged"] = [
            {"key": one.key, "change": one.change.value, "severity": one.severity.word, "count": one.count}
            for one in notice.merged
        ]
    return keys


def list_incident_keys(incident: Incident) -> Keys:
    """The contract's keys in its order, then ours."""
    return {
        "id": incident.id,
        "credential": incident.credential,
        "service": incident.service,
        "state": incident.state.value,
        "signal": incident.signal.value,
        "severity": incident.severity.word,
        "first_seen": write_time(incident.first_seen),
        "last_seen": write_time(incident.last_seen),
        "count": incident.count,
        "sources": list(incident.sources),
        "rules": list(incident.rules),
        "expires_at": _write(incident.expires_at),
        "evidence": list(incident.evidence),
        "title": incident.title,
        "runbook": incident.runbook,
        "opened_at": _write(incident.opened_at),
        "resolved_at": _write(incident.resolved_at),
        "resolved_by": None if incident.resolved_by is None else incident.resolved_by.value,
        "reason": incident.reason.value,
        "acknowledged_by": incident.acknowledged_by,
        "absorbed": incident.absorbed,
    }


def read_incident(keys: Mapping[str, Any]) -> Incident:
    """Undo `list_incident_keys`."""
    return Incident(
        id=keys["id"],
        credential=keys["credential"],
        service=keys["service"],
        state=State(keys["state"]),
        signal=Signal(keys["signal"]),
        severity=Severity[keys["severity"].upper()],
        first_seen=datetime.fromisoformat(keys["first_seen"]),
        last_seen=datetime.fromisoformat(keys["last_seen"]),
        count=keys["count"],
        sources=tuple(keys["sources"]),
        rules=tuple(keys["rules"]),
        expires_at=_read(keys["expires_at"]),
        evidence=tuple(keys["evidence"]),
        title=keys["title"],
        runbook=keys["runbook"],
        opened_at=_read(keys["opened_at"]),
        resolved_at=_read(keys["resolved_at"]),
        resolved_by=None if keys["resolved_by"] is None else Reason(keys["resolved_by"]),
        reason=Reason(keys["reason"]),
        acknowledged_by=keys["acknowledged_by"],
        absorbed=keys.get("absorbed", 0),  # what was kept before it was counted has none
    )


def read_notice(keys: Mapping[str, Any]) -> Notice:
    """Undo `list_notice_keys`."""
    merged = tuple(
        Merged(
            key=one["key"],
            change=ChangeKind(one["change"]),
            severity=Severity[one["severity"].upper()],
            count=one["count"],
        )
        for one in keys.get("merged", ())
    )
    return Notice(
        id=keys["id"],
        type=NoticeType(keys["type"]),
        key=keys["key"],
        change=ChangeKind(keys["change"]),
        reason=Reason(keys["reason"]),
        at=datetime.fromisoformat(keys["at"]),
        incident=None if keys["incident"] is None else read_incident(keys["incident"]),
        merged=merged,
    )


def pack_notice(notice: Notice) -> bytes:
    """A notice as bytes of JSON, as it is kept and sent."""
    return orjson.dumps(list_notice_keys(notice))


def unpack_notice(packed: bytes) -> Notice:
    """Undo `pack_notice`."""
    return read_notice(orjson.loads(packed))


def pack_incident(incident: Incident) -> bytes:
    """An incident as bytes of JSON, as it is kept."""
    return orjson.dumps(list_incident_keys(incident))


def unpack_incident(packed: bytes) -> Incident:
    """Undo `pack_incident`."""
    return read_incident(orjson.loads(packed))


def _write(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
