"""The Python API as its documentation shows it."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path

import pytest

import logscan
from logscan.errors import PackError
from tests.packs_made import RULE, write_pack

EXPIRED = "Error validating access token: Session has expired"


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


@pytest.fixture(scope="module")
def meta() -> logscan.Scanner:
    return logscan.Scanner(logscan.load_packs("meta").rules)


def test_text_that_is_no_unicode_is_read_all_the_same(meta: logscan.Scanner) -> None:
    lines = [f"\ud83d {EXPIRED}", f"\udc80 {EXPIRED}", f"\ud83d\udc80 {EXPIRED}"]

    findings = list(logscan.scan_lines(lines, meta))

    assert [finding.line for finding in findings] == [1, 2, 3]


@pytest.mark.parametrize("line", ["an ordinary line", "x" * 5_000])
def test_a_finding_is_handed_on_before_many_more_lines_are_taken(meta: logscan.Scanner, line: str) -> None:
    taken: list[str] = []

    def take() -> Iterator[str]:
        for text in (EXPIRED, *[line] * 10_000):
            taken.append(text)
            yield text

    finding = next(logscan.scan_lines(take(), meta))

    assert finding.line == 1
    assert len(taken) <= 64
    assert sum(map(len, taken)) <= (64 << 10) + len(line)


def test_where_lines_are_handed_on_changes_no_finding(meta: logscan.Scanner) -> None:
    lines: list[str] = []
    for i in range(300):
        lines += [
            *["plain"] * (i % 7),
            "{",
            f'  "message": "{EXPIRED}",',
            '  "time": "2026-01-01T00:00:00Z"',
            "}",
        ]

    findings = list(logscan.scan_lines(lines, meta))

    assert [finding.line for finding in findings] == [i for i, line in enumerate(lines, 1) if EXPIRED in line]
    assert len({finding.event.seen_at for finding in findings}) == 1


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_an_item_is_one_line_whatever_is_in_it(meta: logscan.Scanner, end: str) -> None:
    lines = [f"one\ntwo\r\n{EXPIRED}\nfour{end}", EXPIRED]

    findings = list(logscan.scan_lines(lines, meta))

    assert [(finding.line, finding.offset) for finding in findings] == [
        (1, 0),
        (2, len(lines[0].removesuffix("\n")) + 1),
    ]


def test_an_unknown_pack_is_told_without_the_words_of_the_command_line() -> None:
    with pytest.raises(PackError, match=r"^pack 'mta': there is no such pack; did you mean 'meta'\?$"):
        logscan.load_packs("mta")


@pytest.mark.parametrize("make", [str, Path])
def test_one_file_needs_no_list(tmp_path: Path, make: type) -> None:
    path = write_pack(tmp_path, RULE)

    rules = logscan.load_packs("meta", files=make(path)).rules

    assert rules[-1].id == RULE["id"]


def test_a_pack_of_ones_own_is_loaded_and_a_wrong_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("pack: mine\nrules: []\nunknown: 1\n")

    with pytest.raises(PackError) as refused:
        logscan.load_packs(files=[path])

    assert all(problem.startswith(f"{path}:") for problem in refused.value.problems)
