"""What Hyperscan looks for on behalf of rules, as values that are kept from run to run; it writes and scans nothing.

Stems are looked for everywhere; on a line that holds one, the first expressions are: a short plain text for each that
nearly every pattern has and few lines hold. A pattern of everyday words only has none; after one of those, the close
expressions are looked for on that line, and tell which of such patterns have something of all that they need. What else
a pattern needs stands beside it, to be asked before `regex` is.

In a sieve the close ones are such patterns as a whole. To compile it takes seconds; then next to nothing is left to ask.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from logscan.rarity import Row


class Question(NamedTuple):
    """A pattern that may fit a line once its expression was found there."""

    rule: int
    pattern: int | None  # of the rule's `any`; None where it stands for all of the rule
    needs: tuple[int, ...]  # the needs that must be met on the line, too


class Need(NamedTuple):
    """One of these expressions must be found, where there are any; or else one of the texts must be there."""

    found: list[int]
    texts: Row


class Expressions(NamedTuple):
    """Each once. They have one row of numbers, in which the close ones follow the first."""

    first: list[bytes]
    close: list[bytes]
    stems: list[bytes]  # none where the first ones are so few that these are looked for everywhere
    common: list[int]  # the first ones beside which the close ones are looked for; none in a sieve
    origins: list[list[int]]  # the questions which each raises; rules often look for the same
    questions: list[Question]
    needs: list[Need]


def keep(written: Expressions) -> bytes:
    """As bytes for a cache."""
    first, close, stems = ([text.decode("ascii") for text in texts] for texts in written[:3])
    needs = [[need.found, [text.decode("latin-1") for text in need.texts]] for need in written.needs]
    kept = [first, close, stems, written.common, written.origins, written.questions, needs]
    return json.dumps(kept, separators=(",", ":")).encode()


def read_kept(kept: bytes) -> Expressions | None:
    """What was kept; None for what is damaged."""
    try:
        first, close, stems, common, origins, questions, needs = json.loads(kept)
        read = Expressions(
            [text.encode() for text in first],
            [text.encode() for text in close],
            [text.encode() for text in stems],
            common,
            origins,
            [Question(rule, pattern, tuple(needed)) for rule, pattern, needed in questions],
            [Need(found, tuple([text.encode("latin-1") for text in texts])) for found, texts in needs],
        )
        return read if _is_whole(read) else None
    except (ValueError, TypeError, AttributeError):
        return None


def _is_whole(read: Expressions) -> bool:
    """True when every number is one of something."""
    in_reach = (
        (read.common, len(read.first)),
        ((number for numbers in read.origins for number in numbers), len(read.questions)),
        ((number for one in read.questions for number in one.needs), len(read.needs)),
        ((number for need in read.needs for number in need.found), len(read.origins)),
    )
    return len(read.origins) == len(read.first) + len(read.close) and all(
        0 <= number < length for numbers, length in in_reach for number in numbers
    )
