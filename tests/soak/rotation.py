"""F1 and F2: a million lines through 200 rotations, late writes to the old file, and a reader that is killed.

Another process writes numbered lines with a checksum, every 100th fits a rule; the reading process is the real
pipeline, keeper and store. The verdict is the multiset of what was told, not its count.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from logscan.keeper import Keeper
from logscan.pipeline import Manner, Pipeline, Station
from logscan.sources.follow import FilesSource, FollowOptions
from logscan.store import open_store
from tests.live_made import make_own_desk
from tests.making import NOW, make_reader, make_rule, make_scanner

EVERY = 100
_LATE = 5  # lines that still go to the old file after each rotation
_KEPT_FILES = 400
_SECONDS_PER_KILL = 1.5
_RULE = make_rule("test.expired", r"token expired (?P<number>\d+)", credential="token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is written, and how often the reader is killed."""

    lines: int
    rotations: int
    kills: int = 0
    seed: int = 0
    pace: float = 0.0  # seconds over which the writer spreads its rotations


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was told, against what was written."""

    wanted: int
    lost: int
    twice: int
    out_of_order: int
    seconds: float

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.twice or self.out_of_order)


def make_line(number: int) -> bytes:
    text = b"token expired %d" % number if number % EVERY == 0 else b"all is well %d" % number
    return b"%s sum=%08x\n" % (text, zlib.crc32(text))


def write_lines(folder: Path, plan: Plan) -> None:
    """Write, rename and open anew, as programs do: the first lines after a rename go to the old file."""
    log, chance = folder / "app.log", random.Random(plan.seed)
    each = plan.lines // plan.rotations
    file = log.open("ab", buffering=0)
    for rotation in range(plan.rotations):
        start = rotation * each
        end = plan.lines if rotation == plan.rotations - 1 else start + each
        for lines in _batch(start, end - _LATE, chance):
            file.write(lines)
        os.rename(log, folder / f"app.log.{rotation + 1}")
        newer = log.open("ab", buffering=0)
        for number in range(end - _LATE, end):
            file.write(make_line(number))
        file.close()
        file = newer
        (folder / f"app.log.{rotation + 1 - _KEPT_FILES}").unlink(missing_ok=True)
        time.sleep(plan.pace / plan.rotations)
    file.close()


def _batch(start: int, end: int, chance: random.Random) -> Iterator[bytes]:
    while start < end:
        size = min(end - start, chance.randrange(1, 200))
        yield b"".join(map(make_line, range(start, start + size)))
        start += size


def read_lines(folder: Path) -> None:
    """What `run` does, until it is told to stop or is killed."""
    store = open_store(folder / "state.db", NOW)
    keeper = Keeper(make_own_desk(store), lambda _kept: None, clock=time.monotonic, now=lambda: NOW)
    options = FollowOptions(patterns=(str(folder / "app.log"),), from_start=True)
    source = FilesSource("app", options, key=store.id.encode(), clock=time.monotonic)
    station = Station(
        time.monotonic, lambda: NOW, store.id.encode(), store.read_positions(), False, lambda _: None
    )
    pipeline = Pipeline({source: Manner()}, make_scanner((_RULE,)), make_reader(), keeper, station)
    signal.signal(signal.SIGTERM, lambda *_: pipeline.stop())
    keeper.start()
    pipeline.run()
    keeper.stop(30)
    store.close()


def run(
    plan: Plan, folder: Path, start_reader: Callable[[Path], subprocess.Popen[bytes]] | None = None
) -> Verdict:
    """Both processes, and the judgement of what they left; the reader may be another one."""
    start_reader = start_reader or partial(_start, "read", plan=plan)
    started = time.monotonic()
    (folder / "app.log").touch()
    reader = start_reader(folder)
    _wait_for_positions(folder)
    writer = _start("write", folder, plan)
    chance, over = random.Random(plan.seed + 1), threading.Event()
    for _ in range(plan.kills):
        over.wait(chance.uniform(0.2, 1.5))
        reader.kill()
        reader.wait()
        over.wait(chance.uniform(0.0, 2.0))
        reader = start_reader(folder)
    assert writer.wait() == 0
    wanted = list(range(0, plan.lines, EVERY))
    told = _wait_for_end(folder, wanted[-1], over)
    reader.terminate()
    assert reader.wait(60) == 0
    told = read_told(folder)
    counted = Counter(told)
    return Verdict(
        len(wanted),
        lost=len(set(wanted) - set(told)),
        twice=sum(counted.values()) - len(counted),
        out_of_order=_count_disorder(told, plan),
        seconds=time.monotonic() - started,
    )


def read_told(folder: Path) -> list[int]:
    """The number in each event, in the order in which they were kept."""
    with closing(open_events(folder)) as database:
        rows = database.execute("SELECT evidence FROM events WHERE rule = 'test.expired' ORDER BY id")
        return [int(evidence.split()[2]) for (evidence,) in rows]


def open_events(folder: Path):
    import sqlite3

    return sqlite3.connect(f"file:{folder / 'state.db'}?mode=ro", uri=True)


def _count_disorder(told: Sequence[int], plan: Plan) -> int:
    """Within each file lines stay in their order."""
    each = plan.lines // plan.rotations
    last: dict[int, int] = {}
    disorder = 0
    for number in told:
        file = min(number // each, plan.rotations - 1)
        disorder += number < last.get(file, -1)
        last[file] = max(number, last.get(file, -1))
    return disorder


def _wait_for_positions(folder: Path) -> None:
    """A file's first position says that it is followed."""
    _wait(lambda: _count(folder, "SELECT count(*) FROM positions"), threading.Event())


def _wait_for_end(folder: Path, last: int, over: threading.Event) -> list[int]:
    _wait(
        lambda: _count(folder, "SELECT count(*) FROM events WHERE evidence LIKE ?", f"%expired {last} %"),
        over,
    )
    before = -1
    while (now := _count(folder, "SELECT count(*) FROM events")) != before:  # late lines of older files
        before = now
        over.wait(3.0)
    return read_told(folder)


def _wait(is_there, over: threading.Event, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > until:
            return
        over.wait(0.1)


def _count(folder: Path, query: str, *values: str) -> int:
    import sqlite3

    try:
        with closing(open_events(folder)) as database:
            return int(database.execute(query, values).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def _start(part: str, folder: Path, plan: Plan) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.soak.rotation", "--part", part, "--folder", str(folder)]
    command += ["--lines", str(plan.lines), "--rotations", str(plan.rotations), "--seed", str(plan.seed)]
    command += ["--pace", str(plan.pace)]
    return subprocess.Popen(command)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rotations", type=int, default=200)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--pace", type=float, help="seconds; by default as long as the kills take")
    parser.add_argument("--part", choices=("read", "write"))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    pace = _SECONDS_PER_KILL * given.kills if given.pace is None else given.pace
    plan = Plan(lines=given.lines, rotations=given.rotations, kills=given.kills, seed=given.seed, pace=pace)
    if given.part == "read":
        read_lines(given.folder)
    elif given.part == "write":
        write_lines(given.folder, plan)
    else:
        with tempfile.TemporaryDirectory() as folder:
            verdict = run(plan, Path(folder))
        sys.stdout.write(f"{plan}\n{verdict}\n")
        sys.exit(not verdict.is_good)


if __name__ == "__main__":
    main()
