"""Settings written down as YAML that reads back as the same; it holds no secret, since settings hold none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logscan.config.sections import SECTIONS
from logscan.config.settings import Settings
from logscan.config.versions import VERSION, VERSION_KEY
from logscan.yamlfile import Plain

if TYPE_CHECKING:
    import yaml

_PLAIN_WORD = re.compile(r"(?!(?:true|false|null)$)[A-Za-z][A-Za-z0-9_.-]*")


def write_settings(settings: Settings) -> str:
    """Every section with every key, defaults too."""
    import yaml  # only here: few commands write any

    class Dumper(yaml.SafeDumper):
        """In quotes stands whatever could be taken for something else than text."""

    def write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        quotes = "'" if text.isprintable() else '"'
        style = None if _PLAIN_WORD.fullmatch(text) else quotes
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, write_text)
    return yaml.dump(_describe(settings), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def _describe(settings: Settings) -> dict[str, Plain]:
    shown = {section.name: section.show(getattr(settings, section.name)) for section in SECTIONS}
    return {VERSION_KEY: VERSION, **shown}


def summarize_settings(settings: Settings) -> str:
    """A good configuration in one line."""
    return ", ".join(
        said for section in SECTIONS for said in section.summarize(getattr(settings, section.name))
    )
