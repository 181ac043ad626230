"""What is typed after `--notify` → a channel's settings; an address that may hold a secret is refused, and never quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from logscan.channels.settings import (
    AlertmanagerSettings,
    AppriseSettings,
    ChannelSettings,
    ConsoleSettings,
    DiscordSettings,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from logscan.errors import ConfigError
from logscan.references import Secret, read_reference, resolve_reference

_PLACE = "--notify"
_RIGHT = "put it into a variable or a file, and write `--notify env:NAME` or `--notify file:PATH`"
_ALERTMANAGER = ("alertmanager+http", "alertmanager+https")
# Addresses of Apprise that hold no secret, unless there is a password or a query in them.
_OPEN_SCHEMES = frozenset(
    {"http", "https", "json", "jsons", "form", "forms", "xml", "xmls", "mailto", "mailtos", "syslog"}
)
_SLACK = re.compile(r"hooks\.slack(?:-gov)?\.com")
_DISCORD = re.compile(r"(?:\w+\.)?discord(?:app)?\.com")
_TELEGRAM_PATH = re.compile(r"/bot([^/]+)/sendMessage")
_LONGEST_WORD = 20  # in a path; whatever is longer looks like a key
_GIVING_AWAY = (_SLACK, _DISCORD, re.compile(r"api\.telegram\.org"))


def read_typed(text: str, environ: Mapping[str, str], folder: str) -> ChannelSettings:
    """`env:NAME`, `file:PATH`, or an address that holds no secret. Raise ConfigError for all else."""
    kind, _, name = text.partition(":")
    if kind in ("env", "file") and not name.startswith("//"):
        return read_address(resolve_reference(read_reference({kind: name}, _PLACE), environ, folder))
    if text != "console:" and _may_hold_secret(text):
        raise ConfigError(
            f"{_PLACE}: this address may hold a secret, and others can see a command line; {_RIGHT}"
        )
    return read_address(Secret(text, _PLACE))


def read_address(address: Secret) -> ChannelSettings:
    """A webhook of Slack or Discord, Telegram's `sendMessage`, an Alertmanager, any other web address, or one of Apprise."""
    text = address.reveal().strip()
    if text == "console:":
        return ConsoleSettings()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not text.partition("://")[2]:
        raise ConfigError(
            f"{_PLACE}: {address.origin} holds no address; write such as https://… or mailto://…"
        )
    host = parts.hostname or ""
    if parts.scheme in _ALERTMANAGER:
        return AlertmanagerSettings(urls=(text.removeprefix("alertmanager+"),))
    if parts.scheme not in ("http", "https"):
        return AppriseSettings(url=address)
    if _SLACK.fullmatch(host):
        return SlackSettings(webhook=address)
    if _DISCORD.fullmatch(host) and parts.path.startswith("/api/webhooks/"):
        return DiscordSettings(webhook=address)
    telegram = _TELEGRAM_PATH.fullmatch(parts.path)
    if telegram is not None and host == "api.telegram.org":
        return _read_telegram(telegram[1], parts.query, address)
    return WebhookSettings(url=address)


def _read_telegram(token: str, query: str, address: Secret) -> TelegramSettings:
    chats = parse_qs(query).get("chat_id", [])
    if not chats:
        raise ConfigError(f"{_PLACE}: {address.origin} names no chat; add `?chat_id=…` to it")
    return TelegramSettings(token=Secret(token, address.origin), chat=chats[0])


def _may_hold_secret(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_login = parts.password is not None or (
            parts.username is not None and not parts.scheme.startswith("mailto")
        )
    except ValueError:
        return True
    if parts.scheme in _ALERTMANAGER:
        return has_login
    is_known = any(pattern.fullmatch(parts.hostname or "") for pattern in _GIVING_AWAY)
    looks_like_key = any(len(word) > _LONGEST_WORD for word in re.split(r"[/@.]", parts.path))
    has_query = bool(parts.query) and not parts.scheme.startswith("mailto")
    return (
        parts.scheme not in _OPEN_SCHEMES
        or is_known
        or has_login
        or has_query
        or looks_like_key
        or "pass=" in parts.query
    )
