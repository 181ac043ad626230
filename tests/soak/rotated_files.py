"""F3 to F8: files that are emptied, grown again, packed, renamed, linked and replaced, each followed by one reader.

Each function is one way at a size of your choice; run as a program, at full size.
"""

from __future__ import annotations

import bz2
import gzip
import itertools
import lzma
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import zstandard

from logscan.model import NewsKind
from tests.sources.following import Follower, append, number_lines

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}
_LINE_BYTES = len(number_lines(0, 1))


class Told(NamedTuple):
    """What was told, and what was to be told, in which order."""

    wanted: list[bytes]
    told: list[bytes]
    counted: int = 0  # rotations, where each is to be counted
    is_ordered: bool = True  # False: what is packed may come after what is newer

    @property
    def is_good(self) -> bool:
        if self.is_ordered:
            return self.wanted == self.told
        return sorted(self.wanted) == sorted(self.told)


def empty(log: Path, times: int) -> Told:
    """Copied and emptied while its writer pauses."""
    follower, wanted = Follower(log.parent), list[bytes]()
    for turn in range(times + 1):
        text = number_lines(turn * 20, turn * 20 + 20)
        append(log, text)
        wanted += text.splitlines()
        follower.poll()
        if turn < times:
            shutil.copyfile(log, f"{log}.1")
            os.truncate(log, 0)
            follower.poll()
    return Told(wanted, follower.lines, follower.count(NewsKind.ROTATED, "truncate"))


def regrow(log: Path, trials: int, *, begins_equal: bool, down: bool) -> Told:
    """Emptied, and grown past the place to which it was read before anybody looks."""
    chance, number = random.Random(4), 0
    banner = b"banner %s\n" % (b"=" * 1_100) if begins_equal else b""
    follower, wanted = Follower(log.parent), list[bytes]()
    for trial in range(trials):
        if trial:
            os.truncate(log, 0)
        before = len(wanted)
        size = 5 * trial + chance.randrange(5, 9)  # always past the place
        lines = [b"%08d trial %d" % (number + one, trial) for one in range(size)]
        number += size
        wanted += banner.splitlines() + lines
        append(log, banner + b"".join(line + b"\n" for line in lines))
        if down:
            follower.crash()
        came = follower.poll().splitlines()
        assert came == wanted[before:], trial
    return Told(wanted, follower.lines)


def pack(log: Path, end: str, behind: int, *, reuses_number: bool, down: bool) -> Told:
    """Renamed, packed and deleted while so many bytes of it are unread."""
    last = 1_000 + behind // _LINE_BYTES
    append(log, number_lines(0, 1_000))
    follower = Follower(log.parent)
    follower.poll()
    append(log, number_lines(1_000, last))
    follower.source.poll_once(follower.sink)
    if down:
        follower.crash()
    Path(f"{log}.1.{end}").write_bytes(PACKERS[end](log.read_bytes()))
    newer = log if reuses_number else log.with_name("newer")  # made while the old one is there
    if newer == log:
        log.unlink()  # and unless another program is quicker its number is given again
    append(newer, number_lines(last, last + 10))
    os.replace(newer, log)
    follower.settle()
    told, newest = follower.lines, set(number_lines(last, last + 10).splitlines())
    if down:
        # Whether a packed file is whole is known after some seconds, for which the new one need not wait.
        told.sort(key=newest.__contains__)
    return Told(number_lines(0, last + 10).splitlines(), told)


def shift(log: Path, turns: int) -> Told:
    """`app.log.1` becomes `app.log.2`, and so on, under a pattern that finds them all."""
    follower = Follower(log.parent, "app.log*")
    for turn in range(turns):
        append(log, number_lines(turn * 10, turn * 10 + 10))
        if turn % 3:
            follower.poll(1)
        if turn % 10 == 5:
            follower.crash()
            follower.poll(1)
        for number in range(5, 0, -1):
            if Path(f"{log}.{number}").exists():
                os.rename(f"{log}.{number}", f"{log}.{number + 1}")
        os.rename(log, f"{log}.1")
        follower.poll(1)
    follower.settle()
    return Told(number_lines(0, turns * 10).splitlines(), follower.lines, is_ordered=False)


def swap(log: Path, swaps: int, lines: int) -> Told:
    """A link that leads to another file each time, while the one before is still written to."""
    follower = Follower(log.parent)
    for turn in range(swaps):
        target, most = log.parent / f"target-{turn}", (turn + 1) * lines
        append(target, number_lines(turn * lines, most - lines // 10))
        os.symlink(target.name, log.parent / "next")
        os.replace(log.parent / "next", log)
        follower.poll(1)
        append(target, number_lines(most - lines // 10, most))
    follower.settle()
    return Told(number_lines(0, swaps * lines).splitlines(), follower.lines)


def reuse(log: Path, turns: int) -> Told:
    """Deleted and made anew under the number that the file system gave before; counted is how often it did."""
    follower, reused, before = Follower(log.parent), 0, -1
    for turn in range(turns):
        append(log, number_lines(turn * 10, turn * 10 + 10))
        reused += log.stat().st_ino == before
        follower.poll()
        follower.crash()  # an open handle would keep the number from being used again
        before = log.stat().st_ino
        log.unlink()
    return Told(number_lines(0, turns * 10).splitlines(), follower.lines, reused)


def list_ways() -> Iterator[tuple[str, Callable[[Path], Told]]]:
    yield "F3, 1,000 times emptied", partial(empty, times=1_000)
    for begins_equal, down in itertools.product((False, True), repeat=2):
        name = f"F4, 250 times grown again, first KiB {'equal' if begins_equal else 'other'}, {_say(down)}"
        yield name, partial(regrow, trials=250, begins_equal=begins_equal, down=down)
    for end, reuses_number, down in itertools.product(PACKERS, (False, True), (False, True)):
        name = (
            f"F5, {end} while 10 MB behind, {'the same' if reuses_number else 'another'} number, {_say(down)}"
        )
        yield name, partial(pack, end=end, behind=10_000_000, reuses_number=reuses_number, down=down)
    yield "F6, 100 times shifted", partial(shift, turns=100)
    yield "F7, 300 links of 1,000 lines", partial(swap, swaps=300, lines=1_000)
    yield "F8, 1,000 files of one number", partial(reuse, turns=1_000)


def _say(down: object) -> str:
    return "down" if down else "live"


def main() -> None:
    is_good = True
    for name, run in list_ways():
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = run(Path(folder) / "app.log")
        wanted, told = Counter(found.wanted), Counter(found.told)
        lost, twice = (wanted - told).total(), (told - wanted).total()
        counted = f", counted {found.counted}" if found.counted else ""
        sys.stdout.write(
            f"{name}: {len(found.wanted)} lines, lost {lost}, twice {twice}{counted}"
            f"{'' if found.is_good else ', NOT KEPT'}; {time.monotonic() - started:.1f} s\n"
        )
        sys.stdout.flush()
        is_good = is_good and found.is_good
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
