"""The section `channels:` of a configuration → ways to tell people; it fetches no secret and opens no channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from logscan.config.entries import choose_one, list_mappings, place_of, read_secret, read_url
from logscan.config.rulesections import SEVERITIES
from logscan.errors import ConfigError
from logscan.model import Severity
from logscan.references import Reference
from logscan.rules.entries import Entry, describe_value

SHARED_KEYS = ("name", "min_severity", "allow_exec")
_RIGHT = "{name: ops, slack: {webhook: {env: SLACK_WEBHOOK_URL}}}"


class Form(Enum):
    """What may stand under a key."""

    SECRET = auto()  # a reference
    ADDRESS = auto()  # a reference, or an address on this machine written out
    TEXT = auto()
    URL = auto()
    URLS = auto()
    FLAG = auto()


class Key(NamedTuple):
    form: Form
    is_required: bool = False


UNVERIFIED = "dangerously_skip_tls_verify"
_TLS = {UNVERIFIED: Key(Form.FLAG)}
_BASE = {"base_url": Key(Form.URL), **_TLS}
# What each kind is told; `exec` is a list of words instead.
KINDS: Mapping[str, Mapping[str, Key]] = {
    "slack": {"webhook": Key(Form.SECRET), "token": Key(Form.SECRET), "chat": Key(Form.TEXT), **_BASE},
    "discord": {"webhook": Key(Form.SECRET, is_required=True), **_BASE},
    "telegram": {
        "token": Key(Form.SECRET, is_required=True),
        "chat": Key(Form.TEXT, is_required=True),
        **_BASE,
    },
    "pagerduty": {"key": Key(Form.SECRET, is_required=True), **_BASE},
    "alertmanager": {"url": Key(Form.URLS, is_required=True), "authorization": Key(Form.SECRET), **_TLS},
    "webhook": {"url": Key(Form.ADDRESS, is_required=True), "secret": Key(Form.SECRET), **_BASE},
    "exec": {},
    "apprise": {"url": Key(Form.SECRET, is_required=True), **_TLS},
    "console": {},
}
EXEC = "exec"

Value = Reference | str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEntry:
    """One channel as it is written; secrets are only named."""

    name: str
    kind: str
    values: Mapping[str, Value]
    min_severity: Severity = Severity.INFO
    place: str = ""  # file:line:column


def read_channels(root: Entry, _folder: Path) -> tuple[ChannelEntry, ...]:
    """Read the section."""
    channels: dict[str, ChannelEntry] = {}
    for entry in list_mappings(root, "channels", _RIGHT):
        channel = _read_channel(entry)
        if channel is None:
            continue
        if channel.name in channels:
            what = f"{channel.name} is the name of the channel at {channels[channel.name].place}, too"
            at = ("name",) if "name" in entry.values else ()
            entry.complain(what, "give each channel a `name` of its own", *at)
        channels.setdefault(channel.name, channel)
    return tuple(channels.values())


def list_channel_names(root: Entry) -> list[str]:
    """The names under `channels:`, right or wrong otherwise."""
    listed = root.values.get("channels")
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = [one.get("name", next((kind for kind in KINDS if kind in one), None)) for one in entries]
    return [name for name in names if isinstance(name, str)]


def _read_channel(entry: Entry) -> ChannelEntry | None:
    kind = choose_one(entry, tuple(KINDS), "say how people are told, such as " + _RIGHT)
    if kind is None:
        entry.refuse_unknown((*KINDS, *SHARED_KEYS))
        return None
    entry.refuse_unknown((kind, *SHARED_KEYS))
    name = entry.read_text("name") if "name" in entry.values else kind
    severity = entry.read_word("min_severity", SEVERITIES, Severity.INFO)
    values = _read_words(entry) if kind == EXEC else _read_keys(entry, kind)
    if kind != EXEC and entry.read_flag("allow_exec"):
        entry.complain("allow_exec without exec", "leave it out", "allow_exec", of_key=True)
    if values is None or name is None:
        return None
    return ChannelEntry(name=name, kind=kind, values=values, min_severity=severity, place=place_of(entry))


def _read_words(entry: Entry) -> dict[str, Value] | None:
    if isinstance(entry.values[EXEC], str):
        entry.complain("exec is one text", "write a list of words: [/usr/local/bin/renew, --now]", EXEC)
        return None
    words = entry.read_texts(EXEC)
    if not entry.read_flag("allow_exec"):
        right = "add `allow_exec: true` if every notice may start it"
        entry.complain("exec starts a program", right, EXEC, of_key=True)
    return {"argv": words} if words else None


def _read_keys(entry: Entry, kind: str) -> dict[str, Value] | None:
    keys = KINDS[kind]
    if not keys and entry.values[kind] in (True, None):
        return {}
    inner = entry.enter(kind)
    if inner is None:
        if entry.values[kind] is None:
            entry.complain(f"{kind} is empty", "write " + _show_keys(keys), kind)
        return None
    inner.refuse_unknown(tuple(keys))
    values = dict(_read_values(inner, keys))
    missing = [name for name, key in keys.items() if key.is_required and name not in inner.values]
    for name in missing:
        inner.complain(f"no {name}", f"add `{_show_key(name, keys[name])}`")
    if kind == "slack":
        _check_slack(inner)
    return None if missing else values


def _check_slack(inner: Entry) -> None:
    """An incoming webhook knows its channel; a bot's token does not."""
    if ("webhook" in inner.values) == ("token" in inner.values):
        right = "add `webhook: {env: NAME}`, or else `token: {env: NAME}` and `chat: C0123…`"
        inner.complain("slack needs a webhook or a bot's token, and not both", right)
    elif "token" in inner.values and "chat" not in inner.values:
        inner.complain("no chat", "add `chat: C0123…`, the channel that the bot writes to")


def _read_values(inner: Entry, keys: Mapping[str, Key]) -> Iterator[tuple[str, Value]]:
    for name, key in keys.items():
        if name in inner.values:
            value = _read_value(inner, name, key.form)
            if value is not None:
                yield name, value


def _read_value(inner: Entry, name: str, form: Form) -> Value | None:
    value = inner.values[name]
    if form is Form.TEXT:
        # A number of a chat need not be quoted.
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else inner.read_text(name)
    if form is Form.FLAG:
        return inner.read_flag(name) or None
    if form is Form.URL:
        return read_url(inner, name, "") or None
    if form is Form.URLS:
        return tuple(_read_urls(inner, name)) or None
    if form is Form.ADDRESS and isinstance(value, str):
        return _read_address(inner, name, value)
    return read_secret(inner, name)


def _read_urls(inner: Entry, name: str) -> Iterator[str]:
    """Addresses that hold no secret."""
    for text in inner.read_texts(name):
        if text.startswith(("http://", "https://")) and "@" not in text:
            yield text
        else:
            what = "an address with a login" if "@" in text else describe_value(text)
            inner.complain(f"{name} is {what}", "write such as 'http://127.0.0.1:9093'", name)


def _read_address(inner: Entry, name: str, text: str) -> str | None:
    """On this machine an address is no secret, unless it carries one."""
    from logscan.http import check_url, is_loopback

    try:
        check_url(text, place_of(inner, name))
    except ConfigError as error:
        inner.problems.append(str(error))
        return None
    if is_loopback(text) and "?" not in text:
        return text
    inner.complain(f"{name} is written out, and whoever knows it may use it", "write `{env: NAME}`", name)
    return None


def _show_keys(keys: Mapping[str, Key]) -> str:
    shown = {name: key for name, key in keys.items() if name not in _BASE}
    return "{" + ", ".join(_show_key(name, key) for name, key in shown.items()) + "}"


def _show_key(name: str, key: Key) -> str:
    shown = {Form.SECRET: "{env: NAME}", Form.ADDRESS: "{env: NAME}", Form.TEXT: "…"}
    return f"{name}: {shown.get(key.form, 'http://127.0.0.1:9093')}"
