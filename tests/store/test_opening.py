"""The state on disk outlives what happens to processes and to files."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from logscan.errors import StateError, StateInUseError
from logscan.store import SCHEMA_VERSION, Seen, find_obstacle, open_store, open_view
from tests.live_made import make_event
from tests.making import NOW

ROOT = Path(__file__).parents[2]
WRITER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from logscan.store import open_store
store = open_store(Path(sys.argv[1]), datetime.now(UTC))
print("open", flush=True)
number = 0
while True:
    number += 1
    with store.transaction():
        store.write_positions({("app", "a"): b"%d" % number, ("app", "b"): b"%d" % number})
    print(number, flush=True)
"""


def start_writer(path: Path) -> subprocess.Popen[str]:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert writer.stdout
    assert writer.stdout.readline() == "open\n"
    return writer


def test_what_was_written_is_there_after_opening_again(tmp_path: Path):
    path = tmp_path / "deep" / "state.db"
    store = open_store(path, NOW)
    with store.transaction():
        store.write_positions({("app", "x"): b"1", ("app", "y"): b"2"})
        store.write_positions({("app", "y"): None})
    first = store.id
    store.close()

    again = open_store(path, NOW)

    assert again.read_positions() == {("app", "x"): b"1"}
    assert again.id == first
    again.close()


def test_nothing_of_a_transaction_that_failed_is_kept():
    store = open_store(None, NOW)

    def write_and_fail() -> None:
        with store.transaction():
            store.write_positions({("app", ""): b"1"})
            store.write_positions({("app", "x"): "no bytes"})  # type: ignore[dict-item]
            store._database.execute("no SQL")

    with pytest.raises(sqlite3.Error):
        write_and_fail()

    assert store.read_positions() == {}


def test_events_are_forgotten_by_age():
    store = open_store(None, NOW)
    with store.transaction():
        store.write_events([Seen(make_event(), "", 0)], NOW)

    assert store.forget_events(NOW) == 0
    assert store.forget_events(NOW.replace(year=2027)) == 1


def test_of_very_many_events_the_last_hundred_thousand_are_kept():
    store = open_store(None, NOW)
    for number in range(12):
        some = [Seen(make_event(), "", number * 10_000 + line) for line in range(10_000)]
        with store.transaction():
            store.write_events(some, NOW)

    kept = store._database.execute("SELECT min(offset), max(offset), count(*) FROM events").fetchone()

    assert kept[1] == 119_999
    assert 100_000 <= kept[2] < 110_000
    assert kept[0] == 120_000 - kept[2]


@pytest.mark.parametrize("many", [0, 1, 255, 256, 700])
def test_many_rows_are_all_written_and_read_in_order(many: int):
    store = open_store(None, NOW)

    store.incidents.write_book({str(number): b"%d" % number for number in range(many)})

    assert store.incidents.read_book() == {str(number): b"%d" % number for number in range(many)}


def test_only_the_owner_may_read_it(tmp_path: Path):
    path = tmp_path / "logscan" / "state.db"

    store = open_store(path, NOW)

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    store.close()


def test_a_second_process_is_refused_and_a_stale_lock_does_no_harm(tmp_path: Path):
    path = tmp_path / "state.db"
    writer = start_writer(path)
    try:
        with pytest.raises(StateInUseError, match="in use by another logscan"):
            open_store(path, NOW)
    finally:
        writer.kill()
        writer.communicate()

    open_store(path, NOW).close()


def test_a_transaction_is_whole_after_a_kill(tmp_path: Path):
    for kill_at in (1, 20, 57):
        path = tmp_path / f"state-{kill_at}.db"
        writer = start_writer(path)
        assert writer.stdout
        told = [int(writer.stdout.readline()) for _ in range(kill_at)][-1]
        writer.kill()
        writer.communicate()

        store = open_store(path, NOW)
        kept = store.read_positions()
        assert kept["app", "a"] == kept["app", "b"]
        assert int(kept["app", "a"]) >= told
        assert store.damaged is None
        store.close()


@pytest.mark.parametrize("damage", [b"", b"no database at all " * 400, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_put_aside_and_named(tmp_path: Path, damage: bytes):
    path = tmp_path / "state.db"
    open_store(path, NOW).close()  # its lock stays beside it
    path.write_bytes(damage)

    store = open_store(path, NOW)

    assert store.read_positions() == {}
    if damage:
        assert store.damaged
        assert Path(store.damaged).read_bytes() == damage
    store.close()
    assert open_store(path, NOW).damaged is None


@pytest.mark.parametrize("text", [b"x", b"2026-11-21 ERROR Session has expired\n" * 400, bytes(4096)])
def test_a_file_that_is_no_state_is_refused_and_left_as_it_is(tmp_path: Path, text: bytes):
    path = tmp_path / "app.log"
    path.write_bytes(text)

    for _ in range(2):  # the first leaves nothing that would make the second one think it ours
        with pytest.raises(StateError, match="holds something else than a state"):
            open_store(path, NOW)

    assert path.read_bytes() == text
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE orders (id INTEGER); PRAGMA journal_mode=WAL;")
    text = path.read_bytes()

    with pytest.raises(StateError, match="another program's database"):
        open_store(path, NOW)
    with pytest.raises(StateError, match="another program's database"):
        open_view(path)

    assert path.read_bytes() == text
    assert list(tmp_path.iterdir()) == [path]


def test_a_state_that_was_copied_without_its_lock_is_one(tmp_path: Path):
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    store = open_store(path, NOW)
    with store.transaction():
        store.write_positions({("app", "x"): b"1"})
    store.close()
    copy.write_bytes(path.read_bytes())

    again = open_store(copy, NOW)

    assert again.read_positions() == {("app", "x"): b"1"}
    again.close()


def test_a_file_that_was_torn_in_the_middle_is_put_aside(tmp_path: Path):
    path = tmp_path / "state.db"
    store = open_store(path, NOW)
    with store.transaction():
        store.write_positions({("app", str(i)): b"x" * 400 for i in range(400)})
    store.close()
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(4096))

    again = open_store(path, NOW)

    assert again.damaged
    again.close()


def test_a_file_of_a_newer_logscan_is_refused_in_words(tmp_path: Path):
    path = tmp_path / "state.db"
    open_store(path, NOW).close()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    database.close()

    with pytest.raises(StateError, match="written by a newer logscan"):
        open_store(path, NOW)


def test_a_place_that_cannot_be_written_is_refused_in_words(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="give --state a file in a folder that you may write"):
        open_store(tmp_path / "file" / "state.db", NOW)
    with pytest.raises(StateError):
        open_store(tmp_path, NOW)


def test_a_path_that_is_no_text_is_kept():
    store = open_store(None, NOW)
    places = {("app", os.fsdecode(b"logs/\xff.log")): b"1", ("app", "logs/ä.log"): b"2"}

    with store.transaction():
        store.write_positions(dict(places))
        store.write_events([Seen(make_event(), stream, 0) for _, stream in places], NOW)

    assert store.read_positions() == places


def test_where_no_state_can_be_made_is_known_before(tmp_path: Path):
    (tmp_path / "file").touch()
    (tmp_path / "state.db").touch()

    assert find_obstacle(tmp_path / "state.db") is None
    assert find_obstacle(tmp_path / "new" / "state.db") is None
    assert find_obstacle(tmp_path / "file" / "logscan" / "state.db") == "Not a directory"
    (tmp_path / "new").chmod(0o500)
    code = (
        "import os, sys, pathlib, logscan.store.opening as opening\n"
        "os.geteuid() or os.setuid(65534)\n"
        "print(opening.find_obstacle(pathlib.Path(sys.argv[1])))"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "new" / "state.db")]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    assert done.stdout in ("Permission denied\n", "may not be written\n")
