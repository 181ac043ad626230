"""Lines that were written to do harm to whoever reads them, or to a terminal: nothing breaks, nothing acts, nothing is taken for two."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import pytest

from logscan.records import read_record
from logscan.records.documents import read_document
from tests.cli.live_runs import PATIENCE, running
from tests.cli.running import run
from tests.making import NOW

BIG = "9" * 30
LEAST_TRIES = 5
BOMBS = {
    "depth": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "lists": b'{"a":' + b"[" * 500_000 + b"]" * 500_000 + b"}",
    "unclosed": b'{"a":' + b"[{" * 300_000,
    "digits": b'{"a":' + b"9" * 5_000 + b"}",
    "damaged digits": b'{"a":[' + b",".join([b"9" * 4_000] * 15) + b'],"b":NaN}',
    "keys": b"{" + b",".join(b'"k%d":1' % i for i in range(1_000_000)) + b"}",
    "keys within a line": b"{" + b",".join(b'"%x":1' % i for i in range(100_000)) + b"}",
    "escapes": b'{"a":"' + b"\\u0041" * 170_000 + b'"}',
    "surrogates": b'{"msg":"' + b"\\ud800" * 10_000 + b'"}',
}
# What a terminal would act on: colours, titles, the clipboard, eight-bit controls, text from right to left, a lone CR.
ACTING = "\x1b[2J\x1b[31m\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x07\x9b5m\x90q\x9c\u202eevil\u2066\u200b\rHIDDEN\x08\x7f"
FORGED = "critical  opened  2026-11-21 10:00:00  admin-token@prod: forged"
NUMBERED = r"""
pack: named
title: Named by the line
credential: bot-token
specificity: provider
rules:
  - id: named.expired
    title: The session has expired
    signal: expired
    credential: 'bot-token/{who}'
    any: ['session has expired for <(?P<who>[^>]*)>']
    fields: {rest: 'expired for (.*)'}
    examples: {match: ['session has expired for <x>'], ignore: ['expired']}
"""
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\r]")


@pytest.mark.parametrize("name", BOMBS)
def test_s12_no_object_takes_long_or_raises(name: str):
    seconds = []
    for _ in range(LEAST_TRIES):
        began = time.thread_time()
        read_document(BOMBS[name])
        seconds.append(time.thread_time() - began)

    assert min(seconds) <= 0.05


@pytest.mark.parametrize(
    "key", ["message", "msg", "log", "body", "event", "jsonPayload", "MESSAGE", "textPayload"]
)
@pytest.mark.parametrize(
    "value", [BIG, f"[{BIG}]", f'{{"a":{BIG}}}', f'{{"message":{{"x":{BIG}}}}}', f"-{BIG}.5e400"]
)
def test_s12_a_number_beyond_all_use_beside_what_loggers_get_wrong_is_read(key: str, value: str):
    line = f'{{"odd":NaN,"level":"error","{key}":{value}}}'.encode()

    record = read_record(line, b"", b"", now=NOW)

    assert record.level == "error"


def test_s12_a_line_with_one_ends_no_scan(only, tmp_path: Path):
    log = tmp_path / "bombs.log"
    bombs = [f'{{"odd":NaN,"msg":{BIG},"err":"Session has expired"}}'.encode(), *BOMBS.values()]
    log.write_bytes(b"".join(one + b" Session has expired\n" for one in bombs) + b"Session has expired\n")

    done = run("scan", *only, "--format", "jsonl", log)

    found = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    assert done.returncode == 1
    assert found[-1]["line"] == len(bombs) + 1


def write_hostile(folder: Path) -> tuple[Path, Path]:
    (folder / "named.yaml").write_text(NUMBERED)
    log = folder / "hostile.log"
    lines = [
        f"ERROR {ACTING} session has expired for <{ACTING}> {ACTING}",
        json.dumps(
            {
                "level": "error",
                "service": f"web\n{FORGED}",
                "msg": f"x\n{FORGED}\nsession has expired for <a\n{FORGED}>\n{FORGED}",
            }
        ),
        json.dumps({"level": "error", "service": ACTING, "msg": f"session has expired for <b> {ACTING}"}),
        f"ERROR session has expired for <c> \u2028{FORGED}\u2029{FORGED}\x0b{FORGED}\x0c{FORGED}\x85{FORGED}",
        "ERROR session has expired for <the last>",
    ]
    log.write_text("".join(f"{line}\n" for line in lines), newline="\n")
    config = folder / "hostile.conf"
    config.write_text(
        "logscan: 1\nincidents: {settle: 0s}\nrules: {packs: [], files: [named.yaml]}\n"
        "sources: [{name: app, files: [hostile.log], from: start, service_from: service}]\n"
    )
    return log, config


@pytest.mark.parametrize("output", ["pretty", "jsonl"])
def test_s4_s5_nothing_acts_on_a_terminal_and_no_line_is_forged(tmp_path: Path, output: str):
    log, config = write_hostile(tmp_path)
    state = tmp_path / "state.db"
    shown = []

    with running("run", "-c", config, "--state", state, "--listen", "off", "--output", output) as process:
        assert process.stdout is not None
        for line in process.stdout:
            shown.append(line.decode())
            if "the last" in shown[-1]:
                break
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=PATIENCE)
    shown += [out.decode(), errors.decode()]
    listed = run("incidents", "list", "--json", "--state", state)
    identities = [one["id"] for one in json.loads(listed.stdout)["incidents"]]
    shown += [
        run("incidents", *words, "--state", state).stdout
        for words in (("list",), *(("show", one) for one in identities))
    ]
    for name in ("pretty", "summary", "jsonl"):
        shown.append(run("scan", "-c", config, "--format", name, log).stdout)
        shown.append(
            run("scan", "-c", config, "--format", name, "--incidents", log).stdout
            if name != "summary"
            else ""
        )

    text = "".join(shown)
    assert len(identities) == 5
    assert ACTS.findall(text) == []
    assert not any(
        line.lstrip(" >").startswith("critical  opened  2026-11-21")
        for line in re.split("[\n\u2028\u2029]", text)
    )
