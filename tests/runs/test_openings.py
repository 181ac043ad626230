from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from logscan.channels.settings import AlertmanagerSettings
from logscan.config import Settings
from logscan.config.channelsections import KINDS, UNVERIFIED, ChannelEntry, Value
from logscan.messages import Voice
from logscan.references import Reference, Secret
from logscan.runs.openings import choose_settings, open_channels
from tests.notices_made import make_notice

PROGRAM = Path(__file__).parents[1] / "programs" / "notified.py"


def test_an_alertmanager_is_told_its_token():
    token = Reference("env", "AM_TOKEN", None, "here")
    entry = ChannelEntry(
        name="am", kind="alertmanager", values={"url": ("https://am.example",), "authorization": token}
    )

    settings = choose_settings(entry, {"AM_TOKEN": "s3cret"}, Path())

    assert settings == AlertmanagerSettings(
        urls=("https://am.example",), authorization=Secret("s3cret", "AM_TOKEN")
    )


NEEDED: dict[str, dict[str, Value]] = {
    "slack": {"webhook": Reference("env", "W", None, "here")},
    "telegram": {"token": Reference("env", "W", None, "here"), "chat": "-100"},
    "pagerduty": {"key": Reference("env", "W", None, "here")},
    "alertmanager": {"url": ("https://am.example",)},
    "discord": {"webhook": Reference("env", "W", None, "here")},
    "webhook": {"url": Reference("env", "W", None, "here")},
    "apprise": {"url": Reference("env", "W", None, "here")},
}


@pytest.mark.parametrize("kind", [kind for kind, keys in KINDS.items() if UNVERIFIED in keys])
@pytest.mark.parametrize("asked", [{}, {UNVERIFIED: True}])
def test_tls_is_verified_by_every_kind_that_is_not_told_otherwise(kind: str, asked: dict[str, Value]):
    entry = ChannelEntry(name="c", kind=kind, values={**NEEDED[kind], **asked})

    settings = choose_settings(entry, {"W": "https://example.org/s3cret"}, Path())

    assert getattr(settings, UNVERIFIED) is bool(asked)


def test_a_program_finds_its_way_and_no_secret(tmp_path: Path):
    kept = tmp_path / "kept"
    argv = (sys.executable, str(PROGRAM), str(kept), "0")
    settings = Settings(channels=(ChannelEntry(name="fix", kind="exec", values={"argv": argv}),))
    environ = {"PATH": os.environ["PATH"], "HOME": "/home/ada", "AM_TOKEN": "s3cret"}

    [channel] = open_channels(settings, (), environ, Voice())
    channel.send(make_notice(), None)

    found = json.loads(kept.read_text())["environ"]
    assert (found["PATH"], found["HOME"]) == (environ["PATH"], "/home/ada")
    assert "AM_TOKEN" not in found
