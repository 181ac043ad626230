"""What the cache gives back is what was put in, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from logscan.caches import Cache, Writing, list_written
from logscan.databases import open_database


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "folder")

    cache.write("key", b"content")

    assert cache.read("key") == b"content"
    assert cache.read("other") is None


@pytest.mark.parametrize("change", ["damage", "cut", "empty", "link", "group", "others"])
def test_an_entry_that_somebody_changed_or_could_have_is_no_entry(tmp_path: Path, change: str) -> None:
    cache, path = Cache(tmp_path), tmp_path / "key"
    tmp_path.chmod(0o700)
    cache.write("key", b"content")
    whole = path.read_bytes()

    if change == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif change in ("group", "others"):
        path.chmod(0o620 if change == "group" else 0o602)
    else:
        path.write_bytes({"damage": whole[:-1] + b"!", "cut": whole[:-1], "empty": b""}[change])

    assert cache.read("key") is None


def test_a_folder_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    tmp_path.chmod(0o700)
    cache.write("key", b"content")

    tmp_path.chmod(0o777)

    assert cache.read("key") is None
    cache.write("second", b"content")
    assert not (tmp_path / "second").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_an_entry_of_somebody_else_is_no_entry(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    cache = Cache(tmp_path)
    cache.write("key", b"content")

    os.chown(tmp_path / "key", 65534, 65534)

    assert cache.read("key") is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "folder")

    cache.write("key", b"content")

    assert cache.read("key") is None
    assert Cache(None).read("key") is None


def test_old_entries_make_room(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    cache = Cache(tmp_path)

    for i in range(100):
        cache.write(f"key{i}", b"content")

    assert len(list(tmp_path.iterdir())) <= 64
    assert cache.read("key99") == b"content"


def test_a_foreign_database_in_the_cache_is_made_anew(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    cache = Cache(tmp_path)
    open_database([b"expired"], cache)
    (entry,) = tmp_path.iterdir()

    cache.write(entry.name, b"not a database")
    database = open_database([b"expired"], cache)

    found: list[int] = []
    database.scan(b"it expired", lambda *match: found.append(match[2]))
    assert found == [10]
    assert cache.read(entry.name) not in (None, b"not a database")


def test_an_entry_in_use_outlives_any_number_of_others(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "own")
    cache.write("in-use", b"content")
    os.utime(tmp_path / "own" / "in-use", (1, 1))

    for number in range(100):
        assert cache.read("in-use") == b"content"
        cache.write(f"other-{number}", b"content")


def test_what_was_shipped_is_found_whoever_owns_it_and_is_never_written(tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    Cache(shipped).write("key", b"content")
    shipped.chmod(0o777)
    cache = Cache(tmp_path / "own", shipped)

    cache.write("other", b"content")

    assert cache.read("key") == b"content"
    assert cache.read("other") == b"content"
    assert [path.name for path in shipped.iterdir()] == ["key"]
    assert Cache(None, shipped).read("key") == b"content"


def test_what_was_shipped_and_is_damaged_is_no_entry_but_the_users_own_is(tmp_path: Path) -> None:
    shipped, cache = tmp_path / "shipped", Cache(tmp_path / "own", tmp_path / "shipped")
    Cache(shipped).write("key", b"content")
    (shipped / "key").write_bytes((shipped / "key").read_bytes() + b"!")
    assert cache.read("key") is None

    cache.write("key", b"made anew")

    assert cache.read("key") == b"made anew"


def test_texts_are_written_once_and_again_where_what_was_kept_is_none_of_ours(tmp_path: Path) -> None:
    cache, written = Cache(tmp_path / "own"), []

    def write() -> list[bytes]:
        written.append(1)
        return [b"one\xff", b"two"]

    writing = Writing("texts", ("caches.py",), write)
    assert list_written(writing, cache) == list_written(writing, cache) == write()
    (entry,) = (tmp_path / "own").iterdir()
    assert len(written) == 2

    for content in (b"", b"[]", b"{}", b"[1]", b"7", '["\u0100"]'.encode()):
        cache.write(entry.name, content)
        assert list_written(writing, cache) == [b"one\xff", b"two"]
