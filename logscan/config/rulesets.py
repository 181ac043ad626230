"""Settings → the rules in use: packs are loaded, tuned, and held against every rule that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.caches import Cache
from logscan.config.settings import Settings
from logscan.errors import ConfigError, PackError, SettingsError
from logscan.rules import RuleSet, load_rules
from logscan.rules.entries import sort_problems
from logscan.rules.tuning import find_strangers, tune_rules

if TYPE_CHECKING:
    from logscan.config.readings import SettingsReading


def load_written_rules(settings: Settings, cache: Cache | None = None, *, prove: bool = True) -> RuleSet:
    """Load the packs and files of a configuration as they are written; raise PackError or ConfigError.

    They are loaded to be judged, so that shipped ones are tried like a user's own.
    """
    rules = settings.rules
    if rules.packs == () and not rules.files:
        right = "name `packs` or `files` under `rules:`, or give --rules FILE"
        raise ConfigError(f"{settings.path}: no rules to look for; {right}")
    return load_rules(rules.packs, rules.files, cache, prove=prove)


def load_tuned_rules(settings: Settings, cache: Cache | None = None) -> RuleSet:
    """Load and tune them; raise SettingsError for rules that exist nowhere."""
    written, tuning = load_written_rules(settings, cache, prove=False), settings.rules.tuning
    known = {rule.id for rule in written.rules}
    if find_strangers(tuning, known):
        # Of a shipped pack that is not in use this time, perhaps.
        strangers = find_strangers(tuning, known | _list_shipped_ids(cache))
        if strangers:
            raise SettingsError(strangers)
    tuned = tune_rules(written, tuning)
    if not tuned.rules:
        what = "every rule in use is disabled"
        raise ConfigError(f"{settings.path}: {what}; leave one of them out of `disable`")
    return tuned


def list_problems(reading: SettingsReading, cache: Cache | None = None) -> tuple[str, ...]:
    """Everything wrong with a configuration: what stands in it, and what it names."""
    settings = reading.settings
    known = _list_shipped_ids(cache)
    try:
        known |= {rule.id for rule in load_rules((), settings.rules.files, cache).rules}
    except PackError as error:
        return (*reading.problems, *error.problems)
    strangers = find_strangers(settings.rules.tuning, known)
    if reading.problems or strangers:
        return tuple(sort_problems((*reading.problems, *strangers), str(settings.path)))
    try:
        load_tuned_rules(settings, cache)
    except ConfigError as error:
        return tuple(str(error).splitlines())
    return ()


def _list_shipped_ids(cache: Cache | None) -> set[str]:
    return {rule.id for rule in load_rules(None, (), cache).rules}
