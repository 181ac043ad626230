"""The section `channels:` in its other forms: schema, written down again, in short, and a sample to start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from logscan.config.channelsections import EXEC, KINDS, ChannelEntry, Form, Key, Value
from logscan.config.rulesections import SEVERITIES
from logscan.config.schemaparts import FLAG, NAME, REFERENCE, TEXT, Schema, describe
from logscan.config.spellings import write_count, write_reference
from logscan.model import Severity
from logscan.references import Reference
from logscan.yamlfile import Plain

CHANNEL_SAMPLE = r"""#channels:
# Who is told when an incident opens, becomes worse or ends. A secret is only ever named: {env: …}, {file: …} or
# {dotenv: …, key: …}. `min_severity` keeps milder ones away. `logscan notify test` tries them all.
#  - {name: ops, slack: {webhook: {env: SLACK_WEBHOOK_URL}}, min_severity: warning}
#  - {name: bot, slack: {token: {env: SLACK_TOKEN}, chat: C0123456789}}
#  - {name: dc, discord: {webhook: {env: DISCORD_WEBHOOK_URL}}}
#  - {name: tg, telegram: {token: {env: TG_TOKEN}, chat: '-100123'}}
#  - {name: pd, pagerduty: {key: {env: PD_KEY}}}
#  - {name: am, alertmanager: {url: 'http://127.0.0.1:9093'}}
#  - {name: hook, webhook: {url: {env: HOOK_URL}, secret: {env: HOOK_SECRET}}}

# Everything else, such as mail, by an address of Apprise.
#  - {name: mail, apprise: {url: {env: MAIL_URL}}}

# A program of your own, given the notice as JSON on its stdin. A file that is merely found in the current
# directory starts none: say `-c FILE`.
#  - {name: fix, exec: [/usr/local/bin/renew], allow_exec: true}
"""
_FORMS: Mapping[Form, Schema] = {
    Form.SECRET: REFERENCE,
    Form.ADDRESS: {"anyOf": [REFERENCE, TEXT]},
    Form.TEXT: {"anyOf": [TEXT, {"type": "integer"}]},
    Form.URL: TEXT,
    Form.FLAG: FLAG,
    Form.URLS: {"anyOf": [NAME, {"type": "array", "minItems": 1, "items": NAME}]},
}


def write_channel_schema() -> Schema:
    """What may stand under `channels:`."""
    return {
        "description": "Ways to tell people, or programs.",
        "type": ["array", "null"],
        "items": {"anyOf": [_write_kind(kind, keys) for kind, keys in KINDS.items()]},
    }


def show_channels(channels: Sequence[ChannelEntry]) -> list[Plain]:
    """Every channel with what was said of it."""
    return [_show_channel(one) for one in channels]


def summarize_channels(channels: Sequence[ChannelEntry]) -> list[str]:
    """What `config check` says of them."""
    return [write_count(len(channels), "channel")] if channels else []


def _write_kind(kind: str, keys: Mapping[str, Key]) -> Schema:
    settings: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in keys.items() if key.is_required],
        "properties": {name: _FORMS[key.form] for name, key in keys.items()},
    }
    properties: dict[str, Schema] = {
        "name": describe("What messages and metrics call it.", TEXT),
        "min_severity": describe("Milder incidents are not told here.", {"enum": list(SEVERITIES)}),
        "allow_exec": describe("Whether a program may be started.", FLAG),
        kind: settings if keys else {"anyOf": [settings, {"type": ["boolean", "null"]}]},
    }
    required = [kind]
    if kind == EXEC:
        properties[kind] = {"type": "array", "minItems": 1, "items": NAME}
        properties["allow_exec"] = {"const": True}
        required.append("allow_exec")
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _show_channel(channel: ChannelEntry) -> dict[str, Plain]:
    shown: dict[str, Plain] = {"name": channel.name}
    if channel.kind == EXEC:
        return {
            **shown,
            EXEC: _show_value(channel.values["argv"]),
            "allow_exec": True,
            "min_severity": channel.min_severity.word,
        }
    shown[channel.kind] = {name: _show_value(value) for name, value in channel.values.items()}
    if channel.min_severity is not Severity.INFO:
        shown["min_severity"] = channel.min_severity.word
    return shown


def _show_value(value: Value) -> Plain:
    if isinstance(value, Reference):
        return {**write_reference(value)}
    return value if isinstance(value, str | bool) else [*value]
