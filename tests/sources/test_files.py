"""What people type names the files they mean, and nothing that could block or mislead."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from logscan.model import Unreadable
from logscan.sources.files import find_files, sum_sizes


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for name in ("b.log", "a.log", "old/c.log", "old/.hidden.log"):
        path = tmp_path / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("line\n")
    return tmp_path / "logs"


def names(found: list[str | Unreadable], folder: Path) -> list[str]:
    return [str(Path(path).relative_to(folder)) for path in found if isinstance(path, str)]


def test_a_folder_means_every_file_below_it_in_order(logs: Path) -> None:
    found = list(find_files((str(logs),)))

    assert names(found, logs) == ["a.log", "b.log", "old/.hidden.log", "old/c.log"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("*.log", ["a.log", "b.log"]), ("**/*.log", ["a.log", "b.log", "old/c.log"]), ("[a]*", ["a.log"])],
)
def test_a_pattern_means_the_files_that_fit(logs: Path, pattern: str, expected: list[str]) -> None:
    assert names(list(find_files((str(logs / pattern),))), logs) == expected


def test_a_name_with_a_bracket_that_exists_is_no_pattern(logs: Path) -> None:
    (logs / "x[1].log").write_text("line\n")

    assert names(list(find_files((str(logs / "x[1].log"),))), logs) == ["x[1].log"]


def test_a_loop_of_folders_ends(logs: Path) -> None:
    (logs / "old" / "loop").symlink_to(logs)
    (logs / "self").symlink_to("self")

    found = list(find_files((str(logs),)))

    assert names(found, logs) == ["a.log", "b.log", "old/.hidden.log", "old/c.log"]
    assert [bad.path for bad in found if isinstance(bad, Unreadable)] == [str(logs / "self")]


def test_a_deep_folder_is_walked_to_its_end(tmp_path: Path) -> None:
    deep = str(tmp_path / "top")
    for _ in range(1_200):
        os.mkdir(deep)
        deep += "/d"
    Path(deep).write_text("line\n")

    try:
        found = list(find_files((str(tmp_path / "top"),)))
    finally:  # here, for pytest's own tidying up recurses
        subprocess.run(["rm", "-rf", tmp_path / "top"], check=True)

    assert found == [deep]


def test_pipes_devices_and_sockets_are_refused_without_opening_them(logs: Path) -> None:
    os.mkfifo(logs / "pipe.log")
    (logs / "device.log").symlink_to("/dev/zero")

    found = [bad for bad in find_files((str(logs),)) if isinstance(bad, Unreadable)]

    assert {Path(bad.path).name: bad.why.split(",")[0] for bad in found} == {
        "pipe.log": "a pipe",
        "device.log": "a device",
    }


def test_a_link_in_a_folder_open_to_all_is_read_only_when_it_is_named(logs: Path) -> None:
    (logs / "link.log").symlink_to("a.log")
    logs.chmod(0o1777)

    found = list(find_files((str(logs / "*.log"),)))

    assert names(found, logs) == ["a.log", "b.log"]
    assert names(list(find_files((str(logs / "link.log"),))), logs) == ["link.log"]


@pytest.mark.parametrize(("path", "why"), [("missing.log", "no such file"), ("missing*.log", "no file fits")])
def test_what_is_not_there_is_told(tmp_path: Path, path: str, why: str) -> None:
    (found,) = find_files((str(tmp_path / path),))

    assert isinstance(found, Unreadable)
    assert why in found.why


def test_stdin_and_open_descriptors_are_taken_as_they_are() -> None:
    assert list(find_files(("-", "/dev/fd/0", "/dev/stdin"))) == ["-", "/dev/fd/0", "/dev/stdin"]


def test_sizes_add_up_and_a_pipe_has_none(logs: Path) -> None:
    os.mkfifo(logs / "pipe")

    assert sum_sizes([str(logs / "a.log"), str(logs / "b.log")]) == 10
    assert sum_sizes([str(logs / "a.log"), str(logs / "pipe")]) is None
