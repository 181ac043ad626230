"""`logscan rules`: lists, shows, tests, lints and scores rules; it changes none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from logscan.cli.options import Wishes, common_options, with_wishes
from logscan.cli.streams import print_error, wants_color
from logscan.errors import PackError

if TYPE_CHECKING:
    from logscan.cli.bars import Ticker
    from logscan.model import Rule
    from logscan.rules import RuleSet

Watch = Callable[[Sequence["Rule"]], Iterable["Rule"]]

_PROBLEMS_STATUS = 1
_SUFFIXES = (".yaml", ".yml")

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_paths_argument = click.argument(
    "paths", nargs=-1, metavar="[PATH]...", type=click.Path(exists=True, path_type=Path)
)


@click.group(short_help="List, show, test, lint and score rules.")
def rules() -> None:
    """List, show, test, lint and score rules: the shipped packs', and those of --rules FILE."""


@rules.command("list", short_help="One line for each rule.")
@_json_option
@common_options
@with_wishes
def list_rules(wishes: Wishes, *, as_json: bool) -> int:
    """List the rules in use: id, signal, severity, credential and title."""
    from logscan.cli.rulecards import describe_rule, print_table
    from logscan.reports.jsonl import write_json

    loaded = wishes.load_rules()
    if as_json:
        click.echo(write_json({"rules": [describe_rule(rule) for rule in loaded.rules]}))
    else:
        print_table(loaded.rules, color=wants_color(wishes.color))
    return 0


@rules.command(short_help="Everything about one rule.")
@click.argument("rule_id", metavar="ID")
@_json_option
@common_options
@with_wishes
def show(wishes: Wishes, rule_id: str, *, as_json: bool) -> int:
    """Show everything about one rule: its patterns, examples and runbook."""
    from logscan import app
    from logscan.cli.rulecards import describe_rule, print_card
    from logscan.reports.jsonl import write_json

    settings = wishes.load_settings()
    for mention in settings.rules.tuning.disable:
        if mention.rule == rule_id:
            raise click.UsageError(f"{rule_id}: disabled at {mention.place}; take it out of `disable` there")
    rule = _find_rule(app.load_configured(settings), rule_id)
    if as_json:
        click.echo(write_json(describe_rule(rule, whole=True)))
    else:
        print_card(rule, color=wants_color(wishes.color))
    return 0


@rules.command(short_help="Run every rule's examples.")
@_paths_argument
@common_options
@with_wishes
def test(wishes: Wishes, paths: tuple[Path, ...]) -> int:
    """Run the examples of every rule in the given pattern files and directories, or in the shipped packs.

    Exit status: 0 all hold, 1 problems were found, 2 wrong usage.
    """
    from logscan import app
    from logscan.trials import try_examples

    def try_all(loaded: RuleSet, watch: Watch) -> Iterable[str]:
        for failure in try_examples(loaded.rules, app.open_cache(), watch):
            yield f"{failure.place}: {failure.rule}: {failure.text}"

    return _print_problems(wishes, paths, try_all, "examples hold")


@rules.command(short_help="Warn of slow and too broad patterns.")
@_paths_argument
@common_options
@with_wishes
def lint(wishes: Wishes, paths: tuple[Path, ...]) -> int:
    """Warn of patterns that are slow or too broad, in the given pattern files, or in the shipped packs.

    Looked for are unbounded gaps, a leading '.*', bare numbers, patterns without a word of 3 letters, common
    words alone, repeats of repeats; and each rule is timed on lines that are made to hurt it.

    Exit status: 0 nothing found, 1 problems were found, 2 wrong usage.
    """
    from logscan.trials import lint_rules

    def lint_all(loaded: RuleSet, watch: Watch) -> Iterable[str]:
        for problem in lint_rules(watch(loaded.rules)):
            yield f"{problem.place}: {problem.rule}: {problem.text}"

    return _print_problems(wishes, paths, lint_all, "nothing to complain about")


_share = click.FloatRange(0, 1)


@rules.command(short_help="Hold the rules against labelled lines.")
@click.argument(
    "corpus", metavar="CORPUS.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--min-precision", type=_share, default=0.0, metavar="P", help="Fail below this, such as 0.98.")
@click.option("--min-recall", type=_share, default=0.0, metavar="R", help="Fail below this, such as 0.95.")
@_json_option
@common_options
@with_wishes
def score(wishes: Wishes, corpus: Path, min_precision: float, min_recall: float, *, as_json: bool) -> int:
    """Say how many labelled lines the rules find, and which they miss or take for something else.

    CORPUS.jsonl has one object a line: {"line": "…", "want": "alert", "signal": "expired", "provider": "aws"};
    want is alert, recover or none. A line marked "ambiguous": true is counted apart.

    Exit status: 0 fine, 1 precision or recall of the alerts is below what was asked for, 2 wrong usage.
    """
    from logscan import app
    from logscan.cli.scorecards import describe_score, print_score
    from logscan.reports.jsonl import write_json
    from logscan.trials import read_corpus, score_rules

    lines = read_corpus(corpus)
    scanner = app.build_scanner(wishes.load_rules().rules)
    reached = score_rules(scanner, lines, app.build_redactor(), now=app.now())
    if as_json:
        click.echo(write_json(describe_score(reached)))
    else:
        print_score(reached, color=wants_color(wishes.color), brief=wishes.quiet)
    short = [
        f"{name} is {value:.4f}, below {least:g}"
        for name, value, least in (
            ("precision", reached.alerts.precision, min_precision),
            ("recall", reached.alerts.recall, min_recall),
        )
        if value < least
    ]
    for text in short:
        print_error(text)
    return _PROBLEMS_STATUS if short else 0


def _print_problems(
    wishes: Wishes, paths: tuple[Path, ...], judge: Callable[[RuleSet, Watch], Iterable[str]], praise: str
) -> int:
    """Print problems as they are found; a pack that is refused is a problem, too."""
    from logscan.cli.bars import open_ticker
    from logscan.reports.paint import write_count

    if paths:
        files = (*wishes.rule_files, *_list_files(paths))
        none = Path(os.devnull)  # what is judged stands in the PATHs alone
        wishes = replace(wishes, config_file=none, no_packs=True, packs=(), rule_files=files)
    count = 0
    with open_ticker(wanted=not wishes.quiet) as ticker:
        ticker.show("reading rules")
        try:
            loaded = wishes.load_rules(tuned=False)
        except PackError as error:
            _print_places(error.problems, ticker, wishes)
            return _PROBLEMS_STATUS
        count = _print_places(judge(loaded, partial(ticker.watch, noun="rules")), ticker, wishes)
    if wishes.verbose:
        for pack in loaded.packs:
            print_error(f"{pack.path}: pack {pack.name}, {pack.rules} rules")
    if not wishes.quiet:
        total = f"{write_count(len(loaded.rules), 'rule')} of {write_count(len(loaded.packs), 'pack')}"
        print_error(f"{total}: {write_count(count, 'problem') if count else praise}")
    return _PROBLEMS_STATUS if count else 0


def _print_places(problems: Iterable[str], ticker: Ticker, wishes: Wishes) -> int:
    """Print each with its place in front, and say how many there were."""
    from logscan.normalize import make_visible
    from logscan.reports.paint import paint_place

    count, color = 0, wants_color(wishes.color)
    for problem in problems:
        ticker.hide()
        click.echo(paint_place(make_visible(problem), on=color), color=True)
        count += 1
    return count


def _list_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
        if not inside:
            raise click.UsageError(f"{path}: no pattern file in it; name a directory that holds *.yaml")
        files += inside
    return files


def _find_rule(loaded: RuleSet, rule_id: str) -> Rule:
    from difflib import get_close_matches

    known = {rule.id: rule for rule in loaded.rules}
    if rule_id in known:
        return known[rule_id]
    close = get_close_matches(rule_id, known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "`logscan rules list` names all"
    raise click.UsageError(f"{rule_id}: no such rule; {hint}")
