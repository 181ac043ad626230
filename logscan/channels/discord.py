"""Discord: an embed by webhook; the opening message is marked when its incident is over.

Words from a log are escaped or stand in code, and nobody is mentioned whatever they say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote, urlsplit, urlunsplit

from logscan.channels.answers import read_object
from logscan.channels.memories import keep_memory, recall_memory
from logscan.channels.posts import Poster, place_url, write_body
from logscan.channels.settings import DiscordSettings
from logscan.channels.tools import Tools
from logscan.errors import DeliveryError
from logscan.messages import Message, Mood, cut_text, fit_message, write_message, write_plain
from logscan.model import ChangeKind, Manner, Notice, Pace, Receipt
from logscan.times import write_time

_COLORS: Mapping[Mood, int] = {
    Mood.BAD: 0xD9363E,
    Mood.WORRYING: 0xE8A317,
    Mood.GOOD: 0x2EA44F,
    Mood.NEUTRAL: 0x6E7781,
}
_LONGEST_CONTENT = 2_000
_LONGEST_TITLE = 250
_LONGEST_DESCRIPTION = 4_000
_LONGEST_FIELD = 1_000
_LONGEST_EMBED = 5_800
_MOST_FIELDS = 25
_QUIET: Mapping[str, object] = {"allowed_mentions": {"parse": []}}
_NO_EMBEDS = 4  # of links in the text
_MARKUP = re.compile(r"([\\*_~`|>#\[\]()<:@-])")
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_UNSEEN_SPACE = "\u200b"


class DiscordChannel:
    """What is remembered of an incident is the number of its opening message."""

    # A webhook takes 5 in 2 s and 30 a minute; the second holds for longer.
    manner = Manner("discord", pace=Pace(30, 60.0), takes_digests=True)

    def __init__(self, name: str, settings: DiscordSettings, tools: Tools) -> None:
        self.name, self._voice, self._now = name, tools.voice, tools.now
        self._home = f"discord {settings.webhook.fingerprint}"
        self._url = place_url(settings.webhook.reveal(), settings.base_url, f"channel {name}")
        self._poster = Poster(tools.make_client(), [settings.webhook], tools.now)
        self._poster.prepare(self._url)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        message = write_message(notice, self._voice, self._now())
        headers = {"Idempotency-Key": notice.id}
        embed = {**write_embed(message), "timestamp": write_time(notice.at)}
        headline = cut_text(escape(message.headline), _LONGEST_CONTENT)
        plain = fit_message(message, _write_escaped, _LONGEST_CONTENT)
        bodies = [
            write_body({"content": headline, "embeds": [embed], **_QUIET}, headers),
            write_body({"content": _write_escaped(plain), "flags": _NO_EMBEDS, **_QUIET}, headers),
        ]
        answer = self._poster.send(self._spell_url(), bodies)
        opening = recall_memory(self._home, memory)
        if opening and notice.change is ChangeKind.RESOLVED:
            # People have been told; that the old message also shows it is a courtesy.
            with suppress(DeliveryError):
                body = write_body({"content": headline, **_QUIET}, headers)
                self._poster.send(self._spell_url(opening), [body], method="PATCH")
        number = read_object(answer.body).get("id")
        kept = opening or (number if isinstance(number, str) else None)
        return Receipt(keep_memory(self._home, kept), self._poster.describe(answer))

    def close(self) -> None:
        self._poster.close()

    def _spell_url(self, message: str = "") -> str:
        """Without `wait` a message that was not stored would give no error."""
        parts = urlsplit(self._url)
        path = parts.path.rstrip("/") + (f"/messages/{quote(message, safe='')}" if message else "")
        asked = [part for part in parts.query.split("&") if part and not part.startswith("wait=")]
        query = "&".join([*asked, *([] if message else ["wait=true"])])
        return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def escape(text: str) -> str:
    """Text in which Discord finds neither markup nor a mention nor a link."""
    return _MARKUP.sub(r"\\\1", _break_mentions(text))


def write_embed(message: Message) -> dict[str, object]:
    """The message as Discord lays it out, within its limits."""
    fitted = fit_message(message, lambda one: "".join(_list_texts(_lay_out(one))), _LONGEST_EMBED)
    return {**_lay_out(fitted), "color": _COLORS[message.mood]}


def _lay_out(message: Message) -> dict[str, object]:
    embed: dict[str, object] = {"title": cut_text(escape(message.headline), _LONGEST_TITLE)}
    parts = [escape(message.title)] if message.title else []
    if message.evidence:
        parts.append(_write_fence(message.evidence))
    if message.link:
        parts.append(message.link)
    embed["description"] = cut_text("\n".join(parts), _LONGEST_DESCRIPTION)
    fields = [_write_field(fact.label, escape(fact.value), is_short=True) for fact in message.facts]
    if message.steps:
        fields.append(_write_field("What to do", "\n".join(map(escape, message.steps)), is_short=False))
    if message.silence:
        fields.append(_write_field("To silence it", _write_fence((message.silence,)), is_short=False))
    embed["fields"] = fields[:_MOST_FIELDS]
    return embed


def _write_field(label: str, value: str, *, is_short: bool) -> dict[str, object]:
    return {"name": escape(label) or "-", "value": cut_text(value, _LONGEST_FIELD) or "-", "inline": is_short}


def _write_fence(lines: tuple[str, ...]) -> str:
    text = _break_mentions("\n".join(lines)).replace("`", "\u02cb")
    return f"```\n{text}\n```"


def _write_escaped(message: Message) -> str:
    return escape(write_plain(message))


def _break_mentions(text: str) -> str:
    return _EVERYBODY.sub("@" + _UNSEEN_SPACE, text)


def _list_texts(embed: Mapping[str, object]) -> list[str]:
    """What counts towards the limit of all texts together."""
    texts = [str(embed["title"]), str(embed["description"])]
    fields = embed["fields"]
    assert isinstance(fields, list)
    return texts + [field[part] for field in fields for part in ("name", "value")]
