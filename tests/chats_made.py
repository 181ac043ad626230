"""Slack, Discord, Telegram and PagerDuty as their documents describe them: limits, refusals, what they give back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from tests.services_made import Reply, Request, answer_json

SLACK_BLOCKS = {"header": 150, "section": 3_000}


def count_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def list_texts(document: object) -> Iterator[str]:
    """Every text of a document, keys left out."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from list_texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from list_texts(value)


def is_slack_laid_out(document: dict[str, Any]) -> bool:
    if not 0 < count_units(document.get("text", "")) <= 40_000 or len(document.get("blocks", [])) > 50:
        return False
    for block in document.get("blocks", []):
        texts = block["fields"] if "fields" in block else [block["text"]]
        most = 2_000 if "fields" in block else SLACK_BLOCKS[block["type"]]
        if not 0 < len(texts) <= 10 or any(not 0 < count_units(text["text"]) <= most for text in texts):
            return False
        if block["type"] == "header" and block["text"]["type"] != "plain_text":
            return False
    return True


def answer_slack_hook(request: Request) -> Reply:
    if "/services/" not in request.path:
        return Reply(404, b"no_service")
    if not is_slack_laid_out(request.read_json()):
        return Reply(400, b"invalid_payload")
    return Reply(200, b"ok")


class SlackApi:
    """`chat.postMessage`; says 200 to everything."""

    def __init__(self, token: str) -> None:
        self._token, self._numbers = token, itertools.count(1)

    def __call__(self, request: Request) -> Reply:
        document = request.read_json()
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return answer_json({"ok": False, "error": "invalid_auth"})
        if document["channel"] not in ("#ops", "C0OPS"):
            return answer_json({"ok": False, "error": "channel_not_found"})
        if not is_slack_laid_out(document):
            return answer_json({"ok": False, "error": "invalid_blocks"})
        return answer_json({"ok": True, "channel": "C0OPS", "ts": f"1700000000.00000{next(self._numbers)}"})


def answer_discord(request: Request) -> Reply:
    path, _, query = request.path.partition("?")
    document = request.read_json()
    embeds = document.get("embeds", [])
    if request.method == "PATCH":
        return answer_json({"id": path.rpartition("/")[2]})
    if not re.fullmatch(r"/api/webhooks/\d+/[\w-]+", path):
        return answer_json({"message": "Unknown Webhook", "code": 10015}, 404)
    total = 0
    for embed in embeds:
        sizes = [(embed["title"], 256), (embed["description"], 4_096)]
        sizes += [
            (field[part], most)
            for field in embed["fields"]
            for part, most in (("name", 256), ("value", 1_024))
        ]
        total += sum(count_units(text) for text, _ in sizes)
        if len(embed["fields"]) > 25 or any(count_units(text) > most for text, most in sizes):
            return answer_json({"message": "Invalid Form Body", "code": 50035}, 400)
        if any(not field["name"] or not field["value"] for field in embed["fields"]):
            return answer_json({"message": "Invalid Form Body", "code": 50035}, 400)
    if (
        count_units(document.get("content", "")) > 2_000
        or total > 6_000
        or not (document.get("content") or embeds)
    ):
        return answer_json({"message": "Invalid Form Body", "code": 50035}, 400)
    return answer_json({"id": "1180000000000000001"}) if "wait=true" in query.split("&") else Reply(204)


class Telegram:
    """`sendMessage`; reads the HTML as the Bot API does."""

    def __init__(self, token: str) -> None:
        self._token, self._numbers = token, itertools.count(41)

    def __call__(self, request: Request) -> Reply:
        document = request.read_json()
        if request.path != f"/bot{self._token}/sendMessage":
            return self._refuse(401 if request.path.startswith("/bot") else 404, "Unauthorized")
        if document["chat_id"] != "-100123":
            return self._refuse(400, "Bad Request: chat not found")
        text = document["text"]
        if document.get("parse_mode") == "HTML":
            bare = re.sub(r"</?(?:b|code|pre)>", "", text)
            if re.search(r"[<>]|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)", bare):
                return self._refuse(400, "Bad Request: can't parse entities: Unsupported start tag")
            text = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        if not text.strip():
            return self._refuse(400, "Bad Request: message text is empty")
        if count_units(text) > 4_096:
            return self._refuse(400, "Bad Request: message is too long")
        return answer_json({"ok": True, "result": {"message_id": next(self._numbers)}})

    @staticmethod
    def _refuse(status: int, why: str) -> Reply:
        return answer_json({"ok": False, "error_code": status, "description": why}, status)


def answer_pagerduty(request: Request) -> Reply:
    document = request.read_json()
    errors = []
    if len(document.get("routing_key", "")) != 32:
        errors.append("Length of 'routing_key' is incorrect (should be 32 characters)")
    if document["event_action"] not in ("trigger", "acknowledge", "resolve"):
        errors.append("'event_action' is invalid")
    if not 0 < len(document.get("dedup_key", "")) <= 255:
        errors.append("'dedup_key' is too long")
    payload = document.get("payload")
    if document["event_action"] == "trigger":
        wanted = {"summary", "source", "severity"}
        if payload is None or not wanted <= payload.keys() or not all(payload[name] for name in wanted):
            errors.append("'payload' is missing or blank")
        elif len(payload["summary"]) > 1_024 or payload["severity"] not in (
            "critical",
            "error",
            "warning",
            "info",
        ):
            errors.append("'payload' is invalid")
    if errors:
        return answer_json(
            {"status": "invalid event", "message": "Event object is invalid", "errors": errors}, 400
        )
    return answer_json(
        {"status": "success", "message": "Event processed", "dedup_key": document["dedup_key"]}, 202
    )
