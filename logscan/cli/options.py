"""Options that several commands share, before or after the command's name; it reads no file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logscan.cli.streams import print_error

if TYPE_CHECKING:
    from logscan.config import Settings
    from logscan.rules import RuleSet

Command = Callable[..., Any]  # click's own decorators promise no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was typed of the shared options."""

    color: str = "auto"
    config_file: Path | None = None
    packs: tuple[str, ...] = ()
    no_packs: bool = False
    rule_files: tuple[Path, ...] = ()
    verbose: bool = False
    quiet: bool = False

    def load_settings(self) -> Settings:
        """The configuration, with what was typed on top of it; raise ConfigError."""
        from logscan import app
        from logscan.errors import ConfigError

        if self.no_packs and self.packs:
            raise ConfigError("--no-packs and --pack contradict each other; leave one of them out")
        settings = app.load_settings(self.config_file)
        if self.verbose and settings.path is not None:
            print_error(f"configuration: {settings.path}")
        packs = () if self.no_packs else self.packs or None
        rules = settings.rules.choose(packs, self.rule_files)
        if self.no_packs and not rules.files:
            raise ConfigError("no rules to look for; give --rules FILE or leave --no-packs out")
        return replace(settings, rules=rules)

    def load_rules(self, *, tuned: bool = True) -> RuleSet:
        """Load the rules that were asked for, tuned or as their packs have them; raise ConfigError."""
        from logscan import app

        return app.load_configured(self.load_settings(), tuned=tuned)


def color_option(command: Command) -> Command:
    """`--color`."""
    return click.option(
        "--color",
        type=click.Choice(("auto", "always", "never")),
        help="Colour the output; auto: on a terminal, unless NO_COLOR is set.",
    )(command)


def config_option(command: Command) -> Command:
    """`--config`."""
    return click.option(
        "-c",
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Use this configuration. Default: $LOGSCAN_CONFIG, ./logscan.yaml, or ./config.yaml with `logscan: 1` in it.",
    )(command)


def rule_options(command: Command) -> Command:
    """Which rules to use."""
    command = click.option(
        "--rules",
        "rule_files",
        metavar="FILE",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Use the rules of this pattern file, too; repeatable.",
    )(command)
    command = click.option(
        "--no-packs", is_flag=True, default=None, help="Use none of the shipped packs, only files of rules."
    )(command)
    command = click.option(
        "--pack",
        "packs",
        metavar="NAME",
        multiple=True,
        help="Use this shipped pack; repeatable. Default: the configuration's, else all.",
    )(command)
    return config_option(command)


def talk_options(command: Command) -> Command:
    """How much to say beside the findings."""
    command = click.option(
        "-q", "--quiet", is_flag=True, default=None, help="Say only what was found, and errors."
    )(command)
    return click.option("-v", "--verbose", is_flag=True, default=None, help="Say more on stderr.")(command)


def common_options(command: Command) -> Command:
    """All of the shared options."""
    return color_option(rule_options(talk_options(command)))


def remember(context: click.Context, typed: Mapping[str, object]) -> None:
    """Keep what was typed at this level for the commands below."""
    context.obj = merge_wishes(context.obj or Wishes(), typed)


def with_wishes(command: Command) -> Command:
    """Hand a command one `wishes` in place of the shared options: its own win over those before its name."""

    @functools.wraps(command)
    @click.pass_context
    def run(context: click.Context, /, **typed: Any) -> Any:
        shared = {name: typed.pop(name) for name in Wishes.__slots__ if name in typed}
        return command(wishes=merge_wishes(context.obj or Wishes(), shared), **typed)

    return run


def merge_wishes(wishes: Wishes, typed: Mapping[str, Any]) -> Wishes:
    """Lists grow, everything else is replaced by what was typed last."""
    given = {name: value for name, value in typed.items() if value is not None}
    for name in ("packs", "rule_files"):
        if name in given:
            given[name] = (*getattr(wishes, name), *given[name])
    return replace(wishes, **given)
