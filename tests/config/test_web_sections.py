"""The sections `web:`, `metrics:` and `heartbeat:`: what they mean, and what is refused at its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from logscan.config import summarize_settings
from logscan.web import Address
from tests.config.making import complain, read


def test_all_of_it_is_read():
    settings = read(
        """
web: {listen: '[::]:9000', hosts: [watch.example], auth: {bearer: {env: WEB}}}
metrics: {label_limit: 50, textfile: out.prom}
heartbeat: {url: {env: BEAT}, every: 30s}
""",
        Path("/etc/logscan"),
    ).settings

    assert settings.web.listen == Address("::", 9000)
    assert settings.web.is_chosen
    assert settings.web.hosts == ("watch.example",)
    assert settings.web.bearer is not None
    assert (settings.metrics.label_limit, settings.metrics.textfile) == (50, Path("/etc/logscan/out.prom"))
    assert settings.heartbeat is not None
    assert settings.heartbeat.every == timedelta(seconds=30)


def test_nothing_said_means_this_machine_only():
    web = read("logscan: 1").settings.web

    assert web.listen == Address("127.0.0.1", 9466)
    assert not web.is_chosen


def test_nothing_is_served_where_that_is_asked():
    assert read("web: {listen: off}").settings.web.listen is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("web: {listen: 9466}", "listen is no text; write HOST:PORT"),
        ("web: {listen: somewhere}", "listen is 'somewhere'; write HOST:PORT"),
        ("web: {lisen: off}", "unknown key 'lisen'; did you mean 'listen'?"),
        ("web: {hosts: ['https://a.example']}", "is no host name; write the name alone"),
        ("web: {auth: {bearer: hunter2}}", "a secret is written out"),
        ("web: {auth: {user: ops}}", "no password"),
        ("web: {auth: {bearer: {env: A}, user: ops}}", "contradict each other"),
        ("metrics: {label_limit: 0}", "label_limit is 0"),
        ("metrics: {label_limit: 900000}", "write at most 100000"),
        ("metrics: {textfile: out.txt}", "let it end in .prom"),
        ("heartbeat: {every: 1m}", "no url"),
        ("heartbeat: {url: 'https://a.example/secret'}", "a secret is written out"),
        ("heartbeat: {url: {env: A}, every: 0s}", "every is nothing"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(text: str, said: str):
    problems = "\n".join(complain(text))

    assert said in problems
    assert "hunter2" not in problems
    assert "/secret" not in problems


@pytest.mark.parametrize(
    ("web", "is_told"),
    [
        ("{listen: '0.0.0.0:9466'}", True),
        ("{listen: '0.0.0.0:9466', auth: {bearer: {env: A}}}", False),
        ("{listen: '127.0.0.1:80'}", False),
        ("{listen: off}", False),
    ],
)
def test_what_is_open_to_others_is_said(web: str, is_told: bool):
    told = summarize_settings(read(f"web: {web}").settings)

    assert ("is open to others" in told) is is_told
