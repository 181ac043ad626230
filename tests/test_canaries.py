"""Secrets in everything that is read, and every exit of logscan watched; `tests.soak.canaries` takes all 200."""

from __future__ import annotations

from pathlib import Path

from tests.secrets_made import CANARIES, MAKERS, SHOWN, list_leaks
from tests.soak.canaries import collect, list_leaky, write_lines

COUNT = len(MAKERS)  # every kind of secret once


def test_no_secret_of_a_line_or_a_configuration_comes_out_anywhere(tmp_path: Path):
    found = collect(tmp_path, CANARIES[:COUNT])

    assert list_leaky(found) == {}
    assert len(found) > 60
    assert all(any(name.startswith(way) for name in found) for way in ("jsonl /metrics", "pretty channels"))
    assert any(name.endswith("state.db-wal") for name in found)


def test_what_is_read_is_full_of_them():
    lines = "\n".join(write_lines(CANARIES[:COUNT]))

    assert len(list_leaks(lines)) > COUNT * len(SHOWN) * 10
