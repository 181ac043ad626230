"""`python -m tests.bench.live`: what following live costs, beside its peers, held against the targets.

Latencies are from the moment before a line is written, by another process, to the moment its match is known.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.delays import (
    Delays,
    measure_file,
    measure_grep,
    measure_mtail,
    measure_pipe,
)
from tests.bench.inputs import Input, write_input
from tests.bench.rates import measure_follow, measure_passthrough, measure_scan, measure_wrap, warm_up
from tests.bench.tables import VERDICT_HEAD, list_verdict_rows, write_table
from tests.bench.targets import Verdict
from tests.soak.idle_files import Idleness, measure

DELAY_HEAD = ("line written → match known", "lines", "median ms", "p99 ms", "worst ms")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000, help="of each latency (default 1,000)")
    parser.add_argument("--bytes", type=int, default=1 << 30, help="of each rate (default 1 GiB)")
    parser.add_argument("--files", type=int, default=10_000, help="that are idle (default 10,000)")
    parser.add_argument("--seconds", type=float, default=30.0, help="of idleness (default 30)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="logscan-live-") as folder:
        for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME"):
            os.environ[name] = folder
        delays = list(_measure_delays(Path(folder), given.lines))
        verdicts = list(_judge_delays(delays))
        verdicts += _judge_rates(Path(folder), given.bytes)
        verdicts += _judge_idleness(measure(given.files, given.seconds, Path(folder) / "idle"))
    print(f"{os.cpu_count()} CPUs; load when it ended {os.getloadavg()[0]:.2f}\n")
    print(write_table(DELAY_HEAD, map(_write_delays, delays)), end="\n\n")
    print(write_table(VERDICT_HEAD, list_verdict_rows(verdicts)))
    return 0


def _measure_delays(folder: Path, lines: int) -> Iterator[Delays]:
    for number, take in enumerate((measure_file, measure_pipe, measure_grep, measure_mtail)):
        place = folder / f"delays-{number}"
        place.mkdir()
        delays = take(place, lines)
        if delays is None:
            print(f"{take.__name__}: its program is not installed, not measured")
        else:
            yield delays


def _judge_delays(delays: Sequence[Delays]) -> Iterator[Verdict]:
    for one, bound in zip(delays[:2], (20.0, 10.0), strict=True):
        yield Verdict(f"{one.name}: p99 to match known", one.share(0.99), bound, "ms", is_floor=False)


def _judge_rates(folder: Path, size: int) -> Iterator[Verdict]:
    log = folder / "quiet.log"
    write_input(Input("quiet", size, loud=0.0001), log)
    warm_up(log)
    scan, follow = measure_scan(log), measure_follow(log)
    yield Verdict("one file at full speed", follow / 1e6, 0, "MB/s")
    yield Verdict("one file at full speed, to scan's rate", follow / scan, 0.6, "x")
    yield Verdict("run --passthrough", measure_passthrough(log) / 1e6, 300, "MB/s")
    yield Verdict("wrap", measure_wrap(log) / 1e6, 300, "MB/s")
    log.unlink()


def _judge_idleness(idleness: Idleness) -> Iterator[Verdict]:
    files = f"{idleness.files} idle files"
    yield Verdict(f"{files}: of a core", 100 * idleness.share, 2, "%", is_floor=False)
    yield Verdict(f"{files}: memory for each", idleness.bytes_each / 1024, 4, "KiB", is_floor=False)
    yield Verdict(f"{files}: slowest line", idleness.slowest_seconds * 1000, 2_000, "ms", is_floor=False)


def _write_delays(delays: Delays) -> tuple[str, ...]:
    figures = (delays.share(0.5), delays.share(0.99), delays.share(1.0))
    return (delays.name, str(len(delays.milliseconds)), *(f"{one:.2f}" for one in figures))


if __name__ == "__main__":
    sys.exit(main())
