"""What `logscan scan` refuses to read as a clean bill, and how its time window may be said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from logscan.cli.options import Wishes
from logscan.cli.scan import _print_remarks, choose_status, read_moment
from logscan.model import Severity
from tests.cli.running import EXPIRED, REFRESHED, run
from tests.making import NOW
from tests.reports.making import make_summary

Only = tuple[str, ...]


@pytest.mark.parametrize(("text", "hours"), [("1 hour ago", 1), ("2h Ago", 2), ("now", 0), ("1h", 1)])
def test_a_time_may_be_said_as_people_say_it(text: str, hours: int):
    assert read_moment(text, "--since", NOW) == NOW - timedelta(hours=hours)


def test_since_after_until_is_wrong_usage(only: Only, log: Path):
    done = run("scan", *only, "--since", "1h", "--until", "2h", log)

    assert done.returncode == 2
    assert "--since lies after --until" in done.stderr


def test_a_rule_that_was_set_aside_is_no_clean_bill():
    summary = make_summary(set_aside=("x.slow",))

    assert choose_status(summary, None, "warning") == 3
    assert choose_status(summary, Severity.ERROR, "warning") == 1


def test_quiet_keeps_quiet_of_no_rule_that_was_set_aside(capsys: pytest.CaptureFixture[str]):
    _print_remarks(make_summary(set_aside=("x.slow",), timeouts={"x.slow": 9}), Wishes(quiet=True))

    assert capsys.readouterr().err.startswith("x.slow: set aside")


def test_incidents_go_as_the_configuration_has_it(only: tuple[str, ...], tmp_path: Path):
    log, settings = tmp_path / "app.log", tmp_path / "slow.yaml"
    log.write_text(f"{EXPIRED}\n{REFRESHED}\n")
    settings.write_text("logscan: 1\nincidents: {settle: 2h}\n")

    usual = run("scan", "--incidents", *only, log)
    slow = run("scan", "--incidents", *only, "--config", settings, log)

    assert [usual.returncode, slow.returncode] == [
        1,
        0,
    ]  # an hour later it was mended: in time, for those who wait two


def test_the_null_device_is_an_empty_log(only: Only):
    done = run("scan", *only, "/dev/null")

    assert (done.returncode, done.stderr) == (0, "")
