"""F21: a process that dies at every step of writing its state, or whose disk refuses one, loses and repeats nothing.

strace makes the kernel's answers: the n-th call on a file of the state kills its caller, or fails.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.soak.followers import Logscan
from tests.soak.oracle import Verdict, judge, start_writer

EVERY = 10
# How often each is called while a new state is opened, and while it is written for a while.
ALL_STEPS = {"openat": 5, "ftruncate": 1, "pwrite64": 100, "fdatasync": 20}
_NO_END = 1 << 40
_BATCH = 10  # lines, and about as many transactions as there are batches
_PAUSE = 0.02
_REFUSED_SECONDS = 0.7  # of writing, after a step that was refused


class Fault(NamedTuple):
    """What goes wrong at which call on a file of the state."""

    call: str
    answer: str  # in strace's words

    @property
    def is_deadly(self) -> bool:
        return self.answer.startswith("signal")

    def list_words(self, state: Path) -> list[str]:
        """The command line under which every such call is counted, and one goes wrong."""
        paths = [word for end in ("", "-wal", "-shm", ".lock") for word in ("-P", f"{state}{end}")]
        inject = ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{self.answer}"]
        return ["strace", "-f", "-qqq", "-o", "/dev/null", *paths, *inject]


def list_deaths(steps: Mapping[str, Iterable[int]]) -> list[Fault]:
    """The caller is killed in the middle of each step."""
    return [
        Fault(call, f"signal={signal.SIGKILL.name}:when={step}")
        for call, some in steps.items()
        for step in some
    ]


def list_refusals(steps: Mapping[str, Iterable[int]]) -> list[Fault]:
    """Each step fails once, and from then on for ever."""
    return [
        Fault(call, f"error=EIO:when={step}{end}")
        for call, some in steps.items()
        for step in some
        for end in ("", "+")
    ]


def run_rounds(folder: Path, faults: Iterable[Fault]) -> Verdict:
    """One fault after the other on one state, while lines are written; then all is well again."""
    log, end, over = folder / "app.log", 0, threading.Event()
    log.touch()
    with Logscan(folder, log) as logscan:
        for fault in faults:
            logscan.start(*fault.list_words(logscan.state))
            writer = start_writer(log, range(end, _NO_END), every=EVERY, batch=_BATCH, pause=_PAUSE)
            if fault.is_deadly:
                assert logscan.wait_until_ended(), f"{fault} was never reached"
            else:
                logscan.wait_until_reading()
                over.wait(_REFUSED_SECONDS)
            writer.kill()
            writer.wait()
            logscan.kill()
            logscan.said()
            end = log.read_bytes().count(b"\n")
        logscan.start()
        wanted = range(0, end, EVERY)
        logscan.wait_until_told(wanted)
        assert logscan.stop() == 0
        logscan.said()
        return judge(wanted, logscan.told())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of all steps of writing")
    share = parser.parse_args().share
    steps = {call: range(1, 1 + max(1, int(count * share))) for call, count in ALL_STEPS.items()}
    with tempfile.TemporaryDirectory() as folder:
        for name, faults in (("deaths", list_deaths(steps)), ("refusals", list_refusals(steps))):
            place = Path(folder) / name
            place.mkdir()
            verdict = run_rounds(place, faults)
            sys.stdout.write(f"{name} at {len(faults)} steps: {verdict}\n")
            if not verdict.is_good:
                sys.exit(1)


if __name__ == "__main__":
    main()
