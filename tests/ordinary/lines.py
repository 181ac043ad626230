"""Fills the templates, the same way for the same seed; it judges no line."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.ordinary.machines import MACHINES
from tests.ordinary.services import SERVICES

ORDINARY = MACHINES | SERVICES
_WORDS = "alpha billing cart deploy engine fetch gallery helper index journal kiosk ledger menu notes".split()
_USERS = "root admin oracle test guest postgres git ubuntu alice bob carol webmaster".split()
_PATHS = ("/var/www/html", "/opt/app/data", "/home/guest/.ssh", "/api/items", "/static/app.js", "/index.php")


def write_lines(kind: str, count: int, seed: int) -> Iterator[str]:
    """Make up lines of one kind."""
    dice = random.Random(f"{kind} {seed}")
    templates = ORDINARY[kind]
    for _ in range(count):
        yield dice.choice(templates).format(**_make_values(dice))


def _make_values(dice: random.Random) -> dict[str, object]:
    day, hour, minute, second = (dice.randint(*span) for span in ((1, 28), (0, 23), (0, 59), (0, 59)))
    clock = f"{hour:02}:{minute:02}:{second:02}"
    return {
        "syslog": f"Mar {day:2} {clock}",
        "iso": f"2026-03-{day:02} {clock},{dice.randint(0, 999):03}",
        "short": f"03-{day:02} {clock}.{dice.randint(0, 999):03}",
        "hdfs": f"2603{day:02} {clock.replace(':', '')}",
        "spark": f"26/03/{day:02} {clock}",
        "apache": f"Mon Mar {day:02} {clock} 2026",
        "uptime": f"{dice.uniform(0, 99_999):.6f}",
        "host": f"{dice.choice(_WORDS)}{dice.randint(1, 99)}",
        "user": dice.choice(_USERS),
        "word": dice.choice(_WORDS),
        "path": f"{dice.choice(_PATHS)}/{dice.choice(_WORDS)}",
        "ip": ".".join(str(dice.randint(1, 254)) for _ in range(4)),
        "port": dice.randint(1024, 65535),
        "pid": dice.randint(2, 32768),
        "n": dice.randint(1, 600),
        "big": dice.randint(10_000, 10**12),
        "hex": f"{dice.getrandbits(48):012x}",
    }
