"""`python -m tests.bench`: makes the inputs, runs every program in turn, prints costs, targets and agreement."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.agreements import compare
from tests.bench.contests import COLD, LOGSCAN, RULE_COUNTS, Entry, Key, RuleFiles, list_entries, list_missing
from tests.bench.rulesets import write_all, write_rules
from tests.bench.runs import Cost, own_peak_bytes, read_into_memory, run_once, take_median
from tests.bench.tables import COST_HEAD, VERDICT_HEAD, list_cost_rows, list_verdict_rows, write_table
from tests.bench.targets import Results, judge

NOTES = """\
Whole processes, medians; net is less the time for an empty file. CPUs is net CPU seconds a net wall second.
* reads a slice of the input; MB/s, and so each ratio, is told from that slice.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _read_options(arguments)
    with tempfile.TemporaryDirectory(prefix="logscan-bench-") as temporary:
        folder = Path(options.folder or temporary) / f"scale-{options.scale:g}"
        # In a process of its own: a child's peak memory starts at that of the process that started it.
        subprocess.run([sys.executable, "-m", "tests.bench.inputs", folder, str(options.scale)], check=True)
        return run_all(folder, options.rounds)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="logscan beside its peers")
    parser.add_argument("--folder", help="keep the generated inputs here; default: a temporary folder")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the inputs; 1 is 1 GB (default)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of which the median is taken (default 5)")
    return parser.parse_args(arguments)


def run_all(folder: Path, rounds: int) -> int:
    """Measure, print, and say by the status whether both programs found the same lines."""
    rule_files = {count: write_all(write_rules(count), folder) for count in RULE_COUNTS}
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_STATE_HOME": str(folder / "state")}
    environment = {**os.environ, **own, "LC_ALL": "C.UTF-8"}
    entries = list_entries(folder, rule_files)
    results = measure(entries, rounds, environment, folder / "output")
    print(NOTES)
    print(
        f"{os.cpu_count()} CPUs; load when it ended {os.getloadavg()[0]:.2f}, of which one is the benchmark's own\n"
    )
    print(write_table(COST_HEAD, list_cost_rows(results)), end="\n\n")
    print(write_table(VERDICT_HEAD, list_verdict_rows(judge(results))), end="\n\n")
    print(f"peaks below {own_peak_bytes() / 1e6:.0f} MB, this program's own, cannot be told")
    for name in list_missing():
        print(f"{name}: not installed, not measured")
    return _print_agreements(folder, rule_files, environment)


def measure(entries: Sequence[Entry], rounds: int, environment: Mapping[str, str], output: Path) -> Results:
    """Every program once in each round, so that a slow minute of the machine falls on all of them."""
    costs: dict[Key, list[Cost]] = {entry.key: [] for entry in entries}
    for number in range(rounds + 1):
        for entry in entries if number else _list_warm_ups(entries):
            read_into_memory(entry.path)
            cost = run_once(entry.command, environment, output, entry.good)
            if number:
                costs[entry.key].append(cost)
        print(f"round {number} of {rounds}", file=sys.stderr)
    medians = {key: take_median(some) for key, some in costs.items()}
    return Results(medians, {entry.key: entry.size_bytes for entry in entries})


def _list_warm_ups(entries: Sequence[Entry]) -> list[Entry]:
    """One of each kind: logscan keeps its compiled rules from the first run on, for any number of jobs."""
    own = [entry for entry in entries if entry.key.program.startswith("logscan") and entry.key != COLD]
    return list({(one.key.rules, one.key.sample): one for one in own if one.key.sample != "empty"}.values())


def _print_agreements(folder: Path, rule_files: RuleFiles, environment: Mapping[str, str]) -> int:
    if shutil.which("rg") is None:
        return 0
    is_whole = True
    for key in LOGSCAN:
        agreement = compare(key, folder / f"{key.sample}.log", rule_files[key.rules], environment)
        print(f"jobs {key.jobs}, {agreement.text}")
        is_whole = is_whole and agreement.is_whole
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
