"""What a configuration may do that was merely found in the current directory: start nothing, lead no secret astray."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from logscan.config.channelsections import EXEC, UNVERIFIED, ChannelEntry
from logscan.config.settings import Settings
from logscan.config.sourcesections import Program, RailwayLogs, SourceSettings
from logscan.errors import SettingsError
from logscan.references import Reference

# Where each service's own API is; whatever else a `base_url` names is given a secret that was meant for these.
_OWN_HOSTS: Mapping[str, re.Pattern[str]] = {
    "railway": re.compile(r"backboard\.railway\.(?:com|app)"),
    "slack": re.compile(r"(?:hooks\.)?slack(?:-gov)?\.com"),
    "discord": re.compile(r"(?:\w+\.)?discord(?:app)?\.com"),
    "telegram": re.compile(r"api\.telegram\.org"),
    "pagerduty": re.compile(r"events(?:\.eu)?\.pagerduty\.com"),
}


class _Lead(NamedTuple):
    """An address to which a secret would be sent."""

    place: str
    kind: str
    base_url: str


def list_distrusts(settings: Settings) -> tuple[str, ...]:
    """Why a run would refuse this configuration, which may be right all the same."""
    programs = [one.place for one in settings.sources if isinstance(one.origin, Program)]
    channels = [one.place for one in settings.channels if one.kind == EXEC]
    problems: list[str] = []
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_programs(settings, (*programs, *channels)),
        lambda: check_sources(settings, settings.sources),
        lambda: check_channels(settings, settings.channels),
        lambda: check_state(settings),
    )
    for check in checks:
        try:
            check()
        except SettingsError as error:
            problems += error.problems
    return tuple(problems)


def check_programs(settings: Settings, places: Sequence[str]) -> None:
    """Raise SettingsError where programs would be started, at these places, that nobody asked for."""
    _refuse(settings, places, "starts a program")


def check_sources(settings: Settings, sources: Iterable[SourceSettings]) -> None:
    """Raise SettingsError where the token of one of these would be sent to a stranger."""
    leads = [
        _Lead(one.place, "railway", one.origin.base_url)
        for one in sources
        if isinstance(one.origin, RailwayLogs)
    ]
    _check_leads(settings, leads)


def check_channels(settings: Settings, channels: Sequence[ChannelEntry]) -> None:
    """Raise SettingsError where the secret of one of these would be sent to a stranger."""
    leads = [
        _Lead(one.place, one.kind, base_url)
        for one in channels
        if isinstance(base_url := one.values.get("base_url"), str)
    ]
    _check_leads(settings, leads)
    _check_leads(settings, _list_alertmanagers(channels), key="url")
    unverified = [one.place for one in channels if one.values.get(UNVERIFIED)]
    _refuse(settings, unverified, "speaks to anybody who answers")


def check_state(settings: Settings) -> None:
    """Raise SettingsError where a file of somebody else would be taken for a damaged state, and be put aside."""
    path = settings.state.path
    if path is None or not os.path.lexists(path) or os.path.lexists(f"{path}.lock"):
        return
    _refuse(settings, [f"{settings.path}: state"], "names a file that logscan did not make")


def _list_alertmanagers(channels: Sequence[ChannelEntry]) -> list[_Lead]:
    """Those that are told a secret."""
    return [
        _Lead(one.place, one.kind, url)
        for one in channels
        if one.kind == "alertmanager" and "authorization" in one.values
        for url in _list_urls(one)
    ]


def _list_urls(channel: ChannelEntry) -> tuple[str, ...]:
    urls = channel.values.get("url")
    return urls if isinstance(urls, tuple) and not isinstance(urls, Reference) else ()


def _check_leads(settings: Settings, leads: Sequence[_Lead], key: str = "base_url") -> None:
    from logscan.http import is_loopback  # only here: few configurations hold an address

    astray = [lead.place for lead in leads if not (_is_own_host(lead) or is_loopback(lead.base_url))]
    _refuse(settings, astray, f"sends a secret to the host that `{key}` names")


def _is_own_host(lead: _Lead) -> bool:
    own = _OWN_HOSTS.get(lead.kind)
    return own is not None and own.fullmatch(urlsplit(lead.base_url).hostname or "") is not None


def _refuse(settings: Settings, places: Sequence[str], act: str) -> None:
    if settings.is_found and places:
        right = f"if you trust it, say `-c {settings.path}`"
        what = f"{act}, and {settings.path} was merely found here"
        raise SettingsError(tuple(f"{place}: {what}; {right}" for place in places))
