"""Spells a level, however a logger writes it, as one of eight words; never looks at the message."""

from __future__ import annotations

_SPELLINGS = {
    "trace": "trace trc trce verbose finest finer silly t v",
    "debug": "debug dbg dbug debg fine config d",
    "info": "info inf information informational log http ok i",
    "notice": "notice n",
    "warn": "warn warning wrn w",
    "error": "error err erro eror fail severe e",
    "fatal": "fatal ftl critical crit crt alert emerg emergency panic dpanic f c",
}
_LEVELS = {spelling: level for level, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_LEVELS |= {spelling.upper(): level for spelling, level in _LEVELS.items()}
SYSLOG_LEVELS = ("fatal", "fatal", "fatal", "error", "warn", "notice", "info", "debug")
_PINO_LEVELS = ("trace", "trace", "debug", "info", "warn", "error", "fatal")
ORDER = ("trace", "debug", "info", "notice", "warn", "error", "fatal")

# For text lines: whole words only, since one letter says little there.
LEVEL_WORDS = (
    r"(?:TRACE|TRCE|TRC|FINEST|FINER|FINE|CONFIG|VERBOSE|DEBUG|DBUG|DBG|INFORMATION|INFO|INF|NOTICE|LOG"
    r"|WARNING|WARN|WRN|ERROR|ERRO|ERR|SEVERE|CRITICAL|CRIT|FATAL|FTL|ALERT|EMERG|PANIC)"
)


def read_level(value: object) -> str | None:
    """Read a word, a syslog severity (0 to 7) or a pino number (10 and up); None for anything else."""
    if isinstance(value, str):
        level = _LEVELS.get(value)
        if level or len(value) > 32:
            return level
        word = value.strip().lower()
        return (
            read_level(int(word))
            if word.isdecimal() and len(word) < 4 and word.isascii()
            else _LEVELS.get(word)
        )
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    if 0 <= value <= 7:
        return SYSLOG_LEVELS[value]
    return _PINO_LEVELS[min(value // 10, 6)] if 10 <= value < 100 else None


def worst_level(levels: list[str | None]) -> str | None:
    """The gravest of several."""
    return max((level for level in levels if level), key=ORDER.index, default=None)
