"""Standard streams: which are there, which take colour, and how to fall silent; it knows no command."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import BinaryIO

from logscan.normalize import make_visible

_BUFFER_BYTES = 64 << 10


def hold_standard_streams() -> None:
    """Put the null device where a standard stream is closed: else the next file opened would take its place."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            taken = os.open(os.devnull, os.O_RDWR)
            if taken != descriptor:
                os.dup2(taken, descriptor)
                os.close(taken)
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for good


def is_stdin_closed() -> bool:
    """Whether there was no stdin at the start; what stands in its place now reads as empty."""
    return sys.__stdin__ is None


def open_stdout() -> BinaryIO:
    """Stdout as bytes, with a buffer that pays; the text layer is flushed before."""
    sys.stdout.flush()
    return io.BufferedWriter(io.FileIO(sys.stdout.fileno(), "w", closefd=False), _BUFFER_BYTES)


def silence_stdout() -> None:
    """Let what is still in a buffer go nowhere, so that closing it at the exit raises nothing."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def wants_color(choice: str) -> bool:
    """Whether stdout gets colours; an explicit choice beats NO_COLOR."""
    if choice != "auto":
        return choice == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def terminal_width() -> int | None:
    """The columns of stdout's terminal; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def print_error(text: str) -> None:
    """Print to stderr, line by line, what may quote a hostile name; a closed stderr is no error."""
    lines = (make_visible(line.encode("utf-8", "backslashreplace").decode()) for line in text.splitlines())
    try:
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
    except OSError:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for good
