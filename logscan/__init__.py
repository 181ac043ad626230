"""logscan finds the log lines which say that a credential expired, was rejected, revoked or renewed.

The rooms, top floor first. Imports point down only, and the rooms of a floor never import each other:

    12  __main__     python -m logscan
    11  cli          the click shell: parse, print, exit code
    11  api          the small Python API: lines in, findings out
    10  app          the composition root: what was asked for → wired objects; knows clock and folders
    10  demo         the made-up service
     8  scans        joins the stages for reading once: jobs, progress
     8  trials       rules on trial: explain, test, lint
     6  sources      where bytes come from: files, archives, pipes
     6  blocks       a stream → blocks of whole lines; caps line length
     6  scanner      blocks and rules → matches
     6  events       match + record → Event: whose credential, which signal
     6  reports      findings as pretty text, jsonl, SARIF, summary
     5  rules        pattern packs → rules, and what it means that a rule fits a line
     4  normalize    a line as a person would read it
     4  records      the matched line's envelope: message, level, time, service
     4  redact       masks secrets
     3  databases    compiles, keeps and scans Hyperscan databases
     3  times        reads dates
     3  yamlfile     YAML with file:line:column
     3  lines        counts line ends quickly
     3  crews        threads that take tasks in turn and give results in order
     2  prefilters   pattern → what Hyperscan is given
     2  caches       files that are quicker to read back than to make again
     1  syntax       pattern text → its parts
     1  model        the nouns
     0  errors       the error tree

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
