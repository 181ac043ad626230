"""SIGHUP: rules change while lines come, and no configuration, however broken, loses a line or takes one twice."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broken_made import ONE_RULE, WRITTEN_OUT, list_breakages, put_good
from tests.cli.live_runs import PATIENCE, end, read_event, read_notice, running, wait_for_news, write
from tests.cli.running import BROKEN, EXPIRED, REFRESHED, environment
from tests.deliveries_made import wait_for
from tests.sinks_made import run_sink

GOOD = "logscan: 1\nrules: {packs: [], files: [bot.yaml]}\n"


@pytest.fixture
def config(pack: Path) -> Path:
    (pack.parent / "one.yaml").write_text(ONE_RULE)
    path = pack.parent / "bot.conf"
    put_good(path, GOOD)
    return path


@pytest.fixture
def follower(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    with running("run", "-c", config, "--state", config.parent / "s.db", "-") as process:
        write(process, f"{EXPIRED}\n")
        read_event(process)
        yield process


def reload(process: subprocess.Popen[bytes]) -> list[str]:
    """Ask for it, and give what was said without the signature."""
    process.send_signal(signal.SIGHUP)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line.decode().rpartition(" (logscan ")[0])
        if said[-1].startswith("configuration: ") and said[-1].endswith(("stays in use", "was read again")):
            return said
    raise AssertionError(said)


def find(process: subprocess.Popen[bytes], line: str) -> dict[str, Any]:
    write(process, f"{line}\n")
    return read_event(process)


def test_rules_are_changed_while_it_goes_on(follower: subprocess.Popen[bytes], config: Path):
    put_good(config, GOOD.replace("bot.yaml]", "bot.yaml], tune: {bot.session-expired: {severity: info}}"))
    said = reload(follower)
    tuned = find(follower, EXPIRED)

    put_good(config, GOOD.replace("bot.yaml", "one.yaml"))
    reload(follower)
    write(follower, f"{EXPIRED}\n")
    other = find(follower, "one expired")

    assert said == ["configuration: was read again"]
    assert (tuned["severity"], other["rule"]) == (0, "one.rule")
    assert end(follower) == 0


def test_what_is_told_of_a_line_is_that_of_the_new_rules(config: Path):
    quick = "incidents: {settle: 0s}\n"
    put_good(config, GOOD + quick)
    with running("run", "-c", config, "--state", config.parent / "s.db", "-") as process:
        find(process, REFRESHED)
        put_good(config, GOOD.replace("bot.yaml", "one.yaml") + quick)
        reload(process)
        write(process, "one expired\n")
        told = read_notice(process)

    assert told["incident"]["title"] == "One"


def test_a_broken_one_is_told_with_all_its_problems_and_the_old_one_stays(
    follower: subprocess.Popen[bytes], config: Path
):
    for name, breaks in list_breakages().items():
        put_good(config, GOOD)
        breaks(config)

        *problems, last = reload(follower)

        assert last == "configuration: not taken, the one before stays in use", name
        assert problems, name
        assert all("; " in problem and str(config.parent) in problem for problem in problems), (
            name,
            problems,
        )
        assert WRITTEN_OUT not in "".join(problems)
        assert find(follower, f"{EXPIRED} {name}")["evidence"].endswith(name)
    put_good(config, GOOD)
    assert reload(follower) == ["configuration: was read again"]


def test_all_problems_are_told_at_once(follower: subprocess.Popen[bytes], config: Path):
    put_good(config, "logscan: 3\nrules: {disable: [a.b], packs: [x]}\nother: 1\n")

    said = reload(follower)

    assert [line.removeprefix(f"{config}:").split(":")[0] for line in said[:-1]] == ["1", "2", "2", "3"]


def test_how_sources_are_taken_changes_and_what_they_read_waits(config: Path, tmp_path: Path):
    logs = [tmp_path / name for name in ("a.log", "b.log", "c.log")]
    sources = "sources:\n- {{name: a, files: a.log, service: {}, from: start}}\n- {{name: {}, files: {}}}\n"
    put_good(config, GOOD + sources.format("one", "b", "b.log"))
    for log in logs:
        log.write_text(f"{EXPIRED}\n")
    with running("run", "-c", config, "--state", config.parent / "s.db") as process:
        first = read_event(process)

        put_good(config, GOOD + sources.format("two", "b", "c.log"))
        changed = reload(process)
        with logs[0].open("a") as file:
            file.write(f"{EXPIRED}\n")
        second = read_event(process)
        put_good(config, GOOD + sources.format("two", "c", "c.log") + "state: {path: x.db}\n")
        renamed = reload(process)
        status = end(process)

    assert (first["service"], second["service"], status) == ("one", "two", 0)
    assert changed[:-1] == ["source b: what it reads changed; that takes effect at the next start"]
    assert renamed[:-1] == [
        "source c: new; it is followed from the next start on",
        "source b: gone; it is followed until the next start",
        "state: changed; it takes effect at the next start",
    ]


def test_who_is_told_and_how_incidents_are_kept_change_at_once(config: Path, tmp_path: Path):
    with run_sink(tmp_path, "a") as one, run_sink(tmp_path, "b") as other:
        channels = (
            "channels: [{{name: one, webhook: {{url: '{}'}}}}, {{name: other, webhook: {{url: '{}'}}}}]\n"
        )
        told = GOOD + channels.format(one.url, other.url)
        put_good(config, told + "routes: [{to: one}]\nincidents: {settle: 1h}\n")
        with running("run", "-c", config, "--state", config.parent / "s.db", "-") as process:
            find(process, REFRESHED)
            put_good(config, told + "routes: [{to: other}]\nincidents: {settle: 0s}\n")
            changed = reload(process)
            write(process, f"{BROKEN}\n")
            wait_for(other, 1)
            put_good(config, GOOD + channels.format(one.url, one.url))
            renewed = reload(process)
            end(process)

        assert one.count() == 0
        assert changed == ["configuration: was read again"]
        assert renewed[0] == "channel other: changed; what waits for it goes there"


def test_what_was_typed_stays(config: Path):
    with running(
        "run",
        "-c",
        config,
        "--no-packs",
        "--rules",
        config.parent / "one.yaml",
        "--state",
        config.parent / "s.db",
        "-",
    ) as process:
        find(process, "one expired")

        put_good(config, "logscan: 1\nrules: {disable: [bot.refreshed]}\n")
        reload(process)

        assert find(process, "one expired")["rule"] == "one.rule"


def test_before_it_can_heed_one_a_hang_up_ends_nothing(config: Path):
    with running("run", "-v", "-c", config, "--state", config.parent / "s.db", "-") as process:
        wait_for_news(process, "configuration: ")
        for _ in range(100):
            process.send_signal(signal.SIGHUP)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.005)
        write(process, f"{REFRESHED}\n")
        found = read_event(process)
        status = end(process)

    assert (found["signal"], status) == ("refreshed", 0)


def test_a_terminal_that_hangs_up_ends_it(config: Path):
    master, slave = pty.openpty()
    with running("run", "-c", config, "--state", config.parent / "s.db", "-", stderr=slave) as process:
        os.close(slave)
        write(process, f"{EXPIRED}\n")
        read_event(process)

        status = end(process, signal.SIGHUP)
    os.close(master)

    assert status == 0


def test_lines_that_come_during_reloads_are_neither_lost_nor_taken_twice(config: Path, tmp_path: Path):
    log, lines = tmp_path / "app.log", 20_000
    log.touch()
    breakages = list(list_breakages().values())
    with running("run", "-v", "-c", config, "--state", tmp_path / "s.db", log) as process:
        wait_for_news(process, "is being read")
        with log.open("a", buffering=1 << 10) as file:
            for number in range(lines):
                file.write(f"{EXPIRED} key-{number}\n" if number % 100 == 0 else f"line {number}\n")
                if number % 1_000 == 0:
                    put_good(config, GOOD)
                    if number % 2_000 == 0:
                        breakages[number // 2_000](config)
                    process.send_signal(signal.SIGHUP)
        found = [read_event(process)["evidence"].split()[-1] for _ in range(lines // 100)]
        last = f"{EXPIRED} last\n"
        with log.open("a") as file:
            file.write(last)
        assert read_event(process)["evidence"].endswith("last")
        status = end(process)

    assert found == [f"key-{number}" for number in range(0, lines, 100)]
    assert status == 0


def test_a_program_that_is_wrapped_hears_it(config: Path):
    words = "trap 'echo heard; exit 7' HUP; echo ready; while :; do sleep 0.1; done"
    with running("wrap", "-c", config, "--", "sh", "-c", words, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == b"heard\n"
        assert process.wait(PATIENCE) == 7


def test_news_of_other_sources_do_not_end_with_a_reload(follower: subprocess.Popen[bytes]):
    reload(follower)
    assert follower.stdin is not None
    follower.stdin.close()

    assert wait_for_news(follower, "the input ended")
    assert follower.wait(PATIENCE) == 0


def test_a_hangup_that_comes_before_the_run_is_heeded_once_it_is_there(only: tuple[str, ...], tmp_path: Path):
    path = tmp_path / "early.conf"
    path.write_text("logscan: 1\n")

    with running("run", *only, "-c", path, "--state", "none", "--listen", "off", "-") as process:
        wait_until_it_holds_hangups(process.pid)
        process.send_signal(signal.SIGHUP)
        told = wait_for_news(process, "configuration: ")
        status = end(process)

    assert told
    assert status == 0


def wait_until_it_holds_hangups(pid: int) -> None:
    """Until the kernel says that SIGHUP is blocked, or was caught already."""
    for _ in range(PATIENCE * 100):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            masks = {name: value.strip() for name, _, value in (line.partition(":") for line in file)}
        if (int(masks["SigBlk"], 16) | int(masks["SigCgt"], 16)) & 1:
            return
        select.select([], [], [], 0.002)
    raise AssertionError(pid)
