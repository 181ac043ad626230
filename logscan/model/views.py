"""What a running logscan shows of itself: frozen pictures, made when somebody asks, in which no log text stands raw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from logscan.model.incidents import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source, and what came of it since the start."""

    name: str
    kind: str
    up: bool
    service: str | None = None
    last_line_at: datetime | None = None
    lag_bytes: int | None = None  # None: nobody can know
    restarts: int = 0
    rotations: int = 0
    lines: int = 0
    bytes: int = 0
    cut_lines: int = 0
    own_lines: int = 0
    lost_bytes: Mapping[str, int] = field(default_factory=dict)  # by cause
    refused_files: Mapping[str, int] = field(default_factory=dict)  # by cause


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One way to tell people, and what waits for it."""

    name: str
    kind: str
    waiting: int = 0
    dead: int = 0
    failure: str | None = None  # why the last attempt failed, if it did


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """One watched credential, as its last check found it."""

    name: str
    kind: str
    service: str | None = None
    verdict: str = "unknown"
    reason: str = ""
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()
    type: str | None = None
    app: str | None = None
    checked_at: datetime | None = None
    advice: str = ""
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """When a credential ends, as far as anybody said; kept after that time."""

    credential: str
    service: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that metrics and the status page show, at one moment."""

    at: datetime
    sources: tuple[SourceView, ...] = ()
    incidents: tuple[Incident, ...] = ()  # those that last, and those that ended lately, newest first
    channels: tuple[ChannelView, ...] = ()
    tokens: tuple[TokenView, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    rule_timeouts: Mapping[str, int] = field(default_factory=dict)
    stuck: tuple[str, ...] = ()  # threads of ours that do not move, in words
    failure: str | None = None  # why nothing can be written, if so
    reload_worked: bool = True
    reloaded_at: datetime | None = None
    dangerous_settings: int = 0
