"""Rules → what Hyperscan looks for on their behalf, written once and remembered from run to run; it scans nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

from logscan.caches import Cache, digest_code
from logscan.model import Rule
from logscan.prefilters import write_plainly
from logscan.scanner.expressions import Expressions, keep, read_kept
from logscan.scanner.sheets import Sheet
from logscan.scanner.stems import choose_stems, have_stems
from logscan.scanner.wants import Want, list_wants, write_whole

# The code that decides what is written; its text stands for the version.
_WRITERS = (
    "literals.py",
    "parts.py",
    "prefilters.py",
    "rarity.py",
    "syntax.py",
    "scanner/expressions.py",
    "scanner/sheets.py",
    "scanner/stems.py",
    "scanner/wants.py",
    "scanner/writings.py",
)
_MOST_FIRST = 600  # so many first expressions are found more slowly than the stems of them


def list_expressions(rules: Sequence[Rule], cache: Cache | None) -> Expressions:
    """Write every expression, or take them from the cache: to write those of 500 rules takes a second."""
    return _list_written("expressions", _write_all, rules, cache)


def list_sieve(rules: Sequence[Rule], cache: Cache | None) -> Expressions:
    """The same with whole patterns in place of everyday words, for lines that hold a stem and no escapes."""
    return _list_written("sieve", _write_sieve, rules, cache)


def find_sieve(rules: Sequence[Rule], cache: Cache | None) -> Expressions | None:
    """The sieve, where it was written before."""
    return None if cache is None else _find_kept(f"sieve-{_digest(rules)}", cache)


def _list_written(
    name: str, write: Callable[[Sequence[Rule]], Expressions], rules: Sequence[Rule], cache: Cache | None
) -> Expressions:
    if cache is None:
        return write(rules)
    key = f"{name}-{_digest(rules)}"
    known = _find_kept(key, cache)
    if known is not None:
        return known
    written = write(rules)
    cache.write(key, keep(written))
    return written


def _find_kept(key: str, cache: Cache) -> Expressions | None:
    kept = cache.read(key)
    return None if kept is None else read_kept(kept)


def _digest(rules: Sequence[Rule]) -> str:
    digest = hashlib.sha256(digest_code(_WRITERS))
    wanted = [(rule.any, rule.all, rule.keywords, rule.case_sensitive) for rule in rules]
    digest.update(json.dumps(wanted).encode())
    return digest.hexdigest()[:40]


def _write_all(rules: Sequence[Rule]) -> Expressions:
    wants = list_wants(rules)
    sheet = Sheet(wants)
    for want in wants:
        sheet.ask(want)
    written = sheet.write()
    return written if len(written.first) < _MOST_FIRST else written._replace(stems=_write_stems(wants))


def _write_stems(wants: Sequence[Want]) -> list[bytes]:
    """What is to be found everywhere: stems, and as a whole what has none."""
    whole = {want.expression: None for want in wants if want.expression and not have_stems(want.rows)}
    stems = choose_stems([want.rows or (want.key,) for want in wants if want.expression not in whole])
    return [*dict.fromkeys(text for stem in stems for text in write_plainly(stem)), *whole]


def _write_sieve(rules: Sequence[Rule]) -> Expressions:
    sheet = Sheet(())
    for want in list_wants(rules):
        if want.is_quiet:
            sheet.spell(want)
        else:
            sheet.sift(want, write_whole(rules[want.rule], want))
    return sheet.write()
