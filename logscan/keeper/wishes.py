"""Requests that commands left → what the book makes of them, and an answer; it writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from logscan.errors import ConfigError
from logscan.incidents import Book, Moment, Outcome, make_silence
from logscan.model import Incident
from logscan.store import Request, Silence

_GONE = "is over, or there is none of that id; `logscan incidents list` names those there are"


class Fulfilment(NamedTuple):
    """What came of a request."""

    answer: str = ""  # why not; '' where it was done
    outcome: Outcome | None = None
    silence: Silence | None = None  # new, or ended
    taken_on: Incident | None = None  # somebody sees to it


def fulfil(request: Request, book: Book, silences: Mapping[str, Silence], moment: Moment) -> Fulfilment:
    """Do what is asked, if it can be done."""
    act = _ACTS.get(request.kind)
    if act is None:
        return Fulfilment(f"{request.kind}: this version of logscan knows no such request; update it")
    try:
        return act(request, book, silences, moment)
    except (ConfigError, KeyError, ValueError) as error:
        return Fulfilment(f"{request.kind}: cannot be read ({error}); ask again")


def _acknowledge(
    request: Request, book: Book, _silences: Mapping[str, Silence], moment: Moment
) -> Fulfilment:
    name = request.value["id"]
    outcome = book.acknowledge(name, request.author, moment)
    if outcome is None:
        return Fulfilment(f"{name}: {_GONE}")
    return Fulfilment(outcome=outcome, taken_on=book.find(name))


def _resolve(request: Request, book: Book, _silences: Mapping[str, Silence], moment: Moment) -> Fulfilment:
    name = request.value["id"]
    outcome = book.resolve(name, request.author, moment)
    return Fulfilment(f"{name}: {_GONE}") if outcome is None else Fulfilment(outcome=outcome)


def _silence(request: Request, book: Book, _silences: Mapping[str, Silence], moment: Moment) -> Fulfilment:
    value = request.value
    matchers = tuple(json.loads(value["matchers"]))
    until = datetime.fromisoformat(value["until"])
    outcome = book.silence(make_silence(value["id"], matchers, until), moment)
    kept = Silence(
        id=value["id"],
        matchers=matchers,
        made_at=request.made_at,
        until=until,
        author=request.author,
        comment=value.get("comment", ""),
    )
    return Fulfilment(outcome=outcome, silence=kept)


def _unsilence(request: Request, book: Book, silences: Mapping[str, Silence], moment: Moment) -> Fulfilment:
    name = request.value["id"]
    kept = silences.get(name)
    if kept is None or not kept.holds(moment.wall):
        return Fulfilment(f"{name}: no such silence; `logscan incidents silences` names those there are")
    outcome = book.unsilence(name, moment)
    return Fulfilment(outcome=outcome, silence=replace(kept, ended_at=moment.wall))


_Act = Callable[[Request, Book, Mapping[str, Silence], Moment], Fulfilment]
_ACTS: Mapping[str, _Act] = {
    "ack": _acknowledge,
    "resolve": _resolve,
    "silence": _silence,
    "unsilence": _unsilence,
}
