"""The Python API as its documentation shows it."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

import logscan
from logscan.errors import PackError


def test_the_example_in_the_documentation_is_true() -> None:
    outcome = doctest.testmod(logscan)

    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_public_name_is_there() -> None:
    for name in logscan.__all__:
        assert getattr(logscan, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = logscan.no_such_name


def test_lines_may_be_text_or_bytes_with_or_without_ends() -> None:
    scanner = logscan.Scanner(logscan.load_packs("meta").rules)
    lines: list[str | bytes] = [
        "plain",
        b"Error validating access token: Session has expired\r\n",
        "plain\n",
        "a" * 3_000_000,
    ]

    (finding,) = logscan.scan_lines(lines, scanner, source="mine")

    assert (finding.line, finding.offset, finding.event.source) == (2, 6, "mine")
    assert finding.event.rule == "meta.session-expired"


def test_a_pack_of_ones_own_is_loaded_and_a_wrong_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("pack: mine\nrules: []\nunknown: 1\n")

    with pytest.raises(PackError) as refused:
        logscan.load_packs(files=[path])

    assert all(problem.startswith(f"{path}:") for problem in refused.value.problems)
