"""A text is looked through for secrets once, and no part of it that is shown has one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logscan.redact.screenings import screen
from tests.secrets_made import CANARIES, FREE, REDACTOR

WORDS = st.lists(st.sampled_from(["request", "42", "token", "failed:", "{id}", "é", "a=b"]), max_size=8)


@given(WORDS, st.data())
def test_whole_words_of_a_line_are_masked_as_they_are_alone(words, data):
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words)))
    part = " ".join(words[first : data.draw(st.integers(first, len(words)))])

    screening = screen(text, REDACTOR)

    assert screening.choose_mask(part)(part) == REDACTOR.mask(part)


def test_no_part_of_a_line_with_a_secret_shows_it():
    for number, canary in enumerate(CANARIES):
        text = FREE[number % len(FREE)].format(canary)
        screening = screen(text, REDACTOR)
        for part in (text, text.partition(" ")[2], canary):
            assert canary not in screening.choose_mask(part)(part)


def test_a_piece_of_a_word_is_looked_at_by_itself():
    canary = next(one for one in CANARIES if REDACTOR.find(one))
    text = f"{canary[:4]}x{canary}"
    screening = screen(text, REDACTOR)._replace(secrets=())

    assert canary not in screening.mask(canary, len(text) - len(canary))
