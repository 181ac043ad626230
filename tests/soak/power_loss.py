"""F22: the power fails while the state is written; whatever reached the disk, nothing is ahead of anything else.

strace writes down what a real run asks of the kernel. An image of the disk is what was synced, and of what was not
each write as a whole, in part or not at all.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from logscan.store import open_store
from tests.making import NOW
from tests.soak.followers import Logscan
from tests.soak.oracle import RULE, make_line, read_number, start_writer

_CALLS = "openat,pwrite64,ftruncate,fdatasync,fsync,unlink"
_CALL = re.compile(
    r'\d+ +(\w+)\((?:\d+<([^>]+)>)?(?:"([^"]*)")?(?:, "((?:\\x[0-9a-f]{2})*)", \d+)?(?:, (\d+))?'
)
_SECTOR = 512
_BATCH = 100
_PAUSE = 0.01


class Step(NamedTuple):
    """What was asked of the kernel."""

    call: str
    name: str  # of the file
    text: bytes = b""
    at: int = 0


def record(folder: Path, lines: int) -> list[Step]:
    """Follow a log of so many lines, each of which takes effect, and give what that wrote."""
    log, trace = folder / "app.log", folder / "trace"
    log.touch()
    with Logscan(folder, log) as logscan:
        paths = [word for end in ("", "-wal") for word in ("-P", f"{logscan.state}{end}")]
        options = ["-y", "-xx", "-s", "65536", "-e", f"trace={_CALLS}", *paths]
        logscan.start("strace", "-f", "-qqq", "-o", str(trace), *options)
        logscan.wait_until_reading()
        start_writer(log, range(lines), every=1, batch=_BATCH, pause=_PAUSE).wait()
        logscan.wait_until_told(range(lines))
        assert logscan.stop() == 0
    return list(_read_trace(trace))


def _read_trace(trace: Path) -> Iterator[Step]:
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            found = _CALL.match(line)
            if found is None or found[1] == "openat":
                continue
            path = _unescape(found[2] or "") or _unescape(found[3]).decode()
            name = path if isinstance(path, str) else path.decode()
            yield Step(found[1], Path(name).name, _unescape(found[4] or ""), int(found[5] or 0))


def _unescape(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


class Disk:
    """Files as they are after some steps, of which the last few may be lost."""

    def __init__(self) -> None:
        self.files: dict[str, bytearray] = {}

    def do(self, step: Step, chance: random.Random | None = None) -> None:
        """Take a step; with a chance, as much of it as that leaves."""
        fate = "whole" if chance is None else chance.choice(("whole", "torn", "lost"))
        if fate == "lost" or step.call in ("fdatasync", "fsync"):
            return
        if step.call == "unlink":
            self.files.pop(step.name, None)
            return
        file = self.files.setdefault(step.name, bytearray())
        if step.call == "ftruncate":
            del file[step.at :]
            return
        text = step.text
        if fate == "torn" and chance is not None:
            sectors = chance.randrange(1 + len(text) // _SECTOR)
            text = text[: sectors * _SECTOR]
        file.extend(bytes(max(0, step.at + len(text) - len(file))))
        file[step.at : step.at + len(text)] = text


def make_image(steps: Sequence[Step], end: int, chance: random.Random | None, folder: Path) -> None:
    """The disk after the power failed behind that many steps; without a chance only what was synced is there."""
    synced: dict[str, int] = {
        step.name: number for number, step in enumerate(steps[:end]) if step.call.endswith("sync")
    }
    disk = Disk()
    for number, step in enumerate(steps[:end]):
        is_safe = number <= synced.get(step.name, -1)
        if is_safe or chance is not None:
            disk.do(step, None if is_safe else chance)
    for name, text in disk.files.items():
        (folder / name).write_bytes(text)


def read_image(folder: Path, ends: Sequence[int]) -> tuple[list[int], int]:
    """What an image says took effect, and how many lines were read according to it."""
    store = open_store(folder / "state.db", NOW)
    positions = list(store.read_positions().values())
    damaged = store.damaged
    store.close()
    assert damaged is None, damaged
    with closing(sqlite3.connect(folder / "state.db")) as database:
        rows = database.execute("SELECT evidence FROM events WHERE rule = ? ORDER BY id", [RULE])
        told = [read_number(evidence) for (evidence,) in rows]
    offsets = [json.loads(one)["files"][-1]["offset"] for one in positions]
    return told, bisect_right(ends, max(offsets, default=0))


def check(folder: Path, *, lines: int, images: int, seed: int) -> int:
    """Fail with what is wrong; give the number of steps among which the power failed."""
    steps = record(folder, lines)
    chance = random.Random(seed)
    ends = list(accumulate(len(make_line(number, 1)) for number in range(lines)))
    for number in range(images):
        end = chance.randrange(1, len(steps) + 1)
        place = f"seed {seed}, image {number}, behind step {end}"
        safe, torn = folder / f"safe-{number}", folder / f"torn-{number}"
        for image, luck in ((safe, None), (torn, chance)):
            image.mkdir()
            make_image(steps, end, luck, image)
        (was_told, _), (told, read) = read_image(safe, ends), read_image(torn, ends)
        assert told == list(range(read)), f"{place}: {len(told)} lines told, {read} read"
        assert len(told) >= len(was_told), f"{place}: what was told before is gone"
    return len(steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=1_000)
    parser.add_argument("--lines", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        steps = check(Path(folder), lines=given.lines, images=given.images, seed=given.seed)
    sys.stdout.write(f"{given.images} images of {steps} steps, seed {given.seed}: none wrong\n")


if __name__ == "__main__":
    main()
