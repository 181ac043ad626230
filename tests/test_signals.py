"""A process that is told to end does so in time, whatever it is busy with, and what it did not keep is read again."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cli.running import start
from tests.soak.followers import PATIENCE, Logscan
from tests.soak.oracle import judge, make_lines, start_writer

HEARD = (signal.SIGTERM, signal.SIGINT)
LINES = 120_000


@pytest.mark.parametrize("number", HEARD)
def test_f27_it_ends_under_load_and_goes_on_where_it_was(tmp_path: Path, number: int):
    log = tmp_path / "app.log"
    log.write_bytes(make_lines(0, LINES // 2))
    with Logscan(tmp_path, log) as logscan:
        writer = start_writer(log, range(LINES // 2, LINES), batch=500)
        for _ in range(3):
            logscan.start()
            logscan.wait_until_reading()
            logscan.signal(number)
            began = time.monotonic()
            assert logscan.process is not None
            assert logscan.process.wait(PATIENCE) == 0
            assert time.monotonic() - began <= 5
        assert writer.wait() == 0
        logscan.start()
        logscan.wait_until_told(range(0, LINES, 100))
        assert logscan.stop() == 0

        verdict = judge(range(0, LINES, 100), logscan.told())

    assert verdict.is_good, verdict


def test_only_the_main_thread_hears_signals_and_its_children_hear_them_too(tmp_path: Path):
    # One that another thread took would not end the wait of the main one.
    script = "import signal; print(int(signal.SIGTERM in signal.pthread_sigmask(0, [])), flush=True); input()"
    words = [f"{sys.executable} -c '{script}'"]
    with Logscan(tmp_path, tmp_path / "app.log", "--exec", *words) as logscan:
        (tmp_path / "app.log").touch()
        process = logscan.start()
        logscan.wait_until_reading()
        blocked = {
            int(task.name): int(re.findall(r"SigBlk:\s*(\w+)", (task / "status").read_text())[0], 16)
            for task in Path(f"/proc/{process.pid}/task").iterdir()
        }
        children = Path(f"/proc/{process.pid}/task").glob("*/children")
        pids = [pid for listed in children for pid in listed.read_text().split()]
        masks = [
            int(re.findall(r"SigBlk:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())[0], 16)
            for pid in pids
        ]

    bits = sum(1 << number - 1 for number in HEARD)
    assert blocked.pop(process.pid) & bits == 0
    assert blocked
    assert all(mask & bits == bits for mask in blocked.values())
    assert all(mask & bits == 0 for mask in masks)


def test_a_second_interrupt_ends_it_at_once(tmp_path: Path):
    # Nobody reads what it passes on, so that it would use up its seconds.
    with start("run", "--no-packs", "--rules", write_rules(tmp_path), "--passthrough", "-") as process:
        try:
            fill(process)
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            while process.poll() is None and time.monotonic() - began < PATIENCE:
                process.send_signal(signal.SIGINT)
                threading.Event().wait(0.05)

            assert process.returncode == 128 + signal.SIGINT
            assert time.monotonic() - began < 3
        finally:
            process.kill()


def write_rules(folder: Path) -> Path:
    return Logscan(folder).rules


def fill(process: subprocess.Popen[bytes]) -> None:
    """Write until both pipes are full and it waits for a reader."""
    assert process.stdin is not None
    assert process.stdout is not None
    os.write(process.stdin.fileno(), b"all is well\n")
    assert select.select([process.stdout], [], [], PATIENCE)[0]
    os.set_blocking(process.stdin.fileno(), False)
    poll = select.poll()
    poll.register(process.stdin, select.POLLOUT)
    while poll.poll(1_500):
        os.write(process.stdin.fileno(), b"all is well\n" * 300)
