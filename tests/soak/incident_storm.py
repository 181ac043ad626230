"""F32: a million matching lines over a hundred thousand keys in a minute are counted exactly, and kept small."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import timedelta

from logscan.incidents import Book, Moment, Place
from tests.incidents.making import START, TERMS, TOKEN, make_event

_MOST_GROWTH_KIB = 64 << 10
_MOST_TOLD = 1_001  # one for each key that lives, and one for all the others
_LEAST_PER_SECOND = 50_000


def check(lines: int, keys: int) -> tuple[float, int]:
    """Take them all; give lines a second of processor time, and KiB more than before."""
    book, told = Book(TERMS), 0
    before, started = _peak(), time.process_time()
    for number in range(lines):
        clock = number * 60 / lines
        event = make_event(rule="meta.phone", credential=f"{TOKEN}/{number % keys}")
        moment = Moment(clock, START + timedelta(seconds=clock))
        told += len(book.take(event, moment, Place("", number)).changes)
    seconds, growth = time.process_time() - started, _peak() - before
    assert sum(incident.count for incident in book.list_incidents()) == lines
    assert told <= _MOST_TOLD
    assert growth <= _MOST_GROWTH_KIB, growth
    return lines / seconds, growth


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=100_000)
    arguments = parser.parse_args()
    rate, growth = check(arguments.lines, arguments.keys)
    verdict = "enough" if rate >= _LEAST_PER_SECOND else "too few, or a slow machine"
    sys.stdout.write(
        f"{rate:,.0f} lines a second with making them ({verdict}), {growth / 1024:.1f} MiB more\n"
    )


if __name__ == "__main__":
    main()
