"""The command line: reads what was typed, prints and sets the exit status; it scans nothing itself.

Commands are imported when they are called, so that `--help` and `--version` stay quick.
"""

from __future__ import annotations

import gc
import os
import re
import stat
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

import click

from logscan.cli.options import common_options, remember
from logscan.cli.streams import hold_standard_streams, print_error, silence_stdout
from logscan.errors import LogscanError

# Each in a module of its name, under its own name.
_COMMANDS = ("run", "wrap", "scan", "explain", "rules", "incidents", "notify", "config", "export", "demo")
_COLLECT_AFTER = 20_000  # new values
_HIDDEN = {"wrapped-scanner": ("wrap", "scan_wrapped")}  # what logscan starts itself
_SHELLS = ("bash", "zsh", "fish")
_VERBOSE = re.compile("--verbose|-q*v[qv]*")
_USAGE_STATUS = 2
_INTERRUPTED_STATUS = 130  # 128 + SIGINT
_CLOSED_PIPE_STATUS = 141  # 128 + SIGPIPE, as a shell sees `grep … | head`


class CommandGroup(click.Group):
    """Imports a command when it is asked for; ends quietly when nobody listens any more."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        if cmd_name not in _COMMANDS and cmd_name not in _HIDDEN:
            return None
        module, name = _HIDDEN.get(cmd_name, (cmd_name, cmd_name))
        command = getattr(import_module(f"logscan.cli.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or self.get_command(ctx, name)):
            raise click.UsageError(f"{name}: no such command; {_suggest_command(name)}", ctx)
        return super().resolve_command(ctx, args)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        with _end_quietly():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        with _end_quietly():
            result = super().invoke(ctx)
            sys.stdout.flush()  # here, since at the interpreter's exit nobody could say what went wrong
            return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status."""
    hold_standard_streams()
    # Rules and settings are many values that stay: to look through them again and again takes a tenth of a start.
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    typed = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = command_line.main(args=typed, prog_name="logscan", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except LogscanError as error:
        print_error(str(error))
        return _USAGE_STATUS
    except OSError as error:  # what inputs do wrong is reported by the scan: this is our own output
        silence_stdout()
        print_error(f"stdout: {error.strerror or error}; make room or write elsewhere")
        return _USAGE_STATUS
    except Exception as error:  # noqa: BLE001 - whatever it is, Python's own status 1 would read as findings
        silence_stdout()
        _print_internal_error(error, verbose=any(map(_VERBOSE.fullmatch, typed)))
        return _USAGE_STATUS  # the contract has no status of its own for this
    return status if isinstance(status, int) else 0


def _suggest_command(typed: str) -> str:
    """What was meant: a command, or a file of which it was not said what shall be done with it."""
    from difflib import get_close_matches

    if close := get_close_matches(typed, _COMMANDS, n=1):
        return f"did you mean '{close[0]}'?"
    if os.path.exists(typed):
        return f"to read it once say `logscan scan {typed}`, to follow it `logscan run {typed}`"
    return "`logscan --help` names all"


def _print_internal_error(error: Exception, *, verbose: bool) -> None:
    """Name the fault and its place, and never its text: that may quote a line, and secrets with it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    if verbose:
        print_error("".join(traceback.format_list(frames)))
    print_error(f"logscan: internal error: {type(error).__name__}{place}; please report it")


@contextmanager
def _end_quietly() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        silence_stdout()
        raise click.exceptions.Exit(_CLOSED_PIPE_STATUS) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(_INTERRUPTED_STATUS) from None


def _show_version(context: click.Context, _option: click.Parameter, wanted: object) -> None:
    if wanted:
        from logscan import __version__

        click.echo(f"logscan {__version__}")
        context.exit()


def _show_completion(context: click.Context, _option: click.Parameter, shell: str | None) -> None:
    if shell:
        from click.shell_completion import get_completion_class

        completion = get_completion_class(shell)
        assert completion is not None
        click.echo(completion(context.command, {}, "logscan", "_LOGSCAN_COMPLETE").source())
        context.exit()


@click.group(
    "logscan",
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.option(
    "--show-completion",
    metavar="SHELL",
    type=click.Choice(_SHELLS),
    is_eager=True,
    expose_value=False,
    callback=_show_completion,
    help="Print the completion script for bash, zsh or fish and exit.",
)
@common_options
@click.pass_context
def command_line(context: click.Context, /, **typed: object) -> object:
    """Find the log lines which say that a credential has expired, was refused, revoked or renewed."""
    remember(context, typed)
    return _do_without_command(context) if context.invoked_subcommand is None else None


def _do_without_command(context: click.Context) -> object:
    """What is piped in is followed; else help: to a person it is the answer, to a script an error."""
    if sys.stdin.isatty():
        click.echo(context.get_help())
        return None
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode):
        assert isinstance(context.command, click.Group)
        command = context.command.get_command(context, "run")
        assert command is not None
        with command.make_context("run", ["-"], parent=context) as running:
            return command.invoke(running)
    click.echo(context.get_help(), err=True)
    return _USAGE_STATUS
