"""Names of settings, headers and fields → what kind of secret their value is; it never sees the value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from logscan.redact.values import Policy


class Key(NamedTuple):
    """What a key says about its value."""

    kind: str
    policy: Policy


_OF_KEYS = (
    "api|access|account|private|secret|shared|signing|encryption|master|subscription|auth|admin|service|storage|host"
    "|app|client|license|integration|webhook|session|routing|deploy|publish|consumer|crypt|hmac|function|ssh|server|jwt"
)
_LONG = (
    rf"(?:token|secret|passw|passphrase|passcode|pwd|(?:{_OF_KEYS})[_. -]?key|sess|cookie|authorization|credential|jwt"
    r"|bearer|proof|signature|assertion|verifier|(?:auth|authorization|device|verification|otp|mfa|sms|login)[_ -]?code)"
    r"[a-z0-9_.-]{0,24}"
)
_SHORT = r"(?:\b|_|user|new|old)(?:pin|t?otp|cvv|cvc|pass|pw|psk|auth|sid|sig|creds?|connect\.sid)[0-9]{0,2}"
# Ends just after the delimiter: a sign of assignment, or the end of an XML tag.
ASSIGNED = rf"(?:{_LONG}|{_SHORT}|[?&](?:code|key)|;code)[\\\"'`\]]{{0,8}}[ \t]{{0,3}}[:=>]"
# Ends 16 characters into a value that only a blank, or the comma of a list, separates from its key.
BESIDE = (
    r"(?:token|secret|password|passwd|passphrase|apikey|(?:api|access|secret|account|private)[_ -]key|x-[a-z-]{1,20}key)s?"
    r"(?:(?: is)?[ \t+]{1,3}[\\\"'`(<]{0,3}|\\{0,3}[\"'],? ?,? ?\\{0,3}[\"'])[A-Za-z0-9+/_.=~|-]{16}"
)
BESIDE_LENGTH = 16
# Ends one character into the value of a command-line option.
OPTION = r"(?:^|[ \t+\"'])--?[a-z-]{0,20}(?:token|secret|password|passwd|pass|pwd|api-?key)[ \t+]{1,2}[^\s+-]"

WINDOW = 96
_KEY_CHARS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$-"
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", re.ASCII)

_AFTER = frozenset(  # `token_type`: a key about the secret, not the secret
    """type types count counts name names expires expire expiry expired expiration exp ttl age at in on limit limits url
    urls uri endpoint endpoints id ids length len size status state valid validity invalid error errors message msg reason
    created issued updated refreshed rotated changed revoked date time timestamp until usage used uses path file filename
    dir ref refs version source method methods mode policy rule rules format field header param parameter hint strength
    manager provider service issuer scope scopes remaining budget per prefix suffix index position class required enabled
    disabled exists present missing algorithm alg variable label description title namespace arn store backend engine
    lifetime seconds ms days min max number num total is left cost price event events handler callback request response
    resolver validator validation parser generator factory verification check retry attempts attempt interval window
    cache hit miss info data""".split()
)
_BEFORE = frozenset(  # `max_token`, `next_page_token`
    """max min num total count page next continuation pagination cancel cancellation has is no missing cached reasoning
    public unexpected partition stop per used remaining avg sort cursor""".split()
)
_PASSWORDS = ("password", "passwd", "passphrase", "passcode", "pwd", "passwort")
_SHORT_KEYS = {
    "pass": Key("password", Policy.ANY),
    "pw": Key("password", Policy.ANY),
    "psk": Key("password", Policy.ANY),
    "pin": Key("pin", Policy.DIGITS),
    "otp": Key("pin", Policy.DIGITS),
    "totp": Key("pin", Policy.DIGITS),
    "cvv": Key("pin", Policy.DIGITS),
    "cvc": Key("pin", Policy.DIGITS),
    "auth": Key("token", Policy.RANDOM),
    "cred": Key("token", Policy.RANDOM),
    "creds": Key("token", Policy.RANDOM),
    "sid": Key("session", Policy.RANDOM),
    "sig": Key("signature", Policy.RANDOM),
    "proof": Key("token", Policy.TOKEN),
    "jwt": Key("token", Policy.TOKEN),
    "bearer": Key("token", Policy.TOKEN),
    "assertion": Key("token", Policy.RANDOM),
    "verifier": Key("token", Policy.RANDOM),
    "session": Key("session", Policy.RANDOM),
    "sess": Key("session", Policy.RANDOM),
    "signature": Key("signature", Policy.RANDOM),
    "credential": Key("token", Policy.RANDOM),
    "credentials": Key("token", Policy.RANDOM),
    "authorization": Key("authorization", Policy.HEADER),
    "cookie": Key("cookie", Policy.COOKIE),
    "cookies": Key("cookie", Policy.COOKIE),
}
_KEY_OWNERS = frozenset(_OF_KEYS.split("|"))
_CODE_OWNERS = frozenset(("auth", "authorization", "device", "verification", "otp", "mfa", "sms", "login"))
_SESSION_IDS = ("sessid", "sessionid")


def read_key(text: str, end: int) -> Key | None:
    """Classify the key whose delimiter ends at `end`; None for a key that holds no secret."""
    head = text[max(0, end - WINDOW) : end - 1].rstrip(" \t").rstrip("\\\"'`]")
    name = head[len(head.rstrip(_KEY_CHARS)) :]
    before = head[: len(head) - len(name)]
    if text[end - 1] == ">" and not before.endswith("<"):
        return None
    if before.endswith(("?", "&", ";")) and name.lower() in ("code", "key"):
        return Key("oauth-code" if name.lower() == "code" else "api-key", Policy.RANDOM)
    if name == "PASS" and text[end - 1] == ":":  # the verdict of a test run
        return None
    if name.lower() in {"key", "keys", "code"}:
        words = before[-20:].split()
        name = f"{words[-1]}_{name}" if words else name
    return classify(name)


@lru_cache(maxsize=4096)
def classify(name: str) -> Key | None:
    """Tell what a key of this name holds."""
    parts = [part.lower() for part in _PARTS.findall(name)]
    for i in range(len(parts) - 1, -1, -1):
        key = _read_part(parts, i)
        if key is None:
            continue
        after, before = parts[i + 1 :], parts[max(0, i - 2) : i]
        if _AFTER.intersection(after) or _BEFORE.intersection(before):
            return None
        return key
    return None


def _read_part(parts: list[str], i: int) -> Key | None:
    part, previous = parts[i], parts[i - 1] if i else ""
    if part in _SHORT_KEYS:
        return _read_session(parts, i) or _SHORT_KEYS[part]
    if part.endswith(_PASSWORDS) or part.endswith(tuple(word + "s" for word in _PASSWORDS)):
        return Key("password", Policy.ANY)
    if part.endswith(("secret", "secrets")):
        return Key("secret", Policy.ANY)
    if part.endswith(("token", "tokens")):
        return Key("token", Policy.TOKEN)
    if part in ("key", "keys") and previous in _KEY_OWNERS - {"routing", "session", "function"}:
        return Key("api-key", Policy.TOKEN)
    if part in ("key", "keys") and previous in _KEY_OWNERS:
        return Key("api-key", Policy.RANDOM)
    if part.endswith(("apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authkey")):
        return Key("api-key", Policy.TOKEN)
    if part == "code" and previous in _CODE_OWNERS:
        return Key("oauth-code", Policy.DIGITS)
    if part.endswith(_SESSION_IDS):
        return Key("session", Policy.RANDOM)
    return None


def _read_session(parts: list[str], i: int) -> Key | None:
    """`session_id` is a session's secret although `id` makes other keys harmless."""
    if parts[i] in ("session", "sess") and parts[i + 1 :] == ["id"]:
        del parts[i + 1 :]
        return Key("session", Policy.RANDOM)
    return None
