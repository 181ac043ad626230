"""One made-up line of every platform, with what its envelope says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

TIME = datetime(2026, 8, 21, 20, 56, 23, tzinfo=UTC)
MILLI = timedelta(milliseconds=123)
MICRO = timedelta(microseconds=123456)
TEXT = "Error validating access token: Session has expired"
MS = 1787345783123  # TIME + MILLI since 1970

# line; format, level, time, service; some attributes. The message is TEXT.
Case = tuple[str, tuple[str, str | None, datetime | None, str | None], dict[str, str]]


def dump(**fields: object) -> str:
    return json.dumps(fields)


PLATFORMS: dict[str, Case] = {
    "railway": (
        dump(
            level="error", message=TEXT, timestamp="2026-08-21T20:56:23.123456789Z", route="/hook", status=401
        ),
        ("railway", "error", TIME + MICRO, None),
        {"status": "401", "route": "/hook", "level": "error", "format": "railway"},
    ),
    "railway-graphql": (
        dump(
            timestamp="2026-08-21T20:56:23.123456789Z",
            message=TEXT,
            severity="error",
            tags={"projectId": "p", "serviceId": "s"},
            attributes=[{"key": "level", "value": '"warn"'}, {"key": "status", "value": "401"}],
        ),
        ("railway", "warn", TIME + MICRO, None),
        {"serviceId": "s", "status": "401"},
    ),
    "locomotive": (
        dump(
            _metadata={"serviceName": "bot", "environmentName": "production"},
            message=TEXT,
            level="error",
            timestamp="2026-08-21T20:56:23.123456789Z",
            dt="2026-08-21T20:56:23.123456789Z",
        ),
        ("railway", "error", TIME + MICRO, "bot"),
        {"environmentName": "production"},
    ),
    "railway-human": (
        f"2026-08-21T20:56:23.123456789Z [ERRO] {TEXT}",
        ("log", "error", TIME + MICRO, None),
        {},
    ),
    "docker": (
        dump(log=TEXT + "\n", stream="stderr", time="2026-08-21T20:56:23.123456789Z"),
        ("docker", None, TIME + MICRO, None),
        {"stream": "stderr"},
    ),
    "cri": (
        f"2026-08-21T20:56:23.123456789Z stderr F {TEXT}",
        ("cri", None, TIME + MICRO, None),
        {"stream": "stderr"},
    ),
    "journald": (
        dump(
            MESSAGE=TEXT,
            PRIORITY="3",
            SYSLOG_IDENTIFIER="bot",
            _SYSTEMD_UNIT="bot.service",
            _PID="1",
            __REALTIME_TIMESTAMP="1787345783123456",
        ),
        ("journald", "error", TIME + MICRO, "bot"),
        {"_PID": "1", "PRIORITY": "3"},
    ),
    "journald-bytes": (
        dump(
            __REALTIME_TIMESTAMP="1787345783123456", MESSAGE=list(TEXT.encode()), _SYSTEMD_UNIT="bot.service"
        ),
        ("journald", None, TIME + MICRO, "bot"),
        {},
    ),
    "heroku": (
        f"2026-08-21T20:56:23.123456+00:00 app[web.1]: {TEXT}",
        ("heroku", None, TIME + MICRO, "web"),
        {"dyno": "web.1", "source": "app"},
    ),
    "heroku-drain": (
        f"120 <40>1 2026-08-21T20:56:23+00:00 host app web.3 - {TEXT}",
        ("syslog-5424", None, TIME, "web"),
        {"pid": "web.3"},
    ),
    "vercel": (
        dump(
            level="error",
            message=TEXT,
            rowId="1",
            source="edge-function",
            timestampInMs=MS,
            domain="app.example.com",
            requestMethod="GET",
            requestPath="/api/hook?a=1",
            responseStatusCode=401,
        ),
        ("vercel", "error", TIME + MILLI, "app.example.com"),
        {"status": "401", "method": "GET", "path": "/api/hook", "source": "edge-function"},
    ),
    "netlify": (
        dump(
            source="function", name="hook", timestamp="2026-08-21T20:56:23.123Z", level="error", message=TEXT
        ),
        ("netlify", "error", TIME + MILLI, "hook"),
        {"source": "function"},
    ),
    "netlify-human": (
        f"[λ hook] 2026-08-21T20:56:23.123Z ERROR {TEXT}",
        ("log", "error", TIME + MILLI, "hook"),
        {"envelope": "netlify"},
    ),
    "netlify-page": (
        f"Mar 30, 04:50:55 AM: e5fb22e5 ERROR  {TEXT}",
        ("netlify", "error", None, None),
        {"request": "e5fb22e5"},
    ),
    "render": (
        dump(
            id="1",
            labels=[{"name": "resource", "value": "srv-a"}, {"name": "level", "value": "error"}],
            message=TEXT,
            timestamp="2026-08-21T20:56:23.123456789Z",
        ),
        ("render", "error", TIME + MICRO, "srv-a"),
        {"resource": "srv-a"},
    ),
    "render-syslog": (
        f"<0>1 2026-08-21T13:56:23-07:00 bot srv-12345 74440 srv-12345 - {TEXT}",
        ("syslog-5424", None, TIME, "bot"),
        {"app": "srv-12345"},
    ),
    "fly": (
        dump(
            level="error",
            instance="148e",
            message=TEXT,
            region="fra",
            timestamp="2026-08-21T20:56:23.123456789Z",
        ),
        ("fly", "error", TIME + MICRO, None),
        {"instance": "148e", "region": "fra"},
    ),
    "fly-human": (
        f"2026-08-21T20:56:23Z app[148e] fra [error]{TEXT}",
        ("fly", "error", TIME, None),
        {"region": "fra", "instance": "148e"},
    ),
    "wrangler": (
        dump(
            outcome="ok",
            scriptName="worker",
            exceptions=[],
            logs=[{"message": [TEXT], "level": "error"}],
            eventTimestamp=MS,
            event={"request": {"url": "https://a.example/hook?x=1", "method": "POST"}},
        ),
        ("wrangler", "error", TIME + MILLI, "worker"),
        {"path": "/hook", "method": "POST", "outcome": "ok"},
    ),
    "cloudwatch": (
        f"2026-08-21T20:56:23.123456+00:00 ecs/bot/{'0123456789abcdef' * 2} {TEXT}",
        ("cloudwatch", None, TIME + MICRO, "bot"),
        {},
    ),
    "cloudwatch-short": (f"2026-08-21T20:56:23 {TEXT}", ("cloudwatch", None, TIME, None), {}),
    "kubectl": (
        f"[pod/bot-7d9c6b5f4d-x2k4p/app] 2026-08-21T20:56:23.123456789Z {TEXT}",
        ("kubectl", None, TIME + MICRO, "bot"),
        {"pod": "bot-7d9c6b5f4d-x2k4p", "container": "app"},
    ),
    "kubectl-timestamps": (
        f"2026-08-21T20:56:23.123456789Z {TEXT}",
        ("kubectl", None, TIME + MICRO, None),
        {},
    ),
    "compose": (f"bot-1  | {TEXT}", ("compose", None, None, "bot"), {}),
    "fluent-bit": (
        dump(
            log=TEXT + "\n",
            time="2026-08-21T20:56:23.123456Z",
            stream="stderr",
            kubernetes={"pod_name": "bot-7d9c6b5f4d-x2k4p", "namespace_name": "prod"},
        ),
        ("docker", None, TIME + MICRO, "bot"),
        {"namespace_name": "prod"},
    ),
    "gcp-text": (
        dump(
            textPayload=TEXT,
            severity="ERROR",
            timestamp="2026-08-21T20:56:23.123456Z",
            resource={"type": "cloud_run_revision", "labels": {"service_name": "bot"}},
        ),
        ("gcp", "error", TIME + MICRO, "bot"),
        {"service_name": "bot"},
    ),
    "gcp-json": (
        dump(
            jsonPayload={"message": TEXT, "code": 190},
            severity="CRITICAL",
            timestamp="2026-08-21T20:56:23Z",
            httpRequest={"status": 401, "requestMethod": "POST", "requestUrl": "https://a.example/x"},
        ),
        ("gcp", "fatal", TIME, None),
        {"code": "190", "status": "401", "method": "POST", "path": "/x"},
    ),
    "pm2": (
        dump(
            message=TEXT + "\n",
            timestamp="2026-08-21T20:56:23.123Z",
            type="err",
            process_id=0,
            app_name="bot",
        ),
        ("pm2", None, TIME + MILLI, "bot"),
        {"stream": "stderr"},
    ),
    "syslog-3164": (
        f"<27>Aug 21 20:56:23 host1 bot[12]: {TEXT}",
        ("syslog-3164", "error", TIME, "bot"),
        {"host": "host1", "pid": "12"},
    ),
    "syslog-file": (
        f"Aug 21 20:56:23 host1 bot[12]: {TEXT}",
        ("syslog-3164", None, TIME, "bot"),
        {"pid": "12"},
    ),
    "rsyslog-iso": (
        f"2026-08-21T20:56:23.123456+00:00 host1 bot[12]: {TEXT}",
        ("syslog-3164", None, TIME + MICRO, "bot"),
        {},
    ),
    "syslog-5424": (
        f'<27>1 2026-08-21T20:56:23.123Z host1 bot 12 ID47 [x@1 a="1\\]" b="2"][y@2] \ufeff{TEXT}',
        ("syslog-5424", "error", TIME + MILLI, "bot"),
        {"host": "host1", "msgid": "ID47"},
    ),
}
