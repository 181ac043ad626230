"""What a start makes of the shipped packs, made beforehand for the wheel; it scans nothing and compiles no database.

Databases hang on the processor: those every machine makes for itself.
"""

from __future__ import annotations

from logscan.caches import Cache, list_written
from logscan.redact.gates import GATE as SECRETS
from logscan.rules import load_rules
from logscan.rules.asides import GATE as ASIDES
from logscan.scanner.writings import list_expressions, list_sieve


def fill_shipment(cache: Cache) -> None:
    """Load what a start with every shipped pack loads, so that the cache keeps it."""
    rules = load_rules(cache=cache)
    for list_what in (list_expressions, list_sieve):
        list_what(rules.rules, cache)
    for writing in (ASIDES, SECRETS):
        list_written(writing, cache)
