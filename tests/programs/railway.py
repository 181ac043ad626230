"""A `railway` that ends as the real one does: 500 lines into a pipe, then exit 0; a login that has expired, exit 1."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from datetime import UTC, datetime, timedelta

BACKLOG = 500
START = datetime(2026, 8, 21, 20, 0, tzinfo=UTC)
LOGIN_TEXT = "Unauthorized. Please login with `railway login`"


def make_line(number: int) -> str:
    moment = (START + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S")
    fields = [
        ("timestamp", f"{moment}.{number:09d}Z"),
        ("level", "info"),
        ("message", f"line {number}" if number % 100 else f"token expired for {number}"),
    ]
    random.shuffle(fields)  # the real one writes them in the order of a hash map
    return json.dumps(dict(fields))


def main() -> int:
    """`logs --json`; how many lines there are in all is counted up in the file that $RAILWAY_STATE names."""
    if "--follow" in sys.argv:
        print("error: unexpected argument '--follow' found", file=sys.stderr)
        return 2
    if os.environ.get("RAILWAY_LOGIN") == "expired":
        print(LOGIN_TEXT, file=sys.stderr)
        return 1
    state = os.environ.get("RAILWAY_STATE")
    total = BACKLOG
    if state:
        with open(state, "a+", encoding="ascii") as file:
            file.seek(0)
            total = BACKLOG + 10 * len(file.read())
            file.write("x")
    for number in range(total - BACKLOG, total):
        print(make_line(number), flush=number % 50 == 0)
    if sys.stdout.isatty():
        sys.stdout.flush()
        signal.pause()  # only there does it follow
    return 0


if __name__ == "__main__":
    sys.exit(main())
