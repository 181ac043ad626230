"""What the tests of commands share: a pack and a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import EXPIRED, PACK, REFRESHED


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "bot.yaml"
    path.write_text(PACK)
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text(f"all is well\n{EXPIRED}\n{REFRESHED}\n")
    return path


@pytest.fixture
def only(pack: Path) -> tuple[str, ...]:
    """Options for no rules but the pack's."""
    return ("--no-packs", "--rules", str(pack))


@pytest.fixture
def live(only: tuple[str, ...], tmp_path: Path) -> tuple[str, ...]:
    """The same, telling at once."""
    path = tmp_path / "quick.yaml"
    path.write_text("logscan: 1\nincidents: {settle: 0s}\n")
    return (*only, "--config", str(path))
