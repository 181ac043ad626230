"""F38 at full size: a million lines while SIGHUP comes 200 times, half of them at a configuration that is broken.

`python -m tests.soak.reloads [LINES]` prints what was lost and what was taken twice: both must be 0.
"""

from __future__ import annotations

import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.broken_made import ONE_RULE, list_breakages, put_good
from tests.cli.live_runs import end, running, wait_for_news
from tests.cli.running import EXPIRED, PACK

LINES, RELOADS, EVERY, PATIENCE = 1_000_000, 200, 100, 120
GOOD = "logscan: 1\nrules: {packs: [], files: [bot.yaml]}\n"
TAKEN, REFUSED = "configuration: was read again", "the one before stays in use"
LAST = "key-last"


class Witness:
    """Reads what a run says of its reloads, on a thread of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.reloads: Counter[str] = Counter()
        self.changed = threading.Condition()
        self._process = process
        self._thread = threading.Thread(target=self._read_words)
        self._thread.start()

    def wait_for_reloads(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.reloads.total() >= count, PATIENCE), self.reloads

    def join(self) -> None:
        self._thread.join()

    def _read_words(self) -> None:
        for line in self._process.stderr or ():
            with self.changed:
                self.reloads.update(word for word in (TAKEN, REFUSED) if word.encode() in line)
                self.changed.notify_all()


def read_effects(state: Path) -> list[str]:
    """The key of every line that took effect."""
    with closing(sqlite3.connect(state)) as database:
        rows = database.execute("SELECT evidence FROM events WHERE credential NOT LIKE 'source:%'").fetchall()
    return [evidence.split()[-1] for (evidence,) in rows]


def soak(folder: Path, lines: int) -> tuple[Counter[str], Counter[str], int]:
    """Write lines, break and mend the configuration meanwhile; give effects, reloads and the exit status."""
    (folder / "bot.yaml").write_text(PACK)
    (folder / "one.yaml").write_text(ONE_RULE)
    config, log = folder / "bot.conf", folder / "app.log"
    put_good(config, GOOD)
    log.touch()
    breakages = list(list_breakages().values())
    with running("run", "-v", "-c", config, "--state", folder / "state.db", log) as process:
        wait_for_news(process, "is being read")
        witness = Witness(process)
        with log.open("a") as file:
            for number in range(lines):
                file.write(
                    f"{EXPIRED} key-{number}\n" if number % EVERY == 0 else f"line {number} of a log\n"
                )
                turn, is_due = divmod(number, lines // RELOADS)
                if is_due == 0:
                    put_good(config, GOOD)
                    if turn % 2:
                        breakages[turn // 2 % len(breakages)](config)
                    process.send_signal(signal.SIGHUP)
                if is_due == lines // RELOADS // 2:  # half of the lines come while it reads, half behind
                    witness.wait_for_reloads(turn + 1)
            file.write(f"{EXPIRED} {LAST}\n")
        for _ in range(PATIENCE * 10):
            if LAST in read_effects(folder / "state.db")[-1:]:
                break
            select.select([], [], [], 0.1)
        status = end(process)
        witness.join()
    return Counter(read_effects(folder / "state.db")), witness.reloads, status


def main() -> int:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        found, reloads, status = soak(Path(folder), lines)
    wanted = {LAST, *(f"key-{number}" for number in range(0, lines, EVERY))}
    lost, twice = wanted - set(found), sum(count > 1 for count in found.values())
    taken, refused = reloads[TAKEN], reloads[REFUSED]
    kinds = len(list_breakages())
    print(  # noqa: T201 - its output is what it prints
        f"{lines} lines, {taken} reloads taken, {refused} refused ({kinds} kinds): lost {len(lost)}, twice {twice}"
    )
    return int(bool(lost) or twice > 0 or status != 0 or taken + refused != RELOADS)


if __name__ == "__main__":
    sys.exit(main())
