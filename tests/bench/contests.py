"""Says which program runs on which input, and by which command; it starts none of them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.bench.inputs import SLICE_BYTES, slice_path

RULE_COUNTS = (40, 250)


class Key(NamedTuple):
    """What tells one line of the table from another."""

    program: str
    sample: str
    rules: int = 40
    jobs: int = 1

    @property
    def empty(self) -> Key:
        return self._replace(sample="empty")


class Entry(NamedTuple):
    """One command that is measured."""

    key: Key
    command: tuple[str, ...]
    path: Path
    size_bytes: int
    good: tuple[int, ...] = (0,)


RuleFiles = Mapping[int, Mapping[str, Path]]

LOGSCAN = (
    Key("logscan", "quiet"),
    Key("logscan", "quiet", jobs=2),
    Key("logscan", "quiet", rules=250),
    Key("logscan", "escaped"),
    Key("logscan", "loud"),
    Key("logscan", "loud", jobs=2),
)
PACKS = "logscan, all packs"
ALL_PACKS = tuple(Key(PACKS, sample, rules=0) for sample in ("quiet", "escaped", "loud", "ordinary"))
COLD = Key("logscan, cold", "first", rules=0)
WARM = Key("logscan, warm", "first", rules=0)
OTHERS = (
    Key("bare loop", "quiet"),
    Key("ripgrep", "quiet"),
    Key("ripgrep", "loud"),
    Key("grep", "quiet"),
    Key("mtail", "quiet"),
    Key("mtail", "loud"),
    Key("sec", "quiet"),
    Key("sec", "loud"),
    Key("swatchdog", "quiet"),
    Key("swatchdog", "loud"),
)
EXECUTABLES = {"ripgrep": "rg", "grep": "grep", "mtail": "mtail", "sec": "sec", "swatchdog": "swatchdog"}


_PLAIN_SCAN = ("scan", "--no-progress", "--fail-on", "never", "--format", "jsonl")


def find_logscan() -> tuple[str, ...]:
    """The command beside this Python, as its user would start it."""
    script = Path(sys.executable).with_name("logscan")
    return (str(script),) if script.exists() else (sys.executable, "-m", "logscan")


def list_missing() -> tuple[str, ...]:
    return tuple(program for program, name in EXECUTABLES.items() if shutil.which(name) is None)


def list_entries(folder: Path, rule_files: RuleFiles) -> tuple[Entry, ...]:
    """Everything that one round measures, each program's empty run included."""
    missing = list_missing()
    pairs = ((key, key.empty) for key in (*LOGSCAN, *ALL_PACKS, *OTHERS) if key.program not in missing)
    # An empty run beside each that it is taken from, so that a slow minute of the machine falls on both.
    keys = [key for pair in pairs for key in pair]
    return (*(_make_entry(key, folder, rule_files) for key in keys), *_list_starts(folder))


def _list_starts(folder: Path) -> Iterator[Entry]:
    command = find_logscan()
    empty = folder / "empty.log"
    yield Entry(Key("logscan --version", "-", rules=0), (*command, "--version"), empty, 0)
    first = folder / "first.log"
    scan = (*command, *_PLAIN_SCAN, str(first))
    yield Entry(WARM, scan, first, 0)
    # No cache can be kept there, so every run is the first one of a fresh machine.
    yield Entry(COLD, ("env", "XDG_CACHE_HOME=/dev/null/none", *scan), first, 0)


def _make_entry(key: Key, folder: Path, rule_files: RuleFiles) -> Entry:
    path = folder / f"{key.sample}.log"
    if key.program in SLICE_BYTES and key.sample != "empty":
        path = slice_path(folder, key.sample, key.program)
    if key.program == PACKS:
        return Entry(key, (*find_logscan(), *_PLAIN_SCAN, str(path)), path, path.stat().st_size)
    form = "ripgrep" if key.program == "bare loop" else key.program
    command = write_command(key, rule_files[key.rules][form], path)
    good = (0, 1) if key.program in {"ripgrep", "grep"} else (0,)
    return Entry(key, command, path, path.stat().st_size, good)


def write_command(key: Key, rules: Path, path: Path) -> tuple[str, ...]:
    """The program's arguments for one rule file and one input."""
    folder, place = str(rules.parent), str(path)
    by_program = {
        "logscan": (*find_logscan(), *_scan_options(rules, key.jobs), place),
        "bare loop": (sys.executable, "-m", "tests.bench.bare_loop", str(rules), place),
        "ripgrep": ("rg", "-j1", "-c", "-i", "-f", str(rules), place),
        "grep": ("env", "LC_ALL=C", "grep", "-c", "-i", "-E", "-f", str(rules), place),
        "mtail": ("mtail", "--one_shot", "--logs", place, "--progs", str(rules), "--log_dir", folder),
        "sec": ("sec", f"--conf={rules}", f"--input={place}", "--fromstart", "--notail", "--nointevents"),
        "swatchdog": ("swatchdog", f"--config-file={rules}", f"--examine={place}", f"--script-dir={folder}"),
    }
    return by_program[key.program]


def _scan_options(rules: Path, jobs: int) -> tuple[str, ...]:
    return (*_PLAIN_SCAN, "--no-packs", "--rules", str(rules), "--jobs", str(jobs))
