"""A pattern's parts → texts of which one stands in every line that it fits; a quick no before the slow question.

A text is the better the rarer it is: what is looked for in gigabytes must hardly ever be found in vain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from logscan.rarity import RARE, Row, is_telling, weigh
from logscan.syntax import NEWLINE, Chars, Choice, Look, Part, Repeat, Sequence

_MOST_LITERALS = 64
_MOST_SPELLED = 32
_MOST_OF_SET = 4  # a digit in front makes a text hardly rarer
_MOST_TURNS = 3
_LAST_ASCII = 0x7F
_NOTHING = frozenset({b""})


class _Found(NamedTuple):
    """What is known of a part: each text that it takes, where they are few, and rows of literals."""

    spelled: frozenset[bytes] | None
    rows: tuple[Row, ...]

    def list_all(self) -> tuple[Row, ...]:
        row = _tidy(self.spelled) if self.spelled is not None else ()
        return (*self.rows, row) if row else self.rows


def list_rows(part: Part) -> tuple[Row, ...]:
    """Rows of lower-cased literals; of each row one literal is in any match."""
    return tuple(dict.fromkeys(_read(part).list_all()))


def find_literals(part: Part, enough: int = RARE) -> Row:
    """Lower-cased literals, one of which is in any match; none where that cannot be said.

    The rarest are given; of those whose weight is `enough`, the fewest.
    """
    return choose_row(_read(part).list_all(), enough)


def choose_row(rows: Iterable[Row], enough: int = RARE) -> Row:
    """The row whose literals are found most seldom."""
    return max(rows, key=lambda row: _judge(row, enough), default=())


def _read(part: Part) -> _Found:
    """Each part is read once, from the inside out."""
    match part:
        case Chars(allowed):
            return _Found(_spell_set(allowed), ())
        case Sequence(parts):
            return _read_sequence(parts)
        case Choice():
            return _read_choice(part)
        case Look(inner, negative):
            return _Found(_NOTHING, () if negative else _read(inner).list_all())
        case Repeat(inner, least, most):
            found = _read(inner)
            spelled = None
            if most is not None and most <= _MOST_TURNS:
                spelled = _unite([_join_all([found.spelled] * count) for count in range(least, most + 1)])
            return _Found(spelled, found.list_all() if least else ())
    return _Found(_NOTHING, ())


def _read_sequence(parts: tuple[Part, ...]) -> _Found:
    rows: list[Row] = []
    together: list[frozenset[bytes]] = []
    is_whole = True
    for part in parts:
        if isinstance(part, Chars):
            spelled = _spell_set(part.allowed)
        else:
            spelled, inner = _read(part)
            rows += inner
        if spelled is None:
            is_whole = False
            rows += _list_of_row(together)
            together = []
        elif together and len(spelled) == len(together[-1]) == 1:
            together[-1] = _join(together[-1], spelled)
        elif spelled != _NOTHING:
            together.append(spelled)
    whole = _join_all(together) if is_whole else None
    rows += _list_of_row(together)
    return _Found(whole, tuple(rows))


@lru_cache(maxsize=1 << 12)  # packs say the same in many patterns
def _read_choice(choice: Choice) -> _Found:
    """A row that holds one of each branch: of the rarest, of the next rarest, and of telling ones."""
    found = [_read(branch) for branch in choice.branches]
    spelled = _unite([one.spelled for one in found])
    ranked = [sorted(one.list_all(), key=_judge_row, reverse=True) for one in found]
    picked = [[rows[min(i, len(rows) - 1)] for rows in ranked if rows] for i in range(2)]
    picked.append(
        [next(row) for rows in ranked if any(map(is_telling, rows)) for row in [filter(is_telling, rows)]]
    )
    whole = [_tidy(frozenset().union(*rows)) for rows in picked if len(rows) == len(found)]
    return _Found(spelled, tuple(dict.fromkeys(filter(None, whole))))


def weigh_rarest(part: Part) -> int:
    """How rare the literals are one of which every match holds; 0 where there are none."""
    return min(map(weigh, find_literals(part)), default=0)


def drop_longer(texts: Iterable[bytes]) -> list[bytes]:
    """Without those that hold another one, which is found wherever they are."""
    kept: dict[bytes, None] = {}
    lengths: list[int] = []
    for text in sorted(set(texts), key=lambda text: (len(text), text)):
        if _holds_one(text, kept, lengths):
            continue
        kept[text] = None
        if len(text) not in lengths:
            lengths.append(len(text))
    return list(kept)


def _holds_one(text: bytes, kept: Collection[bytes], lengths: Iterable[int]) -> bool:
    """Of many, by looking up each part of the text that is as long as some of them."""
    if len(kept) <= _MOST_LITERALS:
        return any(map(text.__contains__, kept))
    return any(text[i : i + n] in kept for n in lengths for i in range(len(text) - n + 1))


@lru_cache(maxsize=1 << 15)
def _tidy(texts: frozenset[bytes]) -> Row:
    """Without blanks at the ends; none where they say nothing."""
    if len(texts) == 1:
        (text,) = texts
        text = text.strip(b" ")
        return (text,) if text else ()
    kept = drop_longer(text.strip(b" ") for text in texts)
    return tuple(kept) if b"" not in kept and len(kept) <= _MOST_LITERALS else ()


@lru_cache(maxsize=1 << 15)
def _judge(literals: Row, enough: int) -> tuple[int, int, int]:
    rarity = min(map(weigh, literals), default=0)
    return min(rarity, enough), -len(literals), rarity


def _judge_row(row: Row) -> tuple[int, int, int]:
    return _judge(row, RARE)


def _list_of_row(together: list[frozenset[bytes]]) -> Iterator[Row]:
    """From each place as far as the texts stay few."""
    for start in range(len(together)):
        joined = _NOTHING
        for texts in together[start:]:
            if len(joined) * len(texts) > _MOST_SPELLED:
                break
            joined = _join(joined, texts)
            row = _tidy(joined)
            if row:
                yield row


@lru_cache(maxsize=1 << 10)
def _spell_set(allowed: frozenset[int]) -> frozenset[bytes] | None:
    allowed -= {NEWLINE}  # which no line holds
    if len(allowed) > 1 and max(allowed) > _LAST_ASCII:
        return None  # part of a non-ASCII character would be torn from the rest
    texts = frozenset(bytes((byte,)).lower() for byte in allowed)
    return texts if len(texts) <= _MOST_OF_SET else None


def _join_all(row: Iterable[frozenset[bytes] | None]) -> frozenset[bytes] | None:
    joined = _NOTHING
    for texts in row:
        if texts is None or len(joined) * len(texts) > _MOST_SPELLED:
            return None
        joined = _join(joined, texts)
    return joined


def _join(heads: frozenset[bytes], tails: frozenset[bytes]) -> frozenset[bytes]:
    if heads is _NOTHING:
        return tails
    if len(tails) == 1:
        (tail,) = tails
        return frozenset([head + tail for head in heads])
    return frozenset([head + tail for head in heads for tail in tails])


def _unite(choices: list[frozenset[bytes] | None]) -> frozenset[bytes] | None:
    known = [texts for texts in choices if texts is not None]
    return _limit(frozenset().union(*known)) if len(known) == len(choices) else None


def _limit(texts: frozenset[bytes]) -> frozenset[bytes] | None:
    return texts if len(texts) <= _MOST_SPELLED else None
