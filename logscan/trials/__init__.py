"""Rules on trial: explain, examples, lint and score; it changes no rule."""

from logscan.trials.corpora import LabelledLine, Want, read_corpus
from logscan.trials.examples import Failure, try_examples
from logscan.trials.explanations import Explanation, Fit, NearMiss, Suspect, Veto, explain_line
from logscan.trials.lints import Problem, lint_rules
from logscan.trials.scores import Fault, Mistake, Score, Tally, score_rules

__all__ = [
    "Explanation",
    "Failure",
    "Fault",
    "Fit",
    "LabelledLine",
    "Mistake",
    "NearMiss",
    "Problem",
    "Score",
    "Suspect",
    "Tally",
    "Veto",
    "Want",
    "explain_line",
    "lint_rules",
    "read_corpus",
    "score_rules",
    "try_examples",
]
