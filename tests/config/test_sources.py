"""`sources:` and `state:` of a configuration: every kind is read, and every mistake is told at its place."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logscan.config import SourceSettings, write_schema, write_settings
from logscan.config.sourcesections import Files, Program, RailwayLogs, Stdin
from logscan.references import Reference
from tests.config.making import complain, read
from tests.config.schemas_read import accepts

SCHEMA = write_schema()
EVERYTHING = r"""
sources:
  - {name: bot, command: [railway, logs, --json], pty: true, service: bot, silent_after: 15m}
  - name: bot2
    railway: {project: p, environment: e, service: s, token: {env: T}, base_url: 'http://127.0.0.1:9'}
    from: start
  - name: app
    files: ['/var/log/app/*.log', app.log]
    exclude: ['*.gz', old/x.log]
    from: end
    service: app
    max_line: 64KiB
    record_start: '^\d{4}-'
  - {name: pipe, stdin: true, service_from: service}
state: {path: kept/state.db}
"""


def read_one(text: str) -> SourceSettings:
    reading = read(f"sources: [{text}]")
    assert reading.problems == ()
    [source] = reading.settings.sources
    return source


def test_every_kind_and_key_is_read():
    reading = read(EVERYTHING, Path("/etc/logscan"))

    bot, bot2, app, pipe = reading.settings.sources
    token = Reference("env", "T", None, "logscan.yaml:5:62")
    assert reading.problems == ()
    assert bot.origin == Program(argv=("railway", "logs", "--json"), use_terminal=True)
    assert (bot.name, bot.service, bot.silent_after) == ("bot", "bot", timedelta(minutes=15))
    assert bot2.origin == RailwayLogs(
        project="p", environment="e", service="s", token=token, base_url="http://127.0.0.1:9", from_start=True
    )
    assert app.origin == Files(
        patterns=("/var/log/app/*.log", "/etc/logscan/app.log"),
        exclude=("*.gz", "/etc/logscan/old/x.log"),
        from_start=False,
    )
    assert (app.max_line, app.record_start) == (64 << 10, r"^\d{4}-")
    assert (pipe.origin, pipe.service_from, pipe.max_line) == (Stdin(), "service", 1 << 20)
    assert reading.settings.state.path == Path("/etc/logscan/kept/state.db")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{files: /var/log/app.log}", "/var/log/app.log"),
        ("{command: '/usr/bin/kubectl logs -f x'}", "kubectl"),
        ("{railway: {service: bot}}", "bot"),
        ("{railway: {}}", "railway"),
        ("{stdin: true}", "stdin"),
    ],
)
def test_a_source_without_a_name_is_called_after_what_it_is(text: str, name: str):
    assert read_one(text).name == name


def test_a_command_in_one_text_is_split_like_a_shells_words_and_no_more():
    origin = read_one("""{command: "sh -c 'echo $HOME' *"}""").origin

    assert origin == Program(argv=("sh", "-c", "echo $HOME", "*"))


def test_a_path_is_told_from_the_files_folder_whatever_signs_that_has(tmp_path: Path):
    folder = tmp_path / "a[1]"
    folder.mkdir()

    [source] = read("sources: [{files: '*.log'}]", folder).settings.sources

    assert source.origin == Files(patterns=(f"{tmp_path}/a[[]1]/*.log",))


def test_a_home_is_found():
    assert read_one("{files: '~/app.log'}").origin == Files(patterns=(f"{os.environ['HOME']}/app.log",))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "sources: {name: x}\n",
            "1:10: sources is not a list; write `- {name: app, files: ['/var/log/app/*.l",
        ),
        ("sources: [app.log]\n", "1:11: sources[0] is not a mapping; write {name: app, files:"),
        ("sources: [{name: x}]\n", "1:11: none of command, railway, files, stdin; say where its lines come"),
        ("sources: [{stdin: true, files: x}]\n", "1:12: files and stdin contradict each other; keep one"),
        ("sources: [{nam: x, stdin: true}]\n", "1:12: unknown key 'nam'; did you mean 'name'?"),
        ("sources: [{name: '', stdin: true}]\n", "1:18: name is ''; write text, in quotes"),
        (
            "sources: [{stdin: true, pty: true}]\n",
            "1:25: pty belongs to another kind of source; it goes with comm",
        ),
        (
            "sources: [{stdin: true, from: end}]\n",
            "1:25: from belongs to another kind of source; it goes with rai",
        ),
        (
            "sources: [{stdin: yes}]\n",
            "1:19: stdin is not true; write `stdin: true`, or leave this source out",
        ),
        ("sources: [{stdin: true}, {name: y, stdin: true}]\n", "1:36: stdin is read twice; keep one of them"),
        (
            "sources:\n- {name: x, stdin: true}\n- {name: x, files: y}\n",
            "3:10: x is the name of the source at logscan.yaml:2:3, too; give each source a `name` of its own",
        ),
        ("sources: [{files: []}]\n", "1:12: files names none; name files, or patterns such as"),
        ("sources: [{files: [3]}]\n", "1:20: files[0] is 3; write text, in quotes"),
        ("sources: [{files: /}]\n", "1:19: '/' is a folder; name its files, such as '/*.log'"),
        ("sources: [{files: x, from: begin}]\n", "1:28: from is 'begin'; there are end, start"),
        (
            "sources: [{files: x, max_line: 1048576}]\n",
            "1:32: max_line is 1048576; write a number and a unit",
        ),
        ("sources: [{files: x, max_line: 1B}]\n", "1:32: max_line is '1B'; write a size from 1KiB to 16MiB"),
        ("sources: [{files: x, record_start: '(x'}]\n", "1:39: missing ) in the pattern; see the syntax of"),
        (
            "sources: [{files: x, record_start: 'x*'}]\n",
            "1:36: a pattern that fits any line; write what only",
        ),
        (
            "sources: [{files: x, silent_after: 5}]\n",
            "1:36: silent_after is 5; write a number and a unit, su",
        ),
        (
            "sources: [{files: x, silent_after: 0s}]\n",
            "1:36: silent_after is nothing; write a time such as 5m",
        ),
        ("""sources: [{command: "a 'b"}]\n""", "1:21: command: no closing quotation; close every q"),
        ("sources: [{command: []}]\n", "1:21: command is an empty list; "),
        ("sources: [{command: x, pty: yes}]\n", "1:29: pty is 'yes'; write true or false"),
        ("sources: [{railway: bot}]\n", "1:21: railway is not a mapping; write `key: value` pairs"),
        (
            "sources: [{railway: }]\n",
            "1:12: railway is empty; write {project: …, environment: …, service: …}",
        ),
        ("sources: [{railway: {projekt: x}}]\n", "1:22: unknown key 'projekt'; did you mean 'project'?"),
        ("sources: [{railway: {token: abc}}]\n", "1:29: a secret is written out; write `{env: NAME}`"),
        (
            "sources: [{railway: {base_url: 'http://x.y'}}]\n",
            "1:32: http would send a secret in plain text; ",
        ),
        ("state: x\n", "1:8: state is not a mapping; write `key: value` pairs"),
        ("state: {pth: x}\n", "1:9: unknown key 'pth'; did you mean 'path'?"),
        ("state: {path: 3}\n", "1:15: path is 3; write text, in quotes"),
        ('state: {path: "\\0"}\n', "1:15: '\\x00' is no path; name a file"),
    ],
)
def test_a_mistake_is_told_at_its_place_with_what_would_be_right(text: str, problem: str):
    problems = complain(text)

    assert [told for told in problems if told.startswith(problem)], problems
    assert all("; " in told for told in problems)


def test_all_mistakes_are_told_at_once():
    text = "sources:\n- {stdin: no}\n- {files: [], x: 1}\n- {command: x, from: end}\nstate: {x: 1}\n"

    assert [problem.split(":")[0] for problem in complain(text)] == ["2", "3", "3", "4", "5"]


def leave_places_out(sources: tuple[SourceSettings, ...]) -> list[SourceSettings]:
    def strip(source: SourceSettings) -> SourceSettings:
        origin = source.origin
        if isinstance(origin, RailwayLogs) and origin.token is not None:
            origin = replace(origin, token=origin.token._replace(place=""))
        return replace(source, origin=origin, place="")

    return [strip(source) for source in sources]


def test_what_is_written_down_reads_back_as_the_same():
    before = read(EVERYTHING, Path("/etc/logscan")).settings

    after = read(write_settings(before), Path("/elsewhere"))

    assert after.problems == ()
    assert leave_places_out(after.settings.sources) == leave_places_out(before.sources)
    assert after.settings.state == before.state


@pytest.mark.parametrize("token", [{"env": "T"}, {"file": "/run/t"}, {"dotenv": ".env", "key": "T"}])
def test_the_schema_accepts_every_reference(token: dict[str, str]):
    assert accepts(SCHEMA, {"sources": [{"railway": {"token": token}}]})


def mapping(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries({}, optional={key: value | _ODD for key, value in keys.items()})
    return known | st.builds(lambda some: {**some, "other": 1}, known)


_ODD: st.SearchStrategy[Any] = st.sampled_from([None, True, False, 0, 1, "", " ", [], {}])
_TEXT = st.sampled_from(["x", "service"])
_SHARED: dict[str, st.SearchStrategy[Any]] = {
    "service": _TEXT,
    "service_from": _TEXT,
    "silent_after": st.sampled_from(["15m", "0s", "00h", "1s ", "999999999d", "1w"]),
    "max_line": st.sampled_from(["64KiB", "1MiB", "64", "1kb", "1MiB "]),
    "record_start": st.sampled_from(["^x"]),
}
_RAILWAY = mapping(
    project=_TEXT,
    environment=_TEXT,
    service=_TEXT,
    token=st.sampled_from(
        [{"env": "T"}, {"env": "1"}, {"file": "t"}, {"dotenv": "t"}, {"dotenv": "t", "key": "k"}]
    ),
    base_url=st.just("https://x.y"),
)
_SOURCE = (
    mapping(files=st.sampled_from(["x.log", ["x.log"], ["x.log", ""]]), exclude=st.just(["*.gz"]), **_SHARED)
    | mapping(command=st.sampled_from(["x -y", ["x", "y"], ["x", ""]]), pty=st.just(True), **_SHARED)
    | mapping(railway=_RAILWAY, **{"from": st.sampled_from(["end", "start", "now"])}, **_SHARED)
    | mapping(stdin=st.just(True), **_SHARED)
)


@given(st.lists(_SOURCE | _ODD, max_size=1), mapping(path=st.just("x.db")) | _ODD)
def test_the_schema_and_the_reader_agree(sources: list[Any], state: Any):
    value = {"sources": sources, "state": state}

    assert accepts(SCHEMA, value) == (not read(json.dumps(value)).problems)
