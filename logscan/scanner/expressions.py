"""Rules → what Hyperscan looks for on their behalf, remembered from run to run; it scans nothing.

There are two lists. The close one says whose pattern may fit. The rough one is quicker to look for and
says only that there may be something on a line; it finds at least every line that the close one finds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from logscan.caches import Cache
from logscan.errors import ConfigError
from logscan.literals import drop_longer, find_literals, weigh
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


class Close(NamedTuple):
    """Each close expression once, and whose it is; rules often look for the same."""

    texts: list[bytes]
    origins: list[list[Origin]]


def list_rough(rules: Sequence[Rule], cache: Cache | None) -> list[bytes]:
    """Write the rough ones, or take them from the cache: to write those of 1,000 rules takes a second."""
    key = _write_key("rough", rules)
    kept = cache.read(key) if cache else None
    if kept:
        return kept.split(b"\n")  # which no expression holds
    written = _write_rough(rules)
    if cache:
        cache.write(key, b"\n".join(written))
    return written


def list_close(rules: Sequence[Rule], cache: Cache | None) -> Close:
    """Write the close ones, or take them from the cache; it takes longer, and most starts never need them."""
    key = _write_key("close", rules)
    kept = cache.read(key) if cache else None
    known = _read_close(kept) if kept is not None else None
    if known is not None:
        return known
    written = _write_close(rules)
    if cache:
        cache.write(key, _keep_close(written))
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


def _write_close(rules: Sequence[Rule]) -> Close:
    origins: dict[bytes, list[Origin]] = {}
    for i, rule in enumerate(rules):
        stands_alone = bool(rule.any) and not rule.keywords
        for pattern, text in enumerate(write_expressions(rule)):
            origins.setdefault(text, []).append(Origin(i, pattern if stands_alone else None))
    return Close(list(origins), list(origins.values()))


def _write_rough(rules: Iterable[Rule]) -> list[bytes]:
    literals: set[bytes] = set()
    texts: list[bytes] = []
    for rule in rules:
        if rule.keywords:
            literals.update(word.encode().lower() for word in rule.keywords)
            continue
        for text in _list_wanted(rule):
            found = find_literals(read_pattern(text).part, _ROUGHLY_ENOUGH)
            if found and min(map(weigh, found)) >= _ROUGHLY_RARE:
                literals.update(found)
            else:
                texts.append(_write(rule, text))
    return list(dict.fromkeys([*(write_literals((one,)) for one in drop_longer(literals)), *texts]))


def _write(rule: Rule, text: str) -> bytes:
    expression = write_prefilter(read_pattern(text), case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {text!r} fits any line; give `keywords`")
    return expression


def _write_key(kind: str, rules: Sequence[Rule]) -> str:
    digest = hashlib.sha256()
    for name in _WRITERS:
        digest.update((_PACKAGE / name).read_bytes())
    wanted = [(rule.any, rule.all, rule.keywords, rule.case_sensitive) for rule in rules]
    digest.update(json.dumps(wanted).encode())
    return f"{kind}-{digest.hexdigest()[:40]}"


def _keep_close(written: Close) -> bytes:
    texts = [text.decode("ascii") for text in written.texts]
    return json.dumps([texts, written.origins], separators=(",", ":")).encode()


def _read_close(kept: bytes) -> Close | None:
    try:
        texts, origins = json.loads(kept)
        return Close(
            [text.encode() for text in texts],
            [[Origin(rule, pattern) for rule, pattern in list_] for list_ in origins],
        )
    except (ValueError, TypeError, AttributeError):
        return None
