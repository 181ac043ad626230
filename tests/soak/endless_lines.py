"""S15: lines without an end in many files at once cost no more than the cap over all of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.soak.followers import Logscan
from tests.soak.oracle import make_line

_MIB = 1 << 20
_CAP = 64 * _MIB  # of unfinished lines
_ROOM = 16 * _MIB  # the pieces that are under way
_NUMBER = 100


def _read_peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) << 10


def measure(folder: Path, files: int, line_bytes: int) -> int:
    """How much more memory at its peak than for one short line in each; every line that ends is told."""
    peaks = []
    for name, text in (("short", b"x"), ("endless", b"x" * line_bytes)):
        place = folder / name
        (place / "logs").mkdir(parents=True)
        for number in range(files):
            (place / "logs" / f"{number}.log").write_bytes(text)
        with Logscan(place, place / "logs" / "*.log") as logscan:
            process = logscan.start()
            logscan.wait_until_reading()
            for number in range(files):
                with (place / "logs" / f"{number}.log").open("ab") as file:
                    file.write(b"\n" + make_line(number * _NUMBER))
            logscan.wait_until_told(range(0, files * _NUMBER, _NUMBER))
            peaks.append(_read_peak(process.pid))
            assert sorted(logscan.told()) == list(range(0, files * _NUMBER, _NUMBER))
            assert logscan.stop() == 0
            logscan.said()
    return peaks[1] - peaks[0]


def check(folder: Path, files: int) -> int:
    """Lines that are as long as they may be, but for a byte, so that each is held."""
    more = measure(folder, files, _MIB - 1)
    assert more <= _CAP + _ROOM, f"{more >> 20} MiB more for {files} unfinished lines of 1 MiB"
    return more


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    with tempfile.TemporaryDirectory() as folder:
        more = check(Path(folder), parser.parse_args().files)
    sys.stdout.write(f"{more >> 20} MiB more than for short lines\n")


if __name__ == "__main__":
    main()
