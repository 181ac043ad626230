"""A program of the user's own: started without a shell, the notice as JSON on stdin; its output is nobody's."""

from __future__ import annotations

from logscan.channels.programs import choose_environment, run_program
from logscan.channels.settings import ExecSettings
from logscan.channels.tools import Tools
from logscan.children import describe_end, describe_refusal
from logscan.errors import ConfigError, GiveUp, TryAgain
from logscan.model import Manner, Notice, Receipt
from logscan.notices import pack_notice

_MOST_SECONDS = 28.0  # with the time that its end may take, less than any call may


class ExecChannel:
    """Status 0 means told; another one, or none in time, that it is to be tried again."""

    manner = Manner("exec")

    def __init__(self, name: str, settings: ExecSettings, tools: Tools) -> None:
        if not settings.argv or not settings.argv[0]:
            raise ConfigError(f"channel {name}: no program is named; write `exec: [/path/to/program]`")
        self.name, self._argv = name, settings.argv
        self._timeout_seconds = min(settings.timeout_seconds, _MOST_SECONDS)
        self._environment = choose_environment(tools.environ)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        program = self._argv[0]
        try:
            content = pack_notice(notice) + b"\n"
            ended = run_program(self._argv, self._environment, content, self._timeout_seconds)
        except OSError as error:
            raise GiveUp(describe_refusal(program, error), broken=True) from None
        if ended.code is None:
            raise TryAgain(f"{program} did not end within {self._timeout_seconds:g} s and was ended")
        if ended.code != 0:
            raise TryAgain(f"{program} {describe_end(ended.code)}")
        return Receipt(memory, f"{program} {describe_end(0)}")

    def close(self) -> None:
        """Nothing is held open."""
