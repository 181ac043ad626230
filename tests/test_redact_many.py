"""Lines that are asked about together: none in which a secret stands is taken for one that holds none."""

from __future__ import annotations

import pytest

from tests.secrets_made import CANARIES, ENCODINGS, FREE, KEYED, OPAQUE, REDACTOR

CALM = [f"session of {number} has expired" for number in range(100)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_line_is_spared_in_which_a_secret_is_found(encoding):
    encode = ENCODINGS[encoding]
    told = [encode(FREE[n % len(FREE)].format(canary)) for n, canary in enumerate(CANARIES)]
    told += [encode(KEYED[n % len(KEYED)].format(canary)) for n, canary in enumerate(OPAQUE)]
    lines = [line for line in told if "\n" not in line]

    alone = [text for line in lines for text in REDACTOR.spare([line])]
    among = [text for line in lines for text in REDACTOR.spare([CALM[0], line, CALM[1]])]

    assert not [text for text in (*alone, *among) if REDACTOR.find(text)]


def test_lines_without_secrets_are_spared_unless_one_stands_near_them():
    secret = f"Authorization: Bearer {CANARIES[0]}"

    assert list(REDACTOR.spare(CALM)) == CALM
    assert list(REDACTOR.spare([*CALM[:3], secret])) == []
    assert list(REDACTOR.spare([*CALM, *CALM, secret])) == [*CALM, *CALM][:192]
