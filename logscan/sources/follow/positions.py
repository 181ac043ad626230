"""Where reading of a path goes on ↔ JSON, whole for every file that was there; it judges no file."""

from __future__ import annotations

import json
from collections.abc import Mapping

from logscan.sources.follow.prints import Print
from logscan.sources.follow.tracks import Place, Track, Trail

_FLAGS = {
    "skips": "skips",
    "unaligned": "is_unaligned",
    "hollow": "is_hollow",
    "rotated": "is_rotated",
    "packed": "is_packed",
    "ended": "is_ended",
}


def write_position(trail: Trail) -> bytes:
    """Everything that the next start needs to go on with this path."""
    files = [_list_facts(track, trail) for track in trail.tracks()]
    value: dict[str, object] = {"files": files, "current": trail.current is not None}
    if trail.stream != trail.path:
        value["path"] = trail.path
    return json.dumps(value, separators=(",", ":")).encode()


def read_position(stream: str, value: bytes) -> Trail:
    """The path as it was left; damaged JSON is a path of which nothing was read."""
    try:
        facts = json.loads(value)
        trail = Trail(facts.get("path", stream), stream)
        tracks = [_read_track(one, trail.path) for one in facts["files"]]
        if facts["current"] and tracks:
            trail.current = tracks.pop()
        trail.older = tracks
    except (ValueError, KeyError, TypeError, AttributeError):
        return Trail(stream, stream)
    return trail


def _list_facts(track: Track, trail: Trail) -> dict[str, object]:
    told = track.print
    facts: dict[str, object] = {
        "device": track.place.device,
        "inode": track.place.inode,
        "offset": told.offset,
    }
    if told.offset:
        facts |= {"head_bytes": told.head_bytes, "head": told.head.hex(), "tail": told.tail.hex()}
    if track.path != trail.path:
        facts["path"] = track.path
    if track.modified >= 0:
        facts["modified"] = track.modified
    if track.is_packed:
        facts["size"] = track.size
    return facts | {name: True for name, field in _FLAGS.items() if getattr(track, field)}


def _read_track(facts: Mapping[str, object], path: str) -> Track:
    told = Print(
        _read_number(facts["offset"]),
        _read_number(facts.get("head_bytes", 0)),
        bytes.fromhex(str(facts.get("head", ""))),
        bytes.fromhex(str(facts.get("tail", ""))),
    )
    place = Place(_read_number(facts["device"]), _read_number(facts["inode"]))
    track = Track(place, str(facts.get("path", path)), told, size=told.offset)
    track.modified = _read_number(facts.get("modified", -1))
    for name, field in _FLAGS.items():
        setattr(track, field, facts.get(name) is True)
    track.is_due = not track.is_ended
    if track.is_packed:
        track.size = _read_number(facts.get("size", 0))
    return track


def _read_number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
