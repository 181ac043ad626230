"""`logscan run` with what a configuration says of its sources."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.running import EXPIRED, environment, run
from tests.cli.test_run import end, read_finding, running, wait_for_news

pytestmark = pytest.mark.usefixtures("pack")


def put(folder: Path, sources: str, name: str = "bot.conf") -> Path:
    """A configuration with the pack beside it."""
    path = folder / name
    path.write_text(f"logscan: 1\nrules: {{packs: [], files: [bot.yaml]}}\nsources:\n{sources}\n")
    return path


def test_the_configurations_sources_are_followed_under_their_names(tmp_path: Path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text(f"{EXPIRED}\n")
    (tmp_path / "logs" / "b.log").write_text(f"{EXPIRED}\n")
    config = put(
        tmp_path, "- {name: app, files: ['logs/*.log'], exclude: ['b.*'], from: start, service: shop}"
    )

    with running("run", "-c", config, cwd="/") as process:
        found = read_finding(process)
        status = end(process)

    assert (found["service"], status) == ("shop", 0)
    assert found["source"] in {"app", str(tmp_path / "logs" / "a.log")}


def test_what_is_typed_replaces_them(log: Path):
    config = put(log.parent, f"- {{name: app, files: [{log}], from: start}}")

    done = run("run", "-c", config, "-", stdin=f"{EXPIRED} typed\n")

    [found] = map(json.loads, done.stdout.splitlines())
    assert found["message"].endswith("typed")


def test_stdin_and_the_field_that_names_its_service(tmp_path: Path):
    config = put(tmp_path, "- {name: pipe, stdin: true, service_from: team, max_line: 1KiB}")
    line = json.dumps({"team": "blue", "msg": EXPIRED})

    done = run("run", "-c", config, stdin=f"{line}\n{'x' * 2000} {EXPIRED}\n")

    [found] = map(json.loads, done.stdout.splitlines())
    assert (found["service"], found["source"]) == ("blue", "pipe")


def test_a_program_that_falls_silent_is_started_again(tmp_path: Path):
    code = f"import os, time; print({EXPIRED!r}, os.getpid(), flush=True); time.sleep(600)"
    words = json.dumps([sys.executable, "-c", code])
    config = put(tmp_path, f"- {{name: bot, command: {words}, silent_after: 500ms}}")

    with running("run", "-c", config, "--state", "none") as process:
        first = read_finding(process)
        news = wait_for_news(process, "said nothing for")
        second = read_finding(process)
        status = end(process)

    assert first["message"] != second["message"]
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
    assert found.stderr == f"logscan.yaml:4:3: {right}\n"
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

    for path, folder in ((config, tmp_path), (config, Path("/")), (other, tmp_path)):
        with running("run", "-c", path, cwd=folder, env=variables, stdin=None) as process:
            if (path, folder) == (config, Path("/")):
                with log.open("a") as file:
                    file.write(f"{EXPIRED} later\n")
                assert read_finding(process)["message"].endswith("later")
            else:
                assert [read_finding(process)["signal"] for _ in range(2)] == ["expired", "refreshed"]

    assert len(list((home / "logscan").glob("run-*.db"))) == 2


def test_a_configured_state_is_used_and_a_typed_one_wins(log: Path, tmp_path: Path):
    config = put(tmp_path, f"- {{files: {log}, from: start}}\nstate: {{path: kept/here.db}}")
    (tmp_path / "kept").mkdir()

    for options in ((), ("--state", tmp_path / "typed.db")):
        with running("run", "-c", config, *options) as process:
            read_finding(process)

    assert (tmp_path / "kept" / "here.db").exists()
    assert (tmp_path / "typed.db").exists()


def test_pods_are_told_apart_by_their_folders(tmp_path: Path):
    folder = tmp_path / "pods" / "shop_bot-7d9_0b1c" / "worker"
    folder.mkdir(parents=True)
    (folder / "0.log").write_text(f"2026-11-21T10:00:00.1Z stdout F {EXPIRED}\n")
    config = put(tmp_path, f"- {{name: kube, files: ['{tmp_path}/pods/*/*/*.log'], from: start}}")

    with running("run", "-c", config) as process:
        found = read_finding(process)

    named = {name: found["fields"][name] for name in ("namespace", "pod", "container")}
    assert (found["service"], named) == (
        "worker",
        {"namespace": "shop", "pod": "bot-7d9", "container": "worker"},
    )


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

    with running("run", "--exec", f"echo {shlex.quote(EXPIRED)}", cwd=tmp_path) as process:
        assert read_finding(process)["signal"] == "expired"
