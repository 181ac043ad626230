"""Costs and verdicts as text for people; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.bench.contests import Key
from tests.bench.inputs import SLICE_BYTES
from tests.bench.targets import Results, Verdict

COST_HEAD = (
    "program",
    "input",
    "MB",
    "rules",
    "jobs",
    "wall s",
    "CPU s",
    "net wall",
    "net CPU",
    "CPUs",
    "MB/s",
    "peak MB",
)
VERDICT_HEAD = ("target", "measured", "wanted", "")


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first to the left, the others to the right."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )


def list_cost_rows(results: Results) -> Iterator[tuple[str, ...]]:
    for key in sorted(results.costs, key=lambda key: key.sample == "empty"):
        yield _write_cost_row(key, results)


def _write_cost_row(key: Key, results: Results) -> tuple[str, ...]:
    cost = results.costs[key]
    mark = " *" if key.program in SLICE_BYTES else ""
    rules = str(key.rules or "-")
    first = (f"{key.program}{mark}", key.sample, f"{results.sizes[key] / 1e6:.1f}", rules, str(key.jobs))
    spent = (f"{cost.wall_seconds:.3f}", f"{cost.cpu_seconds:.3f}")
    peak = f"{cost.peak_bytes / 1e6:.0f}"
    if not results.sizes[key]:
        return (*first, *spent, "", "", "", "", peak)
    net = results.net(key)
    use = net.cpu_seconds / net.wall_seconds
    speed = results.sizes[key] / net.wall_seconds / 1e6
    return (
        *first,
        *spent,
        f"{net.wall_seconds:.3f}",
        f"{net.cpu_seconds:.3f}",
        f"{use:.2f}",
        f"{speed:.1f}",
        peak,
    )


def list_verdict_rows(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, ...]]:
    for verdict in verdicts:
        measured = "-" if verdict.measured is None else f"{verdict.measured:.3g} {verdict.unit}"
        sign = ">=" if verdict.is_floor else "<="
        yield (verdict.claim, measured, f"{sign} {verdict.bound:g} {verdict.unit}", verdict.word)
