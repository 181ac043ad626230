"""What channels are given to work with; nothing here works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from logscan.http import Client
from logscan.messages import Voice


class Tools(NamedTuple):
    # Each channel has a client of its own: one serves one thread. Give those that take the status for the answer.
    make_client: Callable[[], Client]
    now: Callable[[], datetime]
    voice: Voice = Voice()
