"""The section `rules:` of a configuration → its settings; it loads no rule and knows no rule's name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from logscan.config.entries import list_mappings, list_names, place_of, read_some_time
from logscan.model import Exclusion, Severity
from logscan.rules import list_shipped
from logscan.rules.entries import Entry, suggest
from logscan.rules.expressions import check_pattern
from logscan.rules.tuning import Adjustment, Ignore, Mention, Tuning
from logscan.yamlfile import Step

ALL_PACKS = "all"
SEVERITIES = {severity.word: severity for severity in Severity}
STATUSES = {"stable": False, "experimental": True}

_KEYS = ("packs", "files", "disable", "tune", "ignore")
_ADJUSTABLE = ("threshold", "severity", "grace", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """Which rules are used, and what is changed in them."""

    packs: tuple[str, ...] | None = None  # None: all that ship
    files: tuple[Path, ...] = ()
    tuning: Tuning = field(default_factory=Tuning)

    def choose(self, packs: Sequence[str] | None, files: Sequence[Path]) -> RuleSettings:
        """Other packs, where some were asked for, and more files; the tuning stays."""
        chosen = self.packs if packs is None else tuple(packs)
        return replace(self, packs=chosen, files=_list_once((*self.files, *files)))


def read_rule_settings(root: Entry, folder: Path) -> RuleSettings:
    """Read the section; files are looked for from `folder` on."""
    entry = root.enter("rules")
    if entry is None:
        return RuleSettings()
    entry.refuse_unknown(_KEYS)
    return RuleSettings(
        packs=_read_packs(entry),
        files=tuple(_read_files(entry, folder)),
        tuning=Tuning(
            disable=_read_mentions(entry, "disable"),
            adjustments=tuple(_read_adjustments(entry)),
            ignores=tuple(_read_ignores(entry)),
        ),
    )


def _read_packs(entry: Entry) -> tuple[str, ...] | None:
    if entry.values.get("packs") in (None, ALL_PACKS):
        return None
    there = list_shipped()
    packs = list(list_names(entry, "packs"))
    for name, at in packs:
        if name not in there:
            right = "write `packs: all`, without brackets" if name == ALL_PACKS else suggest(name, there)
            entry.complain(f"no shipped pack {name!r}", right, *at)
    return tuple(name for name, _ in packs if name in there)


def _read_files(entry: Entry, folder: Path) -> Iterator[Path]:
    for name, at in list_names(entry, "files"):
        path = folder / name
        if os.path.exists(path):
            yield path
        else:
            right = f"its path is told from the folder of this file, {os.path.realpath(folder)}"
            entry.complain(f"no file {name!r}", right, *at)


def _read_mentions(entry: Entry, key: str) -> tuple[Mention, ...]:
    return tuple(_mention(entry, name, *at) for name, at in list_names(entry, key))


def _mention(entry: Entry, name: str, *at: Step, of_key: bool = False) -> Mention:
    return Mention(name, place_of(entry, *at, of_key=of_key))


def _read_adjustments(entry: Entry) -> Iterator[Adjustment]:
    tune = entry.enter("tune")
    for rule in tune.values if tune else ():
        assert tune is not None
        changes = _enter_filled(tune, rule, _ADJUSTABLE)
        if changes is None:
            continue
        threshold = _enter_filled(changes, "threshold", ("count", "within"))
        yield Adjustment(
            rule=_mention(tune, rule, rule, of_key=True),
            count=threshold.read_count("count", 1) if threshold and "count" in threshold.values else None,
            within=_read_within(threshold) if threshold else None,
            severity=changes.read_word("severity", SEVERITIES, None),
            grace=changes.read_duration("grace", timedelta(0)) if "grace" in changes.values else None,
            experimental=changes.read_word("status", STATUSES, None),
        )


def _enter_filled(entry: Entry, key: str, known: tuple[str, ...]) -> Entry | None:
    """The mapping under a key; one that changes nothing is a mistake."""
    if key not in entry.values:
        return None
    if entry.values[key] in (None, {}):
        entry.complain(
            f"{key} changes nothing", "leave it out, or add " + " or ".join(known), key, of_key=True
        )
        return None
    inner = entry.enter(key)
    if inner:
        inner.refuse_unknown(known)
    return inner


def _read_within(threshold: Entry) -> timedelta | None:
    if "within" not in threshold.values:
        return None
    return read_some_time(threshold, "within", timedelta(0))


def _read_ignores(entry: Entry) -> Iterator[Ignore]:
    right = "{pattern: '…', rules: […]}"
    for inner in list_mappings(entry, "ignore", right):
        ignore = _read_ignore(inner)
        if ignore:
            yield ignore


def _read_ignore(entry: Entry) -> Ignore | None:
    entry.refuse_unknown(("pattern", "rules"))
    pattern = entry.read_required("pattern")
    if "rules" in entry.values and entry.values["rules"] in (None, []):
        entry.complain(
            "rules names none", "leave it out to mean all rules, or name some", "rules", of_key=True
        )
    rules = _read_mentions(entry, "rules")
    compiled = check_pattern(entry, pattern, "pattern") if pattern else None
    if pattern is None or compiled is None:
        return None
    if compiled.search(b""):
        right = "make something in it obligatory; to be without a rule, use `disable`"
        entry.complain("a pattern that fits any line", right, "pattern")
    return Ignore(Exclusion(pattern, place_of(entry, "pattern")), rules)


def _list_once(files: Iterable[Path]) -> tuple[Path, ...]:
    """A file may be named twice, by the configuration and on the command line, in two spellings."""
    once: dict[str, Path] = {}
    for file in files:
        once.setdefault(os.path.realpath(file), file)
    return tuple(once.values())
