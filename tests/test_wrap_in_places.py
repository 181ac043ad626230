"""`wrap` where it has more to do than to pass bytes on: as PID 1, and on a terminal."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from logscan.children import Streams, spawn
from tests.wrap_made import ENVIRONMENT, PATIENCE, list_words, read_notes, text_of

NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc"]


@pytest.fixture
def namespace() -> list[str]:
    if (
        not shutil.which("unshare")
        or subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine lets us make no process namespace")
    return NAMESPACE


def test_as_pid_1_it_reaps_strangers_and_returns_the_status(namespace: list[str]):
    # The subshells' children become PID 1's, and end as zombies unless it takes them up.
    command = (
        "for n in 1 2 3 4 5; do (sh -c 'exit 1' & true); done; tries=1000;"
        "while cat /proc/[0-9]*/stat | grep ' Z ' >/dev/null && test $tries -gt 0; do tries=$((tries - 1)); done;"
        "cat /proc/[0-9]*/stat | grep -c ' Z '; cat /proc/1/cmdline | tr '\\0' ' '; exit 6"
    )
    words = [*namespace, *list_words(None, ("sh", "-c", command))]

    done = subprocess.run(words, capture_output=True, env=ENVIRONMENT, timeout=PATIENCE, check=False)

    zombies, name = done.stdout.decode().split("\n")
    assert (done.returncode, zombies) == (6, "0")
    assert "wrapping.py" in name


def test_as_pid_1_it_ends_when_told_to(namespace: list[str]):
    command = "trap 'echo bye; exit 5' TERM; echo $$ ready; sleep 600 & wait"
    words = [*namespace, "--kill-child", *list_words(None, ("sh", "-c", command))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith(b"ready\n")
        [first] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

        os.kill(int(first), signal.SIGTERM)

        assert process.stdout.readline() == b"bye\n"
        assert process.wait(20) == 5


class Screen:
    """A terminal with `wrap` as its foreground program."""

    def __init__(self, words: list[str]) -> None:
        self.descriptor, theirs = os.openpty()
        path = os.ttyname(theirs)
        self.pid = spawn(words, ENVIRONMENT, Streams(path, path, path))
        os.close(theirs)
        self.text = b""

    def read_until(self, wanted: bytes) -> bytes:
        while wanted not in self.text:
            assert select.select([self.descriptor], [], [], PATIENCE)[0], self.text
            self.text += os.read(self.descriptor, 4096)
        return self.text

    def press(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    def end(self) -> int:
        """The status, and whatever was still written."""
        while True:
            try:
                data = os.read(self.descriptor, 4096)
            except OSError:
                break
            if not data:
                break
            self.text += data
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def screens() -> Iterator[list[Screen]]:
    opened: list[Screen] = []
    yield opened
    for screen in opened:
        os.close(screen.descriptor)


def open_screen(screens: list[Screen], command: str, notes: Path | None = None) -> Screen:
    screens.append(Screen(list_words(notes, ("sh", "-c", command))))
    return screens[-1]


def test_on_a_terminal_the_program_sees_one_of_the_same_size(screens: list[Screen], tmp_path: Path):
    command = "test -t 0 && test -t 1 && test -t 2 && echo terminals; read x; stty size; read x; stty size"
    screen = open_screen(screens, command, tmp_path / "notes")
    screen.read_until(b"terminals")

    termios.tcsetwinsize(screen.descriptor, (33, 44))
    screen.press(b"a\r")
    screen.read_until(b"\n33 44")
    termios.tcsetwinsize(screen.descriptor, (22, 55))
    screen.press(b"b\r")
    screen.read_until(b"\n22 55")

    assert screen.end() == 0
    assert screen.text == b"terminals\r\na\r\n33 44\r\nb\r\n22 55\r\n"
    assert text_of(read_notes(tmp_path / "notes"), "stdout") == "terminals\na\n33 44\nb\n22 55\n"


def test_on_a_terminal_keys_act_on_the_program(screens: list[Screen]):
    screen = open_screen(screens, "trap 'echo interrupted' INT; echo ready; cat; echo end; exit 8")
    screen.read_until(b"ready")

    screen.press(b"\x03")
    screen.read_until(b"interrupted")

    assert screen.end() == 8


def test_on_a_terminal_that_ends_the_settings_are_restored(screens: list[Screen], tmp_path: Path):
    words = " ".join(f"'{word}'" for word in list_words(None, ("sh", "-c", "stty raw -echo; exit 3")))
    screens.append(Screen(["sh", "-c", f"stty -a >{tmp_path}/a; {words}; echo $?; stty -a >{tmp_path}/b"]))

    assert screens[0].end() == 0
    assert screens[0].text.strip() == b"3"
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
