"""What is left on the disk is for nobody else to read, whatever the umask lets through."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.cli.live_runs import PATIENCE, read_notice
from tests.cli.running import BROKEN, COMMAND, environment


def list_open(folder: Path) -> Iterator[str]:
    """What others may read or write, with its mode."""
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"{path} {mode:o}"


def run_without_umask(home: Path, *words: str | Path) -> None:
    """One run until its first notice, looked at while it goes on and after."""
    variables = {"HOME": home} | {f"XDG_{name}_HOME": home / "a" / name for name in ("STATE", "CACHE")}
    with subprocess.Popen(
        [*COMMAND, "run", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        umask=0,
        env=environment(**{name: str(path) for name, path in variables.items()}),
    ) as process:
        try:
            read_notice(process)
            assert list(list_open(home)) == []
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
    assert list(list_open(home)) == []


def test_state_cache_and_key_are_ours_alone_with_every_folder_that_was_made(live, log: Path, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    log.write_text(f"{BROKEN}\n")

    run_without_umask(home, *live, "--from", "start", "--listen", "off", log)

    names = {path.name.partition("-")[0] for path in home.rglob("*") if path.is_file()}
    assert {"run", "rules", "fingerprint.key"} <= names


def test_a_state_that_is_put_aside_stays_as_closed(live, log: Path, tmp_path: Path):
    home = tmp_path / "home"
    state = home / "new" / "deep" / "state.db"
    home.mkdir(mode=0o700)
    log.write_text(f"{BROKEN}\n")
    for _ in range(2):
        run_without_umask(home, *live, "--from", "start", "--listen", "off", "--state", state, log)
        state.write_bytes(os.urandom(8192))  # found damaged by the next one

    aside = [path.name for path in state.parent.iterdir() if ".damaged-" in path.name]
    assert len(aside) == 1
