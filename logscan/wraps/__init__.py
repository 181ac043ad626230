"""Runs a program for which logscan is nothing but a pipe, and feeds a scanner that may fail as it likes.

No threads, and only the standard library: a container starts with this, and it stays for the container's life.
"""

from __future__ import annotations

from logscan.wraps.wrapping import run_wrapped

__all__ = ["run_wrapped"]
