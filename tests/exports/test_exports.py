"""What is exported: whole, right in the eyes of the programs that it is for, and never over something else."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from logscan.errors import ConfigError
from logscan.exports import ExportedFile, make_grafana, make_prometheus, write_files
from logscan.exports.grafana import make_dashboard
from logscan.metrics import FAMILIES

KNOWN = {family.name for family in FAMILIES}
PARTS = {
    f"{family.name}_{part}" for family in FAMILIES if family.buckets for part in ("bucket", "sum", "count")
}


def list_expressions() -> list[str]:
    return [target["expr"] for panel in make_dashboard()["panels"] for target in panel.get("targets", ())]


def list_metrics(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w:])logscan_\w+", text))


def test_the_dashboard_asks_only_for_metrics_that_exist():
    variables = [one["definition"] for one in make_dashboard()["templating"]["list"] if "definition" in one]

    asked = list_metrics(" ".join([*list_expressions(), *variables]))

    assert asked <= KNOWN | PARTS


def test_every_metric_of_a_log_is_somewhere_on_the_dashboard_or_in_the_rules():
    texts = " ".join([*list_expressions(), *(file.text for file in make_prometheus())])

    # Bytes are lines again; own lines and overflows matter to nobody but us; checks have the expiry and the incident.
    spared = {
        "logscan_bytes_total",
        "logscan_self_lines_total",
        "logscan_series_overflow_total",
        "logscan_credential_valid",
        "logscan_probe_last_success_timestamp_seconds",
        "logscan_probes_total",
        "logscan_config_reload_timestamp_seconds",
    }
    named = {name.removesuffix("_bucket") for name in list_metrics(texts)}
    assert named | spared >= KNOWN


def test_panels_have_numbers_of_their_own_and_do_not_overlap():
    panels = make_dashboard()["panels"]
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_panel_says_what_it_shows():
    assert all(panel.get("description") for panel in make_dashboard()["panels"] if panel["type"] != "row")


def test_the_dashboard_is_json():
    assert json.loads(make_grafana()[0].text) == make_dashboard()


@pytest.mark.needs("promtool")
def test_promtool_finds_nothing_wrong_and_every_alert_fires_and_ends(tmp_path: Path):
    write_files(make_prometheus(), tmp_path)

    for words in (
        ("check", "rules", "logscan.rules.yml"),
        ("test", "rules", "logscan.rules.test.yml", "logscan.expiries.test.yml"),
        ("check", "config", "prometheus.yml"),
    ):
        done = subprocess.run(["promtool", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried_in_both_directions():
    rules, *tests, _ = (file.text for file in make_prometheus())
    alerts = set(re.findall(r"alert: (\w+)", rules))

    silent = set(re.findall(r"\{eval_time: \S+, alertname: (\w+)\}", "".join(tests)))
    firing = set(re.findall(r"alertname: (\w+)\n +exp_alerts:", "".join(tests)))

    assert alerts == silent == firing


def test_a_file_with_other_content_is_not_written_over(tmp_path: Path):
    files = [ExportedFile("a/one.yml", "1\n"), ExportedFile("two.yml", "2\n")]
    (tmp_path / "two.yml").write_text("mine\n")

    with pytest.raises(ConfigError, match=r"two.yml: there already.*--force"):
        write_files(files, tmp_path)

    assert not (tmp_path / "a").exists()
    assert (tmp_path / "two.yml").read_text() == "mine\n"


def test_the_same_files_may_be_written_again(tmp_path: Path):
    files = [ExportedFile("one.yml", "1\n")]

    first, second = write_files(files, tmp_path), write_files(files, tmp_path)
    forced = write_files([ExportedFile("one.yml", "2\n")], tmp_path, replace=True)

    assert first == second == forced == (tmp_path / "one.yml",)
    assert (tmp_path / "one.yml").read_text() == "2\n"


def test_what_cannot_be_looked_at_is_not_taken_for_a_file_of_other_content(tmp_path: Path):
    with pytest.raises(ConfigError, match="File name too long; choose a folder that you may write"):
        write_files(make_prometheus(), tmp_path / ("x" * 300))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="choose a folder"):
        write_files([ExportedFile("one.yml", "1\n")], tmp_path / "file" / "folder")
