"""F14: one endless line costs no memory, is cut once, and the line after it is whole."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import NamedTuple

_PIECE = b"x" * (1 << 20)
_KIB = 1 << 10
_ALLOWED_GROWTH = 2 * (1 << 20) + 8 * (1 << 20)  # twice max_line + 8 MB
_COMMAND = (sys.executable, "-m", "logscan", "scan", "--format", "jsonl", "--fail-on", "never", "-")


class Outcome(NamedTuple):
    """What a scan of the line found and cost."""

    peak_bytes: int
    findings: list[dict[str, object]]
    summary: dict[str, object]


def scan_long_line(size: int) -> Outcome:
    """Pipe a line of that size, and one about an expired token behind it, into a scan of its own process."""
    process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"before\n")
    for written in range(0, size, len(_PIECE)):
        process.stdin.write(_PIECE[: size - written])
    process.stdin.write(b"\nError validating access token: Session has expired\n")
    process.stdin.close()
    output = process.stdout.read().splitlines()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    *findings, summary = (json.loads(line) for line in output)
    return Outcome(usage.ru_maxrss * _KIB, findings, summary)


def check(size: int) -> tuple[Outcome, int]:
    """Scan the long line and a short one; give the outcome and the growth, or fail with what is wrong."""
    short, long = scan_long_line(10), scan_long_line(size)
    growth = long.peak_bytes - short.peak_bytes
    assert growth <= _ALLOWED_GROWTH, f"{growth} bytes more for a line of {size}"
    assert [finding["line"] for finding in long.findings] == [3]
    assert long.findings[0]["offset"] == len(b"before\n") + size + 1
    assert long.summary["lines"] == 3
    assert long.summary["truncated_lines"] == 1
    return long, growth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=2 << 30)
    size = parser.parse_args().bytes
    outcome, growth = check(size)
    peak, more = outcome.peak_bytes >> 20, growth >> 20
    sys.stdout.write(f"a line of {size} bytes: peak {peak} MB, {more} MB more than a short one\n")


if __name__ == "__main__":
    main()
