from __future__ import annotations

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st

from logscan.channels import discord, slack, telegram
from logscan.messages import Voice, write_message
from logscan.model import Notice
from tests.chats_made import count_units, is_slack_laid_out, list_texts
from tests.notices_made import make_incident, make_notice

HOSTILE = st.lists(
    st.sampled_from(
        "<!channel> <!here> <@U123> @everyone @here <@&55> <#7> <:x:1> @admin #tag /start https://evil.example "
        "[x](https://evil.example) ``` ` * ** _ __ ~~ || > >>> # - \\ </pre> </code> <b> <a href='x'> &lt; &amp; "
        "<https://evil.example|x> :tada: \n \r\n \x1b[31m \u202e \u2066 tg://user?id=1 mailto:a@b.example 😀 \ud800".split(
            " "
        )
    )
    | st.text(max_size=20),
    max_size=12,
).map(" ".join)


def make_hostile(text: str) -> Notice:
    incident = make_incident(
        credential=text, service=text, title=text, sources=(text,), evidence=(text, text[::-1]), runbook=text
    )
    return make_notice(incident=incident)


@given(HOSTILE)
@example("```<!channel>```")
def test_slack_finds_no_mention_link_or_markup_in_what_a_log_says(text: str):
    message = write_message(make_hostile(text), Voice())

    blocks = slack.list_blocks(message)

    assert is_slack_laid_out({"text": slack.escape(message.headline), "blocks": blocks})
    for found in list_texts(blocks):
        assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", found)
    for block in blocks:
        for written in [block.get("text"), *(block.get("fields") or [])]:  # type: ignore[misc]
            if isinstance(written, dict) and written["type"] == "mrkdwn":
                fenced = written["text"]
                assert fenced.startswith("```")
                assert fenced.endswith("```")
                assert "`" not in fenced[3:-3]
                assert written["verbatim"] is True


@given(HOSTILE)
@example("@everyone ``` @here [x](https://evil.example)")
def test_discord_finds_no_mention_link_or_markup_in_what_a_log_says(text: str):
    message = write_message(make_hostile(text), Voice())

    embed = discord.write_embed(message)

    fields = embed["fields"]
    assert isinstance(fields, list)
    for found in (embed["title"], embed["description"], *(field["value"] for field in fields)):
        assert isinstance(found, str)
        bare = re.sub(r"```\n[^`]*\n```", "", found)
        bare = re.sub(r"\\.", "", bare)
        assert not re.search(r"[*_~`|<>#@:\[\]()]", bare.replace("… [cut]", ""))
        assert not re.search(r"@(everyone|here)", found)


@given(HOSTILE)
@example("</pre><a href='tg://user?id=1'>x</a> @admin evil.example")
def test_telegram_finds_no_mention_link_or_markup_in_what_a_log_says(text: str):
    message = write_message(make_hostile(text), Voice())

    written = telegram.write_html(message)

    tags = re.findall(r"<[^>]*>", written)
    assert set(tags) <= {"<b>", "</b>", "<code>", "</code>", "<pre>", "</pre>"}
    assert all(tags[i + 1] == tags[i].replace("<", "</") for i in range(0, len(tags), 2))
    bare = re.sub(r"<(code|pre)>[^<]*</\1>", "", written)
    bare = re.sub(r"</?b>", "", bare)
    assert not re.search(r"[<>]|&(?!(?:lt|gt|amp|quot|#x27);)", bare)
    assert not re.search(r"[@#]\w|://|\w\.\w|(?:^|\s)/\w", html.unescape(bare))
    assert not re.search(r"[@#]\w|:/|\w\.\w", telegram.break_up(text))


@given(HOSTILE)
def test_each_message_is_within_its_limits(text: str):
    message = write_message(make_hostile(text * 20), Voice())

    assert count_units(telegram.write_html(message)) > 0
    embed = discord.write_embed(message)
    assert sum(map(count_units, list_texts(embed))) <= 6_000
