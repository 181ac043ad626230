"""Lines that only speak of an error, by kind: what a rule leaves alone under `unless`; it judges no rule.

The words of an error stand in tests, code, commit messages, tickets and questions as well, and in sentences which
say that it did not happen. Every pack would have to say so again; these are asked only of lines that a rule fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from logscan.caches import Writing
from logscan.prefilters import write_prefilter
from logscan.rules.compiling import compile_pattern
from logscan.rules.repairs import RELAPSES, REPAIRS, is_told_as_error
from logscan.syntax import read_pattern

if TYPE_CHECKING:
    from logscan.databases import Database
    from logscan.rules.compiling import Compiled

_HEALED = "healed"
_REACH_BYTES = 2_000  # a long line says many things: only what stands near the error's words counts

_TESTS = (
    r"\b(?:mock(?:ed|s|ing)?|nock|msw|vcr|wiremock|cassettes?|fixtures?|stub(?:bed|s)?)\b",
    r"--- (?:pass|fail)",
    r"^(?:not )?ok \d{1,4} - ",
    r"=== run\b",
    r"(?:✓|✔|✕) (?:should|rejects?|refuses?|returns?|throws?|handles?|shows?|renders?|says|it |when |does|fails?|retries|refreshes|renews|reloads|rotates|logs|keeps|asks)\b",
    r"\bPASS(?:ED)? {1,3}\S{1,100}\.(?:test|spec|js|ts|py|rb|go)\b",
    r"\.(?:test|spec)\.[cm]?[jt]sx?\b",
    r"_(?:test|spec)\.(?:go|rb|py|exs?)\b",
    r"::test_",
    r"\btest_\w+(?:\.py\b|\(|[^\n]{0,60} (?:passed|ok|\.\.\.)(?: |$))",
    r"(?<![/\w.-])(?:tests?|specs?)/",
    r"\bshould (?:throw|fail|reject|return|retry|refuse|raise|detect|handle|be rejected|be refused)\b",
    r"\b(?:it|test|describe|expect)\(['\"]",
)
_CODE = (
    r"\bcatch ?\(",
    r"\bexcept [a-z_.]{3}[\w.]{0,80}(?: as \w{1,20})?:",
    r"\brescue(?:_from)? [a-z]\w{2,60}(?:::\w{1,60})*",
    r"\binstanceof\b",
    r"\bassert(?:s|ed|_\w{1,30}|that|equals?|raises)?\b",
    r"[=!]== ['\"]",
    r"\bcase ['\"]",
    r"^\s{0,80}(?:if|elif|class|import|def|func|raise|throw new) [\w.(!]",
)
_COMMITS = (
    r"(?:^|[\s\"'])(?:feat|fix|chore|docs|refactor|test)(?:\([^)\n]{1,30}\))?!?: (?!https?:)",
    r"\bmerged? (?:pull request|branch)\b",
    r"\bchangelog(?:\.(?:md|txt)\b| entry\b| for\b)|\brelease notes\b",
    r"\bcommit [0-9a-f]{4}",
    r"\bwhat.s new in\b",
)
_TALK = (
    r"\b(?:search(?:ed)?(?: (?:for|query|term))?|query(?: log)?|ticket|comment|chat|faq|article)[\"']?[ :=#]{1,3}(?:\d{1,8}[ :]{1,2})?[\"']",
    r"\b(?:question|transcript|caption|prompt|(?:mail|e-mail|message|ticket) subject)[\"']?[ :=#]{1,3}[\"']",
    r"\b(?:chat|search|ticket|user|customer|visitor|support)s? (?:message|query|said|says|wrote|asks|asked|typed)\b",
    r"\b(?:customer|visitor)s? report(?:s|ed)?\b",
    r"\bq=[\"']",
    r"\b(?:message|sms|mail|reply|post|note) from \S{1,40}: ?[\"']",
    r"\b(?:update|select|insert into|delete from) [^\n]{1,200}? (?:where|set|values)\b[^\n]{0,60}[=(] ?[?$:']",
    r"\b(?:pattern|rule|regex|keyword|signature)s? (?:list|file|set|table|loaded|registered)\b",
    r"\bhow do i\b",
    r"[\"']how to\b",
    r"\b(?:incident|issue|ticket|pull request|commit|article)(?: [\w#-]{1,16})? \"",
    r"\b(?:loaded|added|registered|updated|published|documented) (?:\w{1,12} ){0,2}(?:rules?|patterns?|alerts?|handlers?)\b",
    r"\b(?:loaded|added|registered|updated|published|documented) (?:\w{1,12} ){0,2}(?:translations?|articles?|docs|detectors?)\b",
    r"\b(?:i18n|documented)\b",
    r"^# (?:help|type) ",
    r"_total(?:\{|[\"' ]?[=:])",
)
_AUDIT = (
    r"\b(?:admin\w{0,9}|operator|support|moderator|user \S{1,40}|[\w.+-]{1,40}@[\w-]{1,40}\.[\w.-]{2,40}) (?:has )?"
    r"(?:revoked|deleted|disabled|deactivated|removed)\b"
)
# Tools, people and documents: more than a test or a ticket, so only rules with everyday words ask for it.
_TOLD = (
    r"\b(?:feat|fix|chore|docs|refactor|test)(?:\([^)\n]{1,24}\))?!?: ",
    r"\b(?:changelog|release notes|readme|pr #\d{1,6}|deprecat\w{1,4}|feature[ _-]flags?|i18n|translations?|migrations?|merge[ds]?|pull request)\b",
    r"\b(?:faq|kb article|(?<!kerberos )(?<!service )(?<!krb5 )tickets?\b(?! for \S{1,40}[@/])|commented|wrote(?! (?:the |refreshed|renewed|new|rotated))|asked|search(?:ed)? (?:for|query|term)|alert rule|retention)\b|(?<!(?:connection|self)[ -]test )(?<!check )(?<!verification )(?<!call )(?<!probe )\bpassed\b",
    _AUDIT,
    r"\baudit(?:[ _-](?:log|event|trail))?[\]:]",
    r"\brules?\b[^\n]{0,40}\bmatch\w{0,3}\b|\bmetrics? (?:name|exposed|registered)\b",
    r"\b(?:subject|query|text|question|prompt)[\"']?[=:]",
    r"\bcommit [0-9a-f]{7}|_total\b|(?<!please )\bPASS\b(?! (?:was|is|phrase)\b)|\bexcept \w|\binstanceof\b|\bcatch \(|\bsleeping until\b",
)
_ADDRESS = r"[\"']?[ =:]{1,2}[\"'\[(/]{0,2}\d{1,3}(?:\.\d{1,3}){3}\b"
_CALLER = (
    r"\b(?:inbound|incoming|callers?(?!-identity)(?![\"']? ?[:=] ?[\"']?[\w./@-]{1,80}:\d)|remote_?addr|client_?ip|source_?ip|user_?agent|requests? from|presented (?:an?|by|no)|supplied by|middleware)\b",
    r"\bwith /\d{1,3}\.\d{1,3}|\b(?:returning|responding)(?: with)?(?: an?)?(?: http)? 40[13]\b|\b40[13] (?:was )?returned to\b|[;,] (?:returned|responded)(?: with)?(?: an?)? 40[13]\b",
    r"\b(?:from|client|remote|(?<!egress )(?<!outbound )(?<!our )(?<!own )(?<!server )(?<!public )ip|addr|peer)"
    + _ADDRESS,
    r"\b(?:reject|refus|block)(?:ed|ing) (?:incoming|inbound|client|caller|visitor|login|unsigned)\b",
    r"auth(?:n|z|entication|orization)?[_-]?(?:guard|filter|interceptor|middleware)\b",
    r"\brequests? (?:to|for) /[^\s]{0,80} (?:was |were )?(?:denied|rejected|refused|blocked)\b",
    r"\b(?:denied|rejected|refused|rejecting|refusing|denying|dropped) (?:an? |the )?(?:\w{1,16} )?(?:request|client|caller|upgrade|handshake|visitor)\b",
    r"\b(?:called|requested|hit|tried) /[a-z]|\bfrom consumer\b",
)
_TRIFLES = (
    (
        r"\b(?:session|cookie|csrf|xsrf|otp|reset|verification|activation|confirmation|unsubscribe|invit\w{1,6}|magic|push|device|registration"
        r"|download|share|upload|cache|lock|lease|remember[- ]me|captcha|join|trial|licen[cs]e|coupon|voucher|guest)[ _-](?:\w{1,12}[ _-])?(?:token|link|key|code)s?\b"
    ),
    r"\bsync[ _]?token\b[^\n]{0,80}\bfull (?:re-?)?sync|\bfull (?:re-?)?sync[^\n]{0,60}\bsync[ _]?token\b|\b410\b[^\n]{0,12}gone[^\n]{0,24}sync[ _]?token",
    (
        r"\b(?:sessions?|cookies?|csrf|captcha|otp|mfa|2fa|checkout|cart|browser|sign-?in page|login page|redirect\w{0,6}|dhcp|wi-?fi|lexer"
        r"|token bucket|id[ _]token|cache entry|next[ _-]page|paginat\w{1,4})\b"
    ),
)
_SUPPOSED = (
    (
        r"\b(?:(?:no|0|zero|never|without|any)(?: an?)?(?: \w{1,16}){0,3}|not(?: yet)?(?: been)?|isn.t|hasn.t|aren.t|haven.t) "
        r"(?:expired|revoked|rejected|invalid|expiring|expires?|disabled)\b"
    ),
    (
        r"\b(?:if|whether|until|unless|in case|checking|mock\w{0,4}|fixture|cassette|nock|simulat\w{1,4}|how to|what happens)\b"
        r"[^\n]{0,50}\b(?:expir|invalid|revok|reject|refus|re-?auth|refresh|renew)"
    ),
    r"\btest_\w|\btests?[/:.]|\b(?:describe|spec|raises)\b",
    r"\bshould (?:re(?:fresh|new|ject|fuse)|fail|throw|return|detect|handle|raise|be rejected|be refused)",
)
_PEOPLE = (
    (
        r"(?<!(?:service|system|technical|functional|rfc|db|database|bot|app|api|integration|sync|batch|machine|replication|backup|smtp|bind|cron|mysql|postgres|redis|acl|deploy|s?ftp|ldap|mqtt|rabbitmq|kafka|sql|sap|oracle|etl|report|iam|mongo|role)[ _-])"
        r"(?<!\b(?:acl|redis|mysql|postgres|mqtt|rabbitmq|sftp|kafka|database|mongodb) password for )"
        r"\b(?:users?(?!/)(?! [\"'(]?(?:\w{0,16}(?:svc|bot|etl|load|back|bak|deploy|service|batch|worker|report|ingest|repl|integr|reader|writer)|api|app|sys|job)[\w./-]{0,24}\b)(?! \S{1,40}@\S{1,40} (?:has )?(?:re-?(?:auth|conn|link|cons)|consent|grant|link|connect))|customers?|visitors?|guests?|members?|subscribers?(?!:)|viewers?|listeners?(?! \d)|patients?|students?|shoppers?|players?|applicants?|employees?)"
        r"(?! (?:access )?tokens?\b)(?:\b(?![\"'.]|[- ]agent| name\b|[:=][\"']?(?:svc|service|bot|sync|api|system|deploy|etl|batch|backup|report|worker|app))|_id\b)"
    ),
)
_NAMES = (
    (
        r"\b(?:template|subject|folder|dashboards?|channel|topic|tables?|notices?|notifications?|rows|purged|stored|parsed|counter|rate.?limit|attempts"
        r"|loaded|link|requested|verification|delivered|harvested|section|widget|report|audit|panel|metric|alert|graph|tile|docs?|readme|help|policy"
        r"|handler|0|zero|if|when|whether|unless|would|may be|might|user|users|customer|visitor|students?)\b(?<!(?:for|as|database|db|service|with|name) user)"
    ),
    r"\bno (?:failed|expired|invalid)\b|\bnot (?:yet )?expired",
)
ASIDES: Mapping[str, tuple[str, ...]] = {
    # Tests, code, commit messages, tickets, searches and talk quote what has not happened here.
    "quoted": (*_TESTS, *_CODE, *_COMMITS, *_TALK),
    "told": _TOLD,
    # It did not happen, or only would.
    "negated": (
        r"\b(?:if|when|whether|once|unless|in case) (?:the |an? |your |its )?(?:\w{2,16} ){0,2}(?:token|secret|key|credential|certificate|ticket)s? (?:is|are|has|have|gets?|expires?)\b",
        r"\b(?:if|when|whenever|should) (?:you|we|it|one) (?:see|sees|get|gets|run into|encounter)\b",
        r"\b(?:no|0|zero|without|never)(?: an?| any)? (?:expired|revoked|invalid)\b",
        r"(?<!make sure it has )(?<!make sure that it has )\bnot (?:been |yet been |yet )?(?:expired|revoked)\b",
        r"\b(?:expired|revoked|invalid)[\"']?[ :=]{1,3}(?:false|0|no)\b",
    ),
    "supposed": _SUPPOSED,
    # The same line says that it is over.
    _HEALED: REPAIRS,
    # What reads like a success is not one yet, or failed.
    "undone": (
        (
            r"\b(?:fail\w*|could not|couldn't|cannot|can't|unable|errors?|will be|to be|must be|should be|needs? to|not|refused|rejected|denied|invalid"
            r"|before|(?<!valid )(?<!good )(?<!lasts )until|invalid_grant|trying|attempting|days? ago|next rotation)\b"
        ),
    ),
    # A caller from outside: the credential is theirs. Addresses of one's own network are nobody's in particular.
    "stranger": (
        r"\b(?:from|client(?:_?ip)?|remote[_-]?(?:host|addr|ip)?|rhost|rip|peer(?:name|addr|host)?)[\"']?[ =:]{1,2}[\"'\[(/]{0,2}(?!10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)\d{1,3}(?:\.\d{1,3}){3}\b",
    ),
    # The same for everyday words: whoever called, from wherever.
    "caller": _CALLER,
    "person": _PEOPLE,
    "visitor": (
        r"\b(?:for|of|by|from) (?:user|visitor|customer|member|device|browser|session)\b|\buser_?id\b|\bcookies?\b|\b(?:user|visitor|customer|member) \d+\b",
        r"\blog-?out\b|\b(?:sign|log) in again\b|\blogged? (?:them |him |her |user )?out\b|\bredirect(?:ing|ed)? to\b|\bfrom (?:ip )?\d{1,3}(?:\.\d{1,3}){3}\b",
    ),
    # Tokens and keys with a short life of their own, which are no credentials of a program.
    "trifle": _TRIFLES,
    # Old ones were tidied away.
    "tidied": (
        r"\b(?:remov|prun|purg|delet|clean|sweep|swept|tid[iy]|evict|collect|expung|dropp)\w{0,8}[^\n:;,]{0,30}\b(?:expired|revoked|stale|invalid|old)\b",
        r"\bexpired [^\n]{0,40}\b(?:removed|purged|deleted|pruned|cleaned|swept|evicted)\b",
    ),
    # The words are the name of something: a template, a folder, a panel.
    "named": _NAMES,
}

# What takes an aside back, wherever it stands: a repair that did not help is none.
_TAKEN_BACK: Mapping[str, tuple[str, ...]] = {_HEALED: RELAPSES}


class Aside(NamedTuple):
    """Why a line that has the words of an error only speaks of it."""

    kind: str
    span: tuple[int, int]


class AsideFinder:
    """Looks around the words that made a rule fit; with a gate, 30 times as quickly where there is nothing."""

    def __init__(self, open_gate: Callable[[], Database] | None = None) -> None:
        self._open_gate = open_gate
        self._gate: Database | None = None

    def find(self, kinds: Iterable[str], text: bytes, span: tuple[int, int]) -> Aside | None:
        """The first of these kinds that stands near the words at `span`."""
        start = max(0, span[0] - _REACH_BYTES)
        near = text[start : span[1] + _REACH_BYTES]
        if self._open_gate is not None and self._gate is None:
            self._gate = self._open_gate()  # a second thread may do so, too, which harms nobody
        opened = None if self._gate is None else _ask(self._gate, near)
        if opened is not None and not opened:
            return None
        for kind in kinds:
            if kind == _HEALED and is_told_as_error(text):
                continue
            found = _search(ASIDES[kind], near, opened)
            if found and not _search(_TAKEN_BACK.get(kind, ()), near, opened):
                return Aside(kind, (start + found[0], start + found[1]))
        return None


def _search(patterns: Iterable[str], near: bytes, opened: set[str] | None) -> tuple[int, int] | None:
    """Where the first of these that fits stands; those that the gate did not open cannot."""
    for pattern in patterns:
        if opened is None or pattern in opened:
            found = _compile(pattern).search(near)
            if found:
                return found.span()
    return None


def _ask(gate: Database, near: bytes) -> set[str]:
    """The patterns that may fit; of all the others none need be compiled."""
    found: set[int] = set()

    def note(expression: int, _start: int, _end: int, _flags: int, _context: object) -> None:
        found.add(expression)

    gate.scan(near, note)
    texts = _list_texts()
    return {texts[i] for i in found if i < len(texts)}


def _list_texts() -> list[str]:
    return [text for kinds in (ASIDES, _TAKEN_BACK) for patterns in kinds.values() for text in patterns]


def write_gate() -> list[bytes]:
    """What the engine looks for: where none of it is, there is no aside."""
    expressions = [write_prefilter(read_pattern(text), through_escapes=False) for text in _list_texts()]
    assert all(expressions)
    return [expression for expression in expressions if expression]


GATE = Writing(
    "asides",
    (
        "literals.py",
        "parts.py",
        "prefilters.py",
        "rarity.py",
        "syntax.py",
        "rules/asides.py",
        "rules/repairs.py",
    ),
    write_gate,
)


@cache
def _compile(pattern: str) -> Compiled:
    return compile_pattern(pattern, case_sensitive=False)
