"""The JSON Schema of a configuration, for editors; whatever it refuses, `read_settings` refuses, too."""

from __future__ import annotations

from logscan.config.schemaparts import Schema, write_mapping
from logscan.config.sections import SECTIONS
from logscan.config.versions import VERSION, VERSION_KEY


def write_schema() -> Schema:
    """JSON Schema 2020-12 of the whole file."""
    version = {"const": VERSION, "description": "The version of this format."}
    sections = {section.name: section.schema() for section in SECTIONS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "logscan's configuration",
        **write_mapping("Everything is optional.", {VERSION_KEY: version, **sections}),
    }
