"""F17, F18, F35: file systems that fail, vanish or tell of nothing, and a process that stands still: all is told once.

Each function is one fault at a size of your choice; run as a program, at full size.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.soak.followers import Logscan
from tests.soak.oracle import Verdict, judge, make_line, make_lines, start_writer

EVERY = 10
_AT_ONCE = 10.0  # seconds after the cure in which all is read
_LINES = 100  # of each step
ANSWERS = {
    "newfstatat": ("ESTALE", "EIO"),
    "pread64": ("ESTALE", "EIO"),
    "openat": ("ESTALE", "EACCES", "EMFILE"),
}


def append(log: Path, start: int, end: int) -> None:
    with log.open("ab") as file:
        file.write(make_lines(start, end, EVERY))


def answer_badly(folder: Path, fault: tuple[str, str, str]) -> Verdict:
    """The file system answers some calls on a log with an error, through writing and a rotation."""
    (call, answer, when), log = fault, folder / "app.log"
    append(log, 0, _LINES)
    with Logscan(folder, log) as logscan:
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:error={answer}:when={when}"]
        logscan.start("strace", "-f", "-qqq", "-o", "/dev/null", "-P", str(log), *inject)
        end = _LINES
        for turn in range(4):
            if turn == 2:
                os.rename(log, f"{log}.1")
            append(log, end, end + _LINES)
            end += _LINES
            logscan.wait_until_told(range(0, end, EVERY), 4)
        wanted = range(0, end, EVERY)
        logscan.wait_until_told(wanted, 2 * _AT_ONCE)
        return end_well(logscan, wanted)


def end_well(logscan: Logscan, wanted: range, name_file: Callable[[int], int] = lambda _: 0) -> Verdict:
    assert logscan.stop() == 0
    logscan.said()
    return judge(wanted, logscan.told(), name_file)


@contextmanager
def mounted(*options: str) -> Iterator[None]:
    subprocess.run(["mount", *options], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", options[-1]], check=False, capture_output=True)


def unmount(folder: Path, seconds: float) -> Verdict:
    """The folder of a log goes for a while, and is written elsewhere meanwhile."""
    real, seen = folder / "real", folder / "seen"
    real.mkdir()
    seen.mkdir()
    append(real / "app.log", 0, _LINES)
    with Logscan(folder, seen / "*.log") as logscan:
        with mounted("--bind", str(real), str(seen)):
            logscan.start()
            logscan.wait_until_told(range(0, _LINES, EVERY))
        append(real / "app.log", _LINES, 2 * _LINES)
        threading.Event().wait(seconds)
        append(real / "app.log", 2 * _LINES, 3 * _LINES)
        wanted = range(0, 3 * _LINES, EVERY)
        with mounted("--bind", str(real), str(seen)):
            took = logscan.wait_until_told(wanted, 60)
            assert took <= _AT_ONCE + 1, f"{took:.1f} s after it came back"
            return end_well(logscan, wanted)


def stand_still(folder: Path, seconds: float) -> Verdict:
    """SIGSTOP, while a writer goes on and rotates."""
    log = folder / "app.log"
    log.touch()
    with Logscan(folder, log) as logscan:
        logscan.start()
        logscan.wait_until_reading()
        lines = int(1_000 * seconds)
        writer = start_writer(log, range(lines), batch=10, pause=seconds / lines * 10)
        logscan.wait_until_told([0])
        logscan.signal(signal.SIGSTOP)
        threading.Event().wait(seconds / 2)
        os.rename(log, f"{log}.1")
        append(log, lines, lines + _LINES)
        assert writer.wait() == 0
        logscan.signal(signal.SIGCONT)
        wanted = [*range(0, lines, 100), *range(lines, lines + _LINES, EVERY)]
        took = logscan.wait_until_told(wanted, 60)
        assert took <= 5, f"{took:.1f} s after SIGCONT"
        assert logscan.stop() == 0
        logscan.said()
        return judge(wanted, logscan.told(), lambda number: number // lines)


def overflow(folder: Path, files: int, rounds: int) -> Verdict:
    """More happens than the kernel's queue of events holds: what it drops is found by looking."""
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    assert files * rounds > most, f"{files * rounds} events do not overflow a queue of {most}"
    for number in range(files):
        (folder / f"{number}.log").touch()
    with Logscan(folder, folder / "*.log") as logscan:
        logscan.start()
        logscan.wait_until_reading()
        logscan.signal(signal.SIGSTOP)
        for turn in range(rounds):
            for number in range(files):
                with (folder / f"{number}.log").open("ab", buffering=0) as file:
                    is_last = turn == rounds - 1
                    file.write(make_line(number, 1) if is_last else b"all is well\n")
        late = folder / "late.log"
        append(late, files, files + _LINES)
        logscan.signal(signal.SIGCONT)
        first = -(-files // EVERY) * EVERY
        wanted = [*range(files), *range(first, files + _LINES, EVERY)]
        logscan.wait_until_told(wanted, 60)
        assert logscan.stop() == 0
        logscan.said()
        return judge(wanted, logscan.told(), lambda number: min(number, files))


def run_short_of_handles(folder: Path, files: int, handles: int) -> Verdict:
    """Far fewer files may be open than are followed."""
    logs = folder / "logs"
    logs.mkdir()
    with Logscan(folder, logs / "*.log") as logscan:
        for turn in range(2):
            for number in range(files):
                with (logs / f"{number}.log").open("ab") as file:
                    file.write(make_line(2 * number + turn, 1))
            if not turn:
                logscan.start("prlimit", f"--nofile={handles}")
            wanted = [2 * number + one for number in range(files) for one in range(turn + 1)]
            logscan.wait_until_told(wanted, 60)
        return end_well(logscan, range(2 * files), lambda number: number // 2)


def main() -> None:
    whole: dict[str, Callable[[Path], Verdict]] = {
        "unmount, 60 s": lambda folder: unmount(folder, 60),
        "SIGSTOP, 60 s": lambda folder: stand_still(folder, 60),
        "event queue": lambda folder: overflow(folder, 500, 100),
        "64 handles, 500 files": lambda folder: run_short_of_handles(folder, 500, 64),
    }
    for call, answers in ANSWERS.items():
        for answer in answers:
            for when in ("1..3", "3..6", "2+4"):
                whole[f"{call}: {answer} at {when}"] = partial(answer_badly, fault=(call, answer, when))
    is_good = True
    for name, run in whole.items():
        with tempfile.TemporaryDirectory() as folder:
            verdict = run(Path(folder))
        sys.stdout.write(f"{name}: {verdict}\n")
        is_good = is_good and verdict.is_good
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
