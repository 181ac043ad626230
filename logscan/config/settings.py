"""A whole configuration as a value, with every default; nothing here reads or acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from logscan.config.channelsections import ChannelEntry
from logscan.config.rulesections import RuleSettings
from logscan.config.sourcesections import SourceSettings
from logscan.config.statesections import StateSettings
from logscan.config.websections import HeartbeatSettings, MetricSettings, WebSettings
from logscan.delivery import Route
from logscan.incidents import IncidentManner


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each section of the file has a field of its name."""

    path: str | None = None  # as messages call the file; None: there is none
    folder: Path = Path()  # where it lies: what relative paths and references start from
    is_found: bool = False  # it was merely found in the current directory, so that it starts no program

    sources: tuple[SourceSettings, ...] = ()
    rules: RuleSettings = field(default_factory=RuleSettings)
    incidents: IncidentManner = field(default_factory=IncidentManner)
    channels: tuple[ChannelEntry, ...] = ()
    routes: tuple[Route, ...] = ()
    heartbeat: HeartbeatSettings | None = None
    web: WebSettings = field(default_factory=WebSettings)
    metrics: MetricSettings = field(default_factory=MetricSettings)
    state: StateSettings = field(default_factory=StateSettings)
