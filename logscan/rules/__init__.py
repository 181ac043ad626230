"""Pattern packs → rules, and what it means that a rule fits a line; it scans nothing and names no winner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.rules.loading import list_shipped, load_rules, shipped_folder
    from logscan.rules.matching import Judgement, Reason, RuleMatcher, judge, where_holds
    from logscan.rules.sets import Pack, RuleSet
    from logscan.rules.words import fold_words

__all__ = [
    "Judgement",
    "Pack",
    "Reason",
    "RuleMatcher",
    "RuleSet",
    "fold_words",
    "judge",
    "list_shipped",
    "load_rules",
    "shipped_folder",
    "where_holds",
]

__getattr__ = open_door(
    __name__,
    {
        "loading": "list_shipped load_rules shipped_folder",
        "matching": "Judgement Reason RuleMatcher judge where_holds",
        "sets": "Pack RuleSet",
        "words": "fold_words",
    },
)
