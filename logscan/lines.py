"""Counts line ends in a buffer at the speed of memory; it never cuts one."""

from __future__ import annotations

import os
import sys

_LINE_END = 0x0A
_NUMPY_PAYS_FROM_BYTES = 4 << 10


def prepare_long_count() -> None:
    """Import numpy: 40 GB/s against the 2 GB/s of bytes.count, but 0.1 s of start-up."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # it would start threads that nothing here needs
    import numpy as np  # noqa: F401 - only to have it in sys.modules


def count_line_ends(text: bytearray, start: int, end: int) -> int:
    """How many line ends there are in text[start:end]."""
    if end - start < _NUMPY_PAYS_FROM_BYTES or "numpy" not in sys.modules:
        return text.count(_LINE_END, start, end)
    import numpy as np

    return int(np.count_nonzero(np.frombuffer(text, np.uint8, end - start, start) == _LINE_END))


def count_disk_bytes(text: bytes, encoding: str) -> int:
    """How many bytes a piece of transcoded text takes on disk."""
    return len(text.decode("utf-8", "surrogatepass").encode(encoding, "surrogatepass"))
