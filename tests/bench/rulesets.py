"""Writes one set of plain rules in the form of each program that is compared; it runs none of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple


class PlainRule(NamedTuple):
    """A pattern that every engine reads alike, and a text it fits."""

    pattern: str
    example: str


IGNORED = "request served in 12 ms"

FORTY = tuple(
    PlainRule(*pair)
    for pair in (
        (
            r"session has expired(?: on [^.]{8,60})?",
            "Session has expired on Wednesday, 18-Jun-25 06:00:00 PDT.",
        ),
        (r"error validating access token", "Error validating access token"),
        (r'"code":\s*190\b', '{"type":"OAuthException","code":190}'),
        (r"code:\s*190\b", "type: 'OAuthException', code: 190,"),
        (r'error_?subcode"?[:=]\s*"?(?:458|459|46[0-8]|49[023])\b', "error_subcode: 463"),
        (r"\(#190\)", "(#190) this request needs another token"),
        (r"the access token could not be decrypted", "The access token could not be decrypted"),
        (r"cannot parse access token", "Invalid OAuth access token - Cannot parse access token"),
        (r"your access token has expired", "Your access token has expired"),
        (r"malformed access token", "Malformed access token"),
        (r"has not authorized application", "the user has not authorized application 77"),
        (
            r"user changed their password or facebook has changed the session",
            "The user changed their password or Facebook has changed the session",
        ),
        (
            r"the session is invalid because the user logged out",
            "The session is invalid because the user logged out",
        ),
        (r"\(#(?:10|200|3|131005)\)[^\n]{0,40}permission", "(#10) the application lacks permission"),
        (r"we were unable to authenticate the app user", "We were unable to authenticate the app user"),
        (
            r"failed to refresh (?:the )?(?:whatsapp )?(?:access )?token",
            "Failed to refresh the WhatsApp token",
        ),
        (r"token (?:has )?expired", "token expired"),
        (r"token (?:will )?expires? in \d+ (?:day|hour|minute)s?", "token expires in 3 days"),
        (r"jwt expired", "JsonWebTokenError: jwt expired"),
        (r"token is expired", "token is expired by 3h12m"),
        (r"tokenexpirederror", "TokenExpiredError"),
        (r"expiredsignatureerror", "jwt.exceptions.ExpiredSignatureError"),
        (r"signature has expired", "Signature has expired"),
        (r"invalid_grant", "error=invalid_grant"),
        (r"invalid_client", "error=invalid_client"),
        (r"refresh token (?:is )?(?:invalid|expired|revoked)", "refresh token revoked"),
        (r"request failed with status code 40[13]\b", "Request failed with status code 401"),
        (r"\b401 client error\b", "401 Client Error: for url"),
        (r"\b403 client error\b", "403 Client Error: for url"),
        (r"httperror: (?:http error )?401", "HTTPError: HTTP Error 401"),
        (r"""status(?:[ _-]?code)?["']?[:= ]+["']?401\b""", "status_code=401"),
        (r"response code:? 401\b", "response code: 401"),
        (r'" 401 \d+', '"GET /v19.0/me HTTP/1.1" 401 178'),
        (r'" 403 \d+', '"GET /v19.0/me HTTP/1.1" 403 178'),
        (
            r'www-authenticate: bearer[^\n]*error="?invalid_token',
            "www-authenticate: Bearer realm=api, error=invalid_token",
        ),
        (r"access token (?:successfully )?refreshed", "access token refreshed"),
        (r"successfully obtained new access token", "Successfully obtained new access token"),
        (r"message sent successfully", "message sent successfully"),
        (r'"messages":\s*\[\{"id":\s*"wamid\.', '{"messages":[{"id":"wamid.HBgL"}]}'),
        (r"refresh token or app id not configured", "Refresh token or app id not configured"),
    )
)

PROVIDERS = (
    "airtable asana auth0 bitbucket box braintree clickup datadog dropbox fastly figma freshdesk hubspot "
    "intercom jira klaviyo linear mailgun mixpanel notion okta pagerduty plaid quickbooks sendgrid sentry "
    "shopify square twilio zendesk"
).split()

TEMPLATES = (
    (r"{0} (?:api )?key (?:is )?(?:invalid|revoked)", "{0} api key is invalid"),
    (r"{0}: token (?:was )?(?:rejected|refused)", "{0}: token was rejected"),
    (r"{0}_auth_(?:error|failed)", "{0}_auth_failed"),
    (r"authentication with {0} failed", "authentication with {0} failed"),
    (r"\b{0} responded (?:with )?401\b", "{0} responded with 401"),
    (r"{0} credentials? expires? in \d+ days?", "{0} credential expires in 4 days"),
    (r"could not renew (?:the )?{0} session", "could not renew the {0} session"),
)


def write_rules(count: int) -> tuple[PlainRule, ...]:
    """The fixed forty first, then as many made from templates and providers' names as are asked for."""
    made = (
        PlainRule(pattern.format(name), example.format(name))
        for pattern, example in TEMPLATES
        for name in PROVIDERS
    )
    return (FORTY + tuple(made))[:count]


def write_pack(rules: tuple[PlainRule, ...]) -> str:
    """A pattern pack for logscan."""
    head = "pack: bench\ntitle: Plain rules\ncredential: bench-token\nspecificity: generic\nrunbook: none\nrules:\n"
    return head + "".join(_write_pack_rule(number, rule) for number, rule in enumerate(rules))


def _write_pack_rule(number: int, rule: PlainRule) -> str:
    # A JSON text is a YAML text, and leaves no doubt about backslashes.
    return (
        f"  - id: bench.rule-{number:03d}\n"
        f"    title: Plain rule {number}\n"
        f"    signal: rejected\n"
        f"    any: [{json.dumps(rule.pattern)}]\n"
        f"    examples: {{match: [{json.dumps(rule.example)}], ignore: [{json.dumps(IGNORED)}]}}\n"
    )


def write_lines(rules: tuple[PlainRule, ...]) -> str:
    """One pattern a line, for ripgrep and the bare loop."""
    return "".join(f"{rule.pattern}\n" for rule in rules)


def write_extended(rules: tuple[PlainRule, ...]) -> str:
    """POSIX extended expressions with GNU's additions, for grep."""
    return "".join(f"{_as_extended(rule.pattern)}\n" for rule in rules)


def _as_extended(pattern: str) -> str:
    return pattern.replace("(?:", "(").replace(r"\d", "[0-9]").replace(r"[^\n]", ".")


def write_mtail(rules: tuple[PlainRule, ...]) -> str:
    """A counter for each rule, as an mtail program."""
    counters = "".join(f"counter rule_{number:03d}\n" for number in range(len(rules)))
    actions = "".join(
        f"/(?i){rule.pattern.replace('/', chr(92) + '/')}/ {{\n  rule_{number:03d}++\n}}\n"
        for number, rule in enumerate(rules)
    )
    return counters + actions


def write_sec(rules: tuple[PlainRule, ...]) -> str:
    """Rules for the Simple Event Correlator; a line goes on to the next rule, as in logscan."""
    return "\n".join(
        f"type=Single\ncontinue=TakeNext\nptype=RegExp\npattern=(?i){rule.pattern}\ndesc=rule {number}\naction=none\n"
        for number, rule in enumerate(rules)
    )


def write_swatchdog(rules: tuple[PlainRule, ...]) -> str:
    """A watchfor for each rule, going on to the next."""
    return "\n".join(
        f"watchfor /{_for_swatchdog(rule.pattern)}/i\n\techo=black\n\tcontinue\n" for rule in rules
    )


def _for_swatchdog(pattern: str) -> str:
    # swatchdog writes the pattern into a Perl program, where `@` and `$` would be variables.
    return re.sub(r"([/@$])", r"\\\1", pattern)


def write_all(rules: tuple[PlainRule, ...], folder: Path) -> dict[str, Path]:
    """Every form in a folder, by the program's name."""
    forms = {
        "logscan": write_pack(rules),
        "ripgrep": write_lines(rules),
        "grep": write_extended(rules),
        "mtail": write_mtail(rules),
        "sec": write_sec(rules),
        "swatchdog": write_swatchdog(rules),
    }
    endings = {"logscan": "yaml", "mtail": "mtail"}
    paths = {name: folder / f"{name}-{len(rules)}.{endings.get(name, 'txt')}" for name in forms}
    for name, path in paths.items():
        path.write_text(forms[name], encoding="utf-8")
    return paths
