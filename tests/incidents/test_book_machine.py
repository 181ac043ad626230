"""Events, verdicts, ticks, silences and restarts in any order: what holds for every one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from logscan.incidents import make_silence
from logscan.model import ChangeKind, Reason, Signal, VerdictKind
from tests.incidents.making import HOUR, TOKEN, Desk

CREDENTIALS = (TOKEN, f"{TOKEN}/7", "ledger-key", "outbound-http")
SIGNALS = tuple(signal for signal in Signal if signal is not Signal.BLIND)
RULES = ("meta.expired", "meta.graced", "meta.trial", "lib.rejected", "http.unauthorized", "app.repaired")
STEPS = st.one_of(
    st.tuples(
        st.just("say"),
        st.sampled_from(SIGNALS),
        st.sampled_from(CREDENTIALS),
        st.sampled_from(("bot", "shop")),
        st.sampled_from(RULES),
    ),
    st.tuples(
        st.just("wait"), st.sampled_from((0.5, 1.0, 2.0, 30.0, 200.0, 1_000.0, 2_000.0, HOUR, 5 * HOUR))
    ),
    st.tuples(st.just("judge"), st.sampled_from(tuple(VerdictKind)), st.sampled_from((None, "bot"))),
    st.tuples(st.just("acknowledge")),
    st.tuples(st.just("resolve")),
    st.tuples(
        st.just("silence"), st.sampled_from(("service=bot", "severity<critical", f"credential={TOKEN}"))
    ),
    st.tuples(st.just("unsilence")),
)
STORIES = st.lists(STEPS, max_size=40)


def run(story: list[tuple[Any, ...]], *, pieces: int = 1, restarts: bool = False) -> Desk:
    """Live through a story, with time in pieces, or with a restart before each step."""
    desk = Desk()
    for number, step in enumerate(story):
        if restarts:
            silences = [one for one, _ in desk.book._shelf.silences.values()]
            desk.restart()
            for silence in silences:
                desk.book._shelf.add_silence(silence, desk.moment)
        do(desk, step, number, pieces)
    for _ in range(pieces):
        desk.wait(10 * 24 * HOUR / pieces)
    return desk


def do(desk: Desk, step: tuple[Any, ...], number: int, pieces: int) -> None:
    match step:
        case ("say", signal, credential, service, rule):
            desk.say(
                signal, number, credential=credential, service=service, rule=rule, evidence=f"line {number}"
            )
        case ("wait", seconds):
            for _ in range(pieces):
                desk.wait(seconds / pieces)
        case ("judge", kind, service):
            desk.judge(kind, service)
        case ("silence", matcher):
            silence = make_silence("s", [matcher], desk.moment.wall + timedelta(hours=3))
            desk.keep(desk.book.silence(silence, desk.moment))
        case ("unsilence",):
            desk.keep(desk.book.unsilence("s", desk.moment))
        case (wish,):
            for incident in sorted(desk.book.list_incidents(), key=lambda one: one.key)[:1]:
                act = desk.book.acknowledge if wish == "acknowledge" else desk.book.resolve
                desk.keep(act(incident.id, "me", desk.moment))


def show(desk: Desk) -> list[tuple[Any, ...]]:
    return [
        (
            change.kind,
            change.reason,
            change.at,
            change.incident.key,
            change.incident.signal,
            change.incident.count,
        )
        for change in desk.seen.changes
    ]


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_nothing_is_told_out_of_its_order(story: list[tuple[Any, ...]]):
    desk = run(story)

    told: dict[str, list[ChangeKind]] = {}
    for change in desk.seen.changes:
        assert isinstance(change.reason, Reason)
        kinds = told.setdefault(change.incident.id, [])
        assert (change.kind is ChangeKind.OPENED) == (not kinds)
        assert ChangeKind.RESOLVED not in kinds
        kinds.append(change.kind)


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_nobody_is_reminded_within_the_damper(story: list[tuple[Any, ...]]):
    desk = run(story)

    last: dict[str, float] = {}
    for change in desk.seen.changes:
        at = change.at.timestamp()
        timed = change.kind is ChangeKind.REMINDED and change.reason is Reason.TIMER
        assert not timed or at - last.get(change.incident.id, 0) >= HOUR - 0.001
        if change.kind in {ChangeKind.OPENED, ChangeKind.REMINDED, ChangeKind.ESCALATED}:
            last[change.incident.id] = (
                at if change.reason is not Reason.UNSILENCED else last.get(change.incident.id, 0)
            )


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_how_often_one_looks_changes_nothing(story: list[tuple[Any, ...]]):
    assert show(run(story)) == show(run(story, pieces=4))


@settings(max_examples=100, deadline=None)
@given(STORIES)
@example(
    [
        ("say", Signal.EXPOSED, TOKEN, "shop", "lib.rejected"),
        ("say", Signal.EXPIRED, f"{TOKEN}/7", "shop", "meta.expired"),
    ]
)
def test_a_restart_at_any_point_loses_nothing(story: list[tuple[Any, ...]]):
    def about(desk: Desk) -> list[tuple[Any, ...]]:
        told = [(round(at.timestamp(), 2), key, *rest) for *rest, at, key, _, _ in show(desk)]
        return sorted(told)

    assert about(run(story)) == about(run(story, restarts=True))


@settings(max_examples=100, deadline=None)
@given(STORIES)
def test_everything_that_is_seen_has_an_outcome(story: list[tuple[Any, ...]]):
    desk = Desk()
    for number, step in enumerate(story):
        before = len(desk.seen.changes) + len(desk.seen.untold)
        do(desk, step, number, 1)
        assert step[0] not in {"say", "judge"} or len(desk.seen.changes) + len(desk.seen.untold) > before
