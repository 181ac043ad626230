"""What people decide with `logscan incidents` reaches whoever was told, also when nobody runs meanwhile."""

from __future__ import annotations

import subprocess
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.alertmanagers_made import wait_for
from tests.chats_made import answer_pagerduty
from tests.cli.live_runs import end, following
from tests.cli.running import BROKEN, CONFIG, run
from tests.services_made import Reply, Service

_CHANNELS = """
channels:
  - {{name: pd, pagerduty: {{key: {{env: PD_KEY}}, base_url: '{pd}'}}}}
  - {{name: hook, webhook: {{url: '{hook}/hook'}}}}
"""
_KEY = "bot-token@bot"

pytestmark = pytest.mark.usefixtures("pack")


def _following(folder: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return following(folder / "bot.conf", PD_KEY="0123456789abcdef" * 2)


def _ask(folder: Path, word: str) -> None:
    done = run("incidents", word, _KEY, "-c", folder / "bot.conf")
    assert done.returncode == 0, done.stderr


def _list_actions(service: Service) -> list[str]:
    return [request.read_json()["event_action"] for request in list(service.seen)]


def _list_changes(service: Service) -> list[Any]:
    return [request.read_json()["change"] for request in list(service.seen)]


def test_who_calls_people_hears_that_somebody_has_taken_it_on_and_nobody_else_does(tmp_path: Path):
    (tmp_path / "bot.log").write_text(f"{BROKEN}\n")
    with Service(answer_pagerduty) as pd, Service(lambda _: Reply()) as hook:
        (tmp_path / "bot.conf").write_text(CONFIG + _CHANNELS.format(pd=pd.url, hook=hook.url))
        with _following(tmp_path) as process:
            wait_for(lambda: _list_actions(pd) == ["trigger"] and _list_changes(hook) == ["opened"])
            _ask(tmp_path, "ack")
            wait_for(lambda: _list_actions(pd) == ["trigger", "acknowledge"])
            _ask(tmp_path, "resolve")
            wait_for(lambda: _list_actions(pd) == ["trigger", "acknowledge", "resolve"])
            wait_for(lambda: len(hook.seen) == 2)
            assert end(process) == 0

        assert _list_changes(hook) == ["opened", "resolved"]
        assert len({request.read_json()["dedup_key"] for request in pd.seen}) == 1
    story = run("incidents", "show", _KEY, "-c", tmp_path / "bot.conf").stdout
    assert "→ pd          acknowledged: told" in story


def test_what_is_decided_while_nobody_runs_is_told_at_the_next_start(tmp_path: Path):
    (tmp_path / "bot.log").write_text(f"{BROKEN}\n")
    with Service(answer_pagerduty) as pd, Service(lambda _: Reply()) as hook:
        (tmp_path / "bot.conf").write_text(CONFIG + _CHANNELS.format(pd=pd.url, hook=hook.url))
        with _following(tmp_path) as process:
            wait_for(lambda: len(pd.seen) == len(hook.seen) == 1)
            assert end(process) == 0

        _ask(tmp_path, "ack")
        _ask(tmp_path, "resolve")
        story = run("incidents", "show", _KEY, "-c", tmp_path / "bot.conf").stdout
        assert "→ all, from the next start  resolved: to be told" in story
        with _following(tmp_path) as process:
            wait_for(lambda: len(pd.seen) == 3 and len(hook.seen) == 2)
            assert end(process) == 0

        assert _list_actions(pd) == ["trigger", "acknowledge", "resolve"]
        assert _list_changes(hook) == ["opened", "resolved"]
