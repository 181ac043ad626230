"""Inputs that break, files that are no files, and `wrap` as the first process: what is promised of the whole program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import environment
from tests.soak.followers import PATIENCE, Logscan
from tests.soak.oracle import make_line, make_lines

WRAPPED = [sys.executable, "-m", "logscan", "wrap", "--no-packs", "--output", "jsonl", "--rules"]


@pytest.mark.needs("strace")
def test_an_input_that_cannot_be_read_any_more_is_3(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    inject = ["-e", "trace=read", "-e", "inject=read:error=EIO"]
    words = ["strace", "-f", "-qqq", "-o", "/dev/null", "-P", str(pipe), *inject]
    rules = ["--no-packs", "--rules", str(Logscan(tmp_path).rules)]
    command = [*words, sys.executable, "-m", "logscan", "run", "--output", "none", *rules, "-"]
    reader = os.open(pipe, os.O_RDWR)
    with subprocess.Popen(command, stdin=reader, stderr=subprocess.PIPE, env=environment()) as process:
        os.write(reader, b"all is well\n")
        assert process.stderr is not None
        errors = process.stderr.read().decode()
        status = process.wait(PATIENCE)
    os.close(reader)

    assert "stdin: cannot be read (Input/output error)" in errors
    assert status == 3


def test_f20_what_is_no_file_never_keeps_a_run_waiting(tmp_path: Path):
    logs = tmp_path / "logs"
    (logs / "folder.log").mkdir(parents=True)
    os.mkfifo(logs / "pipe.log")
    os.symlink("loop.log", logs / "loop.log")
    os.symlink("/dev/zero", logs / "device.log")
    os.symlink(logs, logs / "around")
    (logs / "app.log").write_bytes(make_lines(0, 200, 10))
    with Logscan(tmp_path, logs / "**" / "*.log") as logscan:
        logscan.start()
        logscan.wait_until_told(range(0, 200, 10))

        assert logscan.stop() == 0
        assert logscan.told() == list(range(0, 200, 10))
        for name in ("pipe", "device", "folder", "loop"):
            assert logscan.has_said(f"{name}.log: ".encode()), name


def test_s20_no_link_out_of_a_folder_that_everybody_may_write(tmp_path: Path):
    logs, secret = tmp_path / "logs", tmp_path / "secret"
    logs.mkdir()
    logs.chmod(0o1777)
    secret.write_bytes(make_line(100))
    os.symlink(secret, logs / "link.log")
    (logs / "app.log").write_bytes(make_line(200))
    with Logscan(tmp_path, logs / "*.log") as logscan:
        logscan.start()
        logscan.wait_until_told([200])
        os.symlink(secret, logs / "later.log")
        logscan.wait_until(lambda: logscan.has_said(b"later.log: a link in a folder"))

        assert logscan.stop() == 0
        assert logscan.told() == [200]


def test_s26_what_it_says_itself_feeds_nothing_when_it_is_followed(tmp_path: Path):
    log = tmp_path / "app.log"
    log.write_bytes(make_line(100))
    with Logscan(tmp_path, log, tmp_path / "errors") as logscan:
        logscan.start()
        logscan.wait_until_told([100])
        own = logscan.errors.read_text().split("(logscan ")[1].split(")")[0]
        with log.open("ab") as file:
            file.write(make_line(200).replace(b"\n", b" (logscan " + own.encode() + b")\n") + make_line(300))
        logscan.wait_until_told([300])

        assert logscan.stop() == 0
        assert logscan.told() == [100, 300]


def test_wrap_as_the_first_process_outlives_its_scanner(tmp_path: Path):
    namespace = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*namespace, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("this machine lets us make no process namespace")
    script = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)\nsys.exit(7)"
    rules = str(Logscan(tmp_path).rules)
    words = [*namespace, *WRAPPED, rules, "--", sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, env=environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(make_line(100))
        process.stdin.flush()
        assert process.stdout.readline() == make_line(100)
        assert "oracle-token" in read_until(process, "oracle-token")
        os.kill(find_scanner(rules), signal.SIGKILL)
        assert "was ended by SIGKILL; the program goes on unwatched" in read_until(process, "SIGKILL")
        process.stdin.write(make_line(200))
        process.stdin.flush()
        assert process.stdout.readline() == make_line(200)
        read_until(process, "started again")  # and told what it missed
        process.stdin.close()

        assert process.wait(PATIENCE) == 7


def read_until(process: subprocess.Popen[bytes], words: str) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line.decode():
            return line.decode()
    raise AssertionError(words)


def find_scanner(rules: str) -> int:
    """The process that scans with these rules, and does not wrap."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "wrapped-scanner" in words and f"--rules={rules}" in words:
            return int(folder.name)
    raise AssertionError("no scanner runs")
