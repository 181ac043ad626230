"""The composition root: the only room that knows concrete classes, folders of the user and the wall clock.

Each is loaded by what needs it, so that a look at a state costs none of the engine.
"""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from logscan import __version__
from logscan.app.keys import read_key, user_folder
from logscan.caches import SHIPPED, Cache
from logscan.errors import ConfigError, ExchangeError, SettingsError, StateError

if TYPE_CHECKING:
    from logscan.config import Discovery, Settings, SettingsReading
    from logscan.events import EventReader
    from logscan.incidents import IncidentManner, Moment
    from logscan.keeper import Desk, Petition
    from logscan.metrics import Known, Metrics, Tally
    from logscan.model import Rule
    from logscan.redact import Redactor
    from logscan.rules import RuleSet
    from logscan.scanner import Scanner
    from logscan.scans import Scan, ScanOptions, StoryScan
    from logscan.store import Store

_PUSH_SECONDS = 10.0


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def name_user() -> str:
    """Who asks: the login name, or the number of a user without one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.geteuid())


def open_cache() -> Cache:
    """What is quicker to read back than to make again: compiled rules."""
    return Cache(user_folder("XDG_CACHE_HOME", ".cache"), SHIPPED)


def load(packs: Sequence[str] | None, *, no_packs: bool, rule_files: Sequence[Path]) -> RuleSet:
    """The shipped packs that were asked for, all where none was, and users' own files."""
    from logscan.rules import load_rules

    return load_rules([] if no_packs else packs, rule_files, open_cache())


def open_config(chosen: Path | None) -> SettingsReading | None:
    """Read the configuration that was chosen, else the one that is found; None where there is none.

    Raise ConfigError for one that somebody else put here or may change, unless it says nothing but the defaults.
    """
    from logscan.config import find_config

    discovery = find_config(chosen, os.environ, os.geteuid())
    if discovery is None:
        return None
    from logscan.config import read_settings

    reading = read_settings(discovery.document, discovery.folder)
    if (discovery.stranger is not None or discovery.is_open) and _says_something(reading):
        raise ConfigError(_write_refusal(discovery))
    return reading._replace(settings=replace(reading.settings, is_found=discovery.is_found))


def load_settings(chosen: Path | None) -> Settings:
    """The settings in use; raise SettingsError with every problem."""
    from logscan.config import Settings

    reading = open_config(chosen)
    if reading is None:
        return Settings()
    if reading.problems:
        from logscan.config import list_problems

        raise SettingsError(list_problems(reading, open_cache()))
    return reading.settings


def load_configured(settings: Settings, *, tuned: bool = True) -> RuleSet:
    """The rules that a configuration asks for, with its changes or as their packs have them."""
    from logscan.config import load_tuned_rules, load_written_rules

    return (load_tuned_rules if tuned else load_written_rules)(settings, open_cache())


def check_config(reading: SettingsReading) -> tuple[str, ...]:
    """Everything wrong with a configuration and with what it names."""
    from logscan.config import list_problems

    return list_problems(reading, open_cache())


def build_redactor() -> Redactor:
    """A redactor whose fingerprints stay the same from run to run, where the user has a home."""
    from logscan.redact import Redactor

    return Redactor(read_key(), open_cache())


def build_reader() -> EventReader:
    """What turns matches into findings."""
    from logscan.events import EventReader

    return EventReader(build_redactor())


def build_scanner(rules: Sequence[Rule]) -> Scanner:
    """A scanner whose database is taken from the cache when it can be."""
    from logscan.scanner import Scanner

    return Scanner(rules, open_cache())


def build_scan(
    paths: Sequence[str],
    rules: RuleSet,
    options: ScanOptions,
) -> Scan:
    """Everything that reading once needs, wired."""
    from logscan.scans import Scan

    return Scan(
        paths,
        build_scanner(rules.rules),
        build_reader(),
        options,
        clock=time.monotonic,
    )


def build_story(scan: Scan, rules: RuleSet, manner: IncidentManner, latest: datetime) -> StoryScan:
    """The same, read for the incidents that it tells of; no line's time is later than `latest`."""
    from logscan.incidents import list_terms
    from logscan.scans import StoryScan

    return StoryScan(scan, list_terms(rules.rules), manner, latest)


def build_desk(store: Store, rules: RuleSet, settings: Settings) -> Desk:
    """What judges and keeps what is found, where the state was left; what it tells waits for an office."""
    from logscan.delivery import write_for_later
    from logscan.incidents import list_terms
    from logscan.keeper import Post, make_desk

    post = Post(write_for_later)
    return make_desk(store, (list_terms(rules.rules), settings.incidents), post, look_at_clocks())


def look_at_clocks() -> Moment:
    """Both of them."""
    from logscan.incidents import Moment

    return Moment(time.monotonic(), now())


def petition(settings: Settings, path: Path, wish: Petition) -> None:
    """Have a wish about incidents fulfilled, by whoever runs on the state or here; raise StateError where it cannot."""
    from logscan.keeper import ask

    rules = load_configured(settings)
    answer = ask(path, wish, lambda store: build_desk(store, rules, settings), (look_at_clocks, time.sleep))
    if answer:
        raise StateError(answer)


def choose_state(settings: Settings) -> Path:
    """The state to look at where none was typed: the configuration's, else the only one there is, or that is in use."""
    from logscan.config import check_state
    from logscan.store import is_in_use

    if settings.state.path is not None:
        check_state(settings)
        return settings.state.path
    folder = user_folder("XDG_STATE_HOME", ".local/state")
    there = [] if folder is None else sorted(folder.glob("*.db"))
    if not there:
        raise StateError("state: there is none yet; start `logscan run`, or name one with --state")
    if len(there) == 1:
        return there[0]
    used = [path for path in there if is_in_use(path)]
    if len(used) == 1:
        return used[0]
    named = "".join(f"\n  {path}{' (in use)' if path in used else ''}" for path in there)
    raise StateError(f"state: there are several; name one with --state:{named}")


def list_known(rules: RuleSet, sources: Sequence[str], channels: Sequence[str] = ()) -> Known:
    """What metrics know of a configuration."""
    from logscan.metrics import Known, list_rule_labels

    return Known(
        version=__version__,
        rules_hash=rules.digest,
        sources=tuple(sources),
        rules=list_rule_labels(rules.rules),
        channels=tuple(channels),
    )


def build_tally(rules: RuleSet) -> Tally:
    """What one reading found, as metrics."""
    from logscan.metrics import SOURCE, Tally

    return Tally(list_known(rules, (SOURCE,)), now())


def write_metrics_file(metrics: Metrics, path: Path) -> None:
    """Put the file in place as a whole."""
    try:
        metrics.write_file(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(f"{path}: {why}; name a file in a folder that you may write") from None


def check_gateway(url: str) -> None:
    """Raise ConfigError for what is no address, or holds a login: others see a command line."""
    from logscan.http import check_url

    check_url(url, "--push-gateway", carries_secret=False)


def push_metrics(metrics: Metrics, url: str) -> None:
    """Replace a Pushgateway's group of this job."""
    from logscan.http import Client

    client = Client(clock=time.monotonic, agent=f"logscan/{__version__}", timeout_seconds=_PUSH_SECONDS)
    text, content_type = metrics.write()
    target = f"{url.rstrip('/')}/metrics/job/logscan"
    try:
        answer = client.send(
            "PUT", target, headers={"Content-Type": content_type}, content=text, carries_secret=False
        )
    finally:
        client.close()
    if not 200 <= answer.status < 300:
        raise ExchangeError(
            f"--push-gateway: answered with status {answer.status}; name a Pushgateway's address"
        )


def find_state(name: str) -> Path | None:
    """Where the state of that name lies; None for a user without a home."""
    folder = user_folder("XDG_STATE_HOME", ".local/state")
    return None if folder is None else folder / name


def _says_something(reading: SettingsReading) -> bool:
    """A checkout that belongs to somebody else holds our own sample, which can do no harm."""
    from logscan.config import Settings

    sections = replace(reading.settings, path=None, folder=Path(), is_found=False)
    return bool(reading.problems) or sections != Settings()


def _write_refusal(discovery: Discovery) -> str:
    name = discovery.document.name
    whose = f"belongs to another user ({discovery.stranger})"
    if discovery.stranger is None:
        whose = "may be written by anybody"
    return (
        f"{name}: {whose} and was merely found here; if you trust it, say `-c {name}`, else `-c {os.devnull}`"
    )
