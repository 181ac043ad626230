"""F23: a state that was damaged never makes us begin at the end of a file without a word, and never stops us.

Each image is what a killed process left, damaged by chance; lines wait to be read behind what it knows.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from logscan.errors import StateError
from logscan.model import NewsKind
from logscan.sources.follow import FilesSource, FollowOptions
from logscan.store import open_store
from tests.live_made import Clock, Collected
from tests.making import NOW
from tests.soak.followers import Logscan
from tests.soak.oracle import make_lines

_PAGE = 4096
_READ, _WAITING = 400, 100  # lines
Damage = Callable[[bytearray, random.Random], None]


def _flip_bits(text: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 3, 30))):
        text[chance.randrange(len(text))] ^= 1 << chance.randrange(8)


def _cut(text: bytearray, chance: random.Random) -> None:
    del text[chance.randrange(len(text)) :]


def _zero(text: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(text))
    size = chance.choice((16, 512, _PAGE))
    text[start : start + size] = bytes(len(text[start : start + size]))


def _scramble_page(text: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(text)) // _PAGE * _PAGE
    text[start : start + _PAGE] = chance.randbytes(len(text[start : start + _PAGE]))


def _swap_pages(text: bytearray, chance: random.Random) -> None:
    one, other = (chance.randrange(len(text)) // _PAGE * _PAGE for _ in range(2))
    first, second = bytes(text[one : one + _PAGE]), bytes(text[other : other + _PAGE])
    if len(first) == len(second):
        text[one : one + _PAGE], text[other : other + _PAGE] = second, first


def _add_junk(text: bytearray, chance: random.Random) -> None:
    text.extend(chance.randbytes(chance.randrange(1, 3 * _PAGE)))


def _replace(text: bytearray, chance: random.Random) -> None:
    text[:] = chance.randbytes(chance.randrange(1, 3 * _PAGE))


DAMAGES: tuple[Damage, ...] = (_flip_bits, _cut, _zero, _scramble_page, _swap_pages, _add_junk, _replace)


def make_state(folder: Path) -> Path:
    """What two processes left, the second of which was killed; give the log, of which more waits."""
    log = folder / "app.log"
    log.write_bytes(make_lines(0, _READ // 2, 1))
    with Logscan(folder, log) as logscan:
        for end in (_READ // 2, _READ):
            logscan.start()
            logscan.wait_until_reading()
            if end == _READ:
                with log.open("ab") as file:
                    file.write(make_lines(_READ // 2, _READ, 1))
            logscan.wait_until_told(range(end))
            if end == _READ:
                logscan.kill()
            else:
                assert logscan.stop() == 0
    with log.open("ab") as file:
        file.write(make_lines(_READ, _READ + _WAITING, 1))
    return log


def judge_image(folder: Path, log: Path) -> str:
    """What came of opening an image, in a word; fail where lines were passed over or repeated without a word."""
    try:
        store = open_store(folder / "state.db", NOW)
    except StateError as error:
        if "newer logscan" in str(error):  # its number was damaged: it is refused in words
            return "refused"
        raise
    sink = Collected({stream: value for (_, stream), value in store.read_positions().items()})
    sink.starts_afresh = store.damaged is not None
    source = FilesSource(str(log), FollowOptions(patterns=(str(log),)), key=store.id.encode(), clock=Clock())
    while source.poll_once(sink):
        pass
    source.close()
    damaged = store.damaged
    store.close()
    waiting, whole = make_lines(_READ, _READ + _WAITING, 1), log.read_bytes()
    assert sink.text.endswith(waiting), "lines that waited were passed over"
    if damaged is not None:
        assert sink.text == whole
        assert Path(damaged).exists() or any(folder.glob(f"{Path(damaged).name}*"))
        return "set aside"
    if sink.text == waiting:
        return "as if whole"
    has_said = any(news.kind is NewsKind.ROTATED for news in sink.news)
    return "read again, and said" if has_said else "read again"


def check(folder: Path, *, images: int, seed: int) -> Counter[str]:
    """Damage and open that many images; give what came of them."""
    log, chance = make_state(folder), random.Random(seed)
    outcomes: Counter[str] = Counter()
    for number in range(images):
        image = folder / "image"
        image.mkdir(mode=0o700)
        for path in (folder / "state").glob("state.db*"):
            shutil.copy(path, image)
        target = image / chance.choice(("state.db", "state.db", "state.db-wal"))
        damage = chance.choice(DAMAGES)
        text = bytearray(target.read_bytes())
        damage(text, chance)
        target.write_bytes(text)
        try:
            outcomes[judge_image(image, log)] += 1
        except Exception as error:
            place = f"seed {seed}, image {number}: {damage.__name__} in {target.name}"
            raise AssertionError(f"{place}: {type(error).__name__}: {error}") from error
        shutil.rmtree(image)
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = check(Path(folder), images=given.images, seed=given.seed)
    sys.stdout.write(f"{given.images} damaged states, seed {given.seed}: {dict(outcomes)}\n")


if __name__ == "__main__":
    main()
