"""The commented file to start from, which changes nothing until a line of it is brought to life."""

from __future__ import annotations

from logscan.config.sections import SECTIONS

_HEAD = """\
# The configuration of logscan. Everything is optional, and this file changes nothing as it stands:
# take the `#` away from the lines you need. `logscan config check` says whether all is right.
# It is found as ./logscan.yaml, as ./config.yaml (only with the next line in it), or given with `-c FILE`.
logscan: 1
"""

STARTER = "\n".join([_HEAD, *(section.sample for section in SECTIONS)])
