"""A path under Kubernetes' log folders → which container wrote it; it opens nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMES = re.compile(
    r"/pods/(?P<namespace>[^/_]+)_(?P<pod>[^/_]+)_[^/_]+/(?P<container>[^/]+)/[^/]+$"
    r"|/containers/(?P<pod2>[^/_]+)_(?P<namespace2>[^/_]+)_(?P<container2>[^/]+)-[0-9a-f]{64}\.log$"
)


class Pod(NamedTuple):
    """Whose log it is."""

    service: str | None = None
    fields: dict[str, str] | None = None


def read_pod(path: str) -> Pod:
    """The container as service; namespace, pod and container as fields."""
    found = _NAMES.search(path)
    if found is None:
        return Pod()
    names = ("namespace", "pod", "container")
    fields = {name: found[name] or found[f"{name}2"] for name in names}
    return Pod(fields["container"], fields)
