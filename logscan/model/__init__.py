"""The nouns that rooms hand to each other; nothing here acts.

lines       what is read and what is found in it: Rule, Block, Match, Record, Event
incidents   what becomes of a credential: Incident, Change, Notice, Verdict
channels    ways to tell people: Channel, Repeater, Receipt
views       what a running logscan shows of itself: Snapshot, SourceView
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.model.channels import Channel, Manner, Pace, Receipt, Repeater, name_thread
    from logscan.model.incidents import (
        CHANNEL_REFUSED,
        DEFAULT_TITLES,
        SOURCE_BLIND,
        Change,
        ChangeKind,
        Incident,
        Merged,
        Notice,
        NoticeType,
        Reason,
        State,
        Story,
        Untold,
        Verdict,
        VerdictKind,
        name_key,
    )
    from logscan.model.lines import (
        DEFAULT_SEVERITIES,
        FINISHED,
        Block,
        Chunk,
        Event,
        Exclusion,
        Finding,
        Hit,
        Match,
        News,
        NewsKind,
        Progress,
        Record,
        Rule,
        ScanSummary,
        Severity,
        Signal,
        Specificity,
        Threshold,
        Unreadable,
        WordList,
    )
    from logscan.model.views import ChannelView, Expiry, Snapshot, SourceView, TokenView

__all__ = [
    "CHANNEL_REFUSED",
    "DEFAULT_SEVERITIES",
    "DEFAULT_TITLES",
    "FINISHED",
    "SOURCE_BLIND",
    "Block",
    "Change",
    "ChangeKind",
    "Channel",
    "ChannelView",
    "Chunk",
    "Event",
    "Exclusion",
    "Expiry",
    "Finding",
    "Hit",
    "Incident",
    "Manner",
    "Match",
    "Merged",
    "News",
    "NewsKind",
    "Notice",
    "NoticeType",
    "Pace",
    "Progress",
    "Reason",
    "Receipt",
    "Record",
    "Repeater",
    "Rule",
    "ScanSummary",
    "Severity",
    "Signal",
    "Snapshot",
    "SourceView",
    "Specificity",
    "State",
    "Story",
    "Threshold",
    "TokenView",
    "Unreadable",
    "Untold",
    "Verdict",
    "VerdictKind",
    "WordList",
    "name_key",
    "name_thread",
]

__getattr__ = open_door(
    __name__,
    {
        "channels": "Channel Manner Pace Receipt Repeater name_thread",
        "incidents": (
            "CHANNEL_REFUSED DEFAULT_TITLES SOURCE_BLIND Change ChangeKind Incident Merged Notice NoticeType "
            "Reason State Story Untold Verdict VerdictKind name_key"
        ),
        "lines": (
            "DEFAULT_SEVERITIES FINISHED Block Chunk Event Exclusion Finding Hit Match News NewsKind "
            "Progress Record Rule ScanSummary Severity Signal Specificity Threshold Unreadable WordList"
        ),
        "views": "ChannelView Expiry Snapshot SourceView TokenView",
    },
)
