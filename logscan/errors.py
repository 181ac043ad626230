"""The error tree; it never prints.

LogscanError                what a user can mend; its text reads `place: what is wrong; what would be right`
├── ConfigError             a setting, an option or a YAML file is wrong
│   ├── PackError           a pattern pack was refused; carries every error of the file
│   ├── SettingsError       a configuration file was refused; carries every error of the file
│   └── PatternError        a pattern cannot be read; carries the position in its text
├── StateError              the state on disk cannot be used
│   └── StateInUseError     another process has it
├── ExchangeError           another machine gave no usable answer; never quotes more of a URL than its host
├── DeliveryError           a channel did not deliver a notice; quotes no secret
│   ├── TryAgain            it may, later
│   └── GiveUp              it will not, however often it is tried
└── InputError              an input could not be opened or read to its end
    └── BrokenArchiveError  an archive ends early or is damaged; what came before was read
"""

from __future__ import annotations


class LogscanError(Exception):
    """The root: `except LogscanError` at a joint catches what logscan itself raises."""


def write_fault(place: str, fault: Exception) -> str:
    """What people are told of an error that is nobody's but ours: its kind, and none of its text, which may quote a line."""
    return f"{place}: logscan's own fault ({type(fault).__name__}); please report it"


class ConfigError(LogscanError):
    """A setting, an option or a YAML file is wrong."""


class PackError(ConfigError):
    """A pattern pack was refused; `problems` holds one `file:line:column: …` text per error."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SettingsError(ConfigError):
    """A configuration file was refused; `problems` holds one text per error, most with `file:line:column`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PatternError(ConfigError):
    """A pattern cannot be read; `position` counts characters from the start of its text."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


class StateError(LogscanError):
    """The state on disk cannot be used."""


class StateInUseError(StateError):
    """Another process has the state; two writers would tell everything twice."""


class ExchangeError(LogscanError):
    """Another machine gave no usable answer."""


class DeliveryError(LogscanError):
    """A channel did not deliver a notice; the text says why, and holds no secret."""


class TryAgain(DeliveryError):  # noqa: N818 - what the caller should do is the better name
    """It may be delivered later: after so many seconds at least, where the service said so."""

    def __init__(self, why: str, *, after_seconds: float | None = None, memory: str | None = None) -> None:
        super().__init__(why)
        self.after_seconds = after_seconds
        self.memory = memory  # as in a Receipt: what was done of it; None: nothing new


class GiveUp(DeliveryError):  # noqa: N818 - the same
    """Trying again would not help. `broken`: the channel itself is refused, and somebody must mend it."""

    def __init__(self, why: str, *, status: int | None = None, broken: bool = False) -> None:
        super().__init__(why)
        self.status = status  # as in HTTP; None: it was not HTTP that refused
        self.broken = broken


class InputError(LogscanError):
    """An input could not be opened or read to its end."""


class BrokenArchiveError(InputError):
    """An archive ends early or is damaged; what came before the break was read."""
