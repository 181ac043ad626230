"""`logscan notify test`, and what may stand after `--notify`."""

from __future__ import annotations

from pathlib import Path

import pytest

from logscan.channels.settings import (
    AlertmanagerSettings,
    AppriseSettings,
    DiscordSettings,
    SlackSettings,
    TelegramSettings,
    WebhookSettings,
)
from logscan.errors import ConfigError
from logscan.runs.addresses import read_typed
from tests.certificates_made import make_own_tls
from tests.cli.running import run
from tests.services_made import Service
from tests.sinks_made import run_sink

CANARY = "CANARYxoxb1234567890abcdef"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"https://hooks.slack.com/services/T0/B0/{CANARY}", SlackSettings),
        (f"https://discord.com/api/webhooks/1/{CANARY}", DiscordSettings),
        (f"https://api.telegram.org/bot1:{CANARY}/sendMessage?chat_id=-100", TelegramSettings),
        (f"https://example.org/hook/{CANARY}", WebhookSettings),
        ("alertmanager+http://127.0.0.1:9093", AlertmanagerSettings),
        (f"mailto://user:{CANARY}@example.org", AppriseSettings),
        (f"tgram://{CANARY}/1", AppriseSettings),
    ],
)
def test_an_address_in_a_variable_or_file_is_known_by_its_form(address: str, kind: type, tmp_path: Path):
    (tmp_path / "address").write_text(address + "\n")

    assert isinstance(read_typed("env:WHERE", {"WHERE": address}, "."), kind)
    assert isinstance(read_typed("file:address", {}, str(tmp_path)), kind)


@pytest.mark.parametrize(
    "address",
    [
        f"https://hooks.slack.com/services/T0/B0/{CANARY}",
        "https://hooks.slack.com/services/T0/B0/short",
        "https://discord.com/api/webhooks/1/x",
        f"https://example.org/hook?token={CANARY}",
        f"https://example.org/{CANARY}",
        f"https://me:{CANARY}@example.org/",
        f"mailto://user:{CANARY}@example.org",
        f"mailto://example.org?user=me&pass={CANARY}",
        f"tgram://{CANARY}/1",
        f"ntfy://{CANARY}",
    ],
)
def test_an_address_that_may_hold_a_secret_is_not_typed(address: str):
    with pytest.raises(ConfigError, match="--notify env:NAME") as caught:
        read_typed(address, {}, ".")

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["nonsense", "env:NOT-A-NAME", "env:MISSING", "file:missing", "http://[", ""]
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(ConfigError, match="--notify"):
        read_typed(text, {}, ".")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("http://127.0.0.1:8080/hook", WebhookSettings),
        ("https://example.org/alerts/logscan", WebhookSettings),
        ("mailto://localhost:25?from=a@example.org&to=b@example.org", AppriseSettings),
        ("mailto://me@example.org", AppriseSettings),
    ],
)
def test_an_address_without_a_secret_is_typed_as_it_is(address: str, kind: type):
    assert isinstance(read_typed(address, {}, "."), kind)


def test_a_test_notice_is_sent_and_each_answer_is_printed(tmp_path: Path):
    with run_sink(tmp_path) as sink:
        config = tmp_path / "c.yaml"
        config.write_text(
            "channels:\n"
            f"  - {{name: hook, webhook: {{url: '{sink.url}'}}}}\n"
            "  - {name: gone, webhook: {url: 'http://127.0.0.1:9/'}}\n"
        )
        alone = run("notify", "test", "hook", "-c", str(config))
        both = run("notify", "test", "-c", str(config))
        typed = run("notify", "test", "notify", "-c", str(config), "--notify", sink.url)
        unknown = run("notify", "test", "hok", "-c", str(config))

    assert (alone.returncode, alone.stdout.splitlines()[0][:15]) == (0, "hook: delivered")
    assert (both.returncode, typed.returncode, unknown.returncode) == (1, 0, 2)
    assert "gone: not delivered: http://127.0.0.1:9: no connection" in both.stdout
    assert "there are hook, gone" in unknown.stderr
    sent = sink.read()
    assert [one.body["type"] for one in sent] == ["test"] * 3
    assert len({one.key for one in sent}) == 3


@pytest.mark.needs("openssl")
def test_a_service_of_the_house_is_trusted_once_its_authority_is_named(tmp_path: Path):
    authority = tmp_path / "house.pem"
    with Service(tls=make_own_tls(certificate=authority)) as service:
        words = ("notify", "test", "--notify", "env:HOUSE")
        unknown = run(*words, HOUSE=f"{service.url}/hook", folder=tmp_path)
        known = run(*words, HOUSE=f"{service.url}/hook", SSL_CERT_FILE=str(authority), folder=tmp_path)

    assert (unknown.returncode, known.returncode) == (1, 0)
    assert "name who vouches for it with SSL_CERT_FILE" in unknown.stdout
    assert len(service.seen) == 1


def test_to_try_one_channel_no_other_s_secret_must_be_there(tmp_path: Path):
    config = tmp_path / "c.yaml"
    config.write_text(
        "web: {listen: '0.0.0.0:9466', hosts: [watch.example.org]}\n"
        "channels: [{name: here, console: true}, {name: dc, discord: {webhook: {env: NOWHERE_SET}}}]\n"
    )

    one = run("notify", "test", "here", "-c", str(config))
    all_of_them = run("notify", "test", "-c", str(config))

    assert (one.returncode, one.stdout) == (0, "here: delivered\n")
    assert "http://watch.example.org:9466/" in one.stderr
    assert all_of_them.returncode == 2
    assert "NOWHERE_SET is not set" in all_of_them.stderr


def test_without_a_channel_there_is_nothing_to_try(tmp_path: Path):
    (tmp_path / "c.yaml").write_text("logscan: 1\n")

    done = run("notify", "test", "-c", str(tmp_path / "c.yaml"))

    assert done.returncode == 2
    assert "--notify URL" in done.stderr


def test_config_check_says_where_an_example_would_go(tmp_path: Path):
    config = tmp_path / "c.yaml"
    config.write_text(
        "channels: [{name: ops, console: true}, {name: pd, console: true, min_severity: critical}]\n"
        "routes: [{match: ['service=bot'], to: [pd], continue: true}, {match: ['severity>=error'], to: [ops]}]\n"
    )

    done = run("config", "check", config)

    assert done.returncode == 0
    assert [line.split() for line in done.stderr.splitlines()[2:]] == [
        ["critical:", "to", "pd,", "ops"],
        ["error:", "to", "ops"],
        ["warning:", "to", "nobody"],
        ["info:", "to", "nobody"],
    ]
