"""Whole logs against the incidents that a careful engineer wants of them, where those are at hand: a user's clone has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.incidents.streams import compare, find_streams, read_stories

STREAMS = find_streams(Path(__file__).parents[3] / "shared" / "corpus" / "streams")

pytestmark = pytest.mark.skipif(not STREAMS, reason="no labelled streams beside this checkout")


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.stem)
def test_exactly_the_wanted_incidents_are_found(stream: Path):
    assert compare(read_stories(stream), stream) == []
