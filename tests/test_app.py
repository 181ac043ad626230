"""The key of the fingerprints: kept for the next run, private, and mended when it is of no use."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from logscan import app
from logscan.app import keys

LINE = "Error validating access token: EAABcdefghijklmnopqrstuvwxyz0123456789ABCDEF has expired"


@pytest.fixture
def key_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "logscan" / "fingerprint.key"


def keep(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    path.chmod(mode)


def is_private(path: Path) -> bool:
    return stat.S_IMODE(path.lstat().st_mode) == 0o600


def test_two_runs_give_the_same_fingerprint(key_path: Path):
    first, second = (app.build_redactor().mask(LINE) for _ in range(2))

    assert first == second != LINE
    assert is_private(key_path)


def test_a_good_key_is_left_as_it_is(key_path: Path):
    keep(key_path, b"k" * 32)

    key = keys.read_key()

    assert key == key_path.read_bytes() == b"k" * 32


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (b"", 0o600),
        (b"short", 0o600),
        (b"k" * 33, 0o600),
        (b"k" * 32, 0o644),
        (b"k" * 32, 0o620),
    ],
)
def test_a_key_that_is_of_no_use_is_replaced_once(key_path: Path, content: bytes, mode: int):
    keep(key_path, content, mode)

    first, second = keys.read_key(), keys.read_key()

    assert first == second == key_path.read_bytes()
    assert first != content
    assert len(first) == 32
    assert is_private(key_path)
    assert list(key_path.parent.iterdir()) == [key_path]


def test_where_the_file_system_has_no_links_a_key_is_kept_too(
    key_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse_links(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse_links)

    first, second = keys.read_key(), keys.read_key()

    assert first == second == key_path.read_bytes()


def test_what_is_no_file_of_ours_is_left_alone(key_path: Path):
    other = key_path.parent.parent / "other"
    other.write_bytes(b"k" * 32)
    key_path.parent.mkdir()
    key_path.symlink_to(other)

    first, second = keys.read_key(), keys.read_key()

    assert first != second
    assert key_path.is_symlink()
    assert other.read_bytes() == b"k" * 32


def test_where_no_key_can_be_kept_one_is_made_up(key_path: Path):
    key_path.parent.write_text("in the way")

    key = keys.read_key()

    assert len(key) == 32
