from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.messages import (
    Message,
    Mood,
    Voice,
    cut_text,
    fit_message,
    measure_text,
    write_message,
    write_plain,
)
from logscan.messages.spans import write_span
from tests.notices_made import make_incident, make_notice


@given(st.text(), st.integers(min_value=10, max_value=50))
def test_a_text_that_is_cut_ends_at_a_code_point_with_a_note(text: str, most: int):
    cut = cut_text(text, most)

    assert measure_text(cut) <= most
    assert cut == text or (cut.endswith("… [cut]") and text.startswith(cut.removesuffix("… [cut]")))


@given(st.text("a[]# -", max_size=20), st.integers(min_value=10, max_value=60))
def test_a_mask_is_shown_whole_or_not_at_all(before: str, most: int):
    mask = "[meta-token#1a2b3c]"

    cut = cut_text(f"{before}{mask}{'x' * 60}", most).removesuffix("… [cut]")

    assert cut.startswith(before + mask) or len(cut) <= len(before)


def test_what_is_outside_the_plane_counts_twice():
    assert measure_text("a😀") == 3
    assert cut_text("😀" * 10, 12) == "😀😀… [cut]"


@given(st.lists(st.text("&a😀", max_size=600), max_size=5), st.integers(min_value=300, max_value=3000))
def test_a_message_fits_whatever_its_evidence_becomes(evidence: list[str], most: int):
    message = write_message(
        make_notice(incident=make_incident(evidence=tuple(evidence))),
        Voice(status_url="https://status.example/"),
    )

    def write(one: Message) -> str:
        return write_plain(one).replace("&", "&quot;")

    text = write(fit_message(message, write, most))

    assert measure_text(text) <= most
    assert message.headline in text


def test_evidence_is_cut_before_what_to_do():
    message = write_message(make_notice(incident=make_incident(evidence=("x" * 500,) * 5)), Voice())

    text = write_plain(fit_message(message, write_plain, 2000))

    assert "… [cut]" in text
    assert "1. Make a new token." in text
    assert 1700 < measure_text(text) <= 2000


def test_what_cannot_fit_is_its_headline():
    message = Message(Mood.BAD, "head", title="t" * 500)

    assert fit_message(message, write_plain, 100) == Message(Mood.BAD, "head")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_600, "1 h"),
        (3_601, "1 h"),
        (90_061, "1 d 1 h"),
        (86_400 * 400, "400 d"),
    ],
)
def test_a_span_is_told_in_two_units(seconds: int, text: str):
    assert write_span(timedelta(seconds=seconds)) == text
