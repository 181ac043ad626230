"""Blocks and rules → matches: Hyperscan tells which lines are worth asking about, then `regex` is asked.

It never parses an envelope and never decides which rule names a line.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from logscan.caches import Cache, list_written
from logscan.databases import open_database
from logscan.lines import count_line_ends
from logscan.model import Block, Hit, Match, Rule
from logscan.normalize import normalize, strip_colours, undo_escapes
from logscan.prefilters import OPAQUE, ROUGHLY_OPAQUE
from logscan.rules import RuleMatcher
from logscan.rules.asides import GATE, AsideFinder
from logscan.rules.matching import TIMEOUT_SECONDS
from logscan.scanner.places import (
    Line,
    WantsContext,
    copy_lines,
    find_ends,
    find_offset,
    group_found,
    has_company,
    is_indented,
    lines_after,
    lines_before,
    list_lines,
    may_belong,
)
from logscan.scanner.ways import Way, Ways

__all__ = ["Scanner", "has_company", "may_belong"]

_PATIENCE = 3  # so many time-outs, and a rule is set aside


class Scanner:
    """Finds the lines that rules fit; one serves many threads."""

    def __init__(self, rules: Sequence[Rule], cache: Cache | None = None) -> None:
        self.rules = tuple(rules)
        self._matchers: dict[int, RuleMatcher] = {}
        self._ways = Ways(self.rules, cache)
        self._asides = AsideFinder(lambda: open_database(list_written(GATE, cache), cache))
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
        return list(self.find(block, has_company if keep_context else is_indented))

    def find(self, block: Block, wants_context: WantsContext) -> Iterator[Match]:
        """The same one by one: where every line fits, what stands around them is far more than the block."""
        way = self._ways.best
        if way is None:
            return
        candidates = self._find_candidates(block, way)
        self._ways.note(len(candidates))
        counted_to, number = block.start, block.line
        for line in sorted(candidates):
            raw = bytes(memoryview(block.text)[line.start : line.end])
            text = normalize(raw)
            hits = self._confirm(text, way.questions.list_open(text.lower(), candidates[line]))
            if not hits:
                continue
            number += count_line_ends(block.text, counted_to, line.start)
            counted_to = line.start
            match = Match(
                source=block.source,
                line=number,
                offset=find_offset(block, line) if number > 1 else 0,  # a mark is part of line 1
                raw=raw,
                text=text,
                before=b"",
                after=b"",
                hits=hits,
            )
            if wants_context(block, line):
                match = match._replace(before=lines_before(block, line), after=lines_after(block, line))
            yield match

    def _confirm(self, text: bytes, asked: Mapping[int, Sequence[int]]) -> tuple[Hit, ...]:
        """Ask the rules themselves, about one normalised line, whether these patterns of theirs fit."""
        hits = []
        for i, patterns in asked.items():
            if self._timeouts and self._timeouts[self.rules[i].id] >= _PATIENCE:
                continue
            try:
                hit = self._give_matcher(i).fits(text, TIMEOUT_SECONDS, patterns or None)
            except TimeoutError:
                with self._lock:
                    self._timeouts[self.rules[i].id] += 1
                continue
            if hit is not None:
                hits.append(hit)
        return tuple(hits)

    def _give_matcher(self, rule: int) -> RuleMatcher:
        """Made when first asked: of some hundred rules, few ever are."""
        matcher = self._matchers.get(rule)
        if matcher is None:
            matcher = self._matchers.setdefault(rule, RuleMatcher(self.rules[rule], self._asides))
        return matcher

    def _find_candidates(self, block: Block, way: Way) -> dict[Line, set[int]]:
        """Ask Hyperscan which expressions are found on which lines."""
        if block.text.find(b"\x1b", block.start, block.end) < 0:
            return self._ask(way, block.text, block.start, block.end)
        colourless = bytearray(strip_colours(bytes(memoryview(block.text)[block.start : block.end])))
        candidates = self._ask(way, colourless, 0, len(colourless))
        if not candidates:
            return candidates
        lines = list_lines(block.text, block.start, block.end)
        origins = dict(zip(list_lines(colourless, 0, len(colourless)), lines, strict=True))
        return {origins[line]: found for line, found in candidates.items()}

    def _ask(self, way: Way, text: bytearray, start: int, end: int) -> dict[Line, set[int]]:
        """Expressions found, by line of this text; opaque lines are asked about once more, normalised."""
        candidates = way.search.find_lines(text, start, end)
        if not self._may_be_opaque(text, start, end):
            return candidates
        ends = find_ends(self._opaque, text, start, end)
        second, origins = copy_lines(text, group_found(ends, text, start, end), undo_escapes)
        for line, expressions in way.search.find_lines(second, 0, len(second)).items():
            candidates.setdefault(origins[line.start], set()).update(expressions)
        return candidates

    def _may_be_opaque(self, text: bytearray, start: int, end: int) -> bool:
        if text.find(b"\\", start, end) < 0:
            return False
        with memoryview(text) as whole, whole[start:end] as view:
            return self._roughly_opaque.holds_any(view)
