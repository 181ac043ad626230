"""Slack: by an incoming webhook, or by a bot's token, which keeps each incident in one thread.

Words from a log stand in plain text or in code, are escaped all the same, and nothing is unfurled.
"""

from __future__ import annotations

from collections.abc import Mapping

from logscan.channels.answers import read_object
from logscan.channels.memories import keep_memory, recall_memory
from logscan.channels.posts import Poster, place_url, write_body
from logscan.channels.settings import SlackSettings
from logscan.channels.tools import Tools
from logscan.errors import ConfigError
from logscan.http import Answer
from logscan.messages import Message, Mood, cut_text, fit_message, measure_text, write_message, write_plain
from logscan.model import ChangeKind, Manner, Notice, Pace, Receipt

_API = "https://slack.com"
_METHOD = "/api/chat.postMessage"
_LONGEST_HEADER = 150
_LONGEST_SECTION = 2_900
_LONGEST_TEXT = 30_000
_MOST_FIELDS = 10
_QUIET = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
# Slack's API says 200 to everything; this is what it means by what it then says.
_MEANINGS: Mapping[str, int] = {
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission"),
        401,
    ),
    **dict.fromkeys(("missing_scope", "not_in_channel", "restricted_action", "access_denied"), 403),
    "channel_not_found": 404,
    "is_archived": 410,
    "ratelimited": 429,
    "rate_limited": 429,
    **dict.fromkeys(("fatal_error", "internal_error", "request_timeout", "service_unavailable"), 503),
}


class SlackChannel:
    """What is remembered of an incident is its opening message, where a bot wrote it."""

    manner = Manner("slack", pace=Pace(1, 1.0), takes_digests=True)

    def __init__(self, name: str, settings: SlackSettings, tools: Tools) -> None:
        place = f"channel {name}"
        self.name, self._now = name, tools.now
        self._voice, self._token, self._chat = tools.voice, settings.token, settings.chat
        self._home = f"slack {settings.chat}"
        if settings.webhook is not None and settings.token is None:
            address, secrets = settings.webhook.reveal(), [settings.webhook]
        elif settings.token is not None and settings.webhook is None and settings.chat:
            address, secrets = _API + _METHOD, [settings.token]
        else:
            raise ConfigError(f"{place}: slack is told half; write `webhook:`, or `token:` and `chat:`")
        self._url = place_url(address, settings.base_url, place)
        self._poster = Poster(tools.make_client(), secrets, tools.now, read_meaning)
        self._poster.prepare(self._url)

    def send(self, notice: Notice, memory: str | None) -> Receipt:
        message = write_message(notice, self._voice, self._now())
        plain = escape(cut_text(write_plain(message), _LONGEST_TEXT // 6))
        kept = recall_memory(self._home, memory)
        head = self._address(notice, kept)
        headers = {"Idempotency-Key": notice.id}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        rich = {**head, "text": escape(message.headline), "blocks": list_blocks(message), **_QUIET}
        # Perhaps it is the thread that is refused, for it is gone.
        alone = self._address(notice, None)
        bodies = [write_body(rich, headers), write_body({**alone, "text": plain, **_QUIET}, headers)]
        answer = self._poster.send(self._url, bodies)
        return Receipt(keep_memory(self._home, kept or self._remember(answer)), self._poster.describe(answer))

    def close(self) -> None:
        self._poster.close()

    def _address(self, notice: Notice, memory: str | None) -> dict[str, object]:
        """A webhook knows its channel, and no threads."""
        if self._token is None:
            return {}
        if memory is None:
            return {"channel": self._chat}
        channel, _, ts = memory.partition("/")
        # A thread is read by those who follow it; what got worse or is over, everybody is told.
        loud = notice.change in (ChangeKind.ESCALATED, ChangeKind.RESOLVED)
        return {"channel": channel, "thread_ts": ts, "reply_broadcast": loud}

    def _remember(self, answer: Answer) -> str | None:
        if self._token is None:
            return None
        found = read_object(answer.body)
        channel, ts = found.get("channel"), found.get("ts")
        return f"{channel}/{ts}" if isinstance(channel, str) and isinstance(ts, str) else None


def read_meaning(answer: Answer) -> Answer:
    """An answer with the status that Slack would have given if it used them."""
    found = read_object(answer.body)
    if answer.status != 200 or found.get("ok") is not False:
        return answer
    return answer._replace(status=_MEANINGS.get(str(found.get("error")), 400))


def escape(text: str) -> str:
    """All that Slack asks for: then it finds no mention, link or special word."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def list_blocks(message: Message) -> list[dict[str, object]]:
    """The message as Slack lays it out."""
    blocks: list[dict[str, object]] = [
        {"type": "header", "text": _write_plain_text(message.headline, _LONGEST_HEADER)}
    ]
    if message.title:
        blocks.append(_write_section(message.title))
    facts = [f"{fact.label}: {fact.value}" for fact in message.facts]
    for start in range(0, len(facts), _MOST_FIELDS):
        fields = [_write_plain_text(fact, _LONGEST_SECTION) for fact in facts[start : start + _MOST_FIELDS]]
        blocks.append({"type": "section", "fields": fields})
    if message.evidence:
        blocks.append(_write_code(message.evidence))
    if message.steps:
        blocks.append(_write_section("What to do:\n" + "\n".join(message.steps)))
    if message.silence:
        blocks += [_write_section("To silence it:"), _write_code((message.silence,))]
    if message.link:
        blocks.append(_write_section(message.link))
    return blocks


def _write_plain_text(text: str, most: int) -> dict[str, object]:
    room = most
    while (excess := measure_text(escaped := escape(cut_text(text, room))) - most) > 0:
        room -= 1 + excess // 5
    return {"type": "plain_text", "text": escaped, "emoji": False}


def _write_section(text: str) -> dict[str, object]:
    return {"type": "section", "text": _write_plain_text(text, _LONGEST_SECTION)}


def _write_code(lines: tuple[str, ...]) -> dict[str, object]:
    message = fit_message(
        Message(mood=Mood.NEUTRAL, headline="", evidence=lines), _write_fence, _LONGEST_SECTION
    )
    return {"type": "section", "text": {"type": "mrkdwn", "text": _write_fence(message), "verbatim": True}}


def _write_fence(message: Message) -> str:
    # A backtick would end the fence; the letter that stands in for it looks the same.
    return "```" + escape("\n".join(message.evidence)).replace("`", "\u02cb") + "```"
