"""Rules → what Hyperscan looks for on their behalf, remembered from run to run; it scans nothing.

There are four lists. The close one says whose pattern may fit. The others are quicker to look for and say
only that there may be something on a line; together they find at least every line that the close one finds.
Nearly every pattern holds a word that tells of trouble or repair: the few telling words are looked for
everywhere, the told expressions only on lines with such a word, and the rough ones, which hold none, everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from logscan.caches import Cache
from logscan.errors import ConfigError
from logscan.literals import TELLING, drop_longer, find_literals, holds_telling, weigh
from logscan.model import Rule
from logscan.prefilters import choose_rarest, write_keyword, write_literals, write_prefilter
from logscan.syntax import read_pattern

# The code that decides what is written; its text stands for the version.
_WRITERS = ("literals.py", "prefilters.py", "syntax.py", "scanner/expressions.py")
_PACKAGE = Path(__file__).parents[1]
_ROUGHLY_RARE = 4  # the weight of a literal that may be looked for alone, for a start
_ROUGHLY_ENOUGH = 6


class Origin(NamedTuple):
    """Whose expression it is."""

    rule: int
    pattern: int | None  # of the rule's `any`; None where it stands for all of the rule


class Expressions(NamedTuple):
    """Each once, and for the close ones whose they are; rules often look for the same."""

    rough: list[bytes]
    telling: list[bytes]
    told: list[bytes]
    close: list[bytes]
    origins: list[list[Origin]]


def list_expressions(rules: Sequence[Rule], cache: Cache | None) -> Expressions:
    """Write every expression, or take them from the cache: to write those of 500 rules takes seconds."""
    if cache is None:
        return _write_all(rules)
    key = _write_key(rules)
    kept = cache.read(key)
    known = _read_kept(kept) if kept is not None else None
    if known is not None:
        return known
    written = _write_all(rules)
    cache.write(key, _keep(written))
    return written


def write_expressions(rule: Rule) -> tuple[bytes, ...]:
    """What Hyperscan looks for on behalf of a rule: where none of it is, the rule cannot fit."""
    if rule.keywords:
        return tuple(map(write_keyword, rule.keywords))
    return tuple(_write(rule, text) for text in _list_wanted(rule))


def _list_wanted(rule: Rule) -> tuple[str, ...]:
    """Of `all`, the one pattern that is found most seldom."""
    if rule.any:
        return rule.any
    patterns = [read_pattern(text) for text in rule.all]
    return (choose_rarest(patterns).text,)


def _write_all(rules: Sequence[Rule]) -> Expressions:
    origins: dict[bytes, list[Origin]] = {}
    for i, rule in enumerate(rules):
        stands_alone = bool(rule.any) and not rule.keywords
        for pattern, text in enumerate(write_expressions(rule)):
            origins.setdefault(text, []).append(Origin(i, pattern if stands_alone else None))
    return Expressions(*_write_quick(rules), list(origins), list(origins.values()))


def _write_quick(rules: Iterable[Rule]) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The rough, the telling and the told ones."""
    rough, told = _Texts(set(), []), _Texts(set(), [])
    for rule in rules:
        if rule.keywords:
            rough.literals.update(word.encode().lower() for word in rule.keywords)
            continue
        for text in _list_wanted(rule):
            part = read_pattern(text).part
            texts = told if holds_telling(part) else rough
            found = find_literals(part, _ROUGHLY_ENOUGH)
            if found and min(map(weigh, found)) >= _ROUGHLY_RARE:
                texts.literals.update(found)
            else:
                texts.others.append(_write(rule, text))
    return rough.list_all(), [write_keyword(word.decode()) for word in TELLING], told.list_all()


class _Texts(NamedTuple):
    literals: set[bytes]
    others: list[bytes]

    def list_all(self) -> list[bytes]:
        """Each once; of literals, none that holds another one."""
        return list(
            dict.fromkeys([*(write_literals((one,)) for one in drop_longer(self.literals)), *self.others])
        )


def _write(rule: Rule, text: str) -> bytes:
    expression = write_prefilter(read_pattern(text), case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {text!r} fits any line; give `keywords`")
    return expression


def _write_key(rules: Sequence[Rule]) -> str:
    digest = hashlib.sha256()
    for name in _WRITERS:
        digest.update((_PACKAGE / name).read_bytes())
    wanted = [(rule.any, rule.all, rule.keywords, rule.case_sensitive) for rule in rules]
    digest.update(json.dumps(wanted).encode())
    return f"expressions-{digest.hexdigest()[:40]}"


def _keep(written: Expressions) -> bytes:
    texts = [[text.decode("ascii") for text in list_] for list_ in written[:4]]
    return json.dumps([*texts, written.origins], separators=(",", ":")).encode()


def _read_kept(kept: bytes) -> Expressions | None:
    try:
        *lists, origins = json.loads(kept)
        rough, telling, told, close = ([text.encode() for text in texts] for texts in lists)
        owners = [[Origin(rule, pattern) for rule, pattern in list_] for list_ in origins]
        return Expressions(rough, telling, told, close, owners)
    except (ValueError, TypeError, AttributeError):
        return None
