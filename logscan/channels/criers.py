"""Apprise in a process of its own: an order on stdin, what became of each target on stdout; it repeats nothing.

Started as `python -m logscan.channels.criers`. Its lines are JSON: `{"targets": N}` first, then `{"told": n}` for each
that was told, at once, so that what was done counts also when its time is up; or `{"refused": "why"}`.
"""

from __future__ import annotations

import copy
import ipaddress
import json
import sys
from collections.abc import Iterator
from typing import Any

_FAILED = 1
_AGENT = "logscan"


def main() -> int:
    """Tell every target that was not told before; 0 when all of them are."""
    import logging

    import apprise

    logging.disable(logging.CRITICAL)  # its words may quote a URL
    order = json.load(sys.stdin)
    asset = apprise.AppriseAsset(app_id=_AGENT, app_desc=_AGENT, http_redirects=False, secure_logging=True)
    services = apprise.Apprise(asset=asset)
    if not services.add(order["url"]) or not len(services):
        return _refuse(
            "Apprise does not know this URL; see its documentation for how this service's is written"
        )
    if any(_is_open(service) for service in services):
        return _refuse("this URL would send a secret in plain text; write the encrypted form of its scheme")
    if order["verifies"] and not all(service.verify_certificate for service in services):
        return _refuse("this URL switches the verification of TLS off; take `verify=` out of it")
    targets = [target for service in services for target in _split(service)]
    _say({"targets": len(targets)})
    status = 0
    for number, target in enumerate(targets):
        if number in order["told"]:
            continue
        target.verify_certificate = order["verifies"]
        if _tell(target, order, apprise):
            _say({"told": number})
        else:
            status = _FAILED
    return status


def _tell(target: Any, order: dict[str, Any], apprise: Any) -> bool:
    body = order["body"]
    if len(order["title"]) + len(body) > target.body_maxlen:
        body = order["short"]
        # Better told in part than refused.
        target.overflow_mode = apprise.OverflowMode.TRUNCATE
    speaker = apprise.Apprise(asset=target.asset)
    speaker.add(target)
    result = speaker.notify(
        body=body, title=order["title"], notify_type=order["type"], body_format=apprise.NotifyFormat.TEXT
    )
    return bool(result.success_count) and not result.failed_count and not result.timeout_count


def _split(service: Any) -> Iterator[Any]:
    """One for each of the people that a URL names: Apprise only says whether all of them were told."""
    people = getattr(service, "targets", None)
    if not isinstance(people, list) or len(people) < 2:
        yield service
        return
    for one in people:
        alone = copy.copy(service)
        alone.targets = [one]
        yield alone


def _is_open(service: Any) -> bool:
    """Whether what it is told could be read on the way, beyond this machine."""
    plain, sealed = (_list_names(service, name) for name in ("protocol", "secure_protocol"))
    if service.secure or service.schema not in plain or service.schema in sealed or _is_here(service.host):
        return False
    # Mail within a house is plain, and holds no secret unless somebody logs in.
    return not service.schema.startswith("mailto") or bool(service.user or service.password)


def _list_names(service: Any, name: str) -> tuple[str, ...]:
    found = getattr(service, name, None) or ()
    return (found,) if isinstance(found, str) else tuple(found)


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _refuse(why: str) -> int:
    _say({"refused": why})
    return _FAILED


def _say(row: dict[str, object]) -> None:
    sys.stdout.write("\n" + json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
