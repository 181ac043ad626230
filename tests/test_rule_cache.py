import json
import os
import subprocess
import sys
from textwrap import dedent

from logscan.caches import Cache
from logscan.model import Signal
from logscan.rules import load_rules
from tests.packs_made import RULE, change, write_pack


def test_what_was_proven_is_taken_from_the_cache_without_yaml_or_regex(tmp_path):
    path = write_pack(tmp_path, RULE)
    cache_folder = tmp_path / "cache"
    code = dedent(f"""
        import sys
        from pathlib import Path
        from logscan.caches import Cache
        from logscan.rules import load_rules
        rules = load_rules(None, [Path({str(path)!r})], Cache(Path({str(cache_folder)!r})))
        heavy = {{'yaml', 'regex', 'pydantic', 'hyperscan'}} & set(sys.modules)
        print(rules.digest, len(rules.rules), sorted(heavy))
    """)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}

    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]

    first, second = (run.stdout.split(" ", 2) for run in runs)
    assert first[:2] == second[:2]
    assert second[2].strip() == "[]"


def test_a_set_comes_back_from_the_cache_as_it_was(tmp_path):
    path = write_pack(tmp_path, change(fields="{code: 'c=(x)'}", where="{level: [error]}", grace="1500ms"))
    cache = Cache(tmp_path / "cache")

    first = load_rules(None, [path], cache)
    second = load_rules(None, [path], cache)

    assert first == second
    assert first.rules[0].signal in Signal


def test_a_changed_file_is_not_taken_from_the_cache(tmp_path):
    cache = Cache(tmp_path / "cache")
    before = load_rules([], [write_pack(tmp_path, RULE)], cache)

    after = load_rules([], [write_pack(tmp_path, change(signal="revoked"))], cache)

    assert after.rules[0].signal is Signal.REVOKED
    assert before.digest != after.digest


def test_a_foreign_cache_entry_is_made_anew(tmp_path):
    path = write_pack(tmp_path, RULE)
    cache = Cache(tmp_path / "cache")
    wanted = load_rules([], [path], cache)
    (entry,) = (tmp_path / "cache").iterdir()

    for content in (
        b"",
        b"[]",
        b'{"rules": 3}',
        json.dumps({"rules": [{}], "packs": [], "digest": ""}).encode(),
    ):
        cache.write(entry.name, content)
        found = load_rules([], [path], cache)

        assert found == wanted


def test_the_digest_is_of_matching_not_of_words(tmp_path):
    before = load_rules([], [write_pack(tmp_path, RULE)])

    after = load_rules([], [write_pack(tmp_path, change(title="Other words", runbook="Do this."))])

    assert before.digest == after.digest
