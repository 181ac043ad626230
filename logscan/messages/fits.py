"""A message that is made to fit a service's limit; what is left out is the least telling, and a note says so."""

from __future__ import annotations

from collections.abc import Callable

from logscan.messages.sizes import cut_text, measure_text
from logscan.messages.words import Message

_MOST_GROWTH = 6  # one character of a log may become `&quot;`
_LEAST_CUT = 16


def fit_message(message: Message, write: Callable[[Message], str], most: int) -> Message:
    """The message, or as much of it as is not longer than `most` when it is written.

    Evidence is cut first, then steps, then facts; the headline stays.
    """
    while (excess := measure_text(write(message)) - most) > 0:
        shorter = _shorten(message, max(excess // _MOST_GROWTH, _LEAST_CUT))
        if shorter == message:
            return Message(message.mood, message.headline)
        message = shorter
    return message


def _shorten(message: Message, excess: int) -> Message:
    if message.evidence:
        return message._replace(evidence=_cut_lines(message.evidence, excess))
    if message.steps:
        return message._replace(steps=_cut_lines(message.steps, excess))
    return message._replace(facts=message.facts[:-1])


def _cut_lines(lines: tuple[str, ...], excess: int) -> tuple[str, ...]:
    text = "\n".join(lines)
    room = measure_text(text) - excess - _LEAST_CUT
    return tuple(cut_text(text, room).split("\n")) if room > _LEAST_CUT else ()
