"""Measures the incident machine: `python -m tests.bench.incidents` prints events a second and memory."""

from __future__ import annotations

import resource
import time
from datetime import timedelta

from logscan.incidents import Book, Moment, Place
from tests.incidents.making import START, TERMS, TOKEN, make_event

_CASES = ((1, 200_000), (100, 200_000), (100_000, 1_000_000))
_KIB = 1024


def main() -> None:
    """One key, a hundred, and a storm over a hundred thousand, each as if within a minute."""
    for keys, lines in _CASES:
        events = [make_event(rule="meta.phone", credential=f"{TOKEN}/{number}") for number in range(keys)]
        book, before = Book(TERMS), _peak()
        started = time.process_time()
        for number in range(lines):
            clock = number * 60 / lines
            moment = Moment(clock, START + timedelta(seconds=clock))
            book.take(events[number % keys], moment, Place("", number))
        seconds = time.process_time() - started
        print(f"{lines:>9,} lines, {keys:>7,} keys: {lines / seconds:>9,.0f}/s, +{_peak() - before:.1f} MiB")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB


if __name__ == "__main__":
    main()
