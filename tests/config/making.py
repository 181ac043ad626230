"""Configurations made short for tests."""

from __future__ import annotations

from pathlib import Path

from logscan import app
from logscan.config import SettingsReading, list_problems, read_settings
from logscan.yamlfile import parse_yaml

NAME = "logscan.yaml"


def read(text: str, folder: Path = Path()) -> SettingsReading:
    """What a configuration of this text gives."""
    return read_settings(parse_yaml(text.encode(), NAME), folder)


def complain(text: str, folder: Path = Path()) -> tuple[str, ...]:
    """Every problem, those with names of rules too, without the file's name."""
    return tuple(
        problem.removeprefix(f"{NAME}:") for problem in list_problems(read(text, folder), app.open_cache())
    )
