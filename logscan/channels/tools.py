"""What channels are given to work with; nothing here works."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from logscan.http import Client
from logscan.messages import Voice


class Tools(NamedTuple):
    # Each channel has a client of its own: one serves one thread. Give those that take the status for the answer.
    make_client: Callable[[], Client]
    now: Callable[[], datetime]
    voice: Voice = Voice()
    environ: Mapping[str, str] = MappingProxyType({})  # of which programs are given a small part
    say: Callable[[str], object] = sys.stderr.write  # where the console is
