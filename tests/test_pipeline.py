"""The live stages together: lines in, effects out, and no line can stop them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from logscan.events import EventReader
from logscan.model import Chunk, Finding, Match, News, NewsKind, Signal
from logscan.pipeline import Manner
from logscan.redact import Redactor
from logscan.sources.live import LiveSource
from logscan.store import open_store
from tests.live_made import MARK, Script, chunk, make_pipeline, run_pipeline
from tests.making import KEY, NOW

ENDED = News("app", "", NewsKind.ENDED, "end", "app: the input ended")


def test_a_matching_line_is_kept_with_its_position():
    store = open_store(None, NOW)
    source = Script("app", [chunk(b"fine\ntoken expired\n", position=b"19")])

    _, kept, _ = run_pipeline({source: Manner()}, store)

    [one] = kept
    assert (one.event.credential, one.offset) == ("test-token", 5)
    assert store.read_positions() == {("app", ""): b"19"}


def test_lines_are_counted_through_a_stream_and_stand_where_it_says():
    first, second = (
        Chunk("app", "a.log", bytearray(b"fine\ntoken expired\n"), at, b"x") for at in (100, 119)
    )
    other = Chunk("app", "b.log", bytearray(b"token expired\n"), 500, b"")
    again = Chunk("app", "b.log", bytearray(b"token expired\n"), 0, b"x")

    _, kept, _ = run_pipeline({Script("app", [first, other, second, again]): Manner()})

    places = [(one.stream, one.line, one.offset) for one in kept]
    assert places == [("a.log", 2, 105), ("b.log", 1, 500), ("a.log", 4, 124), ("b.log", 1, 0)]


def test_the_service_is_the_configured_one_else_the_fields_else_the_sources_name():
    line = b'{"service":"web","team":"blue","msg":"token expired"}\n'
    manners = {
        "one": Manner(service="bot", service_from="team"),
        "two": Manner(service_from="service"),
        "three": Manner(service_from="nothing"),
        "four": Manner(),
    }
    sources: dict[LiveSource, Manner] = {
        Script(name, [chunk(line, name)]): manner for name, manner in manners.items()
    }

    _, kept, _ = run_pipeline(sources)

    services = {one.event.source: one.event.service for one in kept}
    assert services == {"one": "bot", "two": "web", "three": "three", "four": "four"}


@pytest.mark.parametrize(
    ("manner", "service"),
    [
        (Manner(service="bot", service_from="team"), "bot"),
        (Manner(service_from="team"), "blue"),
        (Manner(service_from="namespace"), "shop"),
        (Manner(service_from="nothing"), "web"),
        (Manner(), "web"),
    ],
)
def test_a_pods_container_is_the_service_where_nothing_else_says_one(manner: Manner, service: str):
    line = chunk(b'{"team":"blue","msg":"token expired"}\n')._replace(
        service="web", fields={"namespace": "shop"}
    )

    _, [seen], _ = run_pipeline({Script("app", [line]): manner})

    assert (seen.event.service, seen.event.fields["namespace"]) == (service, "shop")


def test_the_lines_of_a_record_that_spreads_over_lines_stand_beside_the_one_that_was_found():
    text = b"start a\nmiddle\ntoken expired\nend\nstart b\n  token expired\n  at x\n"

    _, spread, _ = run_pipeline({Script("app", [chunk(text)]): Manner(record_start="^start")})
    _, default, _ = run_pipeline({Script("app", [chunk(text)]): Manner()})

    assert [one.event.neighbours for one in spread] == [("start a", "middle", "end"), ("start b", "  at x")]
    assert [one.event.neighbours for one in default] == [(), ("start b", "  at x")]
    assert [one.event.evidence for one in spread] == [one.event.evidence for one in default]


def test_log_text_cannot_make_up_services_without_end():
    lines = b"".join(b'{"service":"s%d","msg":"token expired"}\n' % i for i in range(300))
    source = Script("app", [chunk(lines)])

    _, kept, _ = run_pipeline({source: Manner(service_from="service")})

    services = {one.event.service for one in kept}
    assert len(services) == 101
    assert "other" in services


def test_lines_that_logscan_wrote_itself_are_counted_and_feed_nothing():
    source = Script("app", [chunk(b"logscan[" + MARK + b"] token expired\n")])

    pipeline, kept, _ = run_pipeline({source: Manner()})

    assert kept == []
    assert pipeline.counts["app"].own_lines == 1


def test_a_source_that_ends_is_blind():
    source = Script("app", [chunk(b"fine\n"), ENDED])

    pipeline, kept, news = run_pipeline({source: Manner(service="bot")})

    [one] = kept
    assert (one.event.credential, one.event.signal) == ("source:app", Signal.BLIND)
    assert one.event.service == "bot"
    assert news == [ENDED]
    assert pipeline.sights["app"].has_ended


def test_a_fault_in_one_source_is_told_and_the_others_are_read():
    class Faulty(Script):
        def run(self, _sink: object) -> None:
            raise RuntimeError("secret text")

    _, kept, news = run_pipeline(
        {Faulty("bad", []): Manner(), Script("app", [chunk(b"token expired\n")]): Manner()}
    )

    assert {one.event.credential for one in kept} == {"test-token", "source:bad"}
    assert [one.cause for one in news] == ["fault"]
    assert "secret text" not in news[0].text


def test_a_line_that_breaks_us_is_told_once_counted_and_the_next_is_read():
    class Faulty(EventReader):
        def read(self, match: Match, **around: Any) -> Finding | None:
            if b"odd" in match.raw:
                raise RuntimeError("secret text")
            return super().read(match, **around)

    news: list[News] = []
    source = Script("app", [chunk(b"odd token expired\nodd token expired\ntoken expired\n")])
    pipeline, keeper, kept = make_pipeline({source: Manner()}, news=news, reader=Faulty(Redactor(KEY)))
    pipeline.run()

    assert keeper.stop(30)
    assert [one.line for one in kept] == [3]
    assert [(one.kind, one.cause) for one in news] == [(NewsKind.LOST, "fault")] * 2
    assert [one.text for one in news] == [
        "app: a line was passed over: logscan's own fault (RuntimeError); please report it",
        "",
    ]
    assert pipeline.counts["app"].lost_bytes["fault"] == 2 * len(b"odd token expired")


def test_what_is_counted():
    cut = Chunk("app", "", bytearray(b"long\n"), 0, cut_lines=1, lost_bytes=7)
    source = Script(
        "app", [chunk(b"a\nb\n"), cut, chunk(b"last without an end"), ENDED._replace(lost_bytes=3)]
    )

    pipeline, _, _ = run_pipeline({source: Manner()})

    counts = pipeline.counts["app"]
    assert (counts.lines, counts.bytes, counts.cut_lines) == (4, 4 + 5 + 19, 1)
    assert (counts.lost_bytes["too long"], counts.lost_bytes["end"]) == (7, 3)
    assert counts.news[NewsKind.ENDED, "end"] == 1


def test_stopping_ends_sources_that_would_stay():
    source = Script("app", [chunk(b"token expired\n")], stays=True)
    pipeline, keeper, kept = make_pipeline({source: Manner()})
    running = threading.Thread(target=pipeline.run)
    running.start()

    pipeline.stop()
    running.join(20)

    assert not running.is_alive()
    assert keeper.stop(10)
    assert len(kept) == 1
