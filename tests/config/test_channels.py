"""`channels:` and `routes:` of a configuration: every kind is read, and every mistake is told at its place."""

from __future__ import annotations

import pytest

from logscan.config import write_schema, write_settings
from logscan.config.channelsections import KINDS
from logscan.model import Severity
from logscan.references import Reference
from logscan.yamlfile import parse_yaml
from tests.config.making import complain, read
from tests.config.schemas_read import accepts

SCHEMA = write_schema()
EVERYTHING = """
channels:
  - {name: ops, slack: {webhook: {env: A}}, min_severity: warning}
  - {name: bot, slack: {token: {env: A}, chat: C1}}
  - {name: dc, discord: {webhook: {file: /run/dc}}}
  - {name: tg, telegram: {token: {env: A}, chat: -100123}}
  - {name: pd, pagerduty: {key: {env: A}, base_url: 'http://127.0.0.1:9'}}
  - {name: am, alertmanager: {url: ['http://127.0.0.1:9093', 'https://am:9093'], authorization: {env: A}}}
  - {name: hook, webhook: {url: 'http://127.0.0.1:9/x', secret: {dotenv: .env, key: K}}}
  - {name: mail, apprise: {url: {env: A}}}
  - {name: fix, exec: [/bin/renew, --now], allow_exec: true}
  - {console: true}
routes:
  - {match: ['severity>=critical', 'service=~b.*'], to: [ops, pd], continue: true}
  - {to: tg, min_severity: error, mute: {hours: '22:00-07:00', zone: Europe/Berlin}}
"""


def test_every_kind_and_key_is_read():
    reading = read(EVERYTHING)
    channels = {one.name: one for one in reading.settings.channels}
    first, second = reading.settings.routes

    assert reading.problems == ()
    assert {one.kind for one in channels.values()} == set(KINDS)
    assert channels["ops"].min_severity is Severity.WARNING
    assert channels["ops"].values == {"webhook": Reference("env", "A", None, "logscan.yaml:3:34")}
    assert channels["tg"].values["chat"] == "-100123"
    assert channels["am"].values["url"] == ("http://127.0.0.1:9093", "https://am:9093")
    assert channels["am"].values["authorization"] == Reference("env", "A", None, "logscan.yaml:8:97")
    assert channels["hook"].values["url"] == "http://127.0.0.1:9/x"
    assert channels["fix"].values == {"argv": ("/bin/renew", "--now")}
    assert channels["console"].kind == "console"
    assert (first.to, first.goes_on, [one.text for one in first.match]) == (
        ("ops", "pd"),
        True,
        ["severity>=critical", "service=~b.*"],
    )
    assert second.mute is not None
    assert (second.to, second.min_severity, second.mute.zone) == (("tg",), Severity.ERROR, "Europe/Berlin")


def test_what_is_written_down_reads_back_as_the_same():
    settings = read(EVERYTHING).settings

    again = read(write_settings(settings)).settings

    assert [(one.name, one.kind) for one in again.channels] == [
        (one.name, one.kind) for one in settings.channels
    ]
    assert [(one.to, one.match, one.mute) for one in again.routes] == [
        (one.to, one.match, one.mute) for one in settings.routes
    ]
    assert write_settings(again) == write_settings(settings)


def test_the_schema_accepts_what_is_read():
    assert accepts(SCHEMA, parse_yaml(EVERYTHING.encode(), "x").value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels: [{name: a}]", "1:12: none of slack, discord,"),
        ("channels: [{name: a, slak: {}}]", "did you mean 'slack'"),
        (
            "channels: [{slack: {webhook: 'https://hooks.slack.com/services/T/B/x'}}]",
            "a secret is written out",
        ),
        ("channels: [{slack: {}}]", "needs a webhook or a bot's token"),
        ("channels: [{slack: {webhook: {env: A}, token: {env: B}}}]", "and not both"),
        ("channels: [{slack: {token: {env: B}}}]", "no chat"),
        ("channels: [{discord: }]", "discord is empty; write {webhook: {env: NAME}}"),
        ("channels: [{discord: {}}]", "no webhook; add `webhook: {env: NAME}`"),
        ("channels: [{discord: {webhook: {env: A}, to: b}}]", "unknown key 'to'"),
        ("channels: [{webhook: {url: 'https://example.org/hook'}}]", "is written out"),
        ("channels: [{webhook: {url: 'http://127.0.0.1:1/?token=x'}}]", "is written out"),
        ("channels: [{webhook: {url: 'http://example.org/hook'}}]", "plain text"),
        ("channels: [{alertmanager: {url: 'http://u:p@am:9093'}}]", "an address with a login"),
        ("channels: [{exec: [a]}]", "exec starts a program; add `allow_exec: true`"),
        ("channels: [{exec: a b, allow_exec: true}]", "exec is one text"),
        ("channels: [{console: true, allow_exec: true}]", "allow_exec without exec"),
        ("channels: [{console: true}, {console: true}]", "console is the name of the channel at"),
        ("channels: [{console: true, min_severity: loud}]", "min_severity is 'loud'"),
        ("channels: {console: true}", "channels is not a list"),
        ("routes: [{to: [ops]}]", "no channel 'ops'"),
        ("channels: [{name: ops, console: true}]\nroutes: [{to: [opps]}]", "did you mean 'ops'"),
        ("channels: [{console: true}]\nroutes: [{match: [x]}]", "no channel; add `to: [ops]`"),
        ("channels: [{console: true}]\nroutes: [{match: [x], to: [console]}]", "2:19: 'x' is no matcher"),
        (
            "channels: [{console: true}]\nroutes: [{to: [console], mute: {hours: '22-7', zone: UTC}}]",
            "write such as",
        ),
        (
            "channels: [{console: true}]\nroutes: [{to: [console], mute: {hours: '22:00-07:00', zone: Bern}}]",
            "no zone 'Bern'",
        ),
        ("channels: [{console: true}]\nroutes: [{to: [console], mute: {hours: '22:00-07:00'}}]", "no zone"),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, said: str):
    problems = complain(text)

    assert any(said in problem for problem in problems), problems


def test_no_message_quotes_what_stands_in_a_secret_s_place():
    canary = "https://hooks.slack.com/services/T000/B000/CANARY"
    texts = [
        f"channels: [{{{kind}: {{{key}: '{canary}'}}}}]"
        for kind, key in (
            ("slack", "webhook"),
            ("discord", "webhook"),
            ("telegram", "token"),
            ("apprise", "url"),
        )
    ]

    assert not [one for text in texts for one in complain(text) if "CANARY" in one]
