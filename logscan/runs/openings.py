"""The channels of a configuration, and those that were typed → what each is told, with its secrets, and open ones; it tells nobody."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
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
from logscan.config.channelsections import EXEC, UNVERIFIED, ChannelEntry
from logscan.delivery import Directory, Member, describe_addresses
from logscan.errors import ConfigError
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
    chosen = choose_configured(settings, environ)
    return open_chosen({**chosen, **choose_typed(typed, chosen, environ)}, environ, voice)


def open_chosen(
    chosen: Mapping[str, ChannelSettings], environ: Mapping[str, str], voice: Voice
) -> list[Channel]:
    """One for each name."""
    opened: list[Channel] = []
    try:
        for name, one in chosen.items():
            verifies = not getattr(one, UNVERIFIED, False)
            make_client = partial(_make_client, verifies=verifies)
            opened.append(open_channel(name, one, Tools(make_client, _now, voice, environ)))
    except ConfigError:
        for channel in opened:
            channel.close()
        raise
    return opened


def choose_configured(settings: Settings, environ: Mapping[str, str]) -> dict[str, ChannelSettings]:
    """What each channel of a configuration is told; raise ConfigError as `open_channels` does."""
    check_programs(settings, [one.place for one in settings.channels if one.kind == EXEC])
    check_channels(settings, settings.channels)
    return {one.name: choose_settings(one, environ, settings.folder) for one in settings.channels}


def choose_typed(
    typed: Sequence[str], taken: Collection[str], environ: Mapping[str, str]
) -> dict[str, ChannelSettings]:
    """The same of those that were typed, under names that are free."""
    chosen: dict[str, ChannelSettings] = {}
    for text in dict.fromkeys(typed):
        name = _choose_name({*taken, *chosen})
        chosen[name] = read_typed(text, environ, ".")
    return chosen


def build_directory(settings: Settings, typed: Sequence[str]) -> Directory:
    """Who gets what: the channels that were typed, of these names, get everything."""
    return replace(
        _list_configured(settings),
        members=(*_list_configured(settings).members, *(Member(name=name) for name in typed)),
        always=tuple(typed),
    )


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
        return AlertmanagerSettings(
            urls=urls, authorization=authorization, dangerously_skip_tls_verify=UNVERIFIED in values
        )
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


def _make_client(*, verifies: bool) -> Client:
    client = Client(
        clock=time.monotonic,
        agent=f"logscan/{__version__}",
        timeout_seconds=_CALL_SECONDS,
        status_suffices=True,
    )
    client.verifies = verifies
    return client


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
