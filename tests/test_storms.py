"""A storm of lines floods nobody, fills no memory, and hides nothing: F32 and S16, in small."""

from __future__ import annotations

from pathlib import Path

from tests.soak.storms import MOST_GROWTH_MIB, MOST_MESSAGES, Storm, measure

STORM = Storm(lines=6_000, keys=1_500, seconds=4)
SLOW_MACHINE_SECONDS = 20


def test_a_storm_is_few_messages_that_count_all_and_hides_nothing(tmp_path: Path):
    outcome = measure(tmp_path, STORM)

    assert outcome.counted == STORM.lines
    assert outcome.notices == 1_002  # a thousand keys, all the others, and what is real
    assert outcome.told == outcome.notices
    assert outcome.most_messages <= MOST_MESSAGES
    assert outcome.growth_mib <= MOST_GROWTH_MIB
    assert outcome.real_seconds <= SLOW_MACHINE_SECONDS
