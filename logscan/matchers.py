"""`credential=…`, `severity>=error`, `source=~…` → what an incident is held against; it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from logscan.errors import ConfigError
from logscan.model import Incident, Severity

_FIELDS = ("credential", "service", "rule", "severity", "source")
_ORDERED = {severity.word: severity for severity in Severity}
_FORM = re.compile(r"\s*([A-Za-z_]+)\s*(=~|!~|!=|>=|<=|=|>|<)\s*(.*)", re.DOTALL)
_PATTERN_SECONDS = 0.05  # whoever wrote it, one match may not hold up everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition; `text` is as it was written."""

    text: str
    field: str
    operator: str
    value: str

    def fits(self, incident: Incident) -> bool:
        """Whether it holds for an incident; a rule or a source fits when any of the incident's does."""
        if self.field == "severity":
            return _compare(incident.severity, self.operator, _ORDERED[self.value])
        values = _list_values(incident, self.field)
        return any(map(self._is_met, values)) is not self.operator.startswith("!")

    def _is_met(self, value: str) -> bool:
        if not self.operator.endswith("~"):
            return value == self.value
        try:
            import regex  # only for patterns: most matchers hold none

            return regex.fullmatch(self.value, value, timeout=_PATTERN_SECONDS) is not None
        except TimeoutError:
            return False


def read_matcher(text: str) -> Matcher:
    """Read one as it is typed; raise ConfigError, without a place, where it is none."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise ConfigError(f"{text!r} is no matcher; write such as credential=meta-access-token")
    field, operator, value = form[1], form[2], form[3].strip().strip("\"'")
    if field not in _FIELDS:
        raise ConfigError(f"{text!r}: no field {field!r}; there are {', '.join(_FIELDS)}")
    if field == "severity":
        if value not in _ORDERED or operator.endswith("~"):
            raise ConfigError(f"{text!r}: write such as severity>=error; there are {', '.join(_ORDERED)}")
    elif operator in {">=", "<=", ">", "<"}:
        raise ConfigError(f"{text!r}: {field} has no order; write = or =~")
    elif operator.endswith("~"):
        _check_pattern(text, value)
    return Matcher(text=text, field=field, operator=operator, value=value)


def fits_all(matchers: Iterable[Matcher], incident: Incident) -> bool:
    """Whether every one holds."""
    return all(matcher.fits(incident) for matcher in matchers)


def _check_pattern(text: str, pattern: str) -> None:
    import regex

    try:
        regex.compile(pattern)
    except regex.error as error:
        raise ConfigError(f"{text!r}: the pattern cannot be read ({error}); mend it or write =") from None


def _compare(left: Severity, operator: str, right: Severity) -> bool:
    match operator:
        case ">=":
            return left >= right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case "<":
            return left < right
        case "!=":
            return left != right
    return left == right


def _list_values(incident: Incident, field: str) -> tuple[str, ...]:
    match field:
        case "credential":
            return (incident.credential,)
        case "service":
            return (incident.service or "",)
        case "rule":
            return incident.rules
    return incident.sources
