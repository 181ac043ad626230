"""Makes up single log lines of the kinds that services write; it writes no file."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from tests.bench.rulesets import FORTY

WORDS = (
    "request served user order payment webhook job queue cache retry message upload session render page image "
    "token count delivered batch index worker started finished scheduled config loaded connection opened closed "
    "database query rows email template customer invoice"
).split()

# Rules whose example holds a quote would need escapes inside JSON, which ripgrep does not undo.
QUOTED = tuple(rule.example for rule in FORTY if '"' in rule.example)
UNQUOTED = tuple(rule.example for rule in FORTY if '"' not in rule.example)

Chance = random.Random


def make_quiet_line(chance: Chance, number: int) -> str:
    """A line that none of the rules fits."""
    text = " ".join(chance.choices(WORDS, k=chance.randint(5, 14)))
    return chance.choice(ENVELOPES)(chance, number, text)


def make_loud_line(chance: Chance, number: int) -> str:
    """A line that at least one of the rules fits; a third of them print a secret too."""
    if chance.random() < 0.2:
        return f"{_stamp(number)} ERROR {chance.choice(QUOTED)} after {number % 977}ms"
    text = f"{chance.choice(UNQUOTED)} {_make_secret(chance)}".rstrip()
    return chance.choice(TEXT_ENVELOPES)(chance, number, text)


def make_escaped_line(chance: Chance, number: int) -> str:
    r"""A quiet line that holds `\"`."""
    text = " ".join(chance.choices(WORDS, k=8))
    inner = _write_json({"level": "info", "msg": text, "status": 200, "id": number})
    if number % 2:
        return _write_json({"log": f"{inner}\n", "stream": "stdout", "time": _stamp(number)})
    return _write_json({"level": 30, "time": 1790000000000 + number, "pid": 7, "msg": f"sent {inner}"})


def _write_json(record: dict[str, object]) -> str:
    return json.dumps(record, separators=(",", ":"))


def _stamp(number: int) -> str:
    day, hour, minute = 1 + number % 28, number % 24, number % 60
    return f"2026-08-{day:02d}T{hour:02d}:{minute:02d}:{number * 7 % 60:02d}.{number % 1000:03d}Z"


def _make_secret(chance: Chance) -> str:
    kind = chance.randrange(9)
    # Put together here, so that scanners for secrets find none in the repository.
    tail = "".join(chance.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=48))
    if kind == 0:
        return f"access_token={'EA' + 'AG'}{tail}"
    if kind == 1:
        return f"Authorization: Bearer {'ey' + 'J'}{tail[:20]}.{'ey' + 'J'}{tail[20:]}.{tail[::-1]}"
    return f"url=https://bot:{tail[:14]}@graph.example/v19.0/me" if kind == 2 else ""


def _as_railway(chance: Chance, number: int, text: str) -> str:
    route = f"/{chance.choice(WORDS)}"
    return _write_json({"timestamp": _stamp(number), "level": "info", "message": text, "route": route})


def _as_pino(_chance: Chance, number: int, text: str) -> str:
    stamp = 1790000000000 + number
    return _write_json({"level": 30, "time": stamp, "pid": 7, "hostname": "web-4", "msg": text})


def _as_access(chance: Chance, number: int, _text: str) -> str:
    clock = f"21/Aug/2026:10:{number % 60:02d}:00 +0000"
    asked = f'"GET /{chance.choice(WORDS)}/{number} HTTP/1.1" 200 {chance.randrange(9999)}'
    return f'10.0.{number % 255}.{number % 253} - - [{clock}] {asked} "-" "Mozilla/5.0 (X11; Linux x86_64)"'


def _as_syslog(_chance: Chance, number: int, text: str) -> str:
    return (
        f"Aug 21 10:{number % 60:02d}:11 host{number % 9} app[{number % 3000}]: {text} took {number % 900}ms"
    )


def _as_logfmt(chance: Chance, number: int, text: str) -> str:
    place = f"caller=main.go:{number % 400}"
    return f'level=info ts={_stamp(number)} {place} msg="{text}" component={chance.choice(WORDS)} id={number}'


def _as_text(chance: Chance, number: int, text: str) -> str:
    return f"{_stamp(number)} INFO  [{chance.choice(WORDS)}-{number % 9}] {text} id={chance.randrange(10**9)}"


Envelope = Callable[[Chance, int, str], str]
TEXT_ENVELOPES: tuple[Envelope, ...] = (_as_railway, _as_pino, _as_syslog, _as_logfmt, _as_text)
ENVELOPES: tuple[Envelope, ...] = (*TEXT_ENVELOPES, _as_access)
