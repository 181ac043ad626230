"""Pattern packs → rules, and what it means that a rule fits a line; it scans nothing and names no winner."""

from logscan.rules.loading import list_shipped, load_rules, shipped_folder
from logscan.rules.matching import Judgement, Reason, RuleMatcher, judge, where_holds
from logscan.rules.sets import Pack, RuleSet

__all__ = [
    "Judgement",
    "Pack",
    "Reason",
    "RuleMatcher",
    "RuleSet",
    "judge",
    "list_shipped",
    "load_rules",
    "shipped_folder",
    "where_holds",
]
