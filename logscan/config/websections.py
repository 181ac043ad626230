"""The sections `web:`, `metrics:` and `heartbeat:` of a configuration; they open no port and ask nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from logscan.config.entries import list_names, locate, read_secret, read_some_time
from logscan.config.schemaparts import (
    NAME,
    REFERENCE,
    SOME_TIME,
    Schema,
    describe,
    write_mapping,
    write_names,
)
from logscan.config.spellings import drop_empty, write_duration, write_reference
from logscan.errors import ConfigError
from logscan.metrics.labels import DEFAULT_LIMIT
from logscan.references import Reference
from logscan.rules.entries import Entry
from logscan.web.addresses import DEFAULT_LISTEN, OFF, Address, read_address
from logscan.yamlfile import Plain

WEB_SAMPLE = f"""\
#web:
# Metrics, health, JSON and the status page; `listen: off` serves nothing. Names under which it may be asked, beside IP
# addresses and localhost, stand in `hosts`. Beyond this machine, ask for credentials: {{bearer: …}} or {{user: …, password: …}}.
#  listen: {DEFAULT_LISTEN}
#  hosts: [watch.example.org]
#  auth: {{bearer: {{env: LOGSCAN_WEB_TOKEN}}}}
"""
METRICS_SAMPLE = """\
#metrics:
# How many series of one metric log text may bring about; the rest is counted as `other`. `textfile` is written every
# minute, for the textfile collector of node_exporter.
#  label_limit: 1000
#  textfile: /var/lib/node_exporter/logscan.prom
"""
HEARTBEAT_SAMPLE = """\
#heartbeat:
# An address that is called while all is well with logscan itself: whoever waits there tells you when it is not.
#  url: {env: HEARTBEAT_URL}
#  every: 1m
"""
_DEFAULT_EVERY = timedelta(minutes=1)
_MOST_SERIES = 100_000
_DEFAULT_ADDRESS = read_address(DEFAULT_LISTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where and for whom it serves."""

    listen: Address | None = _DEFAULT_ADDRESS
    # `config show` writes the default out, which asks for nothing new.
    is_chosen: bool = field(
        default=False, compare=False
    )  # the address was asked for, so that a port which is taken is an error
    hosts: tuple[str, ...] = ()
    bearer: Reference | None = None
    user: str | None = None
    password: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSettings:
    """How metrics are kept."""

    label_limit: int = DEFAULT_LIMIT
    textfile: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatSettings:
    """Whom to call while all is well."""

    url: Reference
    every: timedelta = _DEFAULT_EVERY


def read_web(root: Entry, _folder: Path) -> WebSettings:
    """Read the section."""
    entry = root.enter("web")
    if entry is None:
        return WebSettings()
    entry.refuse_unknown(("listen", "hosts", "auth"))
    bearer, user, password = _read_auth(entry)
    return WebSettings(
        listen=_read_listen(entry),
        is_chosen="listen" in entry.values,
        hosts=tuple(_read_hosts(entry)),
        bearer=bearer,
        user=user,
        password=password,
    )


def read_metrics(root: Entry, folder: Path) -> MetricSettings:
    """Read the section; the path is told from `folder` on."""
    entry = root.enter("metrics")
    if entry is None:
        return MetricSettings()
    entry.refuse_unknown(("label_limit", "textfile"))
    limit = entry.read_count("label_limit", DEFAULT_LIMIT)
    if limit > _MOST_SERIES:
        entry.complain(f"label_limit is {limit}", f"write at most {_MOST_SERIES}", "label_limit")
    path = entry.read_text("textfile") if entry.values.get("textfile") is not None else None
    if path is not None and not path.endswith(".prom"):
        entry.complain(f"textfile is {path!r}", "let it end in .prom, or nobody collects it", "textfile")
    return MetricSettings(label_limit=limit, textfile=None if path is None else Path(locate(path, folder)))


def read_heartbeat(root: Entry, _folder: Path) -> HeartbeatSettings | None:
    """Read the section."""
    entry = root.enter("heartbeat")
    if entry is None:
        return None
    entry.refuse_unknown(("url", "every"))
    url = read_secret(entry, "url", required=True)
    every = read_some_time(entry, "every", _DEFAULT_EVERY)
    return None if url is None else HeartbeatSettings(url=url, every=every)


def show_web(web: WebSettings) -> dict[str, Plain]:
    """Every key, defaults too."""
    if web.bearer is not None:
        auth: dict[str, Plain] | None = {"bearer": write_reference(web.bearer)}
    elif web.password is not None:
        auth = {"user": web.user, "password": write_reference(web.password)}
    else:
        auth = None
    listen = OFF if web.listen is None else str(web.listen)
    return drop_empty({"listen": listen, "hosts": list(web.hosts), "auth": auth})


def show_metrics(metrics: MetricSettings) -> dict[str, Plain]:
    """Every key, defaults too."""
    textfile = None if metrics.textfile is None else str(metrics.textfile)
    return {"label_limit": metrics.label_limit, "textfile": textfile}


def show_heartbeat(heartbeat: HeartbeatSettings | None) -> dict[str, Plain] | None:
    """Every key, defaults too."""
    if heartbeat is None:
        return None
    return {"url": write_reference(heartbeat.url), "every": write_duration(heartbeat.every)}


def summarize_web(web: WebSettings) -> Sequence[str]:
    """What `config check` says of it."""
    if web.listen is None or web.listen.is_loopback or web.bearer or web.password:
        return ()
    return (f"web: {web.listen} is open to others, who may read everything there; set `auth`",)


def write_web_schema() -> Schema:
    """What may stand under `web:`."""
    auth = {
        "description": "Who may read: one token, or one name and password.",
        "anyOf": [
            {"type": "null"},
            _shape({"bearer": REFERENCE}),
            _shape({"user": NAME, "password": REFERENCE}),
        ],
    }
    listen: Schema = {
        "description": "HOST:PORT, or off.",
        "type": "string",
        "pattern": "^(?:off|.+:[0-9]{1,5})$",
    }
    return write_mapping(
        "Metrics, health, JSON and the status page.",
        {"listen": listen, "hosts": write_names("Names under which it may be asked."), "auth": auth},
    )


def write_metrics_schema() -> Schema:
    """What may stand under `metrics:`."""
    limit: Schema = {
        "description": "How many series of one metric log text may bring about.",
        "type": "integer",
        "minimum": 1,
        "maximum": _MOST_SERIES,
    }
    textfile: Schema = {
        "description": "A file that is written every minute, for the textfile collector.",
        "anyOf": [{"type": "null"}, {"type": "string", "pattern": "\\.prom$"}],
    }
    return write_mapping("How metrics are kept.", {"label_limit": limit, "textfile": textfile})


def write_heartbeat_schema() -> Schema:
    """What may stand under `heartbeat:`."""
    every = describe("How often.", SOME_TIME)
    return {
        **write_mapping("Called while all is well with logscan itself.", {"url": REFERENCE, "every": every}),
        "required": ["url"],
    }


def _shape(properties: dict[str, Schema]) -> Schema:
    required = [*properties]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _read_listen(entry: Entry) -> Address | None:
    value = entry.values.get("listen", DEFAULT_LISTEN)
    try:
        return read_address(value if isinstance(value, str) else "")
    except ConfigError:
        right = f"write HOST:PORT such as {DEFAULT_LISTEN}, or {OFF}"
        entry.complain(
            f"listen is {value!r}" if isinstance(value, str) else "listen is no text", right, "listen"
        )
        return _DEFAULT_ADDRESS


def _read_hosts(entry: Entry) -> Sequence[str]:
    hosts = []
    for name, at in list_names(entry, "hosts"):
        if "/" in name or "*" in name or name.count(":") == 1:
            entry.complain(
                f"{name!r} is no host name", "write the name alone, without scheme, port or stars", *at
            )
        else:
            hosts.append(name)
    return hosts


def _read_auth(entry: Entry) -> tuple[Reference | None, str | None, Reference | None]:
    auth = entry.enter("auth")
    if auth is None:
        return None, None, None
    auth.refuse_unknown(("bearer", "user", "password"))
    if "bearer" in auth.values:
        if len(auth.values) > 1:
            auth.complain("bearer and user contradict each other", "keep one of them", "bearer", of_key=True)
        return read_secret(auth, "bearer"), None, None
    user = auth.read_required("user")
    if user is not None and ":" in user:
        auth.complain("user holds a colon", "choose a name without one", "user")
    return None, user, read_secret(auth, "password", required=True)
