"""Runs logscan as a user does: a process of its own, with streams of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "logscan")
PACK = r"""
pack: bot
title: A made-up bot
credential: bot-token
specificity: provider
runbook: |
  1. Make a new token.
rules:
  - id: bot.session-expired
    title: The session has expired
    signal: expired
    any: ['session has expired(?: on (?P<expired_at>[^.]{8,60}))?']
    none: ['end-user session']
    fields: {subcode: '"error_subcode":\s*(\d+)'}
    examples:
      match: ['Error: Session has expired on Wednesday, 18-Jun-25 06:00:00 PDT. The']
      ignore: ['an end-user session has expired']
  - id: bot.unauthorized
    title: The service refused a call
    signal: rejected
    any: ['\b401 unauthorized\b']
    examples: {match: ['POST /x 401 Unauthorized'], ignore: ['401 items']}
  - id: bot.refreshed
    title: The token was renewed
    signal: refreshed
    any: ['bot token refreshed']
    examples: {match: ['bot token refreshed'], ignore: ['refresh']}
"""
# What reads bot.log by that pack and remembers it; the channels are to be written behind it.
CONFIG = """
logscan: 1
incidents: {settle: 0s}
rules: {packs: [], files: [bot.yaml]}
sources: [{name: bot, files: [bot.log], from: start}]
state: {path: state.db}
"""
EXPIRED = "2026-11-21T10:00:00Z ERROR Session has expired on Wednesday, 18-Jun-25 06:00:00 PDT."
BROKEN = "ERROR Session has expired"  # without a time, so that it is of now
MENDED = "INFO bot token refreshed"
REFRESHED = "2026-11-21T11:00:00Z INFO bot token refreshed"


def environment(**changes: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, **changes}


def list_words(*arguments: str | Path) -> list[str]:
    """What is started; nothing is served where no test asks for it, since the default port is one for all."""
    words = [str(argument) for argument in arguments]
    if words[:1] in (["run"], ["wrap"]) and "--listen" not in words:
        words[1:1] = ["--listen", "off"]
    return [*COMMAND, *words]


def run(
    *arguments: str | Path, stdin: str | bytes = b"", folder: Path | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; stdin is a pipe, stdout and stderr are no terminals."""
    done = subprocess.run(
        list_words(*arguments),
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=folder,
        env=environment(**changes),
        check=False,
        timeout=60,
    )
    out, errors = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in errors, errors
    return subprocess.CompletedProcess(done.args, done.returncode, out, errors)


def start(
    *arguments: str | Path, stdin: int = subprocess.PIPE, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list_words(*arguments),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(),
    )
