"""One made-up line of every logger and web server, with what it says."""

from __future__ import annotations

from tests.records.platform_lines import MICRO, MILLI, MS, TEXT, TIME, Case, dump

APPLICATIONS: dict[str, Case] = {
    "pino": (
        dump(level=50, time=MS, pid=1, hostname="h", name="bot", msg=TEXT, res={"statusCode": 401}),
        ("pino", "error", TIME + MILLI, "bot"),
        {"pid": "1", "status": "401"},
    ),
    "bunyan": (
        dump(name="bot", hostname="h", pid=1, level=40, msg=TEXT, time="2026-08-21T20:56:23.123Z", v=0),
        ("bunyan", "warn", TIME + MILLI, "bot"),
        {},
    ),
    "winston": (
        dump(level="error", message=TEXT, service="bot", timestamp="2026-08-21T20:56:23.123Z"),
        ("winston", "error", TIME + MILLI, "bot"),
        {},
    ),
    "structlog": (
        dump(event=TEXT, level="critical", logger="bot.wa", timestamp="2026-08-21T20:56:23.123456Z"),
        ("structlog", "fatal", TIME + MICRO, None),
        {"logger": "bot.wa", "level": "fatal"},
    ),
    "zap": (
        dump(level="error", ts=MS / 1000, logger="wa", caller="wa/send.go:12", msg=TEXT),
        ("zap", "error", TIME + MILLI, None),
        {"caller": "wa/send.go:12"},
    ),
    "slog": (
        dump(time="2026-08-21T20:56:23.123Z", level="ERROR", msg=TEXT),
        ("slog", "error", TIME + MILLI, None),
        {},
    ),
    "logrus": (
        dump(level="warning", msg=TEXT, time="2026-08-21T20:56:23Z"),
        ("logrus", "warn", TIME, None),
        {},
    ),
    "serilog": (
        dump(**{"@t": "2026-08-21T20:56:23.1234567Z", "@m": TEXT, "@l": "Fatal", "SourceContext": "Bot.Wa"}),
        ("serilog", "fatal", TIME + MICRO, None),
        {"logger": "Bot.Wa"},
    ),
    "ecs": (
        dump(
            **{
                "@timestamp": "2026-08-21T20:56:23.123Z",
                "message": TEXT,
                "ecs": {"version": "8"},
                "log.level": "ERROR",
                "service": {"name": "bot"},
            }
        ),
        ("ecs", "error", TIME + MILLI, "bot"),
        {},
    ),
    "logfmt": (
        f'time="2026-08-21T20:56:23Z" level=error msg="{TEXT}" service=bot status=401',
        ("logfmt", "error", TIME, "bot"),
        {"status": "401"},
    ),
    "python": (
        f"2026-08-21 20:56:23,123 - bot.wa - ERROR - {TEXT}",
        ("log", "error", TIME + MILLI, None),
        {"logger": "bot.wa"},
    ),
    "python-basic": (f"ERROR:bot.wa:{TEXT}", ("log", "error", None, None), {"logger": "bot.wa"}),
    "gunicorn": (f"[2026-08-21 20:56:23 +0000] [7] [ERROR] {TEXT}", ("log", "error", TIME, None), {}),
    "celery": (
        f"[2026-08-21 20:56:23,123: ERROR/MainProcess] {TEXT}",
        ("log", "error", TIME + MILLI, None),
        {},
    ),
    "loguru": (
        f"2026-08-21 20:56:23.123 | ERROR    | bot.wa:send:12 - {TEXT}",
        ("log", "error", TIME + MILLI, None),
        {},
    ),
    "logback": (
        f"2026-08-21 20:56:23.123 [main] ERROR c.e.bot.Sender - {TEXT}",
        ("log", "error", TIME + MILLI, None),
        {"logger": "c.e.bot.Sender"},
    ),
    "spring": (
        f"2026-08-21T20:56:23.123Z ERROR 1 --- [main] c.e.bot.Sender : {TEXT}",
        ("log", "error", TIME + MILLI, None),
        {"logger": "c.e.bot.Sender"},
    ),
    "rust": (f"[2026-08-21T20:56:23Z ERROR bot::wa] {TEXT}", ("log", "error", TIME, None), {}),
    "ruby": (
        f"E, [2026-08-21T20:56:23.123456 #7] ERROR -- : {TEXT}",
        ("log", "error", TIME + MICRO, None),
        {},
    ),
    "postgres": (f"2026-08-21 20:56:23.123 UTC [7] FATAL:  {TEXT}", ("log", "fatal", TIME + MILLI, None), {}),
    "lambda": (f"2026-08-21T20:56:23.123Z\t1f2e-3d\tERROR\t{TEXT}", ("log", "error", TIME + MILLI, None), {}),
    "logback-clock": (
        f"20:56:23.123 [main] ERROR c.e.bot.Sender - {TEXT}",
        ("log", "error", None, None),
        {"logger": "c.e.bot.Sender"},
    ),
    "serilog-console": (f"[20:56:23 ERR] {TEXT}", ("log", "error", None, None), {}),
    "pino-pretty": (f"[20:56:23.123] ERROR (7): {TEXT}", ("log", "error", None, None), {}),
    "level-only": (f"[ERROR] {TEXT}", ("log", "error", None, None), {}),
    "glog": (
        f"E0821 20:56:23.123456       7 sender.go:12] {TEXT}",
        ("glog", "error", TIME + MICRO, None),
        {"logger": "sender.go"},
    ),
    "nginx-error": (
        f'2026/08/21 20:56:23 [error] 7#7: *12 {TEXT}, client: 192.0.2.1, request: "POST /hook?a=1 HTTP/1.1"',
        ("nginx-error", "error", TIME, None),
        {"method": "POST", "path": "/hook"},
    ),
    "apache-error": (
        f"[Fri Aug 21 20:56:23.123456 2026] [core:error] [pid 7] [client 192.0.2.1:5] {TEXT}",
        ("apache-error", "error", TIME + MICRO, None),
        {},
    ),
    "access": (
        '192.0.2.1 - - [21/Aug/2026:22:56:23 +0200] "POST /hook?a=1 HTTP/1.1" 401 12 "-" "curl/8"',
        ("access", None, TIME, None),
        {"status": "401", "method": "POST", "path": "/hook", "format": "access"},
    ),
    "uvicorn": (
        'INFO:     192.0.2.1:5 - "GET /hook HTTP/1.1" 401 Unauthorized',
        ("access", "info", None, None),
        {"status": "401", "path": "/hook"},
    ),
    "text-with-time": (
        f"2026-08-21 20:56:23.123 {TEXT}",
        ("text", None, TIME + MILLI, None),
        {"format": "text"},
    ),
}
# Messages other than TEXT.
TEXTS: dict[str, str | None] = {
    "access": None,
    "uvicorn": '192.0.2.1:5 - "GET /hook HTTP/1.1" 401 Unauthorized',
    "nginx-error": f'{TEXT}, client: 192.0.2.1, request: "POST /hook?a=1 HTTP/1.1"',
    "python-basic": f"bot.wa:{TEXT}",
    "loguru": f"bot.wa:send:12 - {TEXT}",
    "logback-clock": f"c.e.bot.Sender - {TEXT}",
    "pino-pretty": f"(7): {TEXT}",
    "logback": f"c.e.bot.Sender - {TEXT}",
    "spring": f"1 --- [main] c.e.bot.Sender : {TEXT}",
    "rust": f"bot::wa] {TEXT}",
}
