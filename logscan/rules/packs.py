"""A pack's document → its rules with every default filled in; it opens no file and proves no example.

Whatever is wrong is noted with its place and read past, so that one look shows all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from logscan.model import DEFAULT_SEVERITIES, Rule, Severity, Signal, Specificity, Threshold
from logscan.rules.asides import ASIDES
from logscan.rules.entries import Entry, suggest
from logscan.rules.expressions import Expressions, check_pattern, read_expressions
from logscan.rules.sets import Pack
from logscan.rules.words import Words, read_words, refuse_unused
from logscan.yamlfile import Document, Step

_PACK_KEYS = ("pack", "title", "credential", "specificity", "unless", "runbook", "words", "rules")
_RULE_KEYS = (
    "id", "title", "credential", "signal", "severity", "specificity", "any", "all", "none", "unless", "only", "where",
    "keywords", "case_sensitive", "fields", "threshold", "grace", "runbook", "status", "examples",
)  # fmt: skip
_SIGNALS = {signal.value: signal for signal in Signal}
_GOOD_SIGNALS = (Signal.REFRESHED, Signal.ACCEPTED)
_SEVERITIES = {severity.word: severity for severity in Severity}
_SPECIFICITIES = {specificity.word: specificity for specificity in Specificity}
_STATUSES = {"stable": False, "experimental": True}
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CREDENTIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}(?:/(?:[A-Za-z0-9._:/-]|\{[a-z_][a-z0-9_]*\})+)?")
NO_WORDS: Mapping[str, str] = MappingProxyType({})
_TEMPLATE_FIELD = re.compile(r"\{(\w+)\}")


class RuleReading(NamedTuple):
    """What one entry gave, with defaults where it says nothing or nothing of use."""

    rule: Rule
    is_sound: bool  # nothing is wrong with it
    can_be_tried: bool  # nothing is wrong with its examples and what they are held against


class PackReading(NamedTuple):
    """What a document gave."""

    pack: Pack | None
    entries: tuple[RuleReading, ...]
    problems: tuple[str, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules without a problem."""
        return tuple(entry.rule for entry in self.entries if entry.is_sound)


def read_pack(
    document: Document,
    shared: Mapping[str, str] = NO_WORDS,
    *,
    shipped: bool = False,
    proven: bool = False,
) -> PackReading:
    """Read a pack with all its rules and all that is wrong with them; its patterns may name `shared` words.

    Of one that is `proven`, no pattern is tried: neither is it compiled nor is the engine asked.
    """
    problems = list(document.problems)
    if not isinstance(document.value, dict):
        if not problems:
            problems.append(f"{document.name}:1:1: no pack; begin with `pack: name`")
        return PackReading(None, (), tuple(problems))
    entry = Entry(document, (), document.value, problems)
    pack = _read_head(entry, shipped=shipped)
    own = entry.enter("words")
    words = read_words(own, shared, None if proven else _check_words)
    entries = tuple(
        _read_rule(rule_entry, pack, order, words, proven=proven) for order, rule_entry in _list_rules(entry)
    )
    refuse_unused(own, words)
    return PackReading(pack, entries, tuple(problems))


def _check_words(entry: Entry, text: str, *at: Step) -> None:
    compiled = check_pattern(entry, text, *at)
    if compiled is not None and compiled.groups:
        entry.complain("words that capture", "write (?:…) for (…)", *at)


def _read_head(entry: Entry, *, shipped: bool) -> Pack:
    entry.refuse_unknown(_PACK_KEYS)
    name = entry.read_required("pack") or ""
    if name and not _NAME.fullmatch(name):
        entry.complain(f"pack is {name!r}", "write small letters, digits and single hyphens", "pack")
    listed = entry.values.get("rules")
    return Pack(
        name=name,
        title=entry.read_text("title") or name,
        credential=_read_credential(entry) or "",
        specificity=entry.read_word("specificity", _SPECIFICITIES, Specificity.PROVIDER),
        runbook=(entry.read_text("runbook") or "").rstrip(),
        unless=_read_kinds(entry, "unless") or (),
        path=entry.document.name,
        shipped=shipped,
        rules=len(listed) if isinstance(listed, list) else 0,
    )


def _list_rules(entry: Entry) -> list[tuple[int, Entry]]:
    """With the index of each in the document."""
    listed = entry.values.get("rules")
    if not isinstance(listed, list) or not listed:
        at = ("rules",) if "rules" in entry.values else ()
        entry.complain("no rules", "write a list of rules under `rules:`", *at)
        return []
    entries = []
    for i, values in enumerate(listed):
        if isinstance(values, dict):
            entries.append((i, Entry(entry.document, ("rules", i), values, entry.problems)))
        else:
            entry.complain("a rule that is no mapping", "begin it with `id:`", "rules", i)
    return entries


def _read_rule(entry: Entry, pack: Pack, order: int, words: Words, *, proven: bool) -> RuleReading:
    before = len(entry.problems)
    expressions = read_expressions(entry, words, proven=proven)
    where = _read_where(entry)
    match, ignore = _read_examples(entry)
    can_be_tried = len(entry.problems) == before
    entry.refuse_unknown(_RULE_KEYS)
    rule_id = _read_id(entry, pack)
    signal = _read_signal(entry)
    rule = Rule(
        id=rule_id,
        pack=pack.name,
        order=order,
        title=entry.read_required("title") or "",
        credential=_choose_credential(entry, pack, expressions),
        signal=signal,
        severity=entry.read_word("severity", _SEVERITIES, DEFAULT_SEVERITIES[signal]),
        specificity=entry.read_word("specificity", _SPECIFICITIES, pack.specificity),
        any=expressions.any,
        all=expressions.all,
        none=expressions.none,
        unless=_inherit_unless(pack, signal) if (unless := _read_kinds(entry, "unless")) is None else unless,
        only=_read_kinds(entry, "only") or (),
        where=where,
        keywords=expressions.keywords,
        case_sensitive=expressions.case_sensitive,
        fields=expressions.fields,
        threshold=_read_threshold(entry),
        grace=entry.read_duration("grace", timedelta(0)),
        runbook=(entry.read_text("runbook") or pack.runbook).rstrip(),
        experimental=entry.read_word("status", _STATUSES, default=False),
        match=match,
        ignore=ignore,
        words=expressions.words,
        place=entry.document.place(entry.path),
    )
    return RuleReading(rule, len(entry.problems) == before, can_be_tried)


def _read_id(entry: Entry, pack: Pack) -> str:
    rule_id = entry.read_required("id") or ""
    head, dot, tail = rule_id.partition(".")
    if not rule_id or not pack.name:
        return rule_id
    if head != pack.name or not dot:
        entry.complain(
            f"the id {rule_id!r} does not begin with the pack's name", f"write '{pack.name}.…'", "id"
        )
    elif not _NAME.fullmatch(tail):
        entry.complain(
            f"id is {rule_id!r}", f"after '{pack.name}.', write small letters, digits and hyphens", "id"
        )
    return rule_id


def _read_signal(entry: Entry) -> Signal:
    if "signal" not in entry.values:
        entry.complain("no signal", "add `signal:` with one of " + ", ".join(_SIGNALS))
    return entry.read_word("signal", _SIGNALS, Signal.NOTED)


def _read_credential(entry: Entry) -> str | None:
    credential = entry.read_text("credential")
    if credential is not None and not _CREDENTIAL.fullmatch(credential):
        right = "write a name such as 'meta-access-token', then '/{field}' where each has a life of its own"
        entry.complain(f"credential is {credential!r}", right, "credential")
    return credential


def _choose_credential(entry: Entry, pack: Pack, expressions: Expressions) -> str:
    own = _read_credential(entry)
    credential = own or pack.credential
    if not credential:
        entry.complain("no credential", "add `credential: …` to the rule or to the pack")
    at = ("credential",) if own else ()
    for name in _TEMPLATE_FIELD.findall(credential):
        if name not in expressions.captures:
            right = f"capture it: (?P<{name}>…), or `fields: {{{name}: …}}`"
            entry.complain(f"credential names the field {name!r}, which nothing captures", right, *at)
    return credential


def _read_kinds(entry: Entry, key: str) -> tuple[str, ...] | None:
    """Kinds of lines. None where nothing is said; an empty list takes back what the pack says."""
    if entry.values.get(key) == []:
        return ()
    if key not in entry.values:
        return None
    kinds = entry.read_texts(key)
    for i, kind in enumerate(kinds):
        if kind not in ASIDES:
            at = (key, i) if isinstance(entry.values[key], list) else (key,)
            entry.complain(f"{key} {kind!r}", suggest(kind, ASIDES), *at)
    return tuple(kind for kind in kinds if kind in ASIDES)


def _inherit_unless(pack: Pack, signal: Signal) -> tuple[str, ...]:
    """What the pack says; a line which says that an error is over is just what a good signal looks for."""
    return tuple(kind for kind in pack.unless if kind != "healed" or signal not in _GOOD_SIGNALS)


def _read_where(entry: Entry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    where = entry.enter("where")
    if where is None:
        return ()
    return tuple((name, where.read_texts(name)) for name in where.values)


def _read_threshold(entry: Entry) -> Threshold:
    threshold = entry.enter("threshold")
    if threshold is None:
        return Threshold()
    threshold.refuse_unknown(("count", "within"))
    within = threshold.read_duration("within", Threshold().within)
    if not within:
        threshold.complain("within is nothing", "write a time such as 5m", "within")
    return Threshold(count=threshold.read_count("count", 1), within=within)


def _read_examples(entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    examples = entry.enter("examples")
    if examples is None:
        if not isinstance(entry.values.get("examples"), dict | list | str):
            entry.complain(
                "no examples", "add `examples:` with `match:` and `ignore:`, one line each at least"
            )
        return (), ()
    examples.refuse_unknown(("match", "ignore"))
    for kind, wanted in (("match", "that the rule must fit"), ("ignore", "that it must not fit")):
        if kind not in examples.values:
            examples.complain(f"no {kind} example", f"add `{kind}: ['…']` with a line {wanted}")
    return examples.read_texts("match"), examples.read_texts("ignore")
