"""The tables of the state, version by version; nothing here opens a file.

Times that are compared are seconds since 1970; those that are only shown are RFC 3339.
"""

from __future__ import annotations

_FIRST = """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE positions (
        source TEXT NOT NULL, stream TEXT NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY (source, stream)
    ) WITHOUT ROWID;
    CREATE TABLE events (
        id INTEGER PRIMARY KEY, kept_at TEXT NOT NULL, seen_at TEXT, source TEXT NOT NULL, stream TEXT NOT NULL,
        offset INTEGER NOT NULL, credential TEXT NOT NULL, service TEXT, signal TEXT NOT NULL,
        severity INTEGER NOT NULL, rule TEXT NOT NULL, expires_at TEXT, evidence TEXT NOT NULL
    );
    CREATE INDEX events_by_time ON events (kept_at);
    """
_SECOND = """
    CREATE TABLE incidents (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, severity INTEGER NOT NULL,
        last_seen REAL NOT NULL, resolved_at REAL, value BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX incidents_by_end ON incidents (resolved_at);
    CREATE TABLE book (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE history (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, incident TEXT NOT NULL,
        kind TEXT NOT NULL, word TEXT NOT NULL, text TEXT NOT NULL
    );
    CREATE INDEX history_by_incident ON history (incident, id);
    CREATE INDEX history_by_time ON history (at);
    CREATE TABLE silences (
        id TEXT PRIMARY KEY, matchers TEXT NOT NULL, made_at REAL NOT NULL, until REAL NOT NULL,
        author TEXT NOT NULL, comment TEXT NOT NULL, ended_at REAL
    ) WITHOUT ROWID;
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT, made_at REAL NOT NULL, author TEXT NOT NULL,
        kind TEXT NOT NULL, value TEXT NOT NULL, answer TEXT
    );
    CREATE INDEX requests_waiting ON requests (id) WHERE answer IS NULL;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, notice_id TEXT NOT NULL, key TEXT NOT NULL,
        severity INTEGER NOT NULL, notice BLOB NOT NULL, created REAL NOT NULL, due REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
        error TEXT NOT NULL DEFAULT '', done_at REAL, note TEXT NOT NULL DEFAULT '',
        UNIQUE (channel, notice_id)
    );
    CREATE INDEX outbox_waiting ON outbox (channel, due) WHERE state = 'waiting';
    CREATE INDEX outbox_done ON outbox (done_at) WHERE state <> 'waiting';
    CREATE INDEX outbox_by_key ON outbox (key);
    """
_THIRD = """
    CREATE INDEX outbox_in_order ON outbox (channel) WHERE state = 'waiting';
    CREATE TABLE threads (
        channel TEXT NOT NULL, name TEXT NOT NULL, memory TEXT, incident BLOB, told_at REAL NOT NULL,
        PRIMARY KEY (channel, name)
    ) WITHOUT ROWID;
    """

SHEETS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD)  # each brings a file of the version before to its own
SCHEMA_VERSION = len(SHEETS)
