"""Settings that are written down read back as the same."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.config import STARTER, Settings, write_settings
from logscan.config.spellings import write_duration
from logscan.times import read_duration
from tests.config.making import complain, read
from tests.packs_made import RULE, write_pack

ROOT = Path(__file__).parents[2]
FOLDER, FILE = Path(__file__).parent, Path(__file__).name


def leave_places_out(settings: Settings) -> tuple[object, ...]:
    rules, tuning = settings.rules, settings.rules.tuning
    return (
        rules.packs,
        tuple(file.resolve() for file in rules.files),
        [mention.rule for mention in tuning.disable],
        [(a.rule.rule, a.count, a.within, a.severity, a.grace, a.experimental) for a in tuning.adjustments],
        [(i.exclusion.pattern, [mention.rule for mention in i.rules]) for i in tuning.ignores],
    )


def test_every_default_is_written():
    written = write_settings(Settings())

    assert written.startswith("logscan: 1\nsources: []\n")
    assert "rules:\n  packs: all\n  files: []\n  disable: []\n  tune: {}\n  ignore: []\n" in written
    assert written.endswith("state:\n  path: null\n")


_WORD = st.text(min_size=1, max_size=12) | st.sampled_from(
    [
        "no",
        "true",
        "null",
        "~",
        "1",
        "1.5e5",
        "0x1f",
        "a: b",
        "#",
        "- x",
        "'",
        '"',
        "x\n",
        "é",
        "\ufeff",
        "\x85",
    ]
)
_TIME = st.integers(0, 10**6).map(lambda number: f"{number}ms")
_CHANGES = st.fixed_dictionaries(
    {"grace": _TIME},
    optional={
        "threshold": st.just({"count": 7, "within": "90s"}),
        "severity": st.sampled_from(["info", "error"]),
        "status": st.sampled_from(["stable", "experimental"]),
    },
)
_RULES = st.fixed_dictionaries(
    {},
    optional={
        "packs": st.just("all") | st.lists(st.sampled_from(["http", "meta"]), max_size=2),
        "files": st.just([FILE]),
        "disable": st.lists(_WORD, max_size=2),
        "tune": st.dictionaries(_WORD, _CHANGES, max_size=2),
        "ignore": st.lists(
            st.fixed_dictionaries({"pattern": _WORD.map(re.escape).map("x".__add__)}), max_size=2
        ),
    },
)


@given(_RULES)
def test_any_settings_read_back_as_the_same(rules: Any):
    before = read(json.dumps({"rules": rules}), FOLDER)

    after = read(write_settings(before.settings), Path("/"))

    assert after.problems == ()
    assert leave_places_out(after.settings) == leave_places_out(before.settings)


@pytest.mark.parametrize("text", ["0s", "1ms", "90s", "15m", "36h", "2d"])
def test_a_duration_is_written_in_its_largest_unit(text: str):
    duration = read_duration(text)

    assert duration is not None
    assert write_duration(duration) == text


def test_a_minute_and_a_half_is_ninety_seconds():
    assert write_duration(timedelta(minutes=1.5)) == "90s"


def test_the_starter_changes_nothing():
    reading = read(STARTER)

    assert reading.problems == ()
    assert reading.settings == Settings(path="logscan.yaml")


def test_every_line_of_the_starter_works_when_it_is_brought_to_life(tmp_path: Path):
    write_pack(tmp_path, RULE).rename(tmp_path / "my-rules.yaml")
    text = re.sub("^#(?! [^ ])", "", STARTER, flags=re.MULTILINE)

    settings = read(text, tmp_path).settings

    assert complain(text, tmp_path) == ()
    assert len(settings.rules.tuning.adjustments) == len(settings.rules.tuning.ignores) == 1
    assert settings.rules.tuning.disable
    assert settings.rules.files
    assert [source.name for source in settings.sources] == ["app", "bot", "bot2", "pipe"]


def test_the_sample_in_the_repository_is_the_starter():
    assert (ROOT / "config.yaml").read_text(encoding="utf-8") == STARTER
