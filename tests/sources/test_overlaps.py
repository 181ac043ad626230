"""What a restarted program repeats is dropped; what it says again is not."""

from __future__ import annotations

from collections import Counter

from logscan.sources.overlaps import Recent, Replay, identify

TIMED = b"2026-08-21T20:56:23.1Z token expired\n"


def seen_after(*texts: bytes) -> Counter[bytes]:
    recent = Recent()
    for text in texts:
        recent.add(text)
    return recent.count_identities()


def test_a_line_with_its_time_is_dropped_as_often_as_it_was_seen():
    replay = Replay(seen_after(TIMED, b"other\n" + TIMED))

    assert replay.keep_new(TIMED * 3) == TIMED
    assert replay.dropped_lines == 2
    assert replay.is_over


def test_a_line_without_a_time_is_never_dropped():
    replay = Replay(seen_after(b"starting up\n", b'{"id":1,"msg":"x"}\n', TIMED))

    assert replay.keep_new(b"starting up\n" + b'{"id":1,"msg":"x"}\n') == b'starting up\n{"id":1,"msg":"x"}\n'


def test_new_lines_among_repeated_ones_are_kept():
    lines = [b"2026-08-21T20:56:%02dZ line\n" % number for number in range(10)]
    replay = Replay(seen_after(b"".join(lines)))

    late = b"2026-08-21T20:56:03Z late\n"

    assert replay.keep_new(b"".join([*lines[:5], late, *lines[5:]]) + b"new\r\n") == late + b"new\r\n"


def test_the_order_of_keys_makes_no_other_line():
    one = identify(b'{"timestamp":"2026-08-21T20:56:23Z","message":"a","n":{"x":1,"y":2}}')
    two = identify(b'{"n":{"y":2,"x":1},"message":"a","timestamp":"2026-08-21T20:56:23Z"}\r\n')

    assert one is not None
    assert one == two


def test_a_platforms_own_id_is_as_good_as_a_time():
    assert identify(b'{"insertId":"abc","textPayload":"x"}') is not None
    assert identify(b'{"textPayload":"x"}') is None
    assert identify(b"{not json 10:00:00") is not None


def test_only_the_last_lines_are_held():
    recent = Recent()
    for number in range(100):
        recent.add(b"".join(b"10:00:00 %d %d %s\n" % (number, one, b"x" * 2000) for one in range(100)))

    assert recent._bytes <= 4 << 20
    seen = recent.count_identities()

    assert seen.total() <= 2000
    assert identify(b"10:00:00 99 99 " + b"x" * 2000) in seen


def test_the_search_ends_after_as_many_lines_as_are_held():
    replay = Replay(seen_after(TIMED))

    assert replay.keep_new(b"x\n" * 2000 + TIMED) == b"x\n" * 2000 + TIMED
    assert replay.is_over
