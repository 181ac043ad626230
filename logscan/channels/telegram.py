"""Telegram: HTML by a bot; what follows answers the opening message. Words from a log stand in code or are broken up."""

from __future__ import annotations

import html
import re

from logscan.channels.answers import read_object
from logscan.channels.memories import keep_memory, recall_memory
from logscan.channels.posts import Poster, place_url, write_body
from logscan.channels.settings import TelegramSettings
from logscan.channels.tools import Tools
from logscan.http import Answer
from logscan.messages import Message, fit_message, write_message, write_plain
from logscan.model import Manner, Notice, Pace, Receipt

_API = "https://api.telegram.org"
_LONGEST = 4_096
_QUIET = {"link_preview_options": {"is_disabled": True}}
# Outside of code, Telegram itself finds mentions, tags, commands and addresses; not where they are broken up.
_FOUND = re.compile(r"(?<=[@#/$.:])(?=\w)|(?<=:)(?=/)")
_UNSEEN_JOINT = "\u2060"


class TelegramChannel:
    """What is remembered of an incident is the number of its opening message."""

    manner = Manner("telegram", pace=Pace(20, 60.0), takes_digests=True)  # what a group takes

    def __init__(self, name: str, settings: TelegramSettings, tools: Tools) -> None:
        self.name, self._voice, self._now = name, tools.voice, tools.now
        self._chat = settings.chat
        self._home = f"telegram {settings.chat}"
        address = f"{_API}/bot{settings.token.reveal()}/sendMessage"
        self._url = place_url(address, settings.base_url, f"channel {name}")
        self._poster = Poster(tools.make_client(), [settings.token], tools.now, read_meaning)
        self._poster.prepare(self._url)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        message = write_message(notice, self._voice, self._now())
        head: dict[str, object] = {"chat_id": self._chat, **_QUIET}
        kept = recall_memory(self._home, memory)
        if kept is not None and kept.isdecimal():
            head["reply_parameters"] = {"message_id": int(kept), "allow_sending_without_reply": True}
        headers = {"Idempotency-Key": notice.id}
        rich = write_html(fit_message(message, write_html, _LONGEST))
        plain = _write_broken_up(fit_message(message, _write_broken_up, _LONGEST))
        bodies = [
            write_body({**head, "text": rich, "parse_mode": "HTML"}, headers),
            write_body({**head, "text": plain}, headers),
        ]
        answer = self._poster.send(self._url, bodies)
        return Receipt(keep_memory(self._home, kept or _remember(answer)), self._poster.describe(answer))

    def close(self) -> None:
        self._poster.close()


def write_html(message: Message) -> str:
    """The message in the few tags that Telegram knows."""
    parts = [f"<b>{_escape(message.headline)}</b>"]
    if message.title:
        parts.append(_escape(message.title))
    parts.append(
        "\n".join(
            f"{_escape(fact.label)}: <code>{html.escape(fact.value, quote=False)}</code>"
            for fact in message.facts
        )
    )
    if message.evidence:
        text = html.escape("\n".join(message.evidence), quote=False)
        parts.append(f"<pre>{text}</pre>")
    if message.steps:
        parts.append("What to do:\n" + "\n".join(map(_escape, message.steps)))
    if message.silence:
        parts.append(f"To silence it: <code>{html.escape(message.silence, quote=False)}</code>")
    if message.link:
        parts.append(html.escape(message.link, quote=False))
    return "\n\n".join(part for part in parts if part)


def read_meaning(answer: Answer) -> Answer:
    """An answer with the status that it should have: a chat that is not there will not come back."""
    if answer.status == 400 and b"chat not found" in answer.body:
        return answer._replace(status=404)
    return answer


def _escape(text: str) -> str:
    return html.escape(break_up(text), quote=False)


def _write_broken_up(message: Message) -> str:
    link = message.link
    text = break_up(write_plain(message._replace(link=None)))
    return f"{text}\n\n{link}" if link else text


def break_up(text: str) -> str:
    """Text in which Telegram finds nobody to mention and nothing to link."""
    return _FOUND.sub(_UNSEEN_JOINT, text)


def _remember(answer: Answer) -> str | None:
    result = read_object(answer.body).get("result")
    number = result.get("message_id") if isinstance(result, dict) else None
    return str(number) if isinstance(number, int) else None
