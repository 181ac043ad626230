"""A configuration file → frozen Settings, the rules they ask for, and the schema; it wires nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.config.dangers import list_dangers
    from logscan.config.discoveries import Discovery, find_config
    from logscan.config.exposures import describe_exposure, hide_words, holds_secret, list_exposures
    from logscan.config.readings import SettingsReading, read_settings
    from logscan.config.rulesections import RuleSettings
    from logscan.config.rulesets import list_problems, load_tuned_rules, load_written_rules
    from logscan.config.schemas import write_schema
    from logscan.config.secretnames import list_absences, list_secret_variables
    from logscan.config.settings import Settings
    from logscan.config.sourcesections import SourceSettings
    from logscan.config.starters import STARTER
    from logscan.config.texts import summarize_settings, write_settings
    from logscan.config.trust import (
        check_channels,
        check_programs,
        check_sources,
        check_state,
        list_distrusts,
    )

__all__ = [
    "STARTER",
    "Discovery",
    "RuleSettings",
    "Settings",
    "SettingsReading",
    "SourceSettings",
    "check_channels",
    "check_programs",
    "check_sources",
    "check_state",
    "describe_exposure",
    "find_config",
    "hide_words",
    "holds_secret",
    "list_absences",
    "list_dangers",
    "list_distrusts",
    "list_exposures",
    "list_problems",
    "list_secret_variables",
    "load_tuned_rules",
    "load_written_rules",
    "read_settings",
    "summarize_settings",
    "write_schema",
    "write_settings",
]

__getattr__ = open_door(
    __name__,
    {
        "dangers": "list_dangers",
        "discoveries": "Discovery find_config",
        "exposures": "describe_exposure hide_words holds_secret list_exposures",
        "readings": "SettingsReading read_settings",
        "rulesections": "RuleSettings",
        "rulesets": "list_problems load_tuned_rules load_written_rules",
        "schemas": "write_schema",
        "secretnames": "list_absences list_secret_variables",
        "settings": "Settings",
        "sourcesections": "SourceSettings",
        "starters": "STARTER",
        "texts": "summarize_settings write_settings",
        "trust": "check_channels check_programs check_sources check_state list_distrusts",
    },
)
