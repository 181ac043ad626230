"""Nearly every line of a log without trouble holds no stem: counted, for a machine's speed says nothing here."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from logscan.databases import open_database
from logscan.prefilters import write_plainly
from logscan.scanner.places import list_found
from logscan.scanner.stems import choose_stems
from tests.bench.samples import make_quiet_line
from tests.packs_shipped import shipped_scanner

_TEXT = st.text("abcdeSG019 _-.", min_size=1, max_size=12).map(
    lambda text: text.strip().lower().encode() or b"x"
)
_ROWS = st.lists(st.lists(_TEXT, min_size=1, max_size=5).map(tuple), min_size=1, max_size=4)


@given(st.lists(_ROWS, max_size=6))
def test_each_text_of_some_row_of_any_pattern_holds_a_stem(patterns: list[list[tuple[bytes, ...]]]) -> None:
    stems = choose_stems(patterns)

    for rows in patterns:
        assert any(all(any(stem in text for stem in stems) for text in row) for row in rows)


def test_few_lines_without_trouble_are_looked_at_twice() -> None:
    chance = random.Random(7)
    count = 5_000
    text = bytearray("".join(make_quiet_line(chance, i) + "\n" for i in range(count)).encode())
    way = shipped_scanner()._ways.best
    assert way is not None
    search = way.search
    assert search.stems is not None

    held = list_found(search.stems.find_places(text, 0, len(text)), text, 0, len(text))
    asked = search.find_lines(text, 0, len(text))

    assert len(held) <= 0.04 * count
    assert len(asked) <= 0.04 * count


@given(text=st.text("é\u043a\u20ac\"'/ xy", min_size=1, max_size=12).filter(lambda text: not text.isascii()))
def test_plain_texts_are_found_wherever_the_literal_is(text: str) -> None:
    texts = write_plainly(text.encode())
    spellings = [
        text,
        json.dumps(text),
        json.dumps(text, ensure_ascii=False),
        json.dumps(text).replace("/", "\\/"),
    ]

    assert all(open_database(texts).holds_any(spelling.encode()) for spelling in spellings)
