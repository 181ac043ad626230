"""The table of a configuration's sections: how each is read, shown, described and begun; whoever adds one adds a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from logscan.config.channelforms import (
    CHANNEL_SAMPLE,
    show_channels,
    summarize_channels,
    write_channel_schema,
)
from logscan.config.channelsections import read_channels
from logscan.config.incidentsections import (
    INCIDENT_SAMPLE,
    read_incident_manner,
    show_incident_manner,
    write_incident_schema,
)
from logscan.config.routesections import (
    ROUTE_SAMPLE,
    read_routes,
    show_routes,
    summarize_routes,
    write_route_schema,
)
from logscan.config.ruleforms import RULE_SAMPLE, show_rules, summarize_rules, write_rule_schema
from logscan.config.rulesections import read_rule_settings
from logscan.config.schemaparts import Schema
from logscan.config.sourceforms import (
    SOURCE_SAMPLE,
    show_sources,
    summarize_sources,
    write_source_schema,
)
from logscan.config.sourcesections import read_sources
from logscan.config.statesections import STATE_SAMPLE, read_state, show_state, write_state_schema
from logscan.config.websections import (
    HEARTBEAT_SAMPLE,
    METRICS_SAMPLE,
    WEB_SAMPLE,
    read_heartbeat,
    read_metrics,
    read_web,
    show_heartbeat,
    show_metrics,
    show_web,
    summarize_web,
    write_heartbeat_schema,
    write_metrics_schema,
    write_web_schema,
)
from logscan.rules.entries import Entry
from logscan.yamlfile import Plain


class Section(NamedTuple):
    """One section; the value that `read` gives is the field of its name in Settings."""

    name: str
    read: Callable[[Entry, Path], Any]  # the whole document and its folder → the value; notes what is wrong
    show: Callable[[Any], Plain]  # the value → what reads back as the same, every default written out
    schema: Callable[[], Schema]
    sample: str  # commented lines for the file to start from
    summarize: Callable[[Any], Sequence[str]] = lambda _: ()  # what `config check` says of it


# In the order in which they are written.
SECTIONS: tuple[Section, ...] = (
    Section(
        "sources",
        read=read_sources,
        show=show_sources,
        schema=write_source_schema,
        sample=SOURCE_SAMPLE,
        summarize=summarize_sources,
    ),
    Section(
        "rules",
        read=read_rule_settings,
        show=show_rules,
        schema=write_rule_schema,
        sample=RULE_SAMPLE,
        summarize=summarize_rules,
    ),
    Section(
        "incidents",
        read=read_incident_manner,
        show=show_incident_manner,
        schema=write_incident_schema,
        sample=INCIDENT_SAMPLE,
    ),
    Section(
        "channels",
        read=read_channels,
        show=show_channels,
        schema=write_channel_schema,
        sample=CHANNEL_SAMPLE,
        summarize=summarize_channels,
    ),
    Section(
        "routes",
        read=read_routes,
        show=show_routes,
        schema=write_route_schema,
        sample=ROUTE_SAMPLE,
        summarize=summarize_routes,
    ),
    Section(
        "heartbeat",
        read=read_heartbeat,
        show=show_heartbeat,
        schema=write_heartbeat_schema,
        sample=HEARTBEAT_SAMPLE,
    ),
    Section(
        "web",
        read=read_web,
        show=show_web,
        schema=write_web_schema,
        sample=WEB_SAMPLE,
        summarize=summarize_web,
    ),
    Section(
        "metrics", read=read_metrics, show=show_metrics, schema=write_metrics_schema, sample=METRICS_SAMPLE
    ),
    Section("state", read=read_state, show=show_state, schema=write_state_schema, sample=STATE_SAMPLE),
)
