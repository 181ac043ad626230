"""Ctrl-C ends a scan soon, also one that waits for a silent pipe."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

COMMAND = (sys.executable, "-m", "logscan", "scan", "--fail-on", "never", "--format", "jsonl")
LINE = b"Error validating access token: Session has expired\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_scan_that_waits_for_a_silent_pipe_is_ended_by_one_interrupt(jobs: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, "--jobs", jobs, "-"], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(LINE * 2)
        process.stdin.flush()
        first = process.stdout.readline()  # from here on it waits

        process.send_signal(signal.SIGINT)
        status = process.wait(timeout=20)
        errors = process.stderr.read()

    assert first.startswith(b'{"type":"finding"')
    assert (status, errors) == (130, b"")
