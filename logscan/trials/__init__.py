"""Rules on trial: why a line matches, whether rules keep what their examples promise, what is slow or too broad."""

from logscan.trials.examples import Failure, try_examples
from logscan.trials.explanations import Explanation, Fit, NearMiss, Suspect, Veto, explain_line
from logscan.trials.lints import Problem, lint_rules

__all__ = [
    "Explanation",
    "Failure",
    "Fit",
    "NearMiss",
    "Problem",
    "Suspect",
    "Veto",
    "explain_line",
    "lint_rules",
    "try_examples",
]
