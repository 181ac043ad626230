"""What the wheel brings along is what a first start would make: it is found, or as good as not there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MADE = Path("logscan/assets/made")
LINE = "ERROR Error validating access token: Session has expired on Wednesday, 18-Jun-25 06:00:00 PDT\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a wheel that was built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def damaged(installed: Path) -> Iterator[Path]:
    """The same with a byte of every entry turned over."""
    kept = installed.parent / "kept"
    shutil.copytree(installed / MADE, kept)
    for entry in (installed / MADE).iterdir():
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 1
        entry.write_bytes(content)
    yield installed
    shutil.rmtree(installed / MADE)
    kept.rename(installed / MADE)


def scan(installed: Path, folder: Path) -> tuple[list[dict[str, object]], set[str]]:
    """The findings in one line, and the kinds of entries which that start had to make for itself."""
    names = {"PYTHONPATH": str(installed), "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-m", "logscan", "scan", "--format", "jsonl", "--fail-on", "never", "-"]
    run = subprocess.run(
        command, cwd=folder, input=LINE, env=os.environ | names, capture_output=True, text=True, check=True
    )
    found = [json.loads(line) for line in run.stdout.splitlines()]
    made = (folder / "cache" / "logscan").glob("*")
    return [one for one in found if one["type"] == "finding"], {path.name.split("-")[0] for path in made}


def test_a_first_start_makes_nothing_that_the_wheel_brings_along(installed, tmp_path):
    findings, made = scan(installed, tmp_path)

    assert [one["rule"] for one in findings] == ["meta.session-expired"]
    assert made == {"database"}


def test_what_is_damaged_is_made_anew_and_finds_the_same(damaged, tmp_path):
    findings, made = scan(damaged, tmp_path)

    assert [one["rule"] for one in findings] == ["meta.session-expired"]
    assert made == {"asides", "database", "expressions", "rules", "secrets"}
