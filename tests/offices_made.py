"""A keeper with its office, channels that are webhooks of a real sink, and notices put straight into its state."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from logscan.channels import open_channel
from logscan.channels.settings import WebhookSettings
from logscan.channels.tools import Tools
from logscan.delivery import Directory, Member, Office
from logscan.http import Client
from logscan.incidents import IncidentManner, Moment
from logscan.keeper import Keeper, Post, make_desk
from logscan.model import Channel, Notice
from logscan.references import Secret
from logscan.runs import Way
from logscan.runs.offices import open_office
from logscan.store import Store, open_store


def now() -> datetime:
    return datetime.now(UTC)


def make_hook(name: str, url: str, seconds: float = 20.0) -> Channel:
    def make_client() -> Client:
        return Client(clock=time.monotonic, agent="test", timeout_seconds=seconds, status_suffices=True)

    return open_channel(name, WebhookSettings(url=Secret(url, "test")), Tools(make_client, now))


class Running:
    """An office at work."""

    def __init__(self, keeper: Keeper, office: Office) -> None:
        self.keeper, self.office = keeper, office

    def post(self, notices: Sequence[Notice]) -> None:
        """Have notices written as if something had happened; return once they are kept."""
        kept = threading.Event()

        def settle(store: Store) -> None:
            self.office.settle(store)
            kept.set()

        self.keeper.perform(lambda store: self.office.write(store, notices, now()), settle)
        assert kept.wait(60)

    def wait(self, seconds: float) -> None:
        """Until nothing waits."""
        end = time.monotonic() + seconds
        while not self.office.is_idle:
            assert time.monotonic() < end, "not delivered in time"
            threading.Event().wait(0.01)


@contextmanager
def run_office(path: Path | None, channels: Sequence[Channel]) -> Iterator[Running]:
    store = open_store(path, now())
    moment = Moment(time.monotonic(), now())
    desk = make_desk(store, ({}, IncidentManner()), Post(), moment)
    keeper = Keeper(desk, lambda _: None, clock=time.monotonic, now=now)
    directory = Directory(members=tuple(Member(name=one.name) for one in channels))
    office = open_office(Way(channels, directory), keeper)
    keeper.start()
    office.start()
    try:
        yield Running(keeper, office)
    finally:
        office.leave(1)
        keeper.stop(10)
        store.close()
