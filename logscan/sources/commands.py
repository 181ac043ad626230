"""A program whose output is followed: started without a shell, and started again whenever it ends.

Whatever its exit status, its end is an outage: `railway logs` exits 0 when its connection breaks. What it repeats
of its output after a restart takes no effect twice.
"""

from __future__ import annotations

import os
import random
import shlex
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from logscan.children import Backoff, describe_end, describe_refusal
from logscan.errors import ConfigError
from logscan.model import News, NewsKind
from logscan.sources.live import Sink, Stopped
from logscan.sources.overlaps import Recent
from logscan.sources.runs import Run, Voice

_WELL_SECONDS = 60.0  # who ran for so long did not fail at its start
_GRACE_SECONDS = 5.0  # between TERM and KILL
_BACKOFF = Backoff()
_LEAVE_SECONDS = 2.0  # the same when logscan itself has to leave


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandManner:
    """How a program is run."""

    use_terminal: bool = False  # give it a pseudo-terminal as its output
    silent_after: float | None = None  # seconds without a byte after which it is stopped and started again
    max_line: int = 1 << 20
    environment: Mapping[str, str] = field(default_factory=dict)  # all of it: without logscan's own secrets
    backoff: Backoff = _BACKOFF
    grace_seconds: float = _GRACE_SECONDS
    settled_seconds: float = 10.0  # who runs for so long without a word is quiet, not broken


class Finish(NamedTuple):
    """How a run of the program came to its end."""

    cause: str  # 'start', 'exit', 'silent'
    words: str


def split_command(command: str | Sequence[str]) -> tuple[str, ...]:
    """A command as words: a text is split as a shell splits words, and nothing else that a shell does."""
    try:
        words = tuple(shlex.split(command)) if isinstance(command, str) else tuple(command)
    except ValueError as error:
        # Not quoted: a secret may stand in it.
        raise ConfigError(f"command: {str(error).lower()}; close every quote") from None
    if not words or not words[0]:
        raise ConfigError("command: is empty; write a program and its arguments")
    return words


class CommandSource:
    """Follows one program's stdout and stderr."""

    kind = "command"

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        manner: CommandManner,
        clock: Callable[[], float],
        chance: random.Random,
    ) -> None:
        self.name = name
        self._argv, self._manner, self._clock, self._chance = tuple(argv), manner, clock, chance
        self._recent = Recent()
        self._runs = 0
        self._was_silent = False  # the last run: only a word shows that this one is not
        self._waker = os.pipe()

    def run(self, sink: Sink) -> None:
        failures = 0
        while not sink.stopping.is_set():
            began = self._clock()
            finish = self._run_once(sink)
            self._was_silent = finish.cause == "silent"
            failures = 0 if self._clock() - began >= _WELL_SECONDS else failures + 1
            delay = self._manner.backoff.delay(failures, self._chance.random())
            text = f"{self.name}: {finish.words}; it is started again in {delay:.0f} s"
            sink.tell(News(self.name, "", NewsKind.DOWN, finish.cause, text))
            sink.stopping.wait(delay)

    def wake(self) -> None:
        os.write(self._waker[1], b"x")

    def lag_bytes(self) -> int | None:
        return None

    def _run_once(self, sink: Sink) -> Finish:
        try:
            run = Run(self._argv, self._manner.environment, use_terminal=self._manner.use_terminal)
        except OSError as error:
            return Finish("start", describe_refusal(self._argv[0], error))
        if self._runs:
            text = f"{self.name}: {self._argv[0]} was started again"
            sink.tell(News(self.name, "", NewsKind.RESTARTED, "start", text))
        self._runs += 1
        voice = Voice(self.name, sink, self._recent, self._manner.max_line)
        try:
            finish = self._follow(run, voice)
        except Stopped:
            run.signal(signal.SIGTERM)
            run.wait(_LEAVE_SECONDS)
            raise
        finally:
            run.close()
        return finish

    def _follow(self, run: Run, voice: Voice) -> Finish:
        """Hand on what it says until it is over, and then what its own children still say."""
        grace, limit = self._manner.grace_seconds, self._manner.silent_after
        is_silent = not self._listen(run, voice, lambda: run.has_ended or not run.has_output, limit)
        if not is_silent:
            run.wait(grace)  # who closes its output is about to end by itself
        run.signal(signal.SIGTERM)
        over_at = self._clock() + grace
        self._listen(
            run, voice, lambda: (run.has_ended and not run.has_output) or self._clock() >= over_at, grace
        )
        run.signal(signal.SIGKILL)
        run.drain(voice)
        voice.end()
        if is_silent:
            return Finish("silent", f"{self._argv[0]} said nothing for {limit:.0f} s and was stopped")
        return Finish("exit", f"{self._argv[0]} {describe_end(run.end_code())}")

    def _listen(self, run: Run, voice: Voice, is_over: Callable[[], bool], limit: float | None) -> bool:
        """Hand on what it says until that is over; False when it said nothing for so many seconds."""
        began = heard_at = self._clock()
        while not is_over():
            now = self._clock()
            if limit is not None and now - heard_at >= limit:
                return False
            settled_at = began + self._manner.settled_seconds
            if now >= settled_at and not self._was_silent:
                voice.tell_up()
            ends = [] if voice.is_up or self._was_silent else [settled_at]
            ends += [] if limit is None else [heard_at + limit]
            if run.read(voice, self._waker[0], max(0.0, min(ends) - now) if ends else None):
                heard_at = self._clock()
        return True
