"""Secrets in every line that is read, and every way out of logscan watched: none is read anywhere.

`python -m tests.soak.canaries [COUNT]` takes 200 of them, each written in five ways.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx

from tests.alertmanagers_made import find_port
from tests.cli.running import COMMAND, environment
from tests.secrets_made import CANARIES, ENCODINGS, FREE, SHOWN, list_leaks
from tests.services_made import Service, answer_json

PATIENCE = 60
LAST = "last-token"  # of its own: a credential has at most 1,000 incidents
PAGES = ("metrics", "api/v1/incidents", "api/v1/sources", "api/v1/tokens", "", "healthz", "readyz")
PACK = r"""
pack: canary
title: Lines full of secrets
credential: canary-token
specificity: provider
rules:
  - id: canary.numbered
    title: One for each line
    credential: 'canary-token/{n}'
    signal: expired
    any: ['case (?P<n>\d+)x login failed']
    fields: {said: 'login failed: (.*)', key: 'access_token=(\S+)'}
    examples: {match: ['case 1x login failed: x'], ignore: ['login failed']}
  - id: canary.last
    title: Nothing comes after it
    credential: last-token
    signal: expired
    any: ['this was the last of them']
    examples: {match: ['this was the last of them'], ignore: ['last']}
  - id: canary.named
    title: Named by the secret itself
    credential: 'named-token/{who}'
    signal: rejected
    any: ['who=(?P<who>\S+) was refused']
    examples: {match: ['who=x was refused'], ignore: ['refused']}
"""
CONFIG = """
logscan: 1
incidents: {{settle: 0s, evidence_lines: 5}}
rules: {{packs: [meta, http], files: [canary.yaml]}}
sources: [{{name: app, files: [app.log], from: start, service_from: service}}]
metrics: {{textfile: out.prom}}
channels:
  - {{name: hook, webhook: {{url: '{url}/hook'}}}}
  - {{name: am, alertmanager: {{url: '{url}'}}}}
  - {{name: slack, slack: {{token: {{env: CHANNEL}}, chat: C1, base_url: '{url}'}}}}
  - {{name: dc, discord: {{webhook: {{env: DISCORD}}, base_url: '{url}'}}}}
  - {{name: tg, telegram: {{token: {{env: CHANNEL}}, chat: '1', base_url: '{url}'}}}}
  - {{name: pd, pagerduty: {{key: {{env: CHANNEL}}, base_url: '{url}'}}}}
  - {{name: fix, exec: [sh, -c, 'cat >> {folder}/told.jsonl'], allow_exec: true}}
  - {{name: here, console: true}}
"""


def write_lines(canaries: Sequence[str]) -> Iterator[str]:
    """Each secret in each way of writing, in a message, as a label, and in a record's fields."""
    for number, canary in enumerate(canaries):
        for step, shown in enumerate(SHOWN):
            case = number * len(SHOWN) + step
            text = ENCODINGS[shown](canary).strip('"')
            yield f"ERROR case {case}x login failed: {FREE[case % len(FREE)].format(text)}"
            yield f"ERROR who={text} was refused"
            yield f"Error validating access token {text}: Session has expired"
        yield json.dumps(
            {"level": "error", "service": canary, "msg": f"case {number}x login failed: {canary}"}
        )
    yield "ERROR this was the last of them"


class Exits:
    """What came out, by its way."""

    def __init__(self, folder: Path, canaries: Sequence[str]) -> None:
        self.folder, self.found = folder, dict[str, str]()
        self.lines = "".join(f"{line}\n" for line in write_lines(canaries))
        self._environ = environment(
            **{name: str(folder / "home") for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")},
            CHANNEL="0123456789abcdef" * 2,
            DISCORD="https://discord.com/api/webhooks/1/abc",
        )
        (folder / "canary.yaml").write_text(PACK)
        (folder / "app.log").write_text(self.lines)

    def run_live(self, output: str) -> None:
        """A run with every channel, seen while it goes on."""
        state, port = self.folder / output / "state.db", find_port()
        with Service(lambda _: answer_json({"ok": True, "id": "1", "channel": "C", "ts": "1"})) as service:
            config = self.folder / "canary.conf"
            config.write_text(CONFIG.format(url=service.url, folder=self.folder))
            words = (
                "run",
                "-c",
                config,
                "--state",
                state,
                "--listen",
                f"127.0.0.1:{port}",
                "--output",
                output,
            )
            with self._start(*words, errors=self.folder / f"{output}.err") as process:
                self.found[f"{output} stdout"] = read_until(process, LAST)
                for page in PAGES:
                    self._get(f"{output} /{page}", f"http://127.0.0.1:{port}/{page}")
                self._keep_state(output, state)
                process.send_signal(signal.SIGTERM)
                rest, _ = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
            sent = [f"{one.path} {one.headers} {one.body!r}" for one in service.seen]
        assert len({one.path for one in service.seen}) >= 6, {one.path for one in service.seen}
        self.found[f"{output} rest"] = rest.decode()
        self.found[f"{output} stderr"] = (self.folder / f"{output}.err").read_text()
        self.found[f"{output} channels"] = "\n".join(sent).replace("\\\\", "\\")
        self._keep_state(f"{output} after", state)

    def look_at_incidents(self, state: Path) -> None:
        listed = self.run("incidents", "list", "--all", "--json", "--state", state)
        self.run("incidents", "list", "--all", "--state", state)
        for one in json.loads(listed)["incidents"][::200]:
            self.run("incidents", "show", one["id"], "--state", state)
            self.run("incidents", "show", one["id"], "--json", "--state", state)

    def read_once(self) -> None:
        """Every report, every explanation, every complaint."""
        shared = ("--rules", "canary.yaml", "--pack", "meta", "--pack", "http")
        for name in ("pretty", "jsonl", "sarif", "summary"):
            self.run("scan", *shared, "--format", name, "--metrics-textfile", "scan.prom", "app.log")
        for name in ("pretty", "jsonl"):
            self.run("scan", *shared, "--format", name, "--incidents", "app.log")
        self.run(
            "run", *shared, "--output", "pretty", "--state", "none", "--listen", "off", "-", given=self.lines
        )
        self.run(
            "explain",
            *shared,
            "-",
            given="".join(self.lines.splitlines(keepends=True)[:: self.lines.count("\n") // 50 + 1]),
        )
        corpus = [{"line": line, "want": "ignore"} for line in self.lines.splitlines()]
        (self.folder / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in corpus))
        self.run("rules", "score", *shared, "corpus.jsonl")

    def misplace(self, canaries: Sequence[str]) -> None:
        """Where somebody wrote a secret out instead of naming it."""
        wrong, typed = self.folder / "wrong.conf", self.folder / "typed.conf"
        wrong.write_text("".join(_write_wrong(canaries)))
        typed.write_text("".join(_write_typed(canaries)))
        self.run("config", "check", wrong)
        self.run("config", "show", "-c", wrong)
        self.run("config", "check", typed)
        self.run("config", "show", "-c", typed)
        for word in (f"'--token={canaries[0]}", f"false --token={canaries[0]}"):
            self.run("run", "--exec", word, "--listen", "256.0.0.1:1", "--state", "none")
        self.run("run", "--notify", canaries[0], "--state", "none", "-")

    def keep_files(self) -> None:
        """Whatever else was left on the disk."""
        given = {"app.log", "corpus.jsonl", "wrong.conf", "typed.conf"}
        for path in self.folder.rglob("*"):
            # Compiled rules know what a private key begins with.
            if path.is_file() and path.name not in given and not path.name.startswith("rules-"):
                self.found[str(path)] = path.read_bytes().decode("latin-1")

    def run(self, *words: str | Path, given: str = "") -> str:
        done = subprocess.run(
            [*COMMAND, *map(str, words)],
            input=given.encode(),
            capture_output=True,
            cwd=self.folder,
            env=self._environ,
            timeout=PATIENCE,
            check=False,
        )
        name = " ".join(str(word) for word in words[:2]) + f" {len(self.found)}"
        out, errors = done.stdout.decode(), done.stderr.decode()
        assert "internal error" not in errors, errors
        assert out or errors, words
        self.found[name] = out + errors
        return out

    def _start(self, *words: str | Path, errors: Path) -> subprocess.Popen[bytes]:
        with errors.open("wb") as file:
            return subprocess.Popen(
                [*COMMAND, *map(str, words)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file,
                cwd=self.folder,
                env=self._environ,
            )

    def _get(self, name: str, url: str) -> None:
        for kind in ("text/html", "application/openmetrics-text"):
            answer = httpx.get(url, headers={"Accept": kind}, trust_env=False, timeout=PATIENCE)
            self.found[f"{name} {kind}"] = f"{answer.headers} {answer.text}"

    def _keep_state(self, name: str, state: Path) -> None:
        for path in state.parent.iterdir():
            self.found[f"{name} {path.name}"] = path.read_bytes().decode("latin-1")


def _write_wrong(canaries: Sequence[str]) -> Iterator[str]:
    yield "logscan: 1\nchannels:\n"
    for number, quoted in enumerate(map(json.dumps, canaries)):
        yield f"  - {{name: s{number}, slack: {{webhook: {quoted}}}}}\n"
        yield f"  - {{name: t{number}, telegram: {{token: {{env: {quoted}}}, chat: 1}}}}\n"
        yield f"  - {{name: w{number}, webhook: {{url: {{{quoted}: x}}}}}}\n"
    yield "sources:\n"
    yield from (f"  - {{railway: {{token: {quoted}}}}}\n" for quoted in map(json.dumps, canaries))
    yield f"heartbeat: {{url: {json.dumps(canaries[0])}}}\n"
    yield f"web: {{auth: {{user: a, password: {json.dumps(canaries[0])}}}}}\n"


def _write_typed(canaries: Sequence[str]) -> Iterator[str]:
    yield "logscan: 1\nsources:\n"
    for number, canary in enumerate(canaries):
        yield f"  - {{name: a{number}, command: [prog, --token, {json.dumps(canary)}, --follow]}}\n"
        yield f"  - {{name: b{number}, command: {json.dumps(f'prog --password={canary}')}}}\n"
    yield "channels:\n"
    for number, canary in enumerate(canaries):
        yield f"  - {{name: c{number}, exec: [prog, --api-key, {json.dumps(canary)}], allow_exec: true}}\n"


def read_until(process: subprocess.Popen[bytes], mark: str) -> str:
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        heard.append(line.decode())
        if mark in heard[-1]:
            return "".join(heard)
    raise AssertionError(heard[-3:])


def collect(folder: Path, canaries: Sequence[str]) -> Mapping[str, str]:
    """What came out of each way."""
    exits = Exits(folder, canaries)
    exits.run_live("jsonl")
    exits.run_live("pretty")
    exits.look_at_incidents(folder / "jsonl" / "state.db")
    exits.read_once()
    exits.misplace(canaries)
    exits.keep_files()
    return exits.found


def list_leaky(found: Mapping[str, str]) -> dict[str, list[str]]:
    """Each way with what could be read there."""
    leaks = {name: sorted(list_leaks(text, 4)) for name, text in found.items()}
    return {name: pieces[:5] for name, pieces in leaks.items() if pieces}


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else len(CANARIES)
    with tempfile.TemporaryDirectory() as folder:
        found = collect(Path(folder), CANARIES[:count])
    leaky = list_leaky(found)
    size = sum(map(len, found.values()))
    print(f"{count} secrets, {len(found)} exits, {size} bytes: {len(leaky)} leak {leaky}")  # noqa: T201 - its output is what it prints
    return int(bool(leaky))


if __name__ == "__main__":
    sys.exit(main())
