"""Everything else, by Apprise: mail, SMS, and a hundred services more; it is never loaded into this process.

Its redirects, sizes and time-outs are not ours to set, so it speaks in a child that ends when its time is up. Where a
URL names several people, those who were told are not told again when another failed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping

from logscan.channels.answers import read_object
from logscan.channels.programs import choose_environment, run_program
from logscan.channels.settings import AppriseSettings
from logscan.channels.tools import Tools
from logscan.children import describe_end
from logscan.errors import GiveUp, TryAgain
from logscan.messages import Message, Mood, write_message, write_plain
from logscan.model import Manner, Notice, Pace, Receipt

_ARGV = (sys.executable, "-P", "-m", "logscan.channels.criers")
_TIMEOUT_SECONDS = 26.0
_TYPES: Mapping[Mood, str] = {
    Mood.BAD: "failure",
    Mood.WORRYING: "warning",
    Mood.GOOD: "success",
    Mood.NEUTRAL: "info",
}
_NEEDED = frozenset(
    "http_proxy https_proxy no_proxy all_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY"
    " SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE PYTHONPATH".split()
)
# Services behind Apprise have no common way to say that nobody is meant.
_MENTION = re.compile(r"(?<=<)(?=[!@#])|(?<=@)(?=everyone|here|channel|all\b)", re.IGNORECASE)
_UNSEEN_SPACE = "\u200b"


class AppriseChannel:
    """What is remembered is which of its targets were told of the notice that is being sent."""

    manner = Manner("apprise", pace=Pace(30, 60.0), takes_digests=True)

    def __init__(self, name: str, settings: AppriseSettings, tools: Tools) -> None:
        self.name, self._url = name, settings.url
        self._verifies = not settings.dangerously_skip_tls_verify
        self._voice, self._now = tools.voice, tools.now
        self._environment = choose_environment(tools.environ, _NEEDED)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        told = self._read_told(notice, memory)
        ended = run_program(
            _ARGV, self._environment, self._write_order(notice, told), _TIMEOUT_SECONDS, wants_output=True
        )
        found = [read_object(line) for line in ended.output.splitlines()]
        told |= {number for row in found if isinstance(number := row.get("told"), int)}
        refused = next((str(row["refused"]) for row in found if "refused" in row), None)
        if refused is not None:
            raise GiveUp(refused, broken=True)
        total = next((number for row in found if isinstance(number := row.get("targets"), int)), 0)
        kept = json.dumps({"notice": notice.id, "of": self._url.fingerprint, "told": sorted(told)})
        if ended.code == 0 and total and len(told) >= total:
            return Receipt(kept, f"{total} of {total} told")
        how = f"{len(told)} of {total} told" if total else "nobody told"
        end = "ran out of time" if ended.code is None else describe_end(ended.code)
        raise TryAgain(f"Apprise {end}: {how}", memory=kept)

    def close(self) -> None:
        """Nothing is held open."""

    def _read_told(self, notice: Notice, memory: str | None) -> set[int]:
        """The targets that were told by an earlier attempt, if the URL is still the same."""
        kept = read_object((memory or "").encode())
        told = kept.get("told")
        if (kept.get("notice"), kept.get("of")) != (notice.id, self._url.fingerprint) or not isinstance(
            told, list
        ):
            return set()
        return {number for number in told if isinstance(number, int)}

    def _write_order(self, notice: Notice, told: set[int]) -> bytes:
        message = write_message(notice, self._voice, self._now())
        order = {
            "url": self._url.reveal(),
            "title": break_mentions(message.headline),
            "body": break_mentions(write_plain(message._replace(headline="")).strip()),
            "short": break_mentions(write_short(message)),
            "type": _TYPES[message.mood],
            "told": sorted(told),
            "verifies": self._verifies,
        }
        return json.dumps(order).encode()


def write_short(message: Message) -> str:
    """What fits where a message is short: an SMS has its headline, title and since when."""
    since = [f"{fact.label}: {fact.value}" for fact in message.facts if fact.label in ("Since", "Began")]
    return ". ".join([message.title, *since] if message.title else since) or message.headline


def break_mentions(text: str) -> str:
    """Text in which no service finds somebody to call."""
    return _MENTION.sub(_UNSEEN_SPACE, text)
