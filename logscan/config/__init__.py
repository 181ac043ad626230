"""A configuration file → frozen Settings, the rules they ask for, and the schema; it wires nothing."""

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
