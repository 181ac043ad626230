"""Whole logs of other domains, made up: exactly the wanted incidents are found in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.incidents.streams import Row, read_stories
from tests.incidents.streams_made import ALL, Made, Wanted


def write(made: Made, path: Path) -> Path:
    path.write_text("".join(f"{line}\n" for line in made.lines))
    return path


def fits(row: Row, want: Wanted) -> bool:
    packs = {rule.partition(".")[0] for rule in row["rules"]} | {row["credential"].partition("-")[0]}
    line = row["resolved_line"]
    ends = (
        line is None if want.resolved is None else bool(line and want.resolved[0] <= line <= want.resolved[1])
    )
    begins = want.first[0] <= row["first_line"] <= want.first[1]
    return want.provider in packs and want.signal in {row["signal"], "*"} and begins and ends


def compare(rows: list[Row], wanted: list[Wanted]) -> list[str]:
    left, differs = list(rows), []
    for want in wanted:
        found = next((row for row in left if fits(row, want)), None)
        if found is not None:
            left.remove(found)
        elif not want.is_optional:
            differs.append(f"missing {want}")
    names = ("credential", "service", "signal", "first_line", "last_line", "resolved_line", "rules")
    return differs + [f"too many: {[row[name] for name in names]}" for row in left]


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_exactly_the_wanted_incidents_are_found(make: Callable[[], Made], tmp_path: Path):
    made = make()

    rows = read_stories(write(made, tmp_path / "app.log"))

    assert compare(rows, made.wanted) == []
