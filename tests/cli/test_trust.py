"""What a configuration may do that nobody pointed at, and what programs are told of the secrets in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.live_runs import end, read_notice, running, wait_for_news
from tests.cli.running import BROKEN, COMMAND, environment, run

STRANGER = 1234
# What the program says is a line of a log: which variables it has.
TELL = f"import os, sys; print({BROKEN!r}, *sorted(n for n in os.environ if n.startswith('MY_')), flush=True); sys.stdin.read()"
OWN = {"MY_HOOK": "http://127.0.0.1:9/x", "MY_SIGN": "s", "MY_BEAT": "http://127.0.0.1:9/b", "MY_WEB": "w"}
OWN |= {"MY_TYPED": "http://127.0.0.1:9/t", "MY_FREE": "f", "MY_NAMED": "n"}
SETTINGS = """
logscan: 1
incidents: {settle: 0s}
channels:
  - {name: hook, webhook: {url: {env: MY_HOOK}, secret: {env: MY_SIGN}}}
  - {name: named, webhook: {url: {env: MY_HOOK}, secret: {env: MY_NAMED}}}
heartbeat: {url: {env: MY_BEAT}}
web: {auth: {bearer: {env: MY_WEB}}}
"""

CANARY = "EA" + "AG" + "9x8W7v6U" * 10

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


def read_variables(*options: str | Path, config: Path) -> set[str]:
    """Those of ours that the program has."""
    words = ("run", "-c", config, "--state", "none", "--listen", "off", "--notify", "env:MY_TYPED", *options)
    with running(*words, env=environment(**OWN)) as process:
        line = read_notice(process)["incident"]["evidence"][0]
        end(process)
    return {word for word in line.split() if word.startswith("MY_")}


@pytest.mark.parametrize("is_typed", [True, False])
def test_a_followed_program_gets_none_of_logscans_own_secrets(only, tmp_path: Path, is_typed):
    script = tmp_path / "tell.py"
    script.write_text(TELL)
    config = tmp_path / "own.conf"
    words = [sys.executable, str(script), "as $MY_NAMED"]
    config.write_text(f"{SETTINGS}\nsources: [{{name: bot, command: {json.dumps(words)}}}]\n")
    typed = ("--exec", f"{sys.executable} {script} 'as ${{MY_NAMED}}'") if is_typed else ()

    assert read_variables(*only, *typed, config=config) == {"MY_FREE", "MY_NAMED"}


def test_a_wrapped_program_keeps_its_whole_environment(only, tmp_path: Path):
    config = tmp_path / "own.conf"
    config.write_text(SETTINGS)

    words = (sys.executable, "-c", "import os; print(*sorted(n for n in os.environ if n.startswith('MY_')))")
    done = run(
        "wrap",
        *only,
        "-c",
        config,
        "--state",
        "none",
        "--listen",
        "off",
        "--",
        *words,
        folder=tmp_path,
        **OWN,
    )

    assert set(done.stdout.split()) == set(OWN)


@pytest.mark.parametrize(
    "channel",
    [
        "slack: {token: {env: MY_FREE}, chat: C1, base_url: 'https://slack.com.evil.example'}",
        "discord: {webhook: {env: MY_HOOK}, base_url: 'https://evil.example'}",
        "telegram: {token: {env: MY_FREE}, chat: 1, base_url: 'https://evil.example'}",
        "pagerduty: {key: {file: /etc/hostname}, base_url: 'https://evil.example/events.pagerduty.com'}",
        "webhook: {url: {env: MY_HOOK}, base_url: 'https://evil.example'}",
        "alertmanager: {url: 'https://evil.example', authorization: {env: MY_FREE}}",
    ],
)
def test_one_that_is_merely_found_leads_no_channels_secret_astray(only, tmp_path: Path, channel: str):
    path = tmp_path / "logscan.yaml"
    path.write_text(f"logscan: 1\nchannels:\n  - {{name: c, {channel}}}\n")

    found = run("run", *only, "-", folder=tmp_path, **OWN)
    tried = run("notify", "test", folder=tmp_path, **OWN)

    key = "url" if channel.startswith("alertmanager") else "base_url"
    said = (
        f"logscan.yaml:3:5: sends a secret to the host that `{key}` names, and logscan.yaml was merely found"
        " here; if you trust it, say `-c logscan.yaml`\n"
    )
    assert (found.returncode, found.stderr) == (2, said)
    assert (tried.returncode, tried.stderr) == (2, said)


def test_it_leads_no_token_of_railway_astray(tmp_path: Path):
    path = tmp_path / "logscan.yaml"
    source = (
        "{project: p, environment: e, service: s, base_url: 'https://backboard.railway.com.evil.example'}"
    )
    path.write_text(f"logscan: 1\nsources:\n  - {{name: bot, railway: {source}}}\n")

    done = run("run", folder=tmp_path, **dict.fromkeys(("RAILWAY_TOKEN", "RAILWAY_API_TOKEN"), "t"))

    assert done.returncode == 2
    assert done.stderr.startswith("logscan.yaml:3:5: sends a secret to the host")
    typed = run("config", "check", folder=tmp_path)
    assert typed.returncode == 0  # it is no mistake once somebody names the file


def test_the_services_own_addresses_and_this_machine_are_fine(only, tmp_path: Path):
    path = tmp_path / "logscan.yaml"
    path.write_text(
        "logscan: 1\nchannels:\n"
        "  - {name: eu, pagerduty: {key: {env: MY_FREE}, base_url: 'https://events.eu.pagerduty.com'}, min_severity: critical}\n"
        "  - {name: here, webhook: {url: {env: MY_HOOK}, base_url: 'http://127.0.0.1:9'}, min_severity: critical}\n"
    )

    done = run("run", *only, "-", "--listen", "off", folder=tmp_path, **OWN)

    assert done.returncode == 0
    assert "merely found" not in done.stderr


def test_one_that_anybody_may_write_is_refused_until_it_is_named(only, tmp_path: Path):
    path = tmp_path / "logscan.yaml"
    path.write_text("logscan: 1\nincidents: {settle: 0s}\n")
    path.chmod(0o666)

    found = run("run", *only, "-", "--listen", "off", folder=tmp_path)
    named = run("run", *only, "-c", "logscan.yaml", "-", "--listen", "off", folder=tmp_path)

    assert found.returncode == 2
    assert found.stderr.startswith(
        "logscan.yaml: may be written by anybody and was merely found here; if you trust"
    )
    assert named.returncode == 0


@needs_root
def test_a_check_says_what_one_that_is_merely_found_may_not_do(tmp_path: Path):
    (tmp_path / "logscan.yaml").write_text(
        "logscan: 1\nsources: [{name: bot, command: ['true']}]\n"
        "channels: [{name: fix, exec: ['true'], allow_exec: true}]\n"
    )

    found = run("config", "check", folder=tmp_path)
    named = run("config", "check", "logscan.yaml", folder=tmp_path)

    assert (found.returncode, found.stdout) == (0, "")
    for place in ("2:11", "3:12"):
        assert (
            f"logscan.yaml:{place}: starts a program, and logscan.yaml was merely found here" in found.stderr
        )
    assert (named.returncode, "merely found" in named.stderr) == (0, False)


@pytest.mark.parametrize("as_link", [False, True])
def test_root_heeds_no_file_of_the_user_whose_folder_it_stands_in(tmp_path: Path, as_link):
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o777)
    path = folder / ("real.yaml" if as_link else "logscan.yaml")
    path.write_text("logscan: 1\nsources: [{files: [/etc/hostname]}]\n")
    os.chown(path, STRANGER, STRANGER)
    os.chown(folder, STRANGER, STRANGER)
    if as_link:
        (folder / "logscan.yaml").symlink_to("real.yaml")

    for command in (("run",), ("config", "check"), ("scan", "-")):
        done = run(*command, folder=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert "belongs to another user (1234) and was merely found here" in done.stderr


@needs_root
@pytest.mark.needs("setpriv")
def test_another_user_heeds_its_own_and_roots_and_no_third_ones(tmp_path: Path):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    path = folder / "logscan.yaml"
    path.write_text("logscan: 1\nrules: {disable: [no.such]}\n")
    statuses = {}

    for owner in (STRANGER, 0, 4321):
        os.chown(path, owner, owner)
        said = check_as(STRANGER, folder)
        statuses[owner] = "belongs to another user" in said

    assert statuses == {STRANGER: False, 0: False, 4321: True}


def check_as(user: int, folder: Path) -> str:
    done = subprocess.run(
        # The checkout may lie where only root can read it.
        [
            *("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"),
            *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
            *(*COMMAND, "config", "check"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment(HOME=str(folder), XDG_CACHE_HOME=str(folder / "cache")),
    )
    return done.stdout + done.stderr


def test_a_secret_that_was_typed_among_a_programs_words_is_told_and_never_shown(tmp_path: Path):
    config = tmp_path / "own.conf"
    words = json.dumps([sys.executable, "-c", "print('up', flush=True)", "--token", CANARY])
    config.write_text(f"logscan: 1\nsources:\n  - {{name: bot, command: {words}}}\n")
    said = "a secret stands in the words of a program, and others can see a command line; keep it in"

    checked = run("config", "check", config)
    shown = run("config", "show", "-c", config)
    with running("run", "-c", config, "--state", "none", "--listen", "off") as process:
        warned = wait_for_news(process, "a secret stands")
    with running("run", "--exec", f"false --token {CANARY}", "--state", "none", "--listen", "off") as process:
        typed = wait_for_news(process, "a secret stands")

    assert checked.returncode == 0
    assert checked.stderr.startswith(f"{config}:3:5: {said}")
    assert warned.startswith(f"{config}:3:5: {said}")
    assert typed.startswith(f"--exec: {said}")
    assert CANARY not in checked.stderr + shown.stdout + warned + typed
    assert "'--token'\n  - '[" in shown.stdout


def test_it_has_no_file_put_aside_that_is_no_state(only, tmp_path: Path):
    precious = tmp_path / "profile"
    precious.write_text("export EDITOR=vi\n")
    (tmp_path / "logscan.yaml").write_text("logscan: 1\nstate: {path: profile}\n")

    ran = run("run", *only, "--listen", "off", "-", folder=tmp_path)
    listed = run("incidents", "list", folder=tmp_path)

    said = (
        "logscan.yaml: state: names a file that logscan did not make, and logscan.yaml was merely found here"
    )
    for done in (ran, listed):
        assert done.returncode == 2
        assert done.stderr.startswith(said)
    assert precious.read_text() == "export EDITOR=vi\n"
    assert {path.name for path in tmp_path.iterdir()} == {"profile", "logscan.yaml", "bot.yaml"}


def test_a_state_of_its_own_is_taken_again(only, tmp_path: Path):
    (tmp_path / "logscan.yaml").write_text("logscan: 1\nstate: {path: state.db}\n")

    first = run("run", *only, "--listen", "off", "-", stdin=BROKEN, folder=tmp_path)
    (tmp_path / "state.db").write_bytes(b"\xff" * 8192)  # damaged, and ours
    again = run("run", *only, "--listen", "off", "-", stdin=BROKEN, folder=tmp_path)

    assert (first.returncode, again.returncode) == (1, 1)
    assert "was damaged" in again.stderr
