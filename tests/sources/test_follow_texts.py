"""What a followed file holds comes out whole: long lines, UTF-16, marks, any bytes, however it was written."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.following import Follower, append


def test_f15_lines_at_the_limit_keep_their_bytes(tmp_path: Path):
    lines = [b"x" * length + end for length in (99, 100, 101, 200) for end in (b"\n", b"\r\n")]
    append(tmp_path / "app.log", b"".join(lines) + b"next\n")
    follower = Follower(tmp_path, max_line=100)

    text = follower.poll()

    assert text == b"".join(lines[:4]) + (b"x" * 100 + b"\n") * 4 + b"next\n"
    assert sum(chunk.cut_lines for chunk in follower.chunks) == 4
    assert sum(chunk.lost_bytes for chunk in follower.chunks) == 1 + 2 + 100 + 101


def test_f14_an_over_long_line_stays_cut_once_across_a_crash(tmp_path: Path):
    follower = Follower(tmp_path, max_line=100)
    append(tmp_path / "app.log", b"x" * 5_000)
    follower.poll()
    follower.crash()

    append(tmp_path / "app.log", b"y" * 5_000 + b"\nnext\n")

    assert follower.poll() == b"next\n"
    assert follower.lines == [b"x" * 100, b"next"]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_f16_utf_16_is_handed_on_as_utf_8_with_its_places_on_disk(tmp_path: Path, mark: bytes):
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    raw = mark + "häß\nĊ\u0a00\n日本\n".encode(encoding)
    follower = Follower(tmp_path)
    for at in range(len(raw)):
        append(tmp_path / "app.log", raw[at : at + 1])
        follower.poll()
        if at % 3 == 0:
            follower.crash()

    assert follower.text.decode() == "häß\nĊ\u0a00\n日本\n"
    chunks = [chunk for chunk in follower.chunks if chunk.text]
    assert [chunk.offset for chunk in chunks] == [2, 10, 16]
    assert {chunk.encoding for chunk in chunks} == {encoding}


def test_f16_the_mark_of_utf_8_is_no_text(tmp_path: Path):
    append(tmp_path / "app.log", codecs.BOM_UTF8 + b"one\n")
    follower = Follower(tmp_path)

    assert follower.poll() == b"one\n"
    follower.crash()
    append(tmp_path / "app.log", b"two\n")
    assert follower.poll() == b"two\n"


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xc3\xa4"]), max_size=30)
)
def test_f16_any_bytes_come_out_as_they_stand(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]):
    folder = tmp_path_factory.mktemp("bytes")
    follower = Follower(folder)
    append(folder / "app.log", b"start\n")
    follower.poll()
    for number, part in enumerate(parts):
        append(folder / "app.log", part)
        follower.poll()
        if number % 5 == 4:
            follower.crash()

    whole = b"start\n" + b"".join(parts)
    assert follower.text == whole[: whole.rfind(b"\n") + 1]
    follower.source.close()


def test_f12_a_line_in_two_halves_is_told_once_wherever_it_was_cut(tmp_path: Path):
    line = "häßliche Zeile\n".encode()
    follower = Follower(tmp_path)
    for at in range(1, len(line)):
        append(tmp_path / "app.log", line[:at])
        follower.poll()
        follower.crash()
        append(tmp_path / "app.log", line[at:])
        follower.poll()

    assert follower.text == line * (len(line) - 1)
