"""How `logscan run` ends when it is in a hurry, or when what it reads is gone."""

from __future__ import annotations

import json
import os
import select
import signal

from tests.cli.live_runs import PATIENCE, running, wait_for_news, write
from tests.cli.running import BROKEN


def test_a_second_interrupt_ends_it_at_once(live: tuple[str, ...]):
    with running("run", *live, "--passthrough", "-") as process:
        write(process, f"{BROKEN}\n")
        wait_for_news(process, "bot-token@stdin")
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        poller = select.poll()
        poller.register(process.stdin, select.POLLOUT)
        while poller.poll(500):  # until both pipes are full, so that it cannot end by itself
            os.write(process.stdin.fileno(), b"y" * (1 << 12))

        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            select.poll().poll(100)

    assert process.returncode == 130


def test_a_source_that_is_lost_for_good_is_3(only: tuple[str, ...]):
    nobody_reads = os.open(os.devnull, os.O_WRONLY)
    with running("run", *only, "-", stdin=nobody_reads) as process:
        out, errors = process.communicate(timeout=PATIENCE)
    os.close(nobody_reads)

    assert (process.returncode, json.loads(out)["reason"]) == (3, "blind")
    assert b"stdin: cannot be read (Bad file descriptor); pipe something in, or name a file" in errors
