"""A pattern's parts → texts of which one stands in every line that it fits; a quick no before the slow question.

A text is the better the rarer it is: what is looked for in gigabytes must hardly ever be found in vain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from logscan.syntax import NEWLINE, Anchor, Chars, Choice, Look, Part, Repeat, Sequence

# They stand in logs of every kind, so that hardly anything is known once one of them was found.
_COMMON_WORDS = (
    "access account acquired address answer api app apple application auth authenticate authentication "
    "authorization authorized bearer been before body call cannot cert check client closed code compute "
    "config connect connection could count credential credentials data database denied disabled email error "
    "errors event exception exchanged exited expire expired expires extended failed failure fatal fetch "
    "finished forbidden found from graph has have header heartbeat home host http https index info invalid "
    "job key left limit line load login message meta missing name network not oauth opened order page "
    "password path permission postgres query queue ready reason received refresh refused rejected replaced "
    "reply request require required respond response retry return ring route secret send sending sent server "
    "service session shortly smtp started state status storage success successful text the time timeout "
    "token tokens type unable unauthorized unexpected updated upload upstream user valid value warn warning "
    "was webhook when with worker your"
).split()
RARE = 8  # a text of this weight need not have the rest of its pattern beside it
_COMMON_TEXT = b"\n".join(word.encode() for word in _COMMON_WORDS)
_PIECE = re.compile(rb"[a-z\x80-\xff]+|[0-9]+|[^ a-z0-9\x80-\xff]+")
_COMMON_WEIGHT = 2
_LONE_WEIGHT = 4  # one word may be the name of a host or service, on every line of its log
_LEAST_COMPOUND = 14  # letters; `invalidtokenexception` is no such name
_LONG_NUMBER = 5  # digits; shorter ones are everywhere
# Of these, one stands in nearly every line that a rule fits, and hardly one in a log without trouble. There are so
# few that the engine finds them ten times as quickly as the literals of all rules.
TELLING = tuple(
    word.replace("_", " ").encode()
    for word in (
        "401 403 aadsts acquired activated authenticat authori bad blocked can't cannot could_n couldn "
        "deactivat declin delet denied disabled does_not error exceed exception exchang expir fail forbid "
        "fresh inactive incorrect insufficient issued logged login mismatch missing must new no_longer "
        "not_accept not_allow not_found not_valid obtain outdated password permission please privilege "
        "refus regenerat reissu reject reload renew replaced require revok rights rotat scope stale suspend "
        "unable unexpected unknown unsuccessful updated valid withdrawn wrong"
    ).split()
)
_MOST_LITERALS = 64
_MOST_SPELLED = 32
_MOST_OF_SET = 4  # a digit in front makes a text hardly rarer
_MOST_TURNS = 3
_LAST_ASCII = 0x7F
_NOTHING = frozenset({b""})


def find_literals(part: Part, enough: int = RARE) -> tuple[bytes, ...]:
    """Lower-cased literals, one of which is in any match; none where that cannot be said.

    The rarest are given; of those whose weight is `enough`, the fewest.
    """
    match part:
        case Sequence(parts):
            wanted = _list_of_sequence(parts, enough)
            return max(wanted, key=lambda literals: _judge(literals, enough), default=())
        case Choice(branches):
            found = [find_literals(branch, enough) for branch in branches]
            return _tidy(literal for literals in found for literal in literals) if all(found) else ()
        case Look(inner, negative):
            return () if negative else find_literals(inner, enough)
        case Repeat(inner, least, _) if least:
            return find_literals(inner, enough)
    return _tidy(_spell(part) or ())


def holds_telling(part: Part) -> bool:
    """True when every match holds one of the telling words."""
    match part:
        case Sequence(parts):
            rows = _list_of_sequence(parts, RARE)
            return any(map(holds_telling, parts)) or any(map(_are_telling, rows))
        case Choice(branches):
            return all(map(holds_telling, branches))
        case Look(inner, negative):
            return not negative and holds_telling(inner)
        case Repeat(inner, least, _):
            return least > 0 and holds_telling(inner)
    return False


def _are_telling(texts: tuple[bytes, ...]) -> bool:
    return bool(texts) and all(any(word in text for word in TELLING) for text in texts)


def weigh_rarest(part: Part) -> int:
    """How rare the literals are one of which every match holds; 0 where there are none."""
    return min(map(weigh, find_literals(part)), default=0)


@lru_cache(maxsize=1 << 14)
def weigh(literal: bytes) -> int:
    """How rare a text is, in letters of a word that is seldom seen."""
    pieces: list[bytes] = _PIECE.findall(literal)
    if len(pieces) == 1 and pieces[0].isalpha() and len(literal) < _LEAST_COMPOUND:
        return min(_weigh_piece(pieces[0]), _LONE_WEIGHT)
    return sum(map(_weigh_piece, pieces))


@lru_cache(maxsize=1 << 14)
def _weigh_piece(piece: bytes) -> int:
    if piece.isdigit():
        return len(piece) if len(piece) >= _LONG_NUMBER else (len(piece) + 1) // 2
    if piece.isascii() and not piece.isalpha():
        return 1
    # A piece may be the end of a word whose head the pattern leaves open.
    return min(len(piece), _COMMON_WEIGHT) if piece in _COMMON_TEXT else len(piece)


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


def _tidy(texts: Iterable[bytes]) -> tuple[bytes, ...]:
    """Without blanks at the ends; none where they say nothing."""
    texts = tuple(texts)
    if len(texts) == 1:
        text = texts[0].strip(b" ")
        return (text,) if text else ()
    kept = drop_longer(text.strip(b" ") for text in texts)
    return tuple(kept) if b"" not in kept and len(kept) <= _MOST_LITERALS else ()


def _judge(literals: tuple[bytes, ...], enough: int) -> tuple[int, int, int]:
    rarity = min(map(weigh, literals), default=0)
    return min(rarity, enough), -len(literals), rarity


def _list_of_sequence(parts: tuple[Part, ...], enough: int) -> Iterator[tuple[bytes, ...]]:
    """What each part wants, and each row of parts that can be spelled out."""
    row: list[frozenset[bytes]] = []
    for part in parts:
        spelled = _spell(part)
        if not isinstance(part, Chars):
            yield find_literals(part, enough)
        if spelled is None:
            yield from _list_of_row(row)
            row = []
        elif row and len(spelled) == len(row[-1]) == 1:
            row[-1] = _join(row[-1], spelled)
        else:
            row.append(spelled)
    yield from _list_of_row(row)


def _list_of_row(row: list[frozenset[bytes]]) -> Iterator[tuple[bytes, ...]]:
    """From each place as far as the texts stay few."""
    for start in range(len(row)):
        joined = _NOTHING
        for texts in row[start:]:
            if len(joined) * len(texts) > _MOST_SPELLED:
                break
            joined = _join(joined, texts)
            yield _tidy(joined)


def _spell(part: Part) -> frozenset[bytes] | None:
    """Every text that the part takes, in lower case; None where they are many."""
    match part:
        case Chars(allowed):
            return _spell_set(allowed)
        case Anchor() | Look():
            return _NOTHING
        case Sequence(parts):
            return _join_all(map(_spell, parts))
        case Choice(branches):
            return _unite([_spell(branch) for branch in branches])
        case Repeat(inner, least, most) if most is not None and most <= _MOST_TURNS:
            once = _spell(inner)
            return _unite([_join_all([once] * count) for count in range(least, most + 1)])
    return None


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
