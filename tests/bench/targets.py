"""Holds the measured costs against the targets; it measures nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.bench.contests import ALL_PACKS, COLD, LOGSCAN, PACKS, WARM, Key
from tests.bench.runs import Cost

SLOW_PROGRAMS = ("mtail", "sec", "swatchdog")


class Results(NamedTuple):
    """The median costs of every entry, and how many bytes each read."""

    costs: Mapping[Key, Cost]
    sizes: Mapping[Key, int]

    def net(self, key: Key) -> Cost:
        return self.costs[key].less(self.costs[key.empty])

    def speed(self, key: Key) -> float | None:
        """Bytes a second less the time for an empty file; None for a program that is not here."""
        return self.sizes[key] / self.net(key).wall_seconds if key in self.costs else None

    def cpu_speed(self, key: Key) -> float | None:
        """The same for a second of CPU time, which other programs on the machine hardly change."""
        return self.sizes[key] / self.net(key).cpu_seconds if key in self.costs else None


class Verdict(NamedTuple):
    """One target and what was measured."""

    claim: str
    measured: float | None
    bound: float
    unit: str
    is_floor: bool = True

    @property
    def word(self) -> str:
        if self.measured is None:
            return "not measured"
        met = self.measured >= self.bound if self.is_floor else self.measured <= self.bound
        return "met" if met else "NOT MET"


def judge(results: Results) -> Iterator[Verdict]:
    """Every target of the issue, in its order."""
    yield from _judge_speed(results)
    yield from _judge_loud(results)
    yield from _judge_packs(results)
    yield from _judge_use(results)


def _judge_packs(results: Results) -> Iterator[Verdict]:
    """The same with every shipped pack, whose rules no other program reads: the others have their forty."""
    quiet, escaped, loud, ordinary = ALL_PACKS
    ratios = (
        ("quiet, to ripgrep -j1 with 40 rules", quiet, Key("ripgrep", "quiet"), 1.3),
        ("quiet, to a bare Hyperscan loop over 40", quiet, Key("bare loop", "quiet"), 0.75),
        ("quiet, to logscan with 40", quiet, LOGSCAN[0], 0.8),
        ('\\" in 20 % of the lines to quiet', escaped, quiet, 0.5),
    )
    for claim, ours, other, bound in ratios:
        ratio = _divide(results.cpu_speed(ours), results.cpu_speed(other))
        yield Verdict(f"all packs: {claim}", ratio, bound, "x")
    for key, bound in ((loud, 50), (ordinary, 200)):
        speed = results.cpu_speed(key)
        yield Verdict(f"all packs, {key.sample}: by CPU time", speed and speed / 1e6, bound, "MB/s")
    for key, bound, what in ((WARM, 0.5, "with"), (COLD, 2, "without")):
        seconds = results.costs[key].cpu_seconds
        claim = f"all packs, one line {what} a cache: CPU time"
        yield Verdict(claim, seconds, bound, "s", is_floor=False)


def _judge_speed(results: Results) -> Iterator[Verdict]:
    quiet, two_jobs, many_rules, escaped = LOGSCAN[:4]
    ratios = (
        ("quiet: one job to ripgrep -j1", quiet, Key("ripgrep", "quiet"), 1.3),
        ("quiet: one job to a bare Hyperscan loop", quiet, Key("bare loop", "quiet"), 0.75),
        ("quiet: two jobs to one", two_jobs, quiet, 1.8),
        ("quiet: 250 rules to 40", many_rules, quiet, 0.8),
        ('\\" in 20 % of the lines to quiet', escaped, quiet, 0.5),
    )
    for claim, ours, other, bound in ratios:
        yield Verdict(claim, _divide(results.speed(ours), results.speed(other)), bound, "x")


def _judge_loud(results: Results) -> Iterator[Verdict]:
    loud = Key("logscan", "loud")
    speed = results.speed(loud)
    yield Verdict("5 % matching: findings as jsonl, one job", speed and speed / 1e6, 50, "MB/s")
    cpu_speed = results.sizes[loud] / results.net(loud).cpu_seconds
    yield Verdict("5 % matching: the same by CPU time", cpu_speed / 1e6, 50, "MB/s")
    for program in SLOW_PROGRAMS:
        for sample in ("quiet", "loud"):
            ratio = _divide(results.speed(Key("logscan", sample)), results.speed(Key(program, sample)))
            yield Verdict(f"{sample}: one job to {program}", ratio, 200, "x")


def _judge_use(results: Results) -> Iterator[Verdict]:
    for key in LOGSCAN:
        if key.jobs == 1:
            cost = results.net(key)
            claim = f"{key.sample}, {key.rules} rules: CPUs used by one job"
            yield Verdict(claim, cost.cpu_seconds / cost.wall_seconds, 1.05, "CPU", is_floor=False)
    peak = max(results.costs[key].peak_bytes for key in LOGSCAN)
    yield Verdict("peak memory, any input, up to two jobs", peak / 1e6, 100, "MB", is_floor=False)
    version = results.costs[Key("logscan --version", "-", rules=0)].wall_seconds
    yield Verdict("logscan --version", version, 0.15, "s", is_floor=False)
    start = results.costs[Key(PACKS, "empty", rules=0)].wall_seconds
    yield Verdict("scan of an empty file, every shipped pack", start, 0.5, "s", is_floor=False)


def _divide(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one / other
