"""A keeper that dies at any step of writing loses nothing and tells nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from logscan.model import State
from logscan.store import open_store
from tests.making import NOW

ROOT = Path(__file__).parents[2]
# Takes ten bad lines, one after the other, opens, and is renewed; killed before its nth statement of SQL.
KEEPER = """
import os, signal, sys
from pathlib import Path
from logscan.keeper import Batch, Load
from logscan.model import Severity, Signal
from logscan.store import Seen, open_store
from tests.live_made import make_event, make_own_desk
from tests.making import NOW
from logscan.incidents import Moment
path, deadly = Path(sys.argv[1]), int(sys.argv[2])
store = open_store(path, NOW)
done = int(store.read_positions().get(("app", ""), b"0"))
start = Moment(0.0, NOW).at(done * 1.0)
desk = make_own_desk(store, {}, ("ops",), start)
count = 0
def trace(statement):
    global count
    count += 1
    if count == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
store._database.set_trace_callback(trace)
good = make_event()._replace(signal=Signal.REFRESHED, severity=Severity.INFO)
for step in range(done + 1, 9):
    event = good if step == 8 else make_event()
    moment = Moment(0.0, NOW).at(step * 1.0)
    load = Load(batches=(Batch("app", "", b"%d" % step, (Seen(event, "", step, step),)),))
    desk.write(desk.judge(load, moment), {("app", ""): b"%d" % step}, moment.wall)
print(count, flush=True)
"""


def run_keeper(path: Path, deadly: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KEEPER, path, str(deadly)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_whenever_it_dies_the_next_one_goes_on(tmp_path: Path):
    statements = int(run_keeper(tmp_path / "whole.db", 0).stdout)
    assert statements > 50

    for deadly in range(1, statements, max(1, statements // 8)):
        path = tmp_path / f"{deadly}.db"
        assert run_keeper(path, deadly).returncode == -signal.SIGKILL
        second = run_keeper(path, 0)
        assert second.returncode == 0, second.stderr

        store = open_store(path, NOW)
        [incident] = store.incidents.read()
        told = [row.notice.change.value for row in store.outbox.read_waiting("ops")]
        kept = store._database.execute("SELECT offset FROM events ORDER BY id").fetchall()
        assert told == ["opened", "resolved"], deadly
        assert (incident.state, incident.count) == (State.RESOLVED, 7), deadly
        assert kept == [(step,) for step in range(1, 9)], deadly
        store.close()


def test_the_keeper_that_was_written_down_is_run(tmp_path: Path):
    done = run_keeper(tmp_path / "x.db", 0)

    assert json.loads(done.stdout) > 0, done.stderr
