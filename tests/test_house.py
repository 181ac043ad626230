"""The rules of the house that no linter knows: the map is true, files and functions stay short, the top stays bare."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import logscan

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("logscan", "tests") for path in (ROOT / folder).rglob("*.py"))
TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "logscan", "patterns", "tests", "config.yaml"}
LEFT_BY_TOOLS = {"dist", "build", "__pycache__"}
EMPTY_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "handler",
    "info",
    "data",
    "process",
    "base",
    "core",
}
CLOCK_FLOOR = 10

ROOMS = [path for path in FILES if path.is_relative_to(ROOT / "logscan")]

for_each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def read_map() -> dict[str, int]:
    """Room and floor, out of the docstring of the package."""
    rows = re.findall(r"^ +(\d+)  (\w+) +\S", logscan.__doc__ or "", re.MULTILINE)
    return {room: int(floor) for floor, room in rows}


def list_functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_the_map_names_exactly_the_rooms_that_exist():
    entries = [path for path in (ROOT / "logscan").iterdir() if path.name != "__init__.py"]
    modules = {path.stem for path in entries if path.suffix == ".py"}
    packages = {path.name for path in entries if (path / "__init__.py").exists()}

    named = set(read_map())

    assert named == modules | packages


def test_the_arrows_that_are_enforced_are_those_of_the_map():
    floors = read_map()
    rooms_by_floor = [
        {room for room in floors if floors[room] == floor}
        for floor in sorted(set(floors.values()), reverse=True)
    ]

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [set(layer.split(" | ")) for layer in settings["contracts"][0]["layers"]]

    assert layers == rooms_by_floor


@for_each_file
def test_a_file_has_at_most_300_lines(path: Path):
    lines = path.read_text().splitlines()

    assert len(lines) <= 300


@for_each_file
def test_a_function_has_at_most_40_lines(path: Path):
    tree = ast.parse(path.read_text())

    long = {node.name for node in list_functions(tree) if (node.end_lineno or 0) - node.lineno + 1 > 40}

    assert not long


@for_each_file
def test_names_say_something(path: Path):
    tree = ast.parse(path.read_text())
    classes = {node.name.lower() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}

    names = {path.stem} | classes | {node.name for node in list_functions(tree)}

    assert not names & EMPTY_NAMES


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_opens_with_its_one_job(path: Path):
    tree = ast.parse(path.read_text())

    docstring = ast.get_docstring(tree)

    assert docstring


def test_no_room_below_app_reads_the_clock_or_sleeps():
    low = {room for room, floor in read_map().items() if floor < CLOCK_FLOOR}
    clock = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|time\.(?:time|monotonic|perf_counter|sleep))\(")

    readers = {
        str(path.relative_to(ROOT))
        for path in ROOMS
        if Path(path.relative_to(ROOT / "logscan").parts[0]).stem in low and clock.search(path.read_text())
    }

    assert not readers


def test_the_top_level_holds_only_what_it_may():
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert names - LEFT_BY_TOOLS <= TOP_LEVEL


@pytest.mark.parametrize(("gate", "same"), [("1", "True"), (None, "False")])
def test_the_gate_tries_the_same_examples_each_time_and_a_run_by_hand_others(gate: str | None, same: str):
    words = "import tests.conftest, hypothesis; print(hypothesis.settings().derandomize)"
    environment = {name: value for name, value in os.environ.items() if name != "LOGSCAN_REQUIRE_ALL"}
    environment |= {"CI": "true", "PYTHONPATH": str(ROOT)} | ({"LOGSCAN_REQUIRE_ALL": gate} if gate else {})

    told = subprocess.run([sys.executable, "-c", words], env=environment, stdout=subprocess.PIPE, check=True)

    assert told.stdout.decode().strip() == same


def test_the_lock_knows_every_dependency_and_names_no_index():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[<>=! ]", text)[0].lower() for text in wanted}

    lock = (ROOT / ".ci" / "requirements.lock").read_text()

    assert names <= set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert not re.search(r"--(?:extra-)?index-url|--find-links|https?://|file:", lock)
