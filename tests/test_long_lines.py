"""F14 at the size that a test run can afford; `python -m tests.soak.long_line` is the full one."""

from __future__ import annotations

from tests.soak.long_line import check


def test_a_line_of_64_megabytes_is_cut_once_and_costs_no_memory() -> None:
    outcome, _ = check(64 << 20)

    assert outcome.findings[0]["rule"] == "meta.session-expired"
