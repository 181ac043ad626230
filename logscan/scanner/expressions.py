"""Rules → what Hyperscan looks for on their behalf, remembered from run to run; it scans nothing.

There are four lists. The close one says whose pattern may fit. The others are quicker to look for and say
only that there may be something on a line; together they find at least every line that the close one finds.
Nearly every pattern holds a word that tells of trouble or repair: the few telling words are looked for
everywhere, the told expressions only on lines with such a word, and the rough ones, which hold none, everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from logscan.caches import Cache
from logscan.errors import ConfigError
from logscan.literals import TELLING, drop_longer, find_literals, holds_telling, weigh
from logscan.model import Rule
from logscan.prefilters import choose_rarest, write_keyword, write_literals, write_prefilter
from logscan.syntax import Pattern, read_pattern

# The code that decides what is written; its text stands for the version.
_WRITERS = ("literals.py", "prefilters.py", "syntax.py", "scanner/expressions.py")
_PACKAGE = Path(__file__).parents[1]
_ROUGHLY_RARE = 4  # the weight of a literal that may be looked for alone, for a start


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
    return tuple(_write_closely(wanted) for wanted in _list_wanted(rule))


class _Wanted(NamedTuple):
    """One pattern, and the literals of which one stands in every line that it fits."""

    rule: Rule
    pattern: Pattern
    literals: tuple[bytes, ...]


def _list_wanted(rule: Rule) -> list[_Wanted]:
    """Of `all`, the one pattern that is found most seldom."""
    patterns = [read_pattern(text) for text in rule.any or rule.all]
    chosen = patterns if rule.any else [choose_rarest(patterns)]
    return [_Wanted(rule, pattern, find_literals(pattern.part)) for pattern in chosen]


def _write_all(rules: Sequence[Rule]) -> Expressions:
    origins: dict[bytes, list[Origin]] = {}
    rough, told = _Texts(set(), []), _Texts(set(), [])
    for i, rule in enumerate(rules):
        wanted = [] if rule.keywords else _list_wanted(rule)
        close = [_write_closely(one) for one in wanted] or [write_keyword(word) for word in rule.keywords]
        stands_alone = bool(rule.any) and not rule.keywords
        for pattern, text in enumerate(close):
            origins.setdefault(text, []).append(Origin(i, pattern if stands_alone else None))
        rough.literals.update(word.encode().lower() for word in rule.keywords)
        for one in wanted:
            _add_quick(one, rough, told)
    telling = [write_keyword(word.decode()) for word in TELLING]
    return Expressions(rough.list_all(), telling, told.list_all(), list(origins), list(origins.values()))


def _add_quick(wanted: _Wanted, rough: _Texts, told: _Texts) -> None:
    is_told = holds_telling(wanted.pattern.part)
    texts = told if is_told else rough
    # Told ones may be common: they are looked for on few lines only.
    if wanted.literals and (is_told or min(map(weigh, wanted.literals)) >= _ROUGHLY_RARE):
        texts.literals.update(wanted.literals)
    else:
        texts.others.append(_write(wanted))


class _Texts(NamedTuple):
    literals: set[bytes]
    others: list[bytes]

    def list_all(self) -> list[bytes]:
        """Each once; of literals, none that holds another one."""
        return list(
            dict.fromkeys([*(write_literals((one,)) for one in drop_longer(self.literals)), *self.others])
        )


def _write_closely(wanted: _Wanted) -> bytes:
    """Literals where there are any: `regex` tells the rest, and a thousand patterns take a minute to compile."""
    return write_literals(wanted.literals) if wanted.literals else _write(wanted)


def _write(wanted: _Wanted) -> bytes:
    rule, pattern, _ = wanted
    expression = write_prefilter(pattern, case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {pattern.text!r} fits any line; give `keywords`")
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
