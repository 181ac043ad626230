"""What came in → the book's judgement → one transaction; each is judged once, and written until that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from logscan.errors import ConfigError
from logscan.incidents import Book, IncidentManner, Moment, Outcome, Place, Terms, Withheld, make_silence
from logscan.incidents import Silence as Hush
from logscan.keeper.intakes import Load, Task
from logscan.keeper.tellings import make_acknowledgement, make_entry, make_notice
from logscan.keeper.wishes import fulfil
from logscan.model import Event, Incident, Notice, Untold
from logscan.store import Entry, Seen, Silence, Store

_ALIVE_SECONDS = 30.0


class Kept(NamedTuple):
    """What cannot be lost any more, for those who watch."""

    seen: tuple[Seen, ...] = ()
    notices: tuple[Notice, ...] = ()
    withheld: tuple[Withheld, ...] = ()  # each thing that is told to nobody, or not yet
    below: tuple[Withheld, ...] = ()  # what stayed below its threshold for good
    incidents: tuple[Incident, ...] = ()  # as they stand now, those that changed
    dropped: tuple[str, ...] = ()  # ids of those that never were any


class Post(NamedTuple):
    """Who sees to it that people are told."""

    # Within the transaction that keeps what the notices tell: a row of the outbox for each channel that gets one.
    write: Callable[[Store, Sequence[Notice], datetime], None] = lambda _store, _notices, _now: None
    settle: Callable[[Store], None] = lambda _: None  # once that is kept


@dataclass(slots=True)
class Draft:
    """What is to be written at once."""

    seen: list[Seen] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    acknowledgements: list[Notice] = field(default_factory=list)  # for channels only
    withheld: list[Withheld] = field(default_factory=list)
    below: list[Withheld] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    rows: Mapping[str, bytes | None] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    silences: list[Silence] = field(default_factory=list)
    tasks: tuple[Task, ...] = ()
    shows_life: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is lost when it is not written."""
        return not (self.seen or self.rows or self.answers or self.tasks or self.entries or self.shows_life)

    @property
    def is_light(self) -> bool:
        """Whether there is nothing in it but light tasks, and positions that may be read from again."""
        is_more = self.seen or self.rows or self.answers or self.entries or self.shows_life or self.notices
        return bool(self.tasks) and not is_more and all(task.is_light for task in self.tasks)

    @property
    def kept(self) -> Kept:
        return Kept(
            tuple(self.seen),
            tuple(self.notices),
            tuple(self.withheld),
            tuple(self.below),
            tuple(self.incidents.values()),
            tuple(self.dropped),
        )


class Desk:
    """The book and the state; used by one thread at a time."""

    def __init__(self, store: Store, book: Book, post: Post) -> None:
        self.store, self.book, self.post = store, book, post
        self._silences = {one.id: one for one in store.silences.read()}
        self._changes: int | None = None
        self._alive_at: float | None = None

    @property
    def is_in_memory(self) -> bool:
        return self.store.is_in_memory

    def next_due(self) -> float | None:
        """When there is something to do at the latest, by the monotonic clock."""
        return self.book.next_due()

    def judge(self, load: Load, moment: Moment) -> Draft:
        """Take it into the book; give what is to be written."""
        draft = Draft(tasks=load.tasks)
        _add(draft, self.book.tick(moment), is_final=True)
        self._fulfil_requests(draft, moment)
        for verdict in load.verdicts:
            _add(draft, self.book.judge(verdict, moment))
        for batch in load.batches:
            if batch.seen:
                _add(draft, self.book.take_all(_list_lines(batch.seen), moment))
                draft.seen += batch.seen
        return self._close(draft, moment)

    def finish(self, moment: Moment) -> Draft:
        """Nothing more will come: what waits is told now."""
        draft = Draft()
        _add(draft, self.book.end(moment), is_final=True)
        return self._close(draft, moment)

    def write(
        self,
        draft: Draft,
        positions: Mapping[tuple[str, str], bytes | None],
        now: datetime,
        forget_before: datetime | None = None,
    ) -> None:
        """One transaction; nothing of it is kept when it fails."""
        store = self.store
        with store.transaction(is_light=draft.is_light):
            store.write_positions(positions)
            if not store.is_in_memory:  # where nobody could ask for them
                store.write_events(draft.seen, now)
            store.incidents.write(draft.incidents.values())
            store.incidents.drop(draft.dropped)
            store.incidents.write_book(draft.rows)
            store.timelines.write(draft.entries)
            self.post.write(store, [*draft.notices, *draft.acknowledgements], now)
            for silence in draft.silences:
                store.silences.write(silence)
            for number, answer in draft.answers.items():
                store.requests.answer(number, answer)
            for task in draft.tasks:
                task.write(store)
            if not draft.is_light:
                store.write_alive(now)
            if forget_before is not None:
                store.forget(forget_before)

    def settle(self, draft: Draft) -> None:
        """It is kept: whoever waited for that goes on."""
        self.post.settle(self.store)
        for task in draft.tasks:
            task.then(self.store)

    def _fulfil_requests(self, draft: Draft, moment: Moment) -> None:
        changes = self.store.requests.count_changes()
        if changes == self._changes:
            return
        for request in self.store.requests.read_waiting():
            done = fulfil(request, self.book, self._silences, moment)
            draft.answers[request.id] = done.answer
            if done.silence is not None:
                self._silences[done.silence.id] = done.silence
                draft.silences.append(done.silence)
            if done.outcome is not None:
                _add(draft, done.outcome)
            if done.taken_on is not None and done.taken_on.opened_at is not None:
                draft.acknowledgements.append(make_acknowledgement(done.taken_on, moment.wall))
        self._changes = changes

    def _close(self, draft: Draft, moment: Moment) -> Draft:
        for incident in self.book.list_changed():
            draft.incidents[incident.id] = incident
        draft.rows = self.book.take_dirty(moment)
        if self._alive_at is None or moment.clock - self._alive_at >= _ALIVE_SECONDS:
            self._alive_at = moment.clock
            draft.shows_life = self.book.next_due() is not None
        return draft


def make_desk(
    store: Store,
    rules: tuple[Mapping[str, Terms], IncidentManner],
    post: Post,
    moment: Moment,
) -> Desk:
    """A desk that goes on where the state was left."""
    terms, manner = rules
    book = Book(_recall_terms(store) | dict(terms), manner, list(_list_hushes(store, moment.wall)))
    alive_at = store.read_alive()
    away = 0.0 if alive_at is None else max(0.0, (moment.wall - alive_at).total_seconds())
    book.restore(store.incidents.read_book(), moment, away_seconds=away)
    return Desk(store, book, post)


def _recall_terms(store: Store) -> dict[str, Terms]:
    """What was told of rules that may be gone from the configuration, while their incidents last."""
    return {
        rule: Terms(title=incident.title, runbook=incident.runbook)
        for incident in store.incidents.read()
        if incident.resolved_at is None
        for rule in incident.rules
    }


def _list_hushes(store: Store, now: datetime) -> Iterable[Hush]:
    for one in store.silences.read():
        if one.holds(now):
            try:
                yield make_silence(one.id, one.matchers, one.until)
            except ConfigError:  # another version's, which this one cannot read: it tells rather than hides
                continue


def _add(draft: Draft, outcome: Outcome, *, is_final: bool = False) -> None:
    draft.withheld += outcome.untold
    draft.notices += map(make_notice, outcome.changes)
    draft.entries += map(make_entry, outcome.notes)
    draft.incidents.update((account.incident.id, account.incident) for account in outcome.closed)
    draft.dropped += outcome.dropped
    if is_final:
        draft.below += [one for one in outcome.untold if one.why is Untold.THRESHOLD]


def _list_lines(seen: Iterable[Seen]) -> Iterator[tuple[Event, Place]]:
    for one in seen:
        yield _spell(one.event), Place(_spell_name(one.stream), one.line)


def _spell(event: Event) -> Event:
    """A source may be called after a path that is no text."""
    name = _spell_name(event.source)
    return event if name is event.source else event._replace(source=name)


def _spell_name(name: str) -> str:
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
