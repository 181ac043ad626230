"""logscan finds the log lines which say that a credential expired, was rejected, revoked or renewed.

The rooms, top floor first. Imports point down only, and the rooms of a floor never import each other:

    13  __main__     python -m logscan
    12  cli          the click shell: parse, print, exit code
    12  api          the small Python API: lines in, findings out
    11  app          the composition root: what was asked for → wired objects; knows clock and folders
    11  exports      files for Grafana and Prometheus
    11  demo         the made-up service
    11  runs         one run: live sources, signals, what is printed of what was kept
    11  wraps        runs a program, passes its output on untouched, and feeds a scanner that may fail
     9  pipeline     joins the live stages: threads, back-pressure, the end
     9  scans        joins the stages for reading once: jobs, progress
     9  trials       rules on trial: explain, test, lint, score
     8  config       a configuration file → frozen settings, the rules they ask for, the schema
     8  keeper       owns the state, the one writer: effects and positions at once
     7  blindness    whether a source can be seen
     7  sources      where bytes come from: files, archives, pipes, programs
     7  blocks       a stream → blocks of whole lines; caps line length
     7  scanner      blocks and rules → matches
     7  events       match + record → Event: whose credential, which signal
     7  delivery     outbox → channels: routes, order, retry, rate limit, dead letters
     7  channels     ways to tell people, one file each
     7  incidents    events, verdicts and time → incidents, and what people are told of them
     7  reports      findings as pretty text, jsonl, SARIF, summary
     7  metrics      what Prometheus is told; an observer
     7  web          HTTP: metrics, health, JSON, the status page
     6  rules        pattern packs → rules, and what it means that a rule fits a line
     6  store        the state on disk: positions, what was found, what became of it, what is to be told
     5  normalize    a line as a person would read it
     5  records      the matched line's envelope: message, level, time, service
     5  redact       masks secrets
     4  databases    compiles, keeps and scans Hyperscan databases
     4  times        reads dates
     4  yamlfile     YAML with file:line:column
     4  references   names of secrets → secrets that print as a fingerprint only
     4  lines        counts line ends quickly
     4  matchers     what is typed of an incident → whether it fits
     5  messages     what people are told of a notice, in words
     5  notices      notices and incidents ↔ the JSON that the contract gives
     5  http         the one place that builds an HTTP client
     4  crews        threads that take tasks in turn and give results in order
     3  prefilters   pattern → what Hyperscan is given
     3  caches       files that are quicker to read back than to make again
     2  literals     a pattern's parts → texts that must stand in a line
     2  parts        what a part of a pattern can take
     1  syntax       pattern text → its parts
     1  rarity       how seldom a text stands in logs
     1  model        the nouns
     1  children     other programs: how one is started, ended, and its end put in words
     1  assets       files that ship inside: the status page, the dashboard, rules
     1  frames       what `wrap` and its scanner say to each other
     0  errors       the error tree
     0  doors        a room's names, loaded when they are first asked for

Data flows one way: bytes → Block → Match → Record → Event → Finding. Nothing after Event can hold a secret.

    >>> from logscan import scan_lines
    >>> for finding in scan_lines(["Error validating access token: Session has expired"]):
    ...     print(finding.event.signal, finding.event.credential)
    expired meta-access-token
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logscan.api import load_packs, scan_lines
    from logscan.model import Event, Finding, Rule, Severity, Signal
    from logscan.rules import RuleSet
    from logscan.scanner import Scanner

__version__ = "0.1.0"

_ROOMS = {
    "Event": "model",
    "Finding": "model",
    "Rule": "model",
    "RuleSet": "rules",
    "Scanner": "scanner",
    "Severity": "model",
    "Signal": "model",
    "load_packs": "api",
    "scan_lines": "api",
}

__all__ = ["Event", "Finding", "Rule", "RuleSet", "Scanner", "Severity", "Signal", "load_packs", "scan_lines"]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: `import logscan` alone costs nothing."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'logscan' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"logscan.{_ROOMS[name]}"), name)
