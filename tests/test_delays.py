"""What is written is known soon: the benchmark of latencies, with few lines and much patience."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.delays import Delays, measure_file, measure_grep, measure_pipe


@pytest.mark.parametrize("measure", [measure_file, measure_pipe])
def test_a_line_is_known_long_before_anybody_looks_for_it(tmp_path: Path, measure):
    delays = measure(tmp_path, 40)

    assert len(delays.milliseconds) == 40
    assert delays.share(0.9) < 200  # a look each second would need 900


def test_the_peers_are_measured_by_the_same_clock(tmp_path: Path):
    delays = measure_grep(tmp_path, 10)

    assert 0 < delays.share(0.5) < 1_000


def test_a_share_is_a_delay_that_so_many_lines_do_not_exceed():
    delays = Delays("made up", [float(number) for number in range(100)])

    assert (delays.share(0.5), delays.share(0.99), delays.share(1.0)) == (50, 99, 99)
