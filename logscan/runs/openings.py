"""The channels of a configuration, and those that were typed → open channels, with their secrets; it tells nobody."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from logscan import __version__
from logscan.channels import ChannelSettings, Tools, open_channel
from logscan.channels.settings import (
    AlertmanagerSettings,
    AppriseSettings,
    ConsoleSettings,
    DiscordSettings,
    ExecSettings,
    PagerdutySettings,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from logscan.config import Settings, check_channels, check_programs
from logscan.config.channelsections import EXEC, ChannelEntry
from logscan.delivery import Directory, Member, describe_addresses
from logscan.http import Client
from logscan.messages import Voice
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
from logscan.references import Reference, Secret, resolve_reference
from logscan.runs.addresses import read_typed

_TYPED_NAME = "notify"
_CALL_SECONDS = 20.0
_ID_BYTES = 12
_CLASSES = {
    "slack": SlackSettings,
    "discord": DiscordSettings,
    "telegram": TelegramSettings,
    "pagerduty": PagerdutySettings,
    "webhook": WebhookSettings,
    "apprise": AppriseSettings,
    "console": ConsoleSettings,
}


def open_channels(
    settings: Settings, typed: Sequence[str], environ: Mapping[str, str], voice: Voice
) -> list[Channel]:
    """Every channel; raise ConfigError where a secret is missing, or a program would start that nobody asked for."""
    check_programs(settings, [one.place for one in settings.channels if one.kind == EXEC])
    check_channels(settings, settings.channels)
    tools = Tools(make_client=_make_client, now=_now, voice=voice, environ=environ)
    opened = [
        open_channel(one.name, choose_settings(one, environ, settings.folder), tools)
        for one in settings.channels
    ]
    taken = {channel.name for channel in opened}
    for text in dict.fromkeys(typed):
        name = _choose_name(taken)
        taken.add(name)
        opened.append(open_channel(name, read_typed(text, environ, "."), tools))
    return opened


def build_directory(settings: Settings, channels: Sequence[Channel]) -> Directory:
    """Who gets what: those that were typed get everything."""
    known = {one.name for one in settings.channels}
    typed = tuple(one.name for one in channels if one.name not in known)
    return replace(
        _list_configured(settings),
        members=(*_list_configured(settings).members, *(Member(name=name) for name in typed)),
        always=typed,
    )


def rebuild_directory(
    before: Settings, after: Settings, channels: Sequence[Channel]
) -> tuple[Directory, list[str]]:
    """Who gets what by another configuration, of the channels that are open; and which channels wait for a next start."""
    old, new = ({one.name: one for one in settings.channels} for settings in (before, after))
    told = [one for one in channels if one.name in new or one.name not in old]
    changed = [
        name
        for name in new
        if name not in old or (old[name].kind, old[name].values) != (new[name].kind, new[name].values)
    ]
    waiting = [f"channel {name}: is new or changed; that takes effect at the next start" for name in changed]
    return build_directory(after, told), waiting


def describe_directory(settings: Settings, now: datetime) -> Iterator[tuple[Severity, str]]:
    """Where an example incident of each severity would go, the worst first."""
    directory = _list_configured(settings)
    for severity in sorted(Severity, reverse=True):
        notice = replace(make_test(now), type=NoticeType.NOTICE, incident=_make_example(severity, now))
        yield severity, describe_addresses(directory.list_addresses(notice, now))


def _list_configured(settings: Settings) -> Directory:
    members = tuple(Member(name=one.name, min_severity=one.min_severity) for one in settings.channels)
    return Directory(members=members, routes=settings.routes)


def _make_example(severity: Severity, now: datetime) -> Incident:
    return Incident(
        id="example",
        credential="meta-access-token",
        service="bot",
        state=State.FIRING,
        signal=Signal.EXPIRED,
        severity=severity,
        first_seen=now,
        last_seen=now,
        count=1,
        sources=("bot",),
        rules=("meta.session-expired",),
    )


def choose_settings(entry: ChannelEntry, environ: Mapping[str, str], folder: Path) -> ChannelSettings:
    """A channel as its room knows it, with its secrets fetched."""
    values = {
        name: resolve_reference(value, environ, str(folder)) if isinstance(value, Reference) else value
        for name, value in entry.values.items()
    }
    if entry.kind == EXEC:
        argv = values["argv"]
        assert isinstance(argv, tuple)
        return ExecSettings(argv=argv)
    if entry.kind == "alertmanager":
        urls, authorization = values["url"], values.get("authorization")
        assert isinstance(urls, tuple)
        assert authorization is None or isinstance(authorization, Secret)
        return AlertmanagerSettings(urls=urls, authorization=authorization)
    address = values.get("url")
    if isinstance(address, str):
        values["url"] = Secret(address, entry.place)
    made: ChannelSettings = _CLASSES[entry.kind](**values)
    return made


def _choose_name(taken: set[str]) -> str:
    name, number = _TYPED_NAME, 1
    while name in taken:
        number += 1
        name = f"{_TYPED_NAME}-{number}"
    return name


def _make_client() -> Client:
    return Client(
        clock=time.monotonic,
        agent=f"logscan/{__version__}",
        timeout_seconds=_CALL_SECONDS,
        status_suffices=True,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def make_test(now: datetime) -> Notice:
    """A notice of nothing, with which a channel is tried."""
    return Notice(
        id=secrets.token_hex(_ID_BYTES),
        type=NoticeType.TEST,
        key="",
        change=ChangeKind.OPENED,
        reason=Reason.MANUAL,
        at=now,
        incident=None,
    )
