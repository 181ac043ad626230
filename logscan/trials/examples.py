"""Whether rules keep what their examples promise, alone and in the whole engine; it changes no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from logscan.caches import Cache
from logscan.model import Rule
from logscan.normalize import make_visible
from logscan.rules.proofs import prove_rule
from logscan.scanner import Scanner
from logscan.trials.sheets import lay_out

_SHOWN_CHARS = 100


class Failure(NamedTuple):
    """An example that does not hold; `place` is that of its rule, `file:line:column`."""

    place: str
    rule: str
    text: str


def try_examples(
    rules: Sequence[Rule],
    cache: Cache | None = None,
    watch: Callable[[Sequence[Rule]], Iterable[Rule]] = iter,
) -> Iterator[Failure]:
    """Ask each rule, then scan the examples as a log would be: what the prefilter loses is a failure, too.

    Whoever wants to know how far it has come gives a `watch` through which the rules go.
    """
    examples: list[tuple[Rule, str]] = []
    for rule in watch(rules):
        complaints = {(kind, i): complaint for kind, i, complaint in prove_rule(rule)}
        for (kind, i), complaint in complaints.items():
            example = (rule.match if kind == "match" else rule.ignore)[i]
            text = f"`{kind}` example {i + 1} {complaint}: {_shorten(example)}"
            yield Failure(rule.place, rule.id, text)
        kept = [text for i, text in enumerate(rule.match) if ("match", i) not in complaints]
        examples += [(rule, text) for text in kept]
    matches = Scanner(rules, cache).scan(lay_out([text for _, text in examples], "examples"))
    found = {match.line: {hit.rule.id for hit in match.hits} for match in matches}
    for number, (rule, text) in enumerate(examples, 1):
        if rule.id not in found.get(number, ()):
            complaint = "fits but a scan does not see it, which is a fault of logscan; please report it"
            yield Failure(rule.place, rule.id, f"`match` example {complaint}: {_shorten(text)}")


def _shorten(example: str) -> str:
    text = make_visible(example)
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"
