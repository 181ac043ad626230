"""A Railway on loopback, and sources that read it and are stopped at a test's end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.railway_made import Railway
from tests.railway_run import Running


@pytest.fixture
def railway() -> Iterator[Railway]:
    made = Railway()
    yield made
    made.close()


@pytest.fixture
def start(railway: Railway) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def begin(kept: dict[str, bytes] | None = None, **changes: Any) -> Running:
        running.append(Running(railway, kept, **changes))
        return running[-1]

    yield begin
    for one in running:
        one.stop()
