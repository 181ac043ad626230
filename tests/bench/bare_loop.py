"""The least that Hyperscan in Python can do: read blocks, scan them, count; it confirms and reports nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import hyperscan

BLOCK_BYTES = 1 << 20


def count_candidates(rules: Path, path: Path) -> int:
    patterns = rules.read_bytes().splitlines()
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_CASELESS
    database.compile(expressions=patterns, ids=list(range(len(patterns))), flags=flags)
    scratch = hyperscan.Scratch(database)
    count = 0

    def count_one(*_match: object) -> None:
        nonlocal count
        count += 1

    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK_BYTES):
            database.scan(block, match_event_handler=count_one, scratch=scratch)
    return count


if __name__ == "__main__":
    print(count_candidates(Path(sys.argv[1]), Path(sys.argv[2])))
