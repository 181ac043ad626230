"""SIGHUP and who is told: channels open, lead elsewhere and close, and no notice is lost, told twice or out of order."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.broken_made import put_good
from tests.cli.live_runs import PATIENCE, end, read_event, running, wait_for_news, write
from tests.cli.running import REFRESHED
from tests.deliveries_made import MANY, wait_for
from tests.sinks_made import Sent, Sink, run_sink

GOOD = "logscan: 1\nrules: {packs: [], files: [bot.yaml]}\nincidents: {settle: 0s}\n"
READ_AGAIN = "configuration: was read again"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "bot.yaml").write_text(MANY)
    return tmp_path / "bot.conf"


@contextmanager
def follow(config: Path, text: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    put_good(config, GOOD + text)
    options = ("--state", str(config.parent / "s.db"), "--service", "bot", *words)
    with running("run", "-c", config, *options, "-", stdout=subprocess.DEVNULL) as process:
        write(process, f"{REFRESHED}\n")
        read_event(process)
        yield process


def reload(process: subprocess.Popen[bytes], config: Path, text: str) -> list[str]:
    """Ask for it, and give what was said without the signature."""
    put_good(config, GOOD + text)
    return reload_as_it_is(process)


def reload_as_it_is(process: subprocess.Popen[bytes]) -> list[str]:
    process.send_signal(signal.SIGHUP)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line.decode().rpartition(" (logscan ")[0])
        if said[-1].startswith("configuration: "):
            return said
    raise AssertionError(said)


def break_one(process: subprocess.Popen[bytes], number: int) -> None:
    write(process, f"{datetime.now(UTC).isoformat()} ERROR k{number} Session has expired\n")


def hook(name: str, sink: Sink, before: str = "") -> str:
    return f"- {{name: {name}, {before}webhook: {{url: '{sink.url}'}}}}\n"


def list_names(sent: list[Sent]) -> list[str]:
    return [one.body["key"].partition("/")[2].partition("@")[0] for one in sent]


def test_what_stands_before_a_secret_is_no_change_of_the_channel(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with run_sink(tmp_path) as sink:
        monkeypatch.setenv("HOOK_URL", sink.url)
        channel = "channels: [{{name: hook, {}webhook: {{url: {{env: HOOK_URL}}}}}}]\n"
        with follow(config, channel.format("min_severity: critical, ")) as process:
            head = GOOD.replace("bot.yaml]", "bot.yaml], tune: {bot.session-expired: {severity: warning}}")
            put_good(config, head + channel.format("min_severity: critical, "))
            assert reload_as_it_is(process) == [READ_AGAIN]
            break_one(process, 1)
            read_event(process)  # kept, and judged by what was asked for until then
            put_good(config, head + channel.format("min_severity:     warning, "))
            said = reload_as_it_is(process)
            break_one(process, 2)
            wait_for(sink, 1)
            end(process)

        assert said == [READ_AGAIN]
        assert list_names(sink.read()) == ["k2"]


def test_a_new_channel_is_told_at_once_and_is_known_to_metrics(config: Path, tmp_path: Path):
    with (
        run_sink(tmp_path, "a") as one,
        run_sink(tmp_path, "b") as other,
        follow(config, "channels:\n" + hook("one", one), "--listen", "127.0.0.1:0") as process,
    ):
        port = find_port(process.pid)
        said = reload(process, config, "channels:\n" + hook("one", one) + hook("other", other))
        first = read_metrics(port)
        break_one(process, 1)
        wait_for(one, 1)
        wait_for(other, 1)
        for _ in range(PATIENCE * 10):
            later = read_metrics(port)
            if later['logscan_notifications_total{channel="other",outcome="sent"}'] == "1.0":
                break
            Event().wait(0.1)
        end(process)

    for outcome in ("sent", "retried", "dead", "suppressed"):
        assert first[f'logscan_notifications_total{{channel="other",outcome="{outcome}"}}'] == "0.0"
    assert first['logscan_incidents_total{change="opened",credential="channel:other"}'] == "0.0"
    assert later['logscan_notifications_total{channel="other",outcome="sent"}'] == "1.0"
    assert 'logscan_notification_queue{channel="other"}' in later
    assert said == ["channel other: new", READ_AGAIN]


def find_port(pid: int) -> int:
    """Where a process listens, as the kernel tells it."""
    inodes = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        target = os.readlink(f"/proc/{pid}/fd/{name}")
        inodes.add(target.removeprefix("socket:[").rstrip("]"))
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    [port] = [int(row[1].partition(":")[2], 16) for row in rows if row[3] == "0A" and row[9] in inodes]
    return port


def read_metrics(port: int) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
        lines = answer.read().decode().splitlines()
    return dict(line.rpartition(" ")[::2] for line in lines if not line.startswith("#"))


def test_what_a_dead_channel_could_not_be_told_goes_where_it_leads_now(config: Path, tmp_path: Path):
    secret = tmp_path / "hook.url"
    channels = f"channels: [{{name: hook, webhook: {{url: {{file: {secret}}}}}}}]\n"
    with run_sink(tmp_path, "a") as dead, run_sink(tmp_path, "b") as well:
        secret.write_text(dead.url)
        dead.break_down("503")
        with follow(config, channels) as process:
            for number in range(3):
                break_one(process, number)
            wait_for(dead, 1)
            secret.write_text(well.url)

            said = reload(process, config, channels)

            wait_for(well, 3)
            end(process)
        asked = {one.key for one in dead.read()}

        assert said[-2:] == ["channel hook: changed; what waits for it goes there", READ_AGAIN]
        assert list_names(well.read()) == ["k0", "k1", "k2"]
        assert asked <= {one.key for one in well.read()}


def test_a_channel_that_is_gone_is_told_nothing_more(config: Path, tmp_path: Path):
    with run_sink(tmp_path, "a") as gone, run_sink(tmp_path, "b") as stays:
        gone.break_down("429 3600")
        with follow(config, "channels:\n" + hook("gone", gone) + hook("stays", stays)) as process:
            break_one(process, 1)
            wait_for(gone, 1)
            wait_for(stays, 1)
            gone.recover()

            said = reload(process, config, "channels:\n" + hook("stays", stays))
            held = wait_for_news(process, "channels: 1 that waited")
            break_one(process, 2)
            wait_for(stays, 2)
            end(process)

        assert said == ["channel gone: gone; it is told nothing more", READ_AGAIN]
        assert "told to nobody there" in held
        assert (list_names(stays.read()), gone.count()) == (["k1", "k2"], 1)


@pytest.mark.parametrize(
    "broken",
    [
        "channels: [{name: two, webhook: {url: {env: THIS_IS_NOT_SET}}}]\n",
        "channels: [{name: notify, console: true}]\n",
    ],
    ids=["a secret that is missing", "the name of one that was typed"],
)
def test_where_a_channel_cannot_be_had_nothing_of_the_configuration_is_taken(
    broken: str, config: Path, tmp_path: Path
):
    with run_sink(tmp_path, "a") as one, run_sink(tmp_path, "b") as other:
        told = "channels:\n" + hook("one", one)
        with follow(config, told, "--notify", other.url) as process:
            rules = "sources: [{stdin: true, service: elsewhere}]\n"
            tuned = GOOD.replace("bot.yaml]", "bot.yaml], disable: [bot.session-expired]") + broken + rules
            put_good(config, tuned)
            *problems, last = reload_as_it_is(process)
            break_one(process, 1)
            wait_for(one, 1)
            wait_for(other, 1)
            end(process)

        assert last == "configuration: not taken, the one before stays in use"
        assert len(problems) == 1
        assert problems[0].startswith(f"{config}:4:")
        assert [one.body["incident"]["service"] for one in one.read()] == ["bot"]


def test_however_often_a_channel_changes_each_notice_is_told_once_and_in_order(config: Path, tmp_path: Path):
    count, every = 200, 20
    with run_sink(tmp_path, "a") as one, run_sink(tmp_path, "b") as other, run_sink(tmp_path, "c") as third:
        leads = ("channels:\n" + hook("hook", one), "channels:\n" + hook("hook", other) + hook("more", third))
        with follow(config, leads[0]) as process:
            for number in range(count):
                break_one(process, number)
                if number % every == every - 1:
                    reload(process, config, leads[number // every % 2])
            write(process, f"{datetime.now(UTC).isoformat()} INFO bot token refreshed\n")
            reload(process, config, leads[1])
            ids = wait_for_all(tmp_path / "s.db", 2 * count)
            end(process)
        told = sorted([*one.read(), *other.read()], key=lambda sent: sent.at)
        assert third.count() == len({sent.key for sent in third.read()})

    assert sorted(one.key for one in told) == sorted(ids)
    orders = defaultdict[str, list[str]](list)
    for one_told in told:
        orders[one_told.body["key"]].append(one_told.body["change"])
    assert set(map(tuple, orders.values())) == {("opened", "resolved")}


def wait_for_all(state: Path, count: int) -> set[str]:
    """The notices of the channel `hook`, once each of them was sent."""
    asked = "SELECT state, notice_id FROM outbox WHERE channel = 'hook'"
    for _ in range(PATIENCE * 20):
        with sqlite3.connect(state) as database:
            rows: list[Any] = database.execute(asked).fetchall()
        if len(rows) == count and all(row[0] == "sent" for row in rows):
            return {row[1] for row in rows}
        Event().wait(0.05)
    raise AssertionError(len(rows))
