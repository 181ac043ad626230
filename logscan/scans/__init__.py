"""Joins the stages for reading once; it prints nothing.

readings   inputs → findings, on one thread or several
stories    findings → the incidents they tell of, on the lines' own times
spools     findings put by until all inputs were read, and given back in the order of time
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.scans.readings import Scan, ScanOptions
    from logscan.scans.stories import StoryScan

__all__ = ["Scan", "ScanOptions", "StoryScan"]

__getattr__ = open_door(
    __name__,
    {
        "readings": "Scan ScanOptions",
        "stories": "StoryScan",
    },
)
