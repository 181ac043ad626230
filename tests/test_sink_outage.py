"""Services that answer at once, late, badly or not at all, and what people are told meanwhile."""

from __future__ import annotations

import time
from pathlib import Path

from tests.delivery.making import make_notices
from tests.offices_made import make_hook, run_office
from tests.sinks_made import run_sink


def test_what_is_queued_is_drained_quickly(tmp_path: Path):
    with (
        run_sink(tmp_path) as sink,
        run_office(tmp_path / "state.db", [make_hook("hook", sink.url)]) as running,
    ):
        started = time.monotonic()

        running.post(make_notices(range(2_000)))
        running.wait(60)
        rate = 2_000 / (time.monotonic() - started)

        assert len({one.key for one in sink.read()}) == sink.count() == 2_000
    assert rate > 50  # 500 are promised on a machine of one's own


def test_what_opens_is_at_the_sink_at_once(tmp_path: Path):
    delays = []
    with (
        run_sink(tmp_path) as sink,
        run_office(tmp_path / "state.db", [make_hook("hook", sink.url)]) as running,
    ):
        for number in range(50):
            opened = time.time()
            running.post(make_notices([number]))
            running.wait(30)
            delays.append(sink.read()[-1].at - opened)

    assert sorted(delays)[25] < 1  # on a machine of its own 99 of 100 are there within 0.1 s


def test_a_dead_channel_delays_no_other(tmp_path: Path):
    with run_sink(tmp_path, "dead") as dead, run_sink(tmp_path, "well") as well:
        dead.break_down()
        hooks = [make_hook("dead", dead.url, 5), make_hook("well", well.url)]
        with run_office(tmp_path / "state.db", hooks) as running:
            for number in range(100):
                running.post(make_notices([number]))
            while well.count() < 100:
                time.sleep(0.01)

            assert dead.count() <= 2
            assert [one.channel for one in running.office.list_undelivered(running.keeper.desk.store)] == [
                "dead"
            ]
