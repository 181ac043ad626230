"""What lies on disk comes out as text, whatever it is packed with and however it ends."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from logscan.errors import BrokenArchiveError, InputError
from logscan.sources.archive import Text, open_text

TEXT = b"".join(b"line %d of the log\n" % i for i in range(20_000))
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


@pytest.fixture(params=PACKERS)
def pack(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    return PACKERS[request.param]


def read_into(whole: bytearray, text: Text) -> None:
    piece = memoryview(bytearray(1_000))
    while count := text.readinto(piece):
        whole += piece[:count]
    text.close()


def read_all(text: Text) -> bytes:
    whole = bytearray()
    read_into(whole, text)
    return bytes(whole)


def read_broken(path: Path) -> tuple[bytes, str]:
    whole = bytearray()
    with pytest.raises(BrokenArchiveError) as broken:
        read_into(whole, open_text(str(path)))
    return bytes(whole), str(broken.value)


def test_an_archive_is_known_by_its_content(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(pack(TEXT))

    text = open_text(str(path))

    assert read_all(text) == TEXT
    assert text.consumed == path.stat().st_size


def test_members_follow_each_other(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(pack(b"one\n") + pack(TEXT) + pack(b"two\n") + b"\0" * 512)

    assert read_all(open_text(str(path))) == b"one\n" + TEXT + b"two\n"


def test_what_came_before_the_cut_is_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "app.log"
    text = os.urandom(2_000_000)
    packed = pack(text)
    path.write_bytes(packed[: len(packed) // 2])

    got, why = read_broken(path)

    assert text.startswith(got)
    assert len(got) > 10_000
    assert str(path) in why
    assert "ends early" in why


def test_a_damaged_gzip_is_read_up_to_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    packed = bytearray(gzip.compress(TEXT))
    packed[-8:-4] = b"\0\0\0\0"  # the checksum, so that all of the text is sound
    path.write_bytes(packed)

    got, why = read_broken(path)

    assert got == TEXT
    assert "damaged archive" in why


def test_text_that_begins_like_an_archive_is_text(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"BZhang logged in\n")

    assert read_all(open_text(str(path))) == b"BZhang logged in\n"


def test_frames_that_zstd_passes_over_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    skipped = b"\x5a\x2a\x4d\x18" + (100_000).to_bytes(4, "little") + bytes(100_000)
    path.write_bytes(skipped + zstandard.compress(TEXT) + skipped + zstandard.compress(b"end\n") + skipped)

    assert read_all(open_text(str(path))) == TEXT + b"end\n"


def test_rubbish_after_an_archive_is_told(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(pack(TEXT) + b"rubbish that is not packed")

    got, why = read_broken(path)

    assert got == TEXT
    assert "not packed" in why


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(bz2.compress(bytes(20 << 20)) * 200)

    text, piece = open_text(str(path)), memoryview(bytearray(1 << 20))
    sizes: list[int] = []
    with pytest.raises(BrokenArchiveError, match="times its size"):
        sizes.extend(iter(lambda: text.readinto(piece), 0))

    assert sum(sizes) <= (1 << 30) + (1 << 20)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_a_mark_is_decoded(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "app.log"
    path.write_bytes("\ufeffone\r\ntwo é 🔑\n".encode(encoding) + b"\x00"[:1])

    text = open_text(str(path))

    assert text.encoding == encoding
    assert text.mark_bytes == 2
    assert read_all(text) == "one\r\ntwo é 🔑\n".encode()


def test_a_utf8_mark_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"\xef\xbb\xbfone\n")

    text = open_text(str(path))

    assert (read_all(text), text.mark_bytes) == (b"one\n", 3)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\x1f", b"\x1f\x8b", b"BZ", b"\xff", b"\xef\xbb", b"\0\0\0\0\0\0\0"]
)
def test_short_and_binary_files_are_read_as_they_are(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(content)

    assert read_all(open_text(str(path))) == content


def test_a_file_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.log: No such file"):
        open_text(str(tmp_path / "missing.log"))
