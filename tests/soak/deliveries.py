"""An hour's outage with 10,000 notices, 10,000 drained, how soon 1,000 arrive, 200 kills: `python -m tests.soak.deliveries`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.deliveries_made import endure_kills
from tests.delivery.making import make_notices
from tests.delivery.test_couriers import endure_outage
from tests.offices_made import make_hook, run_office
from tests.sinks_made import run_sink


def main() -> int:
    endure_outage(10_000)
    sys.stdout.write("outage: 10,000 notices, none lost, in order\n")
    with tempfile.TemporaryDirectory() as folder:
        rate = drain(Path(folder), 10_000)
        sys.stdout.write(f"drained at {rate:.0f}/s; 500 are wanted\n")
    with tempfile.TemporaryDirectory() as folder:
        delays = measure_delays(Path(folder), 1_000)
        late = delays[len(delays) * 99 // 100]
        sys.stdout.write(f"opened to sink: p50 {delays[500]:.1f} ms, p99 {late:.1f} ms; 100 ms are wanted\n")
    with tempfile.TemporaryDirectory() as folder:
        told = endure_kills(Path(folder), 200)
        repeats = sum(told.values()) - len(told)
        sys.stdout.write(f"200 kills: {repeats} repeats\n")
    return 0 if rate >= 500 and late <= 100 and repeats <= 200 else 1


def drain(folder: Path, count: int) -> float:
    """So many that wait, sent each to a service that answers at once: notices a second."""
    with run_sink(folder) as sink, run_office(folder / "state.db", [make_hook("hook", sink.url)]) as running:
        started = time.monotonic()
        running.post(make_notices(range(count)))
        running.wait(600)
        assert len({one.key for one in sink.read()}) == sink.count() == count
        return count / (time.monotonic() - started)


def measure_delays(folder: Path, count: int) -> list[float]:
    """Milliseconds from before a notice is written until the sink has its first bytes, the least first."""
    opened: dict[str, float] = {}
    with run_sink(folder) as sink, run_office(folder / "state.db", [make_hook("hook", sink.url)]) as running:
        for number in range(count):
            [notice] = make_notices([number])
            opened[notice.id] = time.time()
            running.post([notice])
            running.wait(30)
        return sorted((one.at - opened[one.key]) * 1_000 for one in sink.read())


if __name__ == "__main__":
    sys.exit(main())
