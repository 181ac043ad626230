"""Made-up secrets, built at run time, and the ways to write them down; it asserts nothing."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import string
from collections.abc import Callable
from functools import cache
from urllib.parse import quote, quote_plus

from logscan.redact import Redactor
from logscan.redact.gates import KEY_IDS, Hints, write_expressions

REDACTOR = Redactor(b"a key of the tests")
MASK = re.compile(r"\[([a-z0-9-]+)#([0-9a-f]{6})\]")
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"


def draw(seed: int, alphabet: str, length: int) -> str:
    dice = random.Random(seed)
    return "".join(dice.choice(alphabet) for _ in range(length))


def write_jwt(seed: int) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps({"sub": draw(seed, HEX, 12)}).encode()).decode().rstrip("=")
    return f"{header}.{body}.{draw(seed, URLSAFE, 43)}"


MAKERS = {
    "meta-token": lambda n: "EA" + "AG" + draw(n, ALNUM, 120),
    "instagram": lambda n: "IG" + "AA" + draw(n, ALNUM, 80),
    "instagram-old": lambda n: "IG" + "QV" + "J" + draw(n, ALNUM, 80),
    "meta-app-token": lambda n: draw(n, "123456789", 15) + "|" + draw(n, ALNUM, 27),
    "jwt": write_jwt,
    "jwe": lambda n: ".".join(("ey" + "J" + draw(n, ALNUM, 20), draw(n, ALNUM, 40), draw(n + 1, ALNUM, 16), draw(n, ALNUM, 30), draw(n, ALNUM, 22))),
    "aws-key": lambda n: "AK" + "IA" + draw(n, string.ascii_uppercase + "234567", 16),
    "github-token": lambda n: "gh" + "p_" + draw(n, ALNUM, 36),
    "github-pat": lambda n: "github" + "_pat_" + draw(n, ALNUM, 22) + "_" + draw(n, ALNUM, 59),
    "gitlab-token": lambda n: "gl" + "pat-" + draw(n, ALNUM, 20),
    "slack-token": lambda n: "xo" + "xb-" + draw(n, "123456789", 12) + "-" + draw(n, ALNUM, 24),
    "slack-webhook": lambda n: "https://hooks." + "slack.com/services/T" + draw(n, ALNUM, 8) + "/B" + draw(n, ALNUM, 8) + "/" + draw(n, ALNUM, 24),
    "discord-webhook": lambda n: "https://discord.com/api/" + "webhooks/" + draw(n, "123456789", 18) + "/" + draw(n, URLSAFE, 68),
    "stripe-key": lambda n: "sk" + "_live_" + draw(n, ALNUM, 24),
    "stripe-hook": lambda n: "wh" + "sec_" + draw(n, ALNUM, 32),
    "openai-key": lambda n: "s" + "k-proj-" + draw(n, URLSAFE, 48),
    "anthropic-key": lambda n: "s" + "k-ant-api03-" + draw(n, URLSAFE, 90),
    "google-key": lambda n: "AI" + "za" + draw(n, URLSAFE, 35),
    "google-token": lambda n: "ya" + "29." + draw(n, URLSAFE, 60),
    "google-secret": lambda n: "GOC" + "SPX-" + draw(n, URLSAFE, 28),
    "telegram-token": lambda n: draw(n, "123456789", 10) + ":A" + "A" + draw(n, URLSAFE, 33),
    "twilio-key": lambda n: "S" + "K" + draw(n, HEX, 32),
    "sendgrid-key": lambda n: "S" + "G." + draw(n, URLSAFE, 22) + "." + draw(n, URLSAFE, 43),
    "npm-token": lambda n: "np" + "m_" + draw(n, ALNUM, 36),
    "pypi-token": lambda n: "py" + "pi-AgEI" + draw(n, URLSAFE, 60),
    "huggingface-token": lambda n: "h" + "f_" + draw(n, ALNUM, 34),
    "shopify-token": lambda n: "shp" + "at_" + draw(n, HEX, 32),
    "digitalocean-token": lambda n: "do" + "p_v1_" + draw(n, HEX, 64),
    "vault-token": lambda n: "hv" + "s." + draw(n, URLSAFE, 40),
    "databricks-token": lambda n: "da" + "pi" + draw(n, HEX, 32),
    "heroku": lambda n: "HR" + "KU-" + draw(n, URLSAFE, 40),
    "netlify": lambda n: "nf" + "p_" + draw(n, ALNUM, 36),
    "private-key": lambda n: "-----BEGIN " + "RSA PRIVATE KEY-----\\n" + draw(n, ALNUM, 64) + "\\n" + draw(n + 1, ALNUM, 30) + "=\\n-----END " + "RSA PRIVATE KEY-----",
    "private-key-line": lambda n: "MIIE" + "0a" + draw(n, ALNUM + "+/", 58),
}  # fmt: skip
OPAQUE_MAKERS = {
    "password": lambda n: draw(n, ALNUM + "!$@~^%", 14),
    "secret-hex": lambda n: draw(n, HEX, 32),
    "aws-secret": lambda n: draw(n, ALNUM + "+/", 40),
    "word": lambda n: "hunter" + draw(n, string.ascii_lowercase, 10),
}
CANARIES = [make(n) for n in range(6) for make in MAKERS.values()][:200]
OPAQUE = [make(n) for n in range(8) for make in OPAQUE_MAKERS.values()]


SHOWN = ("raw", "url", "json", "base64", "html")
_TELLING = 12


def write_html(text: str) -> str:
    return "".join(char if char.isalnum() or char in " ._-/:" else f"&#x{ord(char):x};" for char in text)


ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "url": lambda text: quote(text, safe=""),
    "url-plus": quote_plus,
    "url-all": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "url-twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": json.dumps,
    "json-twice": lambda text: json.dumps(json.dumps({"message": text})),
    "json-slash": lambda text: json.dumps(text).replace("/", "\\/").replace("=", "\\u003d").replace("&", "\\u0026"),
    "json-all": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "html": html.escape,
    "html-numeric": write_html,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64-twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "url-in-base64": lambda text: base64.b64encode(quote(text, safe="").encode()).decode(),
    "base64-in-url": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
}  # fmt: skip
KEYED = [
    "https://graph.example/v17.0/me?fields=id&access_token={0}&x=1",
    '{{"level":"error","access_token":"{0}","token_type":"bearer"}}',
    "{{'api_key': '{0}', 'status': 401}}",
    "time=12 level=error client_secret={0} msg=failed",
    "POST / X-Api-Key: {0}",
    "  password: {0}",
    "DB_PASSWORD={0}",
    '{{"appSecret" : "{0}"}}',
    "Authorization: Bearer {0}",
    '{{"headers":{{"authorization":"Token {0}"}}}}',
    "Cookie: theme=dark; session={0}; lang=en",
    "fb_exchange_token={0}&grant_type=fb_exchange_token",
    "<password>{0}</password>",
    "login --password {0} --host db",
]
FREE = [
    "{0}",
    "401 for {0} at 12:00",
    "token {0} was rejected",
    '"{0}"',
    "[{0}]",
    "({0}), next",
    "x={0}&y=2",
    *KEYED,
]


def read_leaks(canary: str, masked: str) -> list[str]:
    """Give the pieces of twelve characters that can still be read, in any encoding."""
    canary = canary.rpartition("/")[2] if canary.startswith("https:") else canary  # an address is public
    readable = masked
    for _ in range(3):
        readable += "\n" + html.unescape(
            re.sub(r"%([0-9A-Fa-f]{2})|\\u00([0-9a-f]{2})", _read_code, readable)
        )
    for run in re.findall(r"[A-Za-z0-9+/_-]{16,}", masked):
        for shift in range(4):
            body = run[shift:].replace("-", "+").replace("_", "/")
            readable += "\n" + base64.b64decode(body[: len(body) // 4 * 4]).decode("latin-1")
    return [canary[i : i + 12] for i in range(len(canary) - 11) if canary[i : i + 12] in readable]


def list_leaks(text: str, step: int = 1) -> set[str]:
    """The same question as `read_leaks` answers, asked of a text of megabytes, for all canaries at once.

    Looking at every `step`th place is quicker, and finds what is that much longer.
    """
    pieces = _list_pieces()
    return {piece for i in range(0, len(text), step) if (piece := text[i : i + _TELLING]) in pieces}


@cache
def _list_pieces() -> frozenset[str]:
    """Of all forms of all canaries; of an address only its end is a secret, and the rest of it none."""
    addresses = [one.rpartition("/") for one in CANARIES if one.startswith("https:")]
    secrets = [*(end for _, _, end in addresses), *(one for one in CANARIES if not one.startswith("https:"))]
    pieces = {piece for one in secrets for shown in SHOWN for piece in _cut(ENCODINGS[shown](one).strip('"'))}
    return frozenset(pieces.difference(*(_cut(start) for start, _, _ in addresses)))


def _cut(text: str) -> set[str]:
    return {text[i : i + _TELLING] for i in range(len(text) - _TELLING + 1)}


def _read_code(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16))


def listen_to_all(text: str) -> Hints:
    """A gate that is always open: every shape, and every kind of key at every place, as a hint proves nothing."""
    places = tuple((i, place) for place in range(1, len(text) + 1) for i in sorted(KEY_IDS))
    return Hints(frozenset(range(len(write_expressions()))), places)


UNGATED = Redactor(b"a key of the tests", gate=listen_to_all)
