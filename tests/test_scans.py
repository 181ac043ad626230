"""The same findings for every block size and number of jobs, and nothing unreadable unsaid."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logscan.model import Progress, Unreadable
from tests.making import NOW, make_rule, make_scan, scan_all

RULES = (make_rule("test.expired", "token expired"), make_rule("test.code", r'"code":\s*190\b'))
PIECES = st.sampled_from(
    [
        "plain line",
        "token expired",
        '{"level":"error","message":"token expired"}',
        '{\n  "message": "token expired",',
        '  "timestamp": "2026-08-21T20:56:23Z"\n}',
        "x" * 300,
        "x" * 90 + " token expired",
        "token expired\r",
        "",
        "\x00",
        '2026-08-21T20:56:23Z ERROR {\\"code\\": 190}',
        "  token expired",
        "é token expired",
    ]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(PIECES, max_size=25), block_bytes=st.integers(1, 400), jobs=st.integers(1, 3))
def test_findings_do_not_hang_on_how_the_input_was_cut(
    tmp_path: Path, lines: list[str], block_bytes: int, jobs: int
) -> None:
    path = tmp_path / "app.log"
    path.write_text("\n".join(lines))
    expected, whole = scan_all([path], RULES, max_line=200)

    findings, summary = scan_all([path], RULES, max_line=200, block_bytes=block_bytes, jobs=jobs)

    assert findings == expected
    assert (summary.lines, summary.bytes, summary.truncated_lines) == (
        whole.lines,
        whole.bytes,
        whole.truncated_lines,
    )


def test_findings_come_in_the_order_of_inputs_and_lines(tmp_path: Path) -> None:
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text("token expired\nplain\ntoken expired\n")

    findings, summary = scan_all([tmp_path / "b.log", tmp_path / "a.log"], RULES, jobs=2, block_bytes=1)

    assert [(Path(f.event.source).name, f.line, f.offset) for f in findings] == [
        ("b.log", 1, 0),
        ("b.log", 3, 20),
        ("a.log", 1, 0),
        ("a.log", 3, 20),
    ]
    assert (summary.lines, summary.bytes, summary.findings) == (6, 68, 4)
    assert summary.by_signal == {"expired": 4}
    assert summary.by_rule == {"test.expired": 4}


def test_a_packed_file_is_read_and_a_broken_one_told(tmp_path: Path) -> None:
    packed = gzip.compress(b"token expired\n" * 50_000)
    (tmp_path / "good.log").write_bytes(packed)
    (tmp_path / "cut.log").write_bytes(packed[:-20])

    findings, summary = scan_all([tmp_path / "good.log", tmp_path / "cut.log"], RULES)

    assert len(findings) > 90_000
    (broken,) = summary.unreadable
    assert broken.path.endswith("cut.log")
    assert "ends early" in broken.why


def test_what_cannot_be_read_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("token expired\n")

    findings, summary = scan_all([tmp_path / "missing.log", tmp_path / "app.log"], RULES)

    assert len(findings) == 1
    assert summary.unreadable == (Unreadable(str(tmp_path / "missing.log"), "no such file"),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_offsets_are_those_on_disk(tmp_path: Path, encoding: str) -> None:
    text = "\ufefftoken expired\né 🔑\ntoken expired\n"
    path = tmp_path / "app.log"
    path.write_bytes(text.encode(encoding))

    for block_bytes in (1, 1 << 20):
        findings, _ = scan_all([path], RULES, block_bytes=block_bytes)

        third = len(text.rpartition("token")[0].encode(encoding))
        assert [(f.line, f.offset) for f in findings] == [(1, 0), (3, third)]


def test_since_and_until_use_the_lines_own_time(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(
        "2026-08-21T10:00:00Z ERROR token expired\n"
        "2026-08-21T11:00:00Z ERROR refused\n"
        "    token expired, said the server\n"
        "2026-08-21T12:00:00Z ERROR token expired\n"
    )
    at_eleven = datetime(2026, 8, 21, 11, tzinfo=UTC)

    since, _ = scan_all([path], RULES, since=at_eleven)
    until, _ = scan_all([path], RULES, until=at_eleven)
    later, _ = scan_all([path], RULES, since=at_eleven + timedelta(minutes=1))

    assert [f.line for f in since] == [3, 4]
    assert [f.line for f in until] == [1, 3]
    assert [f.line for f in later] == [4]


def test_a_year_that_is_missing_is_taken_from_when_the_file_was_written(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("Aug 21 10:00:00 host app[1]: token expired\n")
    os.utime(path, (datetime(2024, 9, 1, tzinfo=UTC).timestamp(),) * 2)

    findings, _ = scan_all([path], RULES)

    assert findings[0].event.seen_at == datetime(2024, 8, 21, 10, tzinfo=UTC)


def test_progress_reaches_the_size_of_the_inputs(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("plain line\n" * 1_000)
    seen: list[Progress] = []
    scan = make_scan([path], RULES, block_bytes=100)
    scan.on_progress = seen.append

    list(scan)

    assert seen[-1].bytes_done == seen[-1].bytes_total == 11_000
    assert seen[-1].lines == 1_000
    assert NOW.tzinfo is UTC


def test_a_file_that_shrinks_while_it_is_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("token expired\n" * 100_000)
    scan = make_scan([path], RULES, block_bytes=1_000)
    findings = iter(scan)
    next(findings)

    os.truncate(path, 700_000)
    rest = list(findings)

    assert 1 + len(rest) == 50_000
    assert "shrank" in scan.summary.unreadable[0].why
