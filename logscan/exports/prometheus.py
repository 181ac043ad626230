"""Rules for Prometheus with tests of their own, and a scrape; they ship as they are."""

from __future__ import annotations

from importlib.resources import files

from logscan.exports.writing import ExportedFile

_NAMES = ("logscan.rules.yml", "logscan.rules.test.yml", "logscan.expiries.test.yml", "prometheus.yml")


def make_prometheus() -> tuple[ExportedFile, ...]:
    """The rules first."""
    folder = files("logscan.assets").joinpath("prometheus")
    return tuple(ExportedFile(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in _NAMES)
