"""The power fails while the state is written: what was read is never ahead of what took effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.power_loss import check


@pytest.mark.needs("strace")
def test_f22_no_image_of_the_disk_is_ahead_of_itself(tmp_path: Path):
    steps = check(tmp_path, lines=8_000, images=40, seed=22)

    assert steps > 200
