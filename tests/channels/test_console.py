from __future__ import annotations

import io

import pytest

from logscan.channels import Tools, open_channel
from logscan.channels.settings import ConsoleSettings
from logscan.errors import GiveUp
from tests.notices_made import NOON, make_client, make_incident, make_notice


def test_what_a_terminal_would_obey_is_not_written():
    stream = io.StringIO()
    channel = open_channel("here", ConsoleSettings(), Tools(make_client, lambda: NOON, say=stream.write))

    channel.send(make_notice(incident=make_incident(evidence=("a\x1b]0;x\x07b\u202ec\rd",))), None)

    assert stream.getvalue().startswith("Critical: meta-access-token@bot has expired\n")
    assert "  a ]0;x b c d\n" in stream.getvalue()
    assert stream.getvalue().endswith("\n\n")


def test_a_stream_that_is_closed_is_given_up():
    stream = io.StringIO()
    stream.close()
    channel = open_channel("here", ConsoleSettings(), Tools(make_client, lambda: NOON, say=stream.write))

    with pytest.raises(GiveUp) as caught:
        channel.send(make_notice(), None)

    assert caught.value.broken
