"""The secrets inside an Authorization or Cookie header's value; it knows no other place."""

from __future__ import annotations

import re

from logscan.redact.keys import classify
from logscan.redact.values import Value, is_placeholder, looks_random

_SCHEMES = frozenset(
    """bearer basic digest token bot apikey api-key api_key key geniekey klaviyo-api-key aws4-hmac-sha256 hawk oauth mac
    negotiate ntlm splunk sso-key ssws zoho-oauthtoken discogs client-id sharedkey sharedaccesssignature hmac signature
    flyv1 user-token accesskey secret jwt dpop vapid privatetoken private-token""".split()
)
_AUTHORIZATION = re.compile(
    r"(?:(?P<scheme>[A-Za-z][\w-]{0,30})(?:[ \t+]|\\[nrt]){1,4})?"
    r"(?P<credentials>[\w-]{1,40}=(?:\\{0,15}\"[^\"]{0,4096}\"|[^\s,\"'\\]{1,4096})"
    r"(?:,[ \t]{0,4}[\w-]{1,40}=(?:\\{0,15}\"[^\"]{0,4096}\"|[^\s,\"'\\]{1,4096}))*"
    r"|[^\s\"'`\\,;<>(){}\[\]]+(?:,[A-Za-z0-9+/=_.-]{16,})*)",
    re.ASCII,
)
_COOKIE = re.compile(r"(?P<name>[^\s=;,\"'\\:]{1,128})=(?P<value>[^\s;\"'\\,]{4,})")
_COOKIE_LEAD = re.compile(r"[ \t\[\\\"']{0,20}")
_COOKIE_END = re.compile(r"[\"'\n\\]|$")
_LONGEST_HEADER = 16_384
_ATTRIBUTES = frozenset(
    """path domain expires max-age samesite lang locale language theme timezone tz consent cookieconsent
    cookie_consent currency country""".split()
)


def read_authorization(text: str, start: int) -> Value | None:
    """Give the credentials of the header value that starts here; its scheme stays readable."""
    found = _AUTHORIZATION.match(text, start)
    if found is None:
        return None
    scheme, credentials = found["scheme"], found["credentials"]
    value = Value(found.start("credentials"), found.end("credentials"), quoted=False)
    if is_placeholder(credentials) or len(credentials) < 4:
        return None
    if scheme is None:
        return None if credentials.isalpha() and len(credentials) < 16 else value
    if scheme.lower() in _SCHEMES:
        return None if credentials.startswith(("realm=", "error=")) else value
    has_digit = any(char.isdigit() for char in credentials)
    return value if (has_digit and len(credentials) >= 6) or looks_random(credentials, least=12) else None


def read_cookies(text: str, start: int) -> tuple[list[Value], int]:
    """Give the value of every cookie in the header value that starts here, and where that ends."""
    start = _COOKIE_LEAD.match(text, start).end()  # type: ignore[union-attr]  # it fits the empty text
    end = _COOKIE_END.search(text, start, start + _LONGEST_HEADER)
    stop = end.start() if end else start + _LONGEST_HEADER
    values = []
    for found in _COOKIE.finditer(text, start, stop):
        name, value = found["name"], found["value"]
        if name.lower() in _ATTRIBUTES or name.startswith(("_ga", "_gid", "_utm")) or is_placeholder(value):
            continue
        if len(value) >= 8 or classify(name) is not None:
            values.append(Value(found.start("value"), found.end("value"), quoted=False))
    return values, stop
