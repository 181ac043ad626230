"""What was configured and typed of metrics and the web → what watches a run; it is no command."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from socket import socket

    from logscan.config import Settings
    from logscan.model import Channel
    from logscan.references import Reference, Secret
    from logscan.rules import RuleSet
    from logscan.runs import Watch
    from logscan.web import Access, Address


class Watched(NamedTuple):
    """What there is to watch."""

    rules: RuleSet
    sources: Sequence[str]
    channels: Sequence[Channel]


def open_watch(
    settings: Settings, listen: str | None, watched: Watched, tell: Callable[[str], None]
) -> Watch:
    """Bind what is to be served; raise ConfigError where that was asked for and cannot be had."""
    from logscan import app
    from logscan.config import list_dangers
    from logscan.runs import Wanted, Watch

    dangers = list_dangers(settings)
    for danger in dangers:
        tell(danger)

    beat = settings.heartbeat
    url = _resolve(settings, beat.url if beat else None)
    wanted = Wanted(
        known=app.list_known(watched.rules, watched.sources, [one.name for one in watched.channels]),
        label_limit=settings.metrics.label_limit,
        started_at=app.now(),
        listening=_listen(settings, listen, tell),
        access=_make_access(settings),
        textfile=settings.metrics.textfile,
        heartbeat=(url, beat.every.total_seconds()) if beat and url else None,
        dangers=len(dangers),
        kinds={one.name: one.manner.kind for one in watched.channels},
    )
    return Watch(wanted, tell)


def find_page(settings: Settings, typed: str | None) -> str | None:
    """Where people find the status page; None where only this machine could show it."""
    address = _choose_address(settings, typed)
    if address is None:
        return None
    if settings.web.hosts:
        return f"http://{settings.web.hosts[0]}:{address.port}/"
    return f"http://{address}/" if address.is_reachable else None


def _choose_address(settings: Settings, typed: str | None) -> Address | None:
    from logscan.errors import ConfigError
    from logscan.web import read_address

    try:
        return settings.web.listen if typed is None else read_address(typed)
    except ConfigError as error:
        raise ConfigError(f"--listen: {error}") from None


def _listen(settings: Settings, typed: str | None, tell: Callable[[str], None]) -> socket | None:
    from logscan.web import listen
    from logscan.web.addresses import PortTakenError

    address = _choose_address(settings, typed)
    if address is None:
        return None
    try:
        bound = listen(address)
    except PortTakenError:
        if typed is not None or settings.web.is_chosen:
            raise
        tell(f"metrics off: {address.port} is taken; use --listen")
        return None
    _warn(settings, address, tell)
    return bound


def _warn(settings: Settings, address: Address, tell: Callable[[str], None]) -> None:
    if not (address.is_loopback or settings.web.bearer or settings.web.password):
        tell(f"web: {address} is open to others, who may read everything there; set `web: auth:`")


def _make_access(settings: Settings) -> Access:
    from logscan.web import Access

    web = settings.web
    return Access(
        hosts=web.hosts,
        bearer=_resolve(settings, web.bearer),
        user=web.user,
        password=_resolve(settings, web.password),
    )


def _resolve(settings: Settings, reference: Reference | None) -> Secret | None:
    from logscan.references import resolve_reference

    return reference and resolve_reference(reference, os.environ, str(settings.folder))
