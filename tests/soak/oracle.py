"""The common oracle: numbered lines with a checksum from a process of their own, and the verdict on what was told.

Every so many lines one fits a rule; the verdict is the multiset of what was told and its order, not its count.
`python -m tests.soak.oracle PATH START END` is the writer.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

EVERY = 100
ROOT = Path(__file__).parents[2]
RULE = "oracle.expired"
PACK = rf"""
pack: oracle
title: Lines that are counted
credential: oracle-token
specificity: provider
rules:
  - id: {RULE}
    title: A numbered token expired
    signal: expired
    any: ['token expired (?P<key>\d+) ']
    runbook: Nothing is to be done.
    examples: {{match: ['token expired 17 sum=1'], ignore: ['token 17']}}
"""


class Verdict(NamedTuple):
    """What was told, against what was written."""

    wanted: int
    lost: int = 0
    twice: int = 0
    made_up: int = 0  # told, and never written
    out_of_order: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.twice or self.made_up or self.out_of_order)


def make_line(number: int, every: int = EVERY) -> bytes:
    text = b"token expired %d" % number if number % every == 0 else b"all is well %d" % number
    return b"%s sum=%08x\n" % (text, zlib.crc32(text))


def make_lines(start: int, end: int, every: int = EVERY) -> bytes:
    return b"".join(make_line(number, every) for number in range(start, end))


def read_number(evidence: str) -> int:
    """The number in a told line, if the line is whole."""
    text, _, checksum = evidence.partition(" sum=")
    assert zlib.crc32(text.encode()) == int(checksum, 16), evidence
    return int(text.split()[2])


def judge(
    wanted: Iterable[int], told: Sequence[int], name_file: Callable[[int], int] = lambda _: 0
) -> Verdict:
    """Each line of `wanted` once and nothing else; those of one file in their order."""
    expected, heard = Counter(wanted), Counter(told)
    last: dict[int, int] = {}
    disorder = 0
    for number in told:
        file = name_file(number)
        disorder += number < last.get(file, -1)
        last[file] = max(number, last.get(file, -1))
    return Verdict(
        expected.total(),
        lost=len(expected - heard),
        twice=sum(count - 1 for count in heard.values()),
        made_up=len(set(heard) - set(expected)),
        out_of_order=disorder,
    )


def start_writer(
    path: Path, numbers: range, *, every: int = EVERY, batch: int = 100, pause: float = 0.0
) -> subprocess.Popen[bytes]:
    """Append lines in a process of their own."""
    options = ["--every", str(every), "--batch", str(batch), "--pause", str(pause)]
    bounds = [str(numbers.start), str(numbers.stop)]
    command = [sys.executable, "-m", "tests.soak.oracle", str(path), *bounds, *options]
    return subprocess.Popen(command, cwd=ROOT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("start", type=int)
    parser.add_argument("end", type=int)
    parser.add_argument("--every", type=int, default=EVERY)
    parser.add_argument("--batch", type=int, default=100, help="lines in one call to the kernel")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two batches")
    given = parser.parse_args()
    with given.path.open("ab", buffering=0) as file:
        for at in range(given.start, given.end, given.batch):
            file.write(make_lines(at, min(at + given.batch, given.end), given.every))
            time.sleep(given.pause)


if __name__ == "__main__":
    main()
