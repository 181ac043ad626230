"""Writes the benchmark's input files, the same for the same scale; run as a program, so that its memory is its own.

The driver must stay small: a child's peak memory starts at that of the process that started it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.bench.samples import make_escaped_line, make_loud_line, make_quiet_line
from tests.ordinary.lines import ORDINARY, write_lines

POOL_LINES = 200_000
SHARD_LINES = 3_125

# Slow programs read a slice; their time for a whole file is told from their bytes a second.
SLICE_BYTES = {"mtail": 3_000_000, "sec": 6_000_000, "swatchdog": 20_000_000}


class Input(NamedTuple):
    """What a file holds; the shares are of its lines."""

    name: str
    size_bytes: int
    loud: float = 0.0
    escaped: float = 0.0
    is_ordinary: bool = False  # of the kinds that machines and servers write


def list_inputs(scale: float) -> tuple[Input, ...]:
    giga = int(1_000_000_000 * scale)
    return (
        Input("quiet", giga, loud=0.0001),
        Input("loud", giga // 5, loud=0.05),
        Input("escaped", giga, loud=0.0001, escaped=0.2),
        Input("ordinary", giga // 5, is_ordinary=True),
    )


def write_input(wanted: Input, path: Path) -> None:
    """Shards of a pool of lines in random order; rare lines go between the shards."""
    chance = random.Random(7)
    shards = list(_make_shards(wanted, chance))
    rare = _make_rare_lines(wanted, chance)
    partial = path.with_suffix(".partial")
    written = 0
    with partial.open("wb") as out:
        while written < wanted.size_bytes:
            shard = chance.choice(shards)[: wanted.size_bytes - written]
            cut = shard.rfind(b"\n") + 1
            written += out.write(shard[:cut]) + out.write(next(rare))
            if cut == 0:
                break
    partial.rename(path)


def _make_shards(wanted: Input, chance: random.Random) -> Iterator[bytes]:
    if wanted.is_ordinary:
        yield from _make_ordinary_shards(chance)
        return
    share = wanted.loud if wanted.loud * SHARD_LINES >= 1 else 0.0
    for first in range(0, POOL_LINES, SHARD_LINES):
        lines = (_make_line(chance, first + n, share, wanted.escaped) for n in range(SHARD_LINES))
        yield "".join(f"{line}\n" for line in lines).encode()


def _make_ordinary_shards(chance: random.Random) -> Iterator[bytes]:
    """Each a mixture of all kinds, as many lines of one as of the other."""
    for seed in range(POOL_LINES // SHARD_LINES // 4):
        lines = [line for kind in ORDINARY for line in write_lines(kind, SHARD_LINES // len(ORDINARY), seed)]
        chance.shuffle(lines)
        yield "".join(f"{line}\n" for line in lines).encode()


def _make_line(chance: random.Random, number: int, loud: float, escaped: float) -> str:
    draw = chance.random()
    if draw < loud:
        return make_loud_line(chance, number)
    if draw < loud + escaped:
        return make_escaped_line(chance, number)
    return make_quiet_line(chance, number)


def _make_rare_lines(wanted: Input, chance: random.Random) -> Iterator[bytes]:
    """After each shard a matching line or nothing, so often that the share over the file is the wanted one."""
    number = 0
    while True:
        number += 1
        is_due = chance.random() < wanted.loud * SHARD_LINES <= 1
        yield f"{make_loud_line(chance, number)}\n".encode() if is_due else b""


def write_inputs(folder: Path, scale: float) -> None:
    """Every input and every slice which the folder does not hold yet."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "empty.log").touch()
    (folder / "first.log").write_text(
        "Error validating access token: Session has expired\n", encoding="utf-8"
    )
    for wanted in list_inputs(scale):
        path = folder / f"{wanted.name}.log"
        if not path.exists():
            write_input(wanted, path)
        for program, size in SLICE_BYTES.items():
            _write_slice(path, slice_path(folder, wanted.name, program), min(size, int(size * scale * 10)))


def slice_path(folder: Path, name: str, program: str) -> Path:
    """Where the part of an input lies that a slow program is given."""
    return folder / f"{name}-{program}.log"


def _write_slice(whole: Path, path: Path, size: int) -> None:
    with whole.open("rb") as file:
        head = file.read(size)
    path.write_bytes(head[: head.rfind(b"\n") + 1])


if __name__ == "__main__":
    write_inputs(Path(sys.argv[1]), float(sys.argv[2]))
