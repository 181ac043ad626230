"""`logscan incidents`: shows what became of credentials, and leaves wishes with whoever keeps them; it judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logscan.cli.options import (
    Command,
    Wishes,
    color_option,
    config_option,
    talk_options,
    with_wishes,
)
from logscan.cli.states import choose_id, choose_path, find_incident, leave_wish, open_state
from logscan.cli.streams import print_error, wants_color
from logscan.errors import ConfigError

if TYPE_CHECKING:
    from logscan.model import Incident
    from logscan.store import Store

_LISTED_FOR = timedelta(days=1)  # after their end
_LONGEST_SILENCE = timedelta(days=365)
_DONE = {"ack": "is acknowledged", "resolve": "is resolved"}


def state_options(command: Command) -> Command:
    """`--state`, and those that are shared."""
    command = click.option(
        "--state",
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="The state to look at; default: that of the run for this configuration, or the only one there is.",
    )(command)
    return color_option(config_option(talk_options(command)))


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


@click.group(short_help="What became of credentials: list, show, ack, resolve, silence.")
def incidents() -> None:
    """Show the incidents of a running or a stopped `logscan run`, and say what is known of them.

    ID is an incident's id, or as much of its beginning as no other has; or its key, such as
    meta-access-token@bot.
    """


@incidents.command("list", short_help="List incidents: what fires first.")
@click.option("--all", "wants_all", is_flag=True, help="Also those that have been over for more than a day.")
@json_option
@state_options
@with_wishes
def list_incidents(*, wishes: Wishes, wants_all: bool, as_json: bool, state: Path | None) -> int:
    """List incidents: those that fire, those that wait to be told, and those that are over since a day."""
    from logscan import app
    from logscan.cli.incidentcards import write_remarks, write_table
    from logscan.notices import list_incident_keys
    from logscan.store import is_in_use

    now, path = app.now(), choose_path(wishes, state)
    with closing(open_state(wishes, path)) as store:
        found = [one for one in store.incidents.read() if wants_all or _is_recent(one, now)]
        silenced = _list_silenced(store, found, now)
        left_at = None if is_in_use(path) else store.read_alive()
    if as_json:
        _print_json({"incidents": [list_incident_keys(one) for one in found]})
        return 0
    click.echo(write_table(found, silenced, now, color=wants_color(wishes.color)), nl=False, color=True)
    if not wishes.quiet:
        print_error("\n".join(write_remarks(found, left_at, now)))
    return 0


@incidents.command(
    short_help="Tell an incident's story: what was seen, what was told to whom, what not and why."
)
@click.argument("incident_id", metavar="ID")
@json_option
@state_options
@with_wishes
def show(*, wishes: Wishes, incident_id: str, as_json: bool, state: Path | None) -> int:
    """Tell an incident's story as a timeline: what was seen, what was told to whom, what not and why."""
    from logscan import app
    from logscan.cli.incidentcards import Story, list_story_keys, write_story
    from logscan.incidents import predict_expiry

    with closing(open_state(wishes, state)) as store:
        incident = find_incident(store, incident_id)
        key = (incident.credential, incident.service)
        prediction = predict_expiry(store.incidents.read_book(), key, app.look_at_clocks())
        entries = store.timelines.read(incident.id)
        told = [
            row
            for row in store.outbox.read_of(incident.key)
            if row.notice.incident is not None and row.notice.incident.id == incident.id
        ]
    story = Story(incident, entries, told, prediction)
    if as_json:
        _print_json(list_story_keys(story))
    else:
        click.echo(write_story(story, color=wants_color(wishes.color)), nl=False, color=True)
    return 0


@incidents.command(short_help="Say that somebody is at it: no more reminders.")
@click.argument("incident_id", metavar="ID")
@json_option
@state_options
@with_wishes
def ack(*, wishes: Wishes, incident_id: str, as_json: bool, state: Path | None) -> int:
    """Say that somebody is at it: people are not reminded any more, but told when it gets worse or is over."""
    return _ask_about(wishes, choose_path(wishes, state), (incident_id, "ack"), as_json=as_json)


@incidents.command(short_help="Say that an incident is over.")
@click.argument("incident_id", metavar="ID")
@json_option
@state_options
@with_wishes
def resolve(*, wishes: Wishes, incident_id: str, as_json: bool, state: Path | None) -> int:
    """Say that an incident is over: people are told so, and the next bad line opens another."""
    return _ask_about(wishes, choose_path(wishes, state), (incident_id, "resolve"), as_json=as_json)


@incidents.command(short_help="Tell nobody of what fits, for a while.")
@click.argument("matchers", metavar="MATCHER...", nargs=-1, required=True)
@click.option("--for", "duration", metavar="TIME", required=True, help="For how long, such as 2h or 3d.")
@click.option("--comment", metavar="TEXT", default="", help="Why, for those who ask.")
@json_option
@state_options
@with_wishes
def silence(  # noqa: PLR0913 - click hands over each option by its name
    *,
    wishes: Wishes,
    matchers: tuple[str, ...],
    duration: str,
    comment: str,
    as_json: bool,
    state: Path | None,
) -> int:
    """Tell nobody of incidents that fit every MATCHER, for a while; what still fires then is told.

    A MATCHER is credential=…, service=…, rule=…, source=… or severity>=error; =~ takes a pattern.
    """
    import json
    import secrets

    from logscan import app
    from logscan.matchers import read_matcher
    from logscan.times import write_time

    for matcher in matchers:
        read_matcher(matcher)
    until = app.now() + _read_length(duration)
    name = secrets.token_hex(4)
    wish = {
        "id": name,
        "matchers": json.dumps(matchers),
        "until": write_time(until),
        "comment": comment,
    }
    path = choose_path(wishes, state)
    leave_wish(wishes, path, "silence", wish)
    if as_json:
        _print_silence(wishes, path, name)
    else:
        click.echo(f"silence {name} until {write_time(until)}")
    return 0


@incidents.command(short_help="List silences.")
@json_option
@state_options
@with_wishes
def silences(*, wishes: Wishes, as_json: bool, state: Path | None) -> int:
    """List silences: those that hold, and those that are over."""
    from logscan import app
    from logscan.cli.incidentcards import list_silence_keys, write_silences

    now = app.now()
    with closing(open_state(wishes, state)) as store:
        found = store.silences.read()
    if as_json:
        _print_json({"silences": [list_silence_keys(one, now) for one in found]})
    else:
        click.echo(write_silences(found, now, color=wants_color(wishes.color)), nl=False, color=True)
    return 0


@incidents.command(short_help="End a silence before its time.")
@click.argument("silence_id", metavar="ID")
@json_option
@state_options
@with_wishes
def unsilence(*, wishes: Wishes, silence_id: str, as_json: bool, state: Path | None) -> int:
    """End a silence before its time; what it kept back and still fires is told."""
    from logscan import app

    path = choose_path(wishes, state)
    with closing(open_state(wishes, path)) as store:
        now = app.now()
        name = choose_id(silence_id, [one.id for one in store.silences.read() if one.holds(now)], "silence")
    leave_wish(wishes, path, "unsilence", {"id": name})
    if as_json:
        _print_silence(wishes, path, name)
    elif not wishes.quiet:
        click.echo(f"silence {name} ended")
    return 0


def _ask_about(wishes: Wishes, path: Path, wish: tuple[str, str], *, as_json: bool) -> int:
    """Have something done about an incident, and say what became of it."""
    from logscan.notices import list_incident_keys

    wanted, kind = wish
    with closing(open_state(wishes, path)) as store:
        incident = find_incident(store, wanted)
    leave_wish(wishes, path, kind, {"id": incident.id})
    if as_json:
        with closing(open_state(wishes, path)) as store:
            _print_json({"incident": list_incident_keys(find_incident(store, incident.id))})
    elif not wishes.quiet:
        click.echo(f"{incident.key} {_DONE[kind]}")
    return 0


def _print_silence(wishes: Wishes, path: Path, name: str) -> None:
    from logscan import app
    from logscan.cli.incidentcards import list_silence_keys

    with closing(open_state(wishes, path)) as store:
        [kept] = [one for one in store.silences.read() if one.id == name]
    _print_json({"silence": list_silence_keys(kept, app.now())})


def _read_length(text: str) -> timedelta:
    from logscan.times import read_setting

    length = read_setting(text)
    if not length:
        raise ConfigError(f"--for {text}: no time; write a number and one of ms, s, m, h, d, such as 2h")
    if length > _LONGEST_SILENCE:
        raise ConfigError(f"--for {text}: too long; a silence lasts a year at most")
    return length


def _is_recent(incident: Incident, now: datetime) -> bool:
    return incident.resolved_at is None or now - incident.resolved_at < _LISTED_FOR


def _list_silenced(store: Store, found: Sequence[Incident], now: datetime) -> list[str]:
    from logscan.matchers import fits_all, read_matcher

    holding = [list(map(read_matcher, one.matchers)) for one in store.silences.read() if one.holds(now)]
    return [one.id for one in found if any(fits_all(matchers, one) for matchers in holding)]


def _print_json(value: object) -> None:
    from logscan.reports.jsonl import write_json

    click.echo(write_json(value))
