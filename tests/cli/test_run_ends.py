"""How `logscan run` ends when it is in a hurry, or when what it reads is gone."""

from __future__ import annotations

import json
import os
import select
import signal
from pathlib import Path

from tests.cli.live_runs import PATIENCE, end, read_notice, running, wait_for_news, write
from tests.cli.running import BROKEN, environment


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


def test_a_home_that_cannot_be_written_keeps_nobody_from_being_told(live: tuple[str, ...], tmp_path: Path):
    home, path = tmp_path / "home", tmp_path / "app.log"
    home.touch()
    path.write_text(f"{BROKEN}\n")
    words = ("run", *live, "--from", "start", str(path))
    shut = environment(HOME=str(home), XDG_STATE_HOME="", XDG_CACHE_HOME=str(tmp_path / "cache"))

    with running(*words, env=shut) as process:
        said = wait_for_news(process, "state:")
        notice = read_notice(process)
        status = end(process)
    with running(*words, "--state", home / "state.db", env=shut) as process:
        _, errors = process.communicate(timeout=PATIENCE)

    assert said == (
        f"state: {home}/.local/state/logscan: Not a directory, so that positions and incidents are"
        " forgotten at the end; give --state PATH to keep them\n"
    )
    assert (notice["incident"]["credential"], status) == ("bot-token", 0)
    assert (process.returncode, errors.count(b"state.db: ")) == (2, 1)
