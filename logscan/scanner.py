"""Blocks and rules → matches: one Hyperscan pass over the block, then `regex` on the few candidate lines.

It never parses an envelope and never decides which rule names a line.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from logscan.caches import Cache
from logscan.databases import Database, open_database
from logscan.errors import ConfigError
from logscan.lines import count_disk_bytes, count_line_ends
from logscan.literals import longest_literal
from logscan.model import Block, Hit, Match, Rule
from logscan.normalize import normalize, strip_colours, undo_escapes
from logscan.prefilters import OPAQUE, ROUGHLY_OPAQUE, write_keyword, write_prefilter
from logscan.rules import RuleMatcher
from logscan.rules.asides import AsideFinder, write_gate
from logscan.rules.matching import TIMEOUT_SECONDS
from logscan.syntax import read_pattern

_PATIENCE = 3  # so many time-outs, and a rule is set aside
_INDENTS = (b" ", b"\t")  # only such lines can lie within an object that spreads over lines
_LINE_END = 0x0A


class _Line(NamedTuple):
    start: int  # in the block's buffer
    end: int


class _Origin(NamedTuple):
    """Whose expression it is."""

    rule: int
    pattern: int | None  # of the rule's `any`; None where it stands for all of the rule


class Scanner:
    """Finds the lines that rules fit; one serves many threads."""

    def __init__(self, rules: Sequence[Rule], cache: Cache | None = None) -> None:
        self.rules = tuple(rules)
        gate = open_database(write_gate(), cache) if any(rule.unless for rule in self.rules) else None
        asides = AsideFinder(gate)
        self._matchers = tuple(RuleMatcher(rule, asides) for rule in self.rules)
        texts, self._origins = _list_expressions(self.rules)
        self._database = open_database(texts, cache) if texts else None
        self._opaque = open_database([OPAQUE], cache)
        self._roughly_opaque = open_database([ROUGHLY_OPAQUE], cache)
        self._lock = threading.Lock()
        self._timeouts: Counter[str] = Counter()

    @property
    def timeouts(self) -> Mapping[str, int]:
        """How often each rule took too long for a line."""
        return dict(self._timeouts)

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The rules that took too long too often; they are asked no more."""
        return tuple(sorted(rule for rule, count in self._timeouts.items() if count >= _PATIENCE))

    def scan(self, block: Block, *, keep_context: bool = False) -> list[Match]:
        """Give every line of the block that at least one rule fits, in order.

        Neighbours are copied for lines that could lie within an object spread over lines, or for all.
        """
        if self._database is None:
            return []
        candidates = self._find_candidates(block)
        matches: list[Match] = []
        counted_to, number = block.start, block.line
        for line in sorted(candidates):
            raw = bytes(memoryview(block.text)[line.start : line.end])
            text = normalize(raw)
            hits = self._confirm(text, candidates[line])
            if not hits:
                continue
            number += count_line_ends(block.text, counted_to, line.start)
            counted_to = line.start
            match = Match(
                source=block.source,
                line=number,
                offset=_find_offset(block, line) if number > 1 else 0,  # a mark is part of line 1
                raw=raw,
                text=text,
                before=b"",
                after=b"",
                hits=hits,
            )
            if keep_context or raw.startswith(_INDENTS):
                match = match._replace(before=_lines_before(block, line), after=_lines_after(block, line))
            matches.append(match)
        return matches

    def _confirm(self, text: bytes, expressions: set[int]) -> tuple[Hit, ...]:
        """Ask the rules themselves, about one normalised line, in which their expressions were found."""
        asked: dict[int, list[int]] = {}
        for expression in sorted(expressions):
            for origin in self._origins[expression]:
                patterns = asked.setdefault(origin.rule, [])
                if origin.pattern is not None:
                    patterns.append(origin.pattern)
        hits = []
        for i, patterns in sorted(asked.items()):
            if self._timeouts and self._timeouts[self.rules[i].id] >= _PATIENCE:
                continue
            try:
                hit = self._matchers[i].fits(text, TIMEOUT_SECONDS, sorted(patterns) or None)
            except TimeoutError:
                with self._lock:
                    self._timeouts[self.rules[i].id] += 1
                continue
            if hit is not None:
                hits.append(hit)
        return tuple(hits)

    def _find_candidates(self, block: Block) -> dict[_Line, set[int]]:
        """Ask Hyperscan which expressions are found on which lines."""
        if block.text.find(b"\x1b", block.start, block.end) < 0:
            return self._ask(block.text, block.start, block.end)
        colourless = bytearray(strip_colours(bytes(memoryview(block.text)[block.start : block.end])))
        candidates = self._ask(colourless, 0, len(colourless))
        if not candidates:
            return candidates
        lines = _list_lines(block.text, block.start, block.end)
        origins = dict(zip(_list_lines(colourless, 0, len(colourless)), lines, strict=True))
        return {origins[line]: found for line, found in candidates.items()}

    def _ask(self, text: bytearray, start: int, end: int) -> dict[_Line, set[int]]:
        """Expressions found, by line of this text; opaque lines are asked about once more, normalised."""
        assert self._database is not None
        candidates: dict[_Line, set[int]] = {}
        for line, expression in _find_lines(self._database, text, start, end):
            candidates.setdefault(line, set()).add(expression)
        if not self._may_be_opaque(text, start, end):
            return candidates
        opaque = dict.fromkeys(line for line, _ in _find_lines(self._opaque, text, start, end))
        second, origins = _undo_escapes_of(text, opaque)
        for line, expression in _find_lines(self._database, second, 0, len(second)):
            candidates.setdefault(origins[line.start], set()).add(expression)
        return candidates

    def _may_be_opaque(self, text: bytearray, start: int, end: int) -> bool:
        if text.find(b"\\", start, end) < 0:
            return False
        with memoryview(text) as whole, whole[start:end] as view:
            return self._roughly_opaque.holds_any(view)


def _list_expressions(rules: Sequence[Rule]) -> tuple[list[bytes], list[list[_Origin]]]:
    """Every expression once, and whose it is; rules often look for the same."""
    origins: dict[bytes, list[_Origin]] = {}
    for i, rule in enumerate(rules):
        stands_alone = bool(rule.any) and not rule.keywords
        for pattern, text in enumerate(write_expressions(rule)):
            origins.setdefault(text, []).append(_Origin(i, pattern if stands_alone else None))
    return list(origins), list(origins.values())


def write_expressions(rule: Rule) -> tuple[bytes, ...]:
    """What Hyperscan looks for on behalf of a rule: where none of it is, the rule cannot fit."""
    if rule.keywords:
        return tuple(write_keyword(word) for word in rule.keywords)
    if rule.any:
        return tuple(_write(rule, text) for text in rule.any)
    hardest = max(rule.all, key=lambda text: longest_literal(read_pattern(text).part))
    return (_write(rule, hardest),)


def _write(rule: Rule, text: str) -> bytes:
    expression = write_prefilter(read_pattern(text), case_sensitive=rule.case_sensitive)
    if expression is None:
        raise ConfigError(f"{rule.place}: {rule.id}: {text!r} fits any line; give `keywords`")
    return expression


def _find_lines(database: Database, text: bytearray, start: int, end: int) -> Iterator[tuple[_Line, int]]:
    """The lines on which an expression was found, with the expression; a line may come up again."""
    ends: list[tuple[int, int]] = []
    append = ends.append

    def note_end(expression: int, _start: int, end: int, _flags: int, _context: object) -> None:
        append((end, expression))

    with memoryview(text) as whole, whole[start:end] as view:
        database.scan(view, note_end)
    ends.sort()
    line = _Line(0, -1)
    for match_end, expression in ends:
        at = start + match_end
        if at > line.end:
            line_end = text.find(b"\n", at, end)
            line = _Line(text.rfind(b"\n", start, at) + 1 or start, end if line_end < 0 else line_end)
        yield line, expression


def _list_lines(text: bytearray, start: int, end: int) -> list[_Line]:
    lines = []
    for content in bytes(memoryview(text)[start:end]).split(b"\n"):
        lines.append(_Line(start, start + len(content)))
        start += len(content) + 1
    return lines


def _undo_escapes_of(text: bytearray, lines: Iterable[_Line]) -> tuple[bytearray, dict[int, _Line]]:
    """A second text out of lines that had escapes, and where each of them began in the first."""
    second = bytearray()
    origins: dict[int, _Line] = {}
    for line in lines:
        origins[len(second)] = line
        second += undo_escapes(bytes(memoryview(text)[line.start : line.end]))
        second += b"\n"
    return second, origins


def _find_offset(block: Block, line: _Line) -> int:
    if block.encoding is None:
        return block.offset + line.start - block.start
    text = bytes(memoryview(block.text)[block.start : line.start])
    return block.offset + count_disk_bytes(text, block.encoding)


def _lines_before(block: Block, line: _Line) -> bytes:
    """Whole lines only; a window that begins within a line begins after it."""
    start = max(0, line.start - block.context_bytes)
    if start > 0 and block.text[start - 1] != _LINE_END:
        start = block.text.find(b"\n", start, line.start) + 1 or line.start
    return bytes(memoryview(block.text)[start : line.start])


def _lines_after(block: Block, line: _Line) -> bytes:
    start = min(line.end + 1, block.limit)
    end = min(start + block.context_bytes, block.limit)
    if end < block.limit and block.text[end - 1] != _LINE_END:
        end = block.text.rfind(b"\n", start, end) + 1 or start
    return bytes(memoryview(block.text)[start:end])
