"""`logscan run` with what a configuration says of its sources."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from logscan.times import write_time
from tests.cli.live_runs import end, read_notice, running, wait_for_news
from tests.cli.running import BROKEN, MENDED, environment, run

pytestmark = pytest.mark.usefixtures("pack")


def put(folder: Path, sources: str, name: str = "bot.conf") -> Path:
    """A configuration with the pack beside it."""
    path = folder / name
    path.write_text(
        f"logscan: 1\nincidents: {{settle: 0s}}\nrules: {{packs: [], files: [bot.yaml]}}\nsources:\n{sources}\n"
    )
    return path


def test_the_configurations_sources_are_followed_under_their_names(tmp_path: Path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text(f"{BROKEN}\n")
    (tmp_path / "logs" / "b.log").write_text(f"{BROKEN}\n")
    config = put(
        tmp_path, "- {name: app, files: ['logs/*.log'], exclude: ['b.*'], from: start, service: shop}"
    )

    with running("run", "-c", config, cwd="/") as process:
        found = read_notice(process)
        status = end(process)

    assert (found["key"], status) == ("bot-token@shop", 0)
    assert found["incident"]["sources"] == ["app"]


def test_what_is_typed_replaces_them(log: Path):
    config = put(log.parent, f"- {{name: app, files: [{log}], from: start}}")

    done = run("run", "-c", config, "-", stdin=f"{BROKEN} typed\n")

    [found] = map(json.loads, done.stdout.splitlines())
    assert found["incident"]["evidence"][0].endswith("typed")


def test_stdin_and_the_field_that_names_its_service(tmp_path: Path):
    config = put(tmp_path, "- {name: pipe, stdin: true, service_from: team, max_line: 1KiB}")
    line = json.dumps({"team": "blue", "msg": BROKEN})

    done = run("run", "-c", config, stdin=f"{line}\n{'x' * 2000} {BROKEN}\n")

    [found] = map(json.loads, done.stdout.splitlines())
    assert (found["incident"]["service"], found["incident"]["sources"]) == ("blue", ["pipe"])


def test_a_program_that_falls_silent_is_started_again(tmp_path: Path):
    code = f"import time; print({BROKEN!r}, flush=True); time.sleep(600)"
    words = json.dumps([sys.executable, "-c", code])
    config = put(tmp_path, f"- {{name: bot, command: {words}, silent_after: 500ms}}")

    with running("run", "-c", config, "--state", "none") as process:
        first = read_notice(process)
        news = wait_for_news(process, "said nothing for")
        blind = read_notice(process)
        status = end(process)

    assert (first["key"], blind["key"]) == ("bot-token@bot", "source:bot")
    assert news.startswith("bot: ")
    assert status == 0


def test_one_that_is_merely_found_starts_no_program(tmp_path: Path):
    touched = tmp_path / "touched"
    config = put(tmp_path, f"- {{name: bot, command: [touch, {touched}]}}", "logscan.yaml")

    found = run("run", folder=tmp_path)
    scanned = run("scan", "-", folder=tmp_path)
    checked = run("config", "check", folder=tmp_path)

    right = "starts a program, and logscan.yaml was merely found here; if you trust it, say `-c logscan.yaml`"
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == f"logscan.yaml:5:3: {right}\n"
    assert (scanned.returncode, checked.returncode) == (0, 0)
    assert not touched.exists()
    for options, changes in ((("-c", config), {}), ((), {"LOGSCAN_CONFIG": str(config)})):
        with running("run", *options, cwd=tmp_path, env=environment(**changes)) as process:
            wait_for_news(process, "started again")
        assert touched.exists()
        touched.unlink()


def test_each_configuration_has_a_state_of_its_own(log: Path, tmp_path: Path):
    home = tmp_path / "states"
    config = put(tmp_path, f"- {{name: app, files: [{log}], from: start}}")
    other = put(tmp_path, f"- {{name: app, files: [{log}], from: start}}", "other.conf")
    variables = environment(XDG_STATE_HOME=str(home))

    def read(path: Path, folder: Path, count: int) -> list[str]:
        with running("run", "-c", path, cwd=folder, env=variables, stdin=None) as process:
            return [read_notice(process)["change"] for _ in range(count)]

    log.write_text(f"{BROKEN}\n")
    assert read(config, tmp_path, 1) == ["opened"]
    log.write_text(f"{BROKEN}\n{MENDED}\n")
    assert read(config, Path("/"), 1) == ["resolved"]
    assert read(other, tmp_path, 2) == ["opened", "resolved"]

    assert len(list((home / "logscan").glob("run-*.db"))) == 2


def test_a_configured_state_is_used_and_a_typed_one_wins(log: Path, tmp_path: Path):
    log.write_text(f"{BROKEN}\n")
    config = put(tmp_path, f"- {{files: {log}, from: start}}\nstate: {{path: kept/here.db}}")
    (tmp_path / "kept").mkdir()

    for options in ((), ("--state", tmp_path / "typed.db")):
        with running("run", "-c", config, *options) as process:
            read_notice(process)

    assert (tmp_path / "kept" / "here.db").exists()
    assert (tmp_path / "typed.db").exists()


def test_pods_are_told_apart_by_their_folders(tmp_path: Path):
    folder = tmp_path / "pods" / "shop_bot-7d9_0b1c" / "worker"
    folder.mkdir(parents=True)
    now = write_time(datetime.now(UTC))
    (folder / "0.log").write_text(f"{now} stdout F {BROKEN}\n")
    config = put(tmp_path, f"- {{name: kube, files: ['{tmp_path}/pods/*/*/*.log'], from: start}}")

    with running("run", "-c", config) as process:
        found = read_notice(process)

    assert found["key"] == "bot-token@worker"


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (
            "- {railway: {service: bot, token: {env: NOT_THERE}}}",
            "NOT_THERE is not set; set the variable NOT_THERE",
        ),
        ("- {railway: {service: bot}}", "no token to read Railway's logs with"),
        ("- {stdin: true, files: x}", "files and stdin contradict each other"),
        (" []", "nothing to follow"),
    ],
)
def test_what_cannot_be_followed_is_2(sources: str, words: str, tmp_path: Path):
    done = run("run", "-c", put(tmp_path, sources))

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_program_typed_with_a_found_configuration_is_started(tmp_path: Path):
    put(tmp_path, "- {stdin: true}", "logscan.yaml")

    with running("run", "--exec", f"echo {shlex.quote(BROKEN)}", cwd=tmp_path) as process:
        assert read_notice(process)["incident"]["signal"] == "expired"
