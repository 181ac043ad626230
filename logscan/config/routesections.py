"""The section `routes:` of a configuration → which notices go to which channels, in all its forms; it routes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from logscan.config.channelsections import list_channel_names
from logscan.config.entries import list_mappings, list_names, place_of
from logscan.config.rulesections import SEVERITIES
from logscan.config.schemaparts import FLAG, TEXT, Schema, describe, write_names
from logscan.config.spellings import write_count
from logscan.delivery import Mute, Route, read_mute
from logscan.errors import ConfigError
from logscan.matchers import Matcher, read_matcher
from logscan.model import Severity
from logscan.rules.entries import Entry, suggest
from logscan.yamlfile import Plain

ROUTE_SAMPLE = r"""#routes:
# Which incidents go to which channels; without routes, every channel gets everything. The first route whose matchers
# all fit is taken, and the next that fits too if it says `continue: true`. Matchers are as for `logscan incidents
# silence`: credential, service, rule, source and severity. During `mute` hours a route holds back what is not
# critical, and tells it when they end.
#  - {match: ['severity>=critical'], to: [ops, pd]}
#  - {match: ['service=bot'], to: [tg], min_severity: warning, continue: true}
#  - {to: [ops], mute: {hours: '22:00-07:00', zone: Europe/Berlin}}
"""
_KEYS = ("match", "to", "continue", "mute", "min_severity")
_RIGHT = "{match: ['severity>=critical'], to: [ops]}"


def read_routes(root: Entry, _folder: Path) -> tuple[Route, ...]:
    """Read the section; every channel that is named must be there."""
    channels = list_channel_names(root)
    return tuple(_read_route(entry, channels) for entry in list_mappings(root, "routes", _RIGHT))


def write_route_schema() -> Schema:
    """What may stand under `routes:`."""
    mute: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["hours", "zone"],
        "properties": {
            "hours": describe("From and to, such as 22:00-07:00.", TEXT),
            "zone": describe("Such as Europe/Berlin.", TEXT),
        },
    }
    return {
        "description": "Which notices go to which channels.",
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["to"],
            "properties": {
                "match": write_names("All must fit, such as severity>=error."),
                "to": write_names("Names of channels."),
                "continue": describe("Whether later routes are asked, too.", FLAG),
                "mute": describe("Hours in which only what is critical is told.", mute),
                "min_severity": describe("Milder incidents pass by.", {"enum": list(SEVERITIES)}),
            },
        },
    }


def show_routes(routes: Sequence[Route]) -> list[Plain]:
    """Every route with what was said of it."""
    return [_show_route(one) for one in routes]


def summarize_routes(routes: Sequence[Route]) -> list[str]:
    """What `config check` says of them."""
    return [write_count(len(routes), "route")] if routes else []


def _read_route(entry: Entry, channels: Sequence[str]) -> Route:
    entry.refuse_unknown(_KEYS)
    to = [name for name, _ in list_names(entry, "to")]
    for name, at in list_names(entry, "to"):
        if name not in channels:
            entry.complain(f"no channel {name!r}", suggest(name, channels) if channels else "add it", *at)
    if not to:
        entry.complain("no channel", "add `to: [ops]`")
    return Route(
        to=tuple(to),
        match=tuple(_read_matchers(entry)),
        goes_on=entry.read_flag("continue"),
        mute=_read_mute(entry),
        min_severity=entry.read_word("min_severity", SEVERITIES, Severity.INFO),
        place=place_of(entry),
    )


def _read_matchers(entry: Entry) -> Iterator[Matcher]:
    for text, at in list_names(entry, "match"):
        try:
            yield read_matcher(text)
        except ConfigError as error:
            entry.problems.append(f"{place_of(entry, *at)}: {error}")


def _read_mute(entry: Entry) -> Mute | None:
    inner = entry.enter("mute")
    if inner is None:
        return None
    inner.refuse_unknown(("hours", "zone"))
    hours, zone = inner.read_required("hours"), inner.read_required("zone")
    if hours is None or zone is None:
        return None
    try:
        return read_mute(hours, zone)
    except ConfigError as error:
        at = "zone" if "zone" in str(error).split(";", 1)[0] else "hours"
        entry.problems.append(f"{place_of(inner, at)}: {error}")
        return None


def _show_route(route: Route) -> dict[str, Plain]:
    shown: dict[str, Plain] = {"match": [one.text for one in route.match], "to": [*route.to]}
    shown["continue"] = route.goes_on
    if route.mute is not None:
        shown["mute"] = {"hours": route.mute.hours, "zone": route.mute.zone}
    shown["min_severity"] = route.min_severity.word
    return shown
