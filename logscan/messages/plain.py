"""A message as plain text, for whoever reads no markup; it escapes nothing."""

from __future__ import annotations

from logscan.messages.words import Message


def write_plain(message: Message) -> str:
    """The whole message; its first line is the headline."""
    lines = [message.headline]
    if message.title:
        lines.append(message.title)
    lines += ["", *(f"{fact.label}: {fact.value}" for fact in message.facts)]
    if message.evidence:
        lines += ["", f"{message.evidence_label}:", *(f"  {line}" for line in message.evidence)]
    if message.steps:
        lines += ["", "What to do:", *(f"  {step}" for step in message.steps)]
    if message.silence:
        lines += ["", f"To silence it: {message.silence}"]
    if message.link:
        lines += ["", message.link]
    return "\n".join(lines)
