"""Events, verdicts and time → incidents and what people are told of them; pure: no clock, no input, no output.

book         what the keeper calls: take, judge, tick, what people ask for, dump and restore
manners      how incidents are kept; what of a rule counts; both clocks
outcomes     what came of a call
cases        one incident while it lives
openings     a bad event → counted, waited for, told at once
closings     good events, verdicts and silence → what ends
absorptions  of several rules about one error the most specific speaks
tellings     the last word on whether somebody is told, and how it is written down
silences     about what nobody is told
memories     what outlives an incident: flapping, lifetimes, expiry
rows         all of it ↔ plain rows
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logscan.doors import open_door

if TYPE_CHECKING:
    from logscan.incidents.book import Book
    from logscan.incidents.manners import IncidentManner, Moment, Place, Terms, list_terms
    from logscan.incidents.memories import Prediction
    from logscan.incidents.outcomes import Account, Note, Outcome, Withheld
    from logscan.incidents.rows import predict_expiry
    from logscan.incidents.silences import Silence, make_silence

__all__ = [
    "Account",
    "Book",
    "IncidentManner",
    "Moment",
    "Note",
    "Outcome",
    "Place",
    "Prediction",
    "Silence",
    "Terms",
    "Withheld",
    "list_terms",
    "make_silence",
    "predict_expiry",
]

__getattr__ = open_door(
    __name__,
    {
        "book": "Book",
        "manners": "IncidentManner Moment Place Terms list_terms",
        "memories": "Prediction",
        "outcomes": "Account Note Outcome Withheld",
        "rows": "predict_expiry",
        "silences": "Silence make_silence",
    },
)
