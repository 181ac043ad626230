"""A log with the incidents that are wanted of it → what differs; the format is that of the labelled streams."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from logscan.incidents import IncidentManner, list_terms
from logscan.reports.stories import list_story_keys
from logscan.scans import Scan, ScanOptions, StoryScan
from tests.making import NOW, make_reader, make_scanner
from tests.packs_shipped import shipped

Row = dict[str, Any]


def find_streams(folder: Path) -> list[Path]:
    """Logs beside which stands what is expected of them."""
    return [
        path
        for path in sorted(folder.glob("*"))
        if path.suffix in {".log", ".ndjson"} and path.with_suffix(".expect.json").exists()
    ]


def read_stories(*paths: Path, jobs: int = 1) -> list[Row]:
    """The incidents of logs, as `scan --incidents --format jsonl` prints them."""
    scan = Scan(
        [str(path) for path in paths],
        make_scanner(tuple(shipped().rules)),
        make_reader(),
        ScanOptions(now=NOW, jobs=jobs, wants_times=True),
        clock=lambda: 0.0,
    )
    stories = StoryScan(scan, _terms(), IncidentManner(), NOW).read()
    return [json.loads(json.dumps(list_story_keys(story), default=str)) for story in stories]


@cache
def _terms() -> Any:
    return list_terms(shipped().rules)


def compare(found: list[Row], stream: Path) -> list[str]:
    """What is missing, and what should not be there."""
    wanted: list[Row] = json.loads(stream.with_suffix(".expect.json").read_text())
    left, differs = list(found), []
    for want in wanted:
        fits = [row for row in left if _fits(row, want)]
        if fits:
            left.remove(fits[0])
        elif not want.get("optional"):
            differs.append(f"missing: {want}")
    return differs + [f"too many: {_shorten(row)}" for row in left]


def _fits(row: Row, want: Row) -> bool:
    provider = want["credential"].partition(":")[0]
    low, high = want.get("first_block") or (want["first_line"],) * 2
    return (
        provider in (row["credential"].partition("-")[0], *(rule.partition(".")[0] for rule in row["rules"]))
        and row["signal"] == want["signal"]
        and low <= row["first_line"] <= high
        and _fits_end(row["resolved_line"], want)
    )


def _fits_end(line: int | None, want: Row) -> bool:
    if want["resolved_line"] is None or line is None:
        return line is None and want["resolved_line"] is None
    low, high = want.get("resolved_range") or (want["resolved_line"],) * 2
    return bool(low <= line <= high)


def _shorten(row: Row) -> Row:
    names = (
        "credential",
        "service",
        "signal",
        "first_line",
        "last_line",
        "resolved_line",
        "resolved_by",
        "rules",
    )
    return {name: row[name] for name in names}
