"""A real Alertmanager and `logscan run`, each started anew while an incident fires, and while its end is told."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.alertmanagers_made import Alertmanager, wait_for
from tests.cli.live_runs import end, following
from tests.cli.running import CONFIG, PACK
from tests.services_made import Service

pytestmark = pytest.mark.needs("prometheus-alertmanager")


def _say(folder: Path, text: str) -> None:
    with (folder / "bot.log").open("a") as log:
        log.write(f"{datetime.now(UTC).isoformat()} {text}\n")


def _list_told(service: Service, status: str) -> list[str]:
    """The credentials of which people heard so, by way of the Alertmanager."""
    groups = [json.loads(request.body) for request in list(service.seen)]
    return [
        one["labels"]["credential"] for group in groups for one in group["alerts"] if one["status"] == status
    ]


def _begin(folder: Path, people: Service) -> Alertmanager:
    """An Alertmanager that tells people, a run's configuration that tells it, and a trouble to tell of."""
    alertmanager = Alertmanager(folder, people.url)
    (folder / "bot.yaml").write_text(PACK)
    channels = f"channels: [{{name: am, alertmanager: {{url: '{alertmanager.url}'}}}}]\n"
    (folder / "bot.conf").write_text(CONFIG + channels)
    _say(folder, "ERROR Session has expired")
    return alertmanager


def test_what_fires_is_told_to_an_alertmanager_that_lost_it_and_ends_there(tmp_path: Path):
    with Service() as people:
        alertmanager = _begin(tmp_path, people)
        with alertmanager, following(tmp_path / "bot.conf") as run:
            wait_for(lambda: set(_list_told(people, "firing")) == {"bot-token"})
            run.kill()
            run.wait()

        with alertmanager:  # which keeps no alerts over a start
            assert not alertmanager.list_alerts()
            with following(tmp_path / "bot.conf") as run:
                wait_for(lambda: len(alertmanager.list_alerts()) == 1)
                _say(tmp_path, "INFO bot token refreshed")
                wait_for(lambda: set(_list_told(people, "resolved")) == {"bot-token"})
                assert not alertmanager.list_alerts()
                assert end(run) == 0


def test_an_end_that_could_not_be_told_is_told_once_both_run_again(tmp_path: Path):
    with Service() as people:
        alertmanager = _begin(tmp_path, people)
        with alertmanager, following(tmp_path / "bot.conf") as run:
            wait_for(lambda: set(_list_told(people, "firing")) == {"bot-token"})
            assert end(run) == 0

        _say(tmp_path, "INFO bot token refreshed")
        with following(tmp_path / "bot.conf") as run:
            wait_for(lambda: _is_postponed(tmp_path))
            run.kill()
            run.wait()
        with alertmanager, following(tmp_path / "bot.conf") as run:
            wait_for(lambda: set(_list_told(people, "resolved")) == {"bot-token"})
            assert not alertmanager.list_alerts()
            assert end(run) == 0


def _is_postponed(folder: Path) -> bool:
    """The end was tried, and nobody was there."""
    with closing(sqlite3.connect(folder / "state.db")) as database:
        rows = database.execute("SELECT count(*) FROM outbox WHERE attempts > 0 AND state = 'waiting'")
        return bool(rows.fetchone()[0])
