"""`logscan incidents`: on the state of a running logscan, and of one that was stopped."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.live_runs import end, read_notice, running, wait_for_news
from tests.cli.running import BROKEN, MENDED, PACK, run


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run left that was stopped while an incident was firing."""
    folder = tmp_path_factory.mktemp("left")
    (folder / "bot.log").write_text(f"{BROKEN}\n")
    (folder / "bot.yaml").write_text(PACK)
    (folder / "quick.yaml").write_text("logscan: 1\nincidents: {settle: 0s}\n")
    rules = ("--no-packs", "--rules", folder / "bot.yaml", "--config", folder / "quick.yaml")
    words = ("--state", folder / "state.db", "--from", "start", "--service", "bot", folder / "bot.log")
    with running("run", *rules, *words) as process:
        read_notice(process)
        assert end(process) == 0
    return folder


@pytest.fixture
def state(left: Path, tmp_path: Path) -> Path:
    """A copy of one's own, with the log beside it."""
    for path in (left / "bot.log", *left.glob("state.db*")):
        shutil.copy2(path, tmp_path)
    return tmp_path / "state.db"


@pytest.fixture
def running_state(state: Path, live: tuple[str, ...]) -> Iterator[Any]:
    """The same, with a logscan on it."""
    log = state.parent / "bot.log"
    with running("run", "-v", *live, "--state", state, "--service", "bot", log) as process:
        wait_for_news(process, "is being read")
        yield process


def ask(state: Path, *words: str) -> str:
    done = run("incidents", *words, "--state", state)
    assert done.returncode == 0, done.stderr
    return done.stdout


def list_all(state: Path) -> list[dict[str, Any]]:
    return list(json.loads(ask(state, "list", "--json"))["incidents"])


def test_a_table_says_what_fires(state: Path):
    head, row = ask(state, "list").splitlines()

    assert head.split()[:5] == ["ID", "STATE", "SEVERITY", "SIGNAL", "CREDENTIAL"]
    assert row.split()[1:5] == ["firing", "critical", "expired", "bot-token@bot"]
    assert row.split()[0] == list_all(state)[0]["id"][:8]


def test_a_table_says_when_nobody_keeps_it(state: Path):
    done = run("incidents", "list", "--state", state)
    hushed = run("incidents", "list", "-q", "--state", state)

    assert done.stderr.startswith("no logscan runs on this state: this is how things stood ")
    assert hushed.stderr == ""


def test_an_input_that_ended_is_explained_and_over_once_a_run_reads_it_again(
    live: tuple[str, ...], tmp_path: Path
):
    state = tmp_path / "state.db"
    run("run", *live, "--state", state, "-", stdin="all is well\n")
    [ended] = list_all(state)
    said = run("incidents", "list", "--state", state).stderr
    with running("run", *live, "--state", state, "-") as process:
        notice = read_notice(process)
        [over] = list_all(state)
        said_now = run("incidents", "list", "--state", state).stderr

    assert (ended["credential"], ended["state"]) == ("source:stdin", "firing")
    right = f"over once it is read again, or by `logscan incidents resolve {ended['id'][:8]}`"
    assert said.splitlines()[1] == f"stdin: the input ended; {right}"
    assert (notice["key"], notice["change"]) == ("source:stdin", "resolved")
    assert (over["id"], over["state"]) == (ended["id"], "resolved")
    assert said_now == ""


def test_json_has_the_keys_of_a_notices_incident(state: Path):
    [incident] = list_all(state)

    assert (
        list(incident)[:15]
        == (
            "id credential service state signal severity first_seen last_seen count sources rules expires_at"
            " evidence title runbook"
        ).split()
    )
    assert incident["state"] == "firing"


def test_a_story_tells_what_was_seen_and_told(state: Path):
    [incident] = list_all(state)

    told = ask(state, "show", incident["id"][:6])
    same = json.loads(ask(state, "show", "bot-token@bot", "--json"))

    assert told.startswith("bot-token@bot The session has expired\n")
    words = [line.split()[2] for line in told.partition("timeline\n")[2].splitlines()[:2]]
    assert words == ["seen", "opened"]
    assert "1. Make a new token." in told
    assert [step["what"] for step in same["timeline"]] == ["seen", "opened"]
    assert same["incident"] == incident


def test_the_next_expiry_of_what_renews_regularly_is_told_as_a_guess(live: tuple[str, ...], tmp_path: Path):
    state, began = tmp_path / "state.db", datetime.now(UTC) - timedelta(minutes=50)
    lines = [
        f"{began + timedelta(minutes=5 * number):%Y-%m-%dT%H:%M:%SZ} {MENDED if number % 2 == 0 else BROKEN}\n"
        for number in range(9)
    ]
    run("run", *live, "--state", state, "-", stdin="".join(lines))

    told = ask(state, "show", "bot-token@stdin")
    prediction = json.loads(ask(state, "show", "bot-token@stdin", "--json"))["prediction"]

    expected = began + timedelta(minutes=45)
    basis = "it mostly lived 0:05:00 from renewal to expiry, 3 times"
    assert f"next expiry  {expected:%Y-%m-%d %H:%M:%SZ} is likely: {basis}\n" in told
    assert prediction == {"expires_at": f"{expected:%Y-%m-%dT%H:%M:%SZ}", "basis": basis}


def test_a_stopped_one_is_acknowledged_and_resolved(state: Path):
    ask(state, "ack", "bot-token@bot")
    acknowledged = list_all(state)[0]
    ask(state, "resolve", acknowledged["id"])
    [resolved] = list_all(state)

    assert acknowledged["acknowledged_by"]
    assert (resolved["state"], resolved["resolved_by"]) == ("resolved", "manual")
    assert resolved["title"] == "The session has expired"
    steps = json.loads(ask(state, "show", resolved["id"], "--json"))["timeline"]
    assert [step["what"] for step in steps] == ["seen", "opened", "acknowledged", "resolved"]
    assert steps[-1]["text"] == acknowledged["acknowledged_by"]
    again = run("incidents", "ack", resolved["id"], "--state", state)
    assert again.returncode == 2
    assert "is over" in again.stderr


def test_every_command_says_what_came_of_it_and_with_json_to_programs(state: Path):
    key = "bot-token@bot"
    said = ask(state, "ack", key)
    [silence] = json.loads(ask(state, "silence", "service=bot", "--for", "2h", "--json")).values()
    [ended] = json.loads(ask(state, "unsilence", silence["id"], "--json")).values()
    [resolved] = json.loads(ask(state, "resolve", key, "--json")).values()

    assert said == f"{key} is acknowledged\n"
    assert (silence["matchers"], silence["holds"]) == (["service=bot"], True)
    assert (ended["id"], ended["holds"]) == (silence["id"], False)
    assert resolved == list_all(state)[0]
    assert resolved["state"] == "resolved"


def test_a_running_one_takes_it_up_and_tells(running_state: Any, state: Path):
    ask(state, "resolve", "bot-token@bot")

    notice = read_notice(running_state)
    assert (notice["change"], notice["reason"]) == ("resolved", "manual")
    assert list_all(state)[0]["state"] == "resolved"
    assert end(running_state) == 0


def test_a_silence_holds_is_listed_and_is_ended(running_state: Any, state: Path):
    words = ("credential=bot-token", "severity>=error", "--for", "2h", "--comment", "we move")
    said = ask(state, "silence", *words)
    name = said.split()[1]
    [silence] = json.loads(ask(state, "silences", "--json"))["silences"]
    with (state.parent / "bot.log").open("a") as file:
        file.write(f"{MENDED}\n{BROKEN}\n")
    table = ask(state, "silences")
    ask(state, "unsilence", name[:5])

    notice = read_notice(running_state)
    assert (silence["id"], silence["comment"], silence["holds"]) == (name, "we move", True)
    assert silence["matchers"] == ["credential=bot-token", "severity>=error"]
    assert "we move" in table
    assert notice["reason"] == "unsilenced"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["show", "nobody"], "nobody: there is no such incident"),
        (["silence", "colour=red", "--for", "2h"], "no field 'colour'"),
        (["silence", "rule=x", "--for", "never"], "--for never: no time"),
        (
            ["silence", "rule=x", "--for", "2 weeks"],
            "--for 2 weeks: no time; write a number and one of ms, s, m, h, d",
        ),
        (["unsilence", "zz"], "there is no such silence; `logscan incidents silences` names them"),
        (["list", "--state", "/no/such.db"], "/no/such.db: there is no state"),
        (["list", "--state", "x" * 300], "x: File name too long; name the state of your run"),
    ],
)
def test_what_cannot_be_done_is_2_and_said(state: Path, words: list[str], why: str):
    options: list[str | Path] = [] if "--state" in words else ["--state", state]

    done = run("incidents", *words, *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr


def test_without_a_name_the_only_state_is_taken_and_several_are_listed(state: Path, tmp_path: Path):
    home = tmp_path / "home" / "logscan"
    home.mkdir(parents=True)
    none = run("incidents", "list", XDG_STATE_HOME=str(home.parent))
    os.link(state, home / "run-a.db")
    one = run("incidents", "list", XDG_STATE_HOME=str(home.parent))
    os.link(state, home / "run-b.db")
    two = run("incidents", "list", XDG_STATE_HOME=str(home.parent))

    assert (none.returncode, one.returncode, two.returncode) == (2, 0, 2)
    assert "there is none yet" in none.stderr
    assert "bot-token@bot" in one.stdout
    assert "run-a.db" in two.stderr
    assert "run-b.db" in two.stderr
