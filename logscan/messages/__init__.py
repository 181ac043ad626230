"""What people are told of a notice, in words that fit every service; it escapes and sends nothing.

words       a notice → a message: headline, facts, evidence, what to do
reasons     why people are told now, and what an incident is about
sizes       how long a text is, and a text cut at a code point, with a note
fits        a message that is made to fit a service's limit
plain       a message as plain text
"""

from logscan.messages.fits import fit_message
from logscan.messages.plain import write_plain
from logscan.messages.sizes import cut_text, measure_text
from logscan.messages.words import Fact, Message, Mood, Voice, write_message

__all__ = [
    "Fact",
    "Message",
    "Mood",
    "Voice",
    "cut_text",
    "fit_message",
    "measure_text",
    "write_message",
    "write_plain",
]
