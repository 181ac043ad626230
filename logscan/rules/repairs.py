"""How a line says that its error is over, and how it says that it is not; it judges no rule.

Order and negation tell: `connected after ACCESS_REFUSED` is a repair, `connected, then ACCESS_REFUSED` is none.
Asked only of lines that a rule fits, so that an error's own words need not be proven again.
"""

from __future__ import annotations

import re

# The level that a line's own head or fields give it, not one that it speaks of.
_AS_ERROR = re.compile(
    rb"^(?:(?!INFO|NOTICE|WARN|DEBUG|\b[IW]\d{4} )[^\n]){0,80}?(?<![\w\"'(=:] )(?<![\w\"'(=.])"
    rb"(?:ERROR|FATAL|CRITICAL|CRIT|SEVERE|EMERG|PANIC)\b|^[EF]\d{4} "
    rb"|(?:level|severity|levelname|lvl)\W{1,4}(?:error|err|fatal|critical|crit|panic|50\b|60\b)"
)
_ERROR = (
    r"(?:\be?40[13]s?\b|unauth|forbid|expired|invalid|refus|reject|revo[ck]|denied|fail|error|fault|exception"
    r"|not allowed|not authori|bad credential|bad_credential|wrong|lapsed|required|locked|noauth|backoff|disconnected|(?:had|was) (?:ended|stale|over))"
)
_FALSE = r"[\"']?[=:] ?[\"']?(?:false|0|no)\b"
_WORKS = (
    r"(?<!not )(?<!n.t )(?<!never )(?<!no )\b(?:ok(?!"
    + _FALSE
    + r")|okay|20[0-4]|rc=0|succe\w{2,9}|works?|worked|working|pass(?:ed|es)|green|healthy|(?:re-?)?connected"
    r"|(?:re-?)?authenticated|(?:re-?)?authori[sz]ed|(?:logged|signed|let) in|accept(?:s|ed|ing)|valid(?!"
    + _FALSE
    + r")|fine|resum(?:ed|es|ing)"
    r"|(?:is|are|came|comes|now) (?:back|up)(?! (?:in|to|off|against)\b)|back (?:up|online)|online|recovered|restored|granted|(?:re-?)?established|registered|completed|re-?linked|continu(?:es|ed|ing))\b"
)
_ANEW = (
    r"(?:new|fresh|another|replacement|renewed|rotated|backup) (?:[\w.-]{1,20} ){0,2}?"
    r"(?:one|tokens?|session|credentials?|creds|key|jwt|login|secret|password|pat|cert\w{0,8}|bearer|ticket|grant|consent)\b"
)
_RENEWED = (
    r"(?:re-?freshed|renewed|replaced|rotated|swapped|re-?issued|re-?minted|re-?authenticated|re-?authori[sz]ed|re-?logged in"
    r"|re-?connected|re-?linked|regenerated|re-?read|re-?loaded|re-?login|logged in again)"
)
_GONE = r"(?:gone|cleared|solved|resolved|healed|lifted|fixed|disappeared|auto-?closed|history)"
_UNMADE = r"(?<!be )(?<!not )(?<!until )(?<!when )(?<!once )(?<!if )(?<!unless )(?<!cannot )(?<!get )"
_BREAK = r"(?:[;,.:(-]|->|=>|→|\band\b|\bthen\b|\bso\b)"

REPAIRS = (
    # It works, and what was wrong is named as something of the past.
    _WORKS + r"[^\n;]{0,60}? (?:after|following|despite)\b [\"']?(?:[\w.'-]{1,16} ){0,4}?[\"'(]?\w{0,16}" + _ERROR,
    _WORKS
    + r"[^\n(\[]{0,60}?[(\[] ?(?:it |this |that |which |we )?(?:was|were|had|had been|previous(?:ly)?|earlier|before|formerly|prior|last|no since|not since|after)\b"
    r"[^\n)]{0,40}?" + _ERROR,
    _WORKS
    + r"[^\n]{0,60}?(?:[,;-] ?|\. )(?:it |this |that |the )?(?:was failing|had failed|had been|previous(?:ly)?|earlier|formerly|until then|before that)\b"
    r"[^\n)]{0,40}?" + _ERROR,
    _WORKS + r"[^\n(]{0,40}?\((?:failed|failing|refused|rejected|errors?) (?:\d{1,4}|for|since|before|until)\b",
    _WORKS + r"[^\n(]{0,40}?\([^\n()]{1,40} (?:before|earlier|previously|until then)\)",
    (r"\b(?:ok|okay|works|working|valid|accepted|authenticated|authori[sz]ed|logged in|connected|possible|healthy|succeeds|passes|green|up|200)"
    r" (?:again|once more|anew)\b(?! (?:expired|invalid|reject|refus|fail))"),
    r"\bback to (?:healthy|normal|ok|green)\b|\bback in business\b",
    # The error is said to be gone, or not to come any more.
    _ERROR + r"[^\n;,:]{0,36}? " + _UNMADE + _GONE + r"\b",
    _ERROR
    + r"[\"')]{0,2}[^\n;,:]{0,16}? (?:(?:is|are|was|were) (?:over|past)\b(?! (?:quota|limit|the|its|due))|no longer (?:seen|returned|occur|show|appear|thrown|raised|happen)"
    r"|no more(?:[.,;)\"']|$)|did(?: not|n.t) (?:recur|reappear|come back)|(?:not|last) seen (?:for|since|any ?more|\d))",
    (r"(?:\b40[13]s?|\berrors?|\bfailures?|\brejections?|\brefusals?|\bexceptions?|_failed|_refused|_denied|\bnot allowed|\bdenied|\bunauthori[sz]ed)[\"']? "
    r"(?:has |have )?(?:stopped|ended|ceased)(?: (?:appearing|at|after|since|with)|[.,;)\"']|$)"),
    (r"\b(?:no longer|not any ?more|stopped|ceased|quit) (?:to )?(?:being )?(?:reject|refus|den(?:y|ie)|unauth|expired|locked|blocked|fail|revoked"
    r"|(?:return|answer|respond|giv|send|get|see|rais|throw)\w{0,4} (?:with )?(?:an? )?[\"']?(?:40[13]|unauth|invalid))"),
    r"\bno (?:more|further) [\"'(]?(?:[\w.-]{1,20} ){0,2}?[\"'(]?" + _ERROR + r"|\bis out of \w{2,30}_required\b",
    _ERROR + r"[^\n]{0,60}?\b(?:now|finally|meanwhile|afterwards) (?:\w{1,12} ){0,2}?(?:connected|ok|works|accepted|authenticated|logged in|in again|200|succeeded)\b",
    # A state or an answer before, and the one now.
    r"\b(?:prev(?:ious)?|old|former|earlier)_?(?:error|state|status|result|answer|reply|code|outcome)?[\"']?[=:] ?[\"']?" + _ERROR,
    (r"\b(?:unauthori[sz]ed|expired|invalid|\w{0,12}fail(?:ed|ing|ure)?|critical|down|unhealthy|(?:auth_?)?error|disconnected"
    r"|not ok|bad|false|\w{2,20}_required)[\"')]{0,2},? ?(?:->|=>|→|\bto\b|[\"']?to[\"']?:) ?[\"'(]?"
    r"(?:connected|ok|active|valid|authenticated|authori[sz]ed|healthy|true|up|good|success|linked|enabled)\b"),
    r"\b(?:revoked|refused|rejected|denied)[\"')]{0,2} ?(?:->|=>|→) ?[\"'(]?(?:connected|ok|active|valid|authenticated|authori[sz]ed|accepted)\b",
    r"\b(?:is|are) (?:up|ok|healthy|online|back|green)\b[^\n]{0,80}\b(?:was|were|had been) (?:down|critical|failing|unhealthy|broken|red)\b",
    r"\[resolved\]|\bstatus[\"']?[=:] ?[\"']?(?:resolved|recovered)\b|\b(?:incident|(?<!tls )(?<!ssl )alert|alarm)\b[^\n,;]{0,80} (?:(?:was |has been |is )?(?:auto-?)?(?:resolved|cleared|recovered)|(?:was|has been|is|got|auto-?) ?closed)\b",
    r"\b(?:" + _RENEWED[3:-1] + r"|valid|ok|succeeded|updated)\b[^\n]{0,24}\b(?:0|no|zero|none) (?:failed|failures?|errors?|rejected|refused)\b",
    # It was wrong, and another credential was got, or a further try went well.
    _ERROR + r"[^\n]{0,40}?" + _BREAK + r" ?(?:[\w'-]{1,16} ){0,3}?(?:obtained|got|fetched|acquired|received|minted|issued|using|switched to|took|loaded|installed|retrieved|gave|brought)"
    r" (?:an? |the )?" + _ANEW,
    _ERROR
    + r"[^\n]{0,40}?"
    + _BREAK
    + r" ?(?:[\w'-]{1,16} ){0,2}?"
    + _RENEWED
    + r"\b(?: (?:it|them|automatically|silently))?"
    + r"(?:[^\n]{0,60}?\b(?:ok|worked|succe\w{2,9}|200|passed|continu\w{1,3}|resum\w{1,3}|replayed|valid|fine|connected|authenticated|done)\b|[.,;)]|$)",
    _ERROR
    + r"[^\n]{0,40}?"
    + _BREAK
    + r" ?(?:an? |the )?"
    + _ANEW
    + r" (?:was |has been |is )?(?:obtained|fetched|acquired|received|minted|issued|installed|loaded|in use|in place)\b",
    r"\b(?:refused|rejected|denied|failed|failures)_before[\"']?[:=] ?\d",
    r"\b(?:second|2nd|third|3rd|fourth|next|last|new|another) (?:try|attempt)\b[^\n]{0,16}\b(?:ok|succeeded|worked|passed|went through|successful)\b",
    r"\b(?:ok|succe\w{2,9}|worked|accepted|passed|authenticated) (?:on|at|with|in) (?:the |a )?(?:\w{1,10} ){0,2}(?:retry|attempt|try)\b",
    r"\b(?:retry|retried|replay|replayed|re-?run|re-?sent)\b[^\n]{0,30}?(?:\b(?:ok(?!" + _FALSE + r")|succeeded|worked|passed|completed|successful)\b|(?:[:,>]|→) ?200\b(?! (?!ok\b|after\b|again\b|now\b)[a-z]))",
    r"\bswitched (?:over )?from (?:the )?(?:\w{1,16} )?(?:revoked|expired|rejected|dead|invalid)\b[^\n]{0,40} to\b|\bgot rid of the (?:expired|revoked|old|invalid)\b",
    r"\b(?:refreshed|renewed|re-?authenticated|new token|new session)\b[^\n]{0,60}\b(?:retried|succe\w{1,12}|ok|200)\b",
    r"\b(?:re-?established|re-?obtained|re-?authenticated|recovered|restored|refreshed|renewed) (?:\w{1,16} ){0,3}after\b",
    r"\b(?:re-?obtained|re-?issued|renewed|refreshed|back)\b[^\n]{0,60}\b(?:cleared|resolved|is gone|are gone)\b",
    r"\b(?:fresh|new|another) (?:\w{1,12} ){0,2}(?:bearer|token|session|login|jwt|credentials?|one)\b[^\n]{0,60}\b(?:completed|worked|ok|succe\w{1,9}|all \d{1,6}|20[0-4])\b",
    r"\brefresh\w{0,5}\W{0,4}(?:worked|ok|succeeded)\b|\b(?:minted|issued|fetched|obtained) again\b|\breplaced (?:the |an? |our )?expired\b",
    r"\b(?:re-?log-?in|log-?in again|re-?auth\w{0,12})\b[^\n]{0,40}?(?:->|=>|→|[,:;]|\bwas|\band) ?[^\n]{0,24}?\b(?:ok|done|succe\w{1,9}|worked|completed|200)\b",
    r"\bgone (?:since|after|now)\b|\bfixed by itself\b|\bprev(?:ious)?_?error[\"']?[:=]|\brecovered from\b|\bfailed earlier\b|\bis ok \(was\b|\*\* recovery\b|\bresolved\]|(?:(?<!\w )|\b(?:info|notice|warn|warning|status|incident|alert) )resolved: |\balert resolved\b|\b(?:replaced|renewed|rotated|refreshed|re-?issued) after\b",
    r"\((?:previous|earlier) (?:attempts?|tries|errors?)\b|\bearlier attempts? failed\b|\bsucceeded on attempt\b|(?:->|=>|→) (?:refreshed|renewed|re-?login|logged in again) (?:->|=>|→)|\blogged in again and\b",
    r"\bsolved\b|\bstreak (?:is |was |has )?(?:ended|over|broken)\b|exception (?:is |was )?(?:cleared|gone)\b|\bis out of \w{1,30}_required\b",
)  # fmt: skip

# However much of a repair was told before: it did not help, or is yet to be made.
RELAPSES = (
    r"\bstill\b(?! (?:valid|good|works|ok))",
    r"\b(?:but|however|yet)\b(?! (?:now )?(?:it )?(?:was |is )?(?:renewed|refreshed|worked|works|recovered|ok|succeeded|replaced))",
    r"(?:\b40[13]|unauthori[sz]ed|refused|rejected|denied|failed|expired|invalid\w{0,16}|revoked)[\"')]{0,2} (?:again|too|as well|also|anyway|nevertheless|straight away|once more)\b",
    (r"\b(?:again|also|then|now|next (?:call|request)|immediately)[ :,]{1,2}(?:\w{1,10} ){0,3}?[\"']?(?:http )?"
    r"(?:40[13]\b|unauthori[sz]ed|refused|rejected|denied|fail(?:ed|s|ing)|expired|invalid\b|revoked|access_refused|access denied)"),
    r"\b(?:giv(?:ing|es?|en) up|gave up|in vain|did(?: not|n.t) help|no luck|without success|to no avail|not recovered|no use)\b",
    r"\b(?:could(?: not|n.t)|cannot|can.t|failed to|unable to|not able to|did(?: not|n.t)) (?:be )?(?:re(?!cur|appear)|obtain|get|fetch|acquire|log|sign|auth|connect|mint|extend|exchange)",
    r"\b(?:refresh|renewal|re-?login|retry|rotation|re-?auth\w{0,12}|re-?try|fallback|new (?:token|key|password|secret)|renewed token)\b[^\n;,]{0,16}? (?:failed|refused|rejected|denied|unsuccessful|impossible)\b",
    r"(?:->|=>|→|\bto\b) ?[\"'(]?(?:expired|invalid|failed|failing|rejected|revoked|unauthori[sz]ed|critical|down|unhealthy|disconnected|auth_?(?:failed|error))\b",
    r"\b(?:not|never|last|must be|should be|needs? to be|has to be|have to be|to be|can be|cannot be|will be|would be|being|before it (?:is|was)) (?:been |successfully |yet )?" + _RENEWED,
    r"\b(?:no|not|never|none|nobody|nothing|n.t) (?:[\w-]{1,16} ){1,2}?(?:accepted|authenticated|authori[sz]ed|connected|valid|logged in|ok|works?|sent|delivered|completed)\b[^\n;]{0,30} (?:after|following|despite|since)\b",
    r"\b(?:until|unless)\b(?! (?:\d|then|tomorrow|mid|next|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    r"\b(?:please|must|retrying in|retrying after|will retry|try again|needs? (?:to|an?|new|re)|(?:is|are) required)\b",
    r"\[(?:error|fatal|crit)\]",
)  # fmt: skip


def is_told_as_error(text: bytes) -> bool:
    """True for a line at level error or worse: none such tells of a repair, whatever its words."""
    return _AS_ERROR.search(text) is not None
