from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from logscan.channels import Tools, open_channel
from logscan.channels.settings import ExecSettings
from logscan.errors import ConfigError, GiveUp, TryAgain
from logscan.model import ChangeKind, Channel, Merged, NoticeType, Severity
from logscan.notices import pack_notice
from tests.alertmanagers_made import wait_for
from tests.notices_made import NOON, make_client, make_notice

PROGRAM = Path(__file__).parents[1] / "programs" / "notified.py"
ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/home/ada", "LC_ALL": "C.UTF-8", "SLACK_TOKEN": "s3cret"}


def make_exec(*argv: str, timeout_seconds: float = 20.0) -> Channel:
    tools = Tools(make_client, lambda: NOON, environ=ENVIRON)
    return open_channel("fix", ExecSettings(argv=argv, timeout_seconds=timeout_seconds), tools)


def read_kept(path: Path) -> dict[str, Any]:
    [line] = path.read_text().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_program_is_given_the_notice_and_little_else(tmp_path: Path):
    kept = tmp_path / "kept"
    channel = make_exec(sys.executable, str(PROGRAM), str(kept), "0", "$(touch x); *")

    receipt = channel.send(make_notice(), "memory")

    found = read_kept(kept)
    assert found["given"].encode() == pack_notice(make_notice()) + b"\n"
    assert found["argv"] == ["$(touch x); *"]
    assert found["environ"] == {name: ENVIRON[name] for name in ("PATH", "HOME", "LC_ALL")}
    assert receipt == ("memory", f"{sys.executable} ended with status 0")


def test_a_notice_of_any_size_is_given_even_to_who_does_not_read_it():
    merged = tuple(
        Merged(key=f"k{i}@s", change=ChangeKind.OPENED, severity=Severity.ERROR, count=1)
        for i in range(5_000)
    )

    make_exec("true").send(make_notice(type=NoticeType.DIGEST, merged=merged), None)


def test_another_status_is_tried_again(tmp_path: Path):
    with pytest.raises(TryAgain, match="ended with status 3"):
        make_exec(sys.executable, str(PROGRAM), str(tmp_path / "kept"), "3").send(make_notice(), None)


def test_who_stays_for_too_long_is_ended_with_all_that_he_started(tmp_path: Path):
    kept = tmp_path / "kept"
    channel = make_exec(sys.executable, str(PROGRAM), str(kept), "stay", timeout_seconds=1.5)
    started = time.monotonic()

    with pytest.raises(TryAgain, match=r"did not end within 1\.5 s and was ended"):
        channel.send(make_notice(), None)

    assert time.monotonic() - started < 15
    for pid in Path(f"{kept}.pids").read_text().split():
        wait_for(lambda pid=pid: not is_running(int(pid)))


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.mark.parametrize(
    ("program", "why"), [("/nowhere/renew", "does not exist"), ("/etc/passwd", "may not be executed")]
)
def test_a_program_that_cannot_be_started_is_told_as_such(program: str, why: str):
    with pytest.raises(GiveUp) as caught:
        make_exec(program).send(make_notice(), None)

    assert why in str(caught.value)
    assert caught.value.broken


def test_no_program_is_none():
    with pytest.raises(ConfigError, match="channel fix: no program is named"):
        make_exec()
