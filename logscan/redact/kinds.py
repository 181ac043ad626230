"""The table of secrets that are known by their shape alone; it holds patterns and never looks at a text.

A pattern's first group, where it has one, is the secret; else the whole match is. Earlier rows are
more specific and name a span that several rows fit.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import NamedTuple

from logscan.redact.values import is_listed_word, is_placeholder, looks_random


class Shape(NamedTuple):
    """One kind of secret; `accept` judges what the pattern alone cannot."""

    kind: str
    pattern: str
    accept: Callable[[str], bool] | None = None
    read: Callable[[str], str] | None = None  # gives what the secret decodes to
    ignore_case: bool = False
    gate: bytes | None = None  # for Hyperscan, where what `prefilters` would write fits every hash


def _is_mixed(secret: str) -> bool:
    """True unless it reads as words: secrets of these kinds always hold a digit or a capital."""
    return any(char.isdigit() for char in secret) or not secret.islower()


def _is_key_body(secret: str) -> bool:
    """True for a line of a PEM body: capitals, small letters and digits, so never a hexadecimal hash."""
    if len(secret) not in (64, 70) or not secret.replace("+", "a").replace("/", "a").isalnum():
        return False
    has_digit = any(char.isdigit() for char in secret)
    return has_digit and secret.lower() != secret != secret.upper() and len(set(secret)) > 20


def _is_bearer(secret: str) -> bool:
    return not is_listed_word(secret) and looks_random(secret, least=8)


def _is_written_out(secret: str) -> bool:
    return not is_placeholder(secret)


def _is_basic(secret: str) -> bool:
    return b":" in read_base64(secret)


def _read_password(secret: str) -> str:
    """Give the password of Basic credentials, so that it has the fingerprint it has elsewhere."""
    user, _, password = read_base64(secret).decode("latin-1").partition(":")
    return password or user


def _is_sentry_key(secret: str) -> bool:
    return looks_random(secret, least=20)


def read_base64(run: str) -> bytes:
    """Decode base64 or base64url, padded or not; empty when it is neither."""
    body = run.rstrip("=")
    try:
        return base64.b64decode(body.replace("-", "+").replace("_", "/") + "=" * (-len(body) % 4))
    except (binascii.Error, ValueError):
        return b""


_START = r"(?<![A-Za-z0-9])"
_KEY_BODY_GATE = (
    rb"(?:^|[^\w\x2b\x2f-])[A-Za-z0-9\x2b\x2f]{64}(?:[A-Za-z0-9\x2b\x2f]{6})?(?:[^\w\x2b\x2f-]|\z)"
)

_DSN_GATE = rb":[^\s\x22\x27<>@\x2f]{1,}@(?:tcp|unix)\x28"  # Hyperscan knows no possessive repeat


def _after(literal: str) -> str:
    """Give a literal that no letter or digit precedes; it goes first, since that is what `re` is quick at."""
    return rf"{literal}(?<![A-Za-z0-9]{literal})"


SHAPES: tuple[Shape, ...] = (
    Shape("meta-token", _after("EAA") + r"[A-Za-z0-9]{13,}"),
    Shape("meta-token", _after("IG") + r"(?:AA|Q[A-Z])[A-Za-z0-9_-]{16,}"),
    Shape("meta-app-token", r"(?<![0-9])[0-9]{10,20}\|[A-Za-z0-9_-]{16,}"),
    Shape("anthropic-key", _after("sk-ant-") + r"[A-Za-z0-9_-]{16,}"),
    Shape("openai-key", _after("sk-") + r"[A-Za-z0-9_-]{20,}", _is_mixed),
    Shape("stripe-key", _START + r"[srp]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    Shape("stripe-key", _after("whsec_") + r"[A-Za-z0-9+/=]{10,}"),
    Shape("github-token", _START + r"(?:gh[pousr]_[A-Za-z0-9_]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    Shape("gitlab-token", _START + r"gl[a-z]{2,6}-[A-Za-z0-9_.-]{16,}", _is_mixed),
    Shape("slack-token", _START + r"(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{10,}"),
    Shape("slack-webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{8,})"),
    Shape("discord-webhook", r"discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{5,25}/([\w-]{16,})"),
    Shape("discord-token", _START + r"[MNO][A-Za-z0-9_-]{22,29}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
    Shape("teams-webhook", r"webhook\.office\.com/webhookb2/([A-Za-z0-9@/-]{16,})"),
    Shape("telegram-token", r"(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{30,}"),
    Shape("google-key", _after("AIza") + r"[A-Za-z0-9_-]{30,}"),
    Shape("google-token", _START + r"(?:ya29\.|1//0|4/0A|GOCSPX-)[A-Za-z0-9_.-]{16,}"),
    Shape("aws-key", _START + r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    Shape("aws-session", _START + r"(?:IQoJ|FwoG|FQoG)[A-Za-z0-9+/=]{60,}"),
    Shape("twilio-key", _START + r"(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])"),
    Shape("sendgrid-key", _after("SG") + r"\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    Shape("mailgun-key", _after("key-") + r"[0-9a-f]{32}(?![A-Za-z0-9])"),
    Shape("mailchimp-key", _START + r"[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9])"),
    Shape("npm-token", _after("npm_") + r"[A-Za-z0-9]{30,}"),
    Shape("pypi-token", _after("pypi-") + r"[A-Za-z0-9_-]{16,}", _is_mixed),
    Shape("huggingface-token", _START + r"(?:hf_[A-Za-z0-9]{20,}|api_org_[A-Za-z0-9]{20,})"),
    Shape("shopify-token", _START + r"shp(?:at|ss|ca|pa|tka)_[A-Za-z0-9]{20,}"),
    Shape("digitalocean-token", _START + r"do[opr]_v1_[a-f0-9]{32,}"),
    Shape("vault-token", _START + r"(?:hv[sbr]\.[A-Za-z0-9_-]{20,}|s\.[A-Za-z0-9]{24}(?![A-Za-z0-9]))", _is_mixed),
    Shape("databricks-token", _after("dapi") + r"[0-9a-f]{32}(?:-[0-9]{1,2})?"),
    Shape("platform-token", _START + r"(?:rnd|nfp|nfc|nfo|nfu|vc[pkiar]|fo1|sb[pt]|rw)_[A-Za-z0-9_-]{20,}"),
    Shape("platform-token", _START + r"fm[12][a-z]?_[A-Za-z0-9+/=_-]{20,}"),
    Shape("platform-token", _after("HRKU-") + r"[A-Za-z0-9_-]{20,}"),
    Shape("ai-key", _START + r"(?:gsk_|xai-|pplx-|r8_|nvapi-|tgp_v1_)[A-Za-z0-9_-]{20,}", _is_mixed),
    Shape("saas-token", _START + r"(?:lin_api_|ntn_|figd_|glsa_|glc_|sntry[su]_|dckr_pat_|pscale_tkn_)[A-Za-z0-9_=-]{20,}"),
    Shape("saas-token", _START + r"(?:ATATT3|ATCTT3|ATBB|NRAK-|NRII-|PMAK-|dp\.[a-z]{2,5}\.|sq0[a-z]{3}-)[A-Za-z0-9_=.-]{20,}"),
    Shape("age-key", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    Shape("jwt", _after("eyJ") + r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}"),
    Shape("private-key-line", r"[A-Za-z0-9+/_-]{64,}", _is_key_body, gate=_KEY_BODY_GATE),
    Shape("basic", r"\bbasic[ +\t]{1,4}([A-Za-z0-9+/_-]{6,}={0,2})", _is_basic, _read_password, ignore_case=True),
    Shape("bearer", r"\bbearer[ +\t]{1,4}([A-Za-z0-9._~+/|:-]{8,}={0,2})(?![\"'=])", _is_bearer, ignore_case=True),
    Shape("url-password", r"://[^\s/?#:@\"'<>]{0,80}:([^\s/\"'<>]{1,200})@(?=[\w\[.%-])"),
    Shape("url-password", r"\b[\w.-]{1,40}+:([^\s/\"'<>@]{1,200}+)@(?:tcp|unix)\(", gate=_DSN_GATE),
    Shape("url-password", r"\bcurl(?:[ \t][^\n]{0,200})?[ \t](?:-u|--user)[ \t=]{0,2}[\"']?[^\s\"':]{1,80}:([^\s\"']{1,200})", _is_written_out),
    Shape("url-key", r"://([A-Za-z0-9_-]{20,80})@(?=[\w\[])", _is_sentry_key),
)  # fmt: skip

PRIVATE_KEY = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"
# What ends a private key, or what one may consist of when its end was cut off.
PRIVATE_KEY_END = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
PRIVATE_KEY_BODY = r"[A-Za-z0-9+/=\s\\:,.()-]*"

# Printable ASCII in base64 or base64url: the top bits of each byte are known, so most places of a
# group of four allow less than half of the alphabet. Hashes, ids and words do not get through.
_PRINTABLE_GROUP = r"[I-Za-f][C-HS-Xi-nyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]"
PRINTABLE_BASE64 = rf"(?:{_PRINTABLE_GROUP}){{4}}"

KEYED_KINDS = (
    "authorization", "cookie", "password", "secret", "api-key", "token", "session", "pin", "oauth-code", "signature",
)  # fmt: skip
_LEAST_SPECIFIC = ("private-key-line", "line")
_KINDS = dict.fromkeys((*(shape.kind for shape in SHAPES), "private-key", *KEYED_KINDS))
RANKS = {
    kind: i for i, kind in enumerate((*(k for k in _KINDS if k not in _LEAST_SPECIFIC), *_LEAST_SPECIFIC))
}
