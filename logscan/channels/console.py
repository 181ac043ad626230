"""Words where logscan itself runs, such as on stderr; what a terminal would obey was taken out before."""

from __future__ import annotations

from logscan.channels.tools import Tools
from logscan.errors import GiveUp
from logscan.messages import write_message, write_plain
from logscan.model import Manner, Notice, Receipt


class ConsoleChannel:
    """A message, and an empty line after it."""

    manner = Manner("console")

    def __init__(self, name: str, tools: Tools) -> None:
        self.name, self._voice = name, tools.voice
        self._now, self._say = tools.now, tools.say

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        try:
            self._say(write_plain(write_message(notice, self._voice, self._now())) + "\n\n")
        except (OSError, ValueError) as error:
            raise GiveUp(f"nobody reads any more ({type(error).__name__})", broken=True) from None
        return Receipt(memory)

    def close(self) -> None:
        """The stream is not ours."""
