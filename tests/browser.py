"""A headless Chromium, told what to do over its own protocol; one for each test that looks at pages."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

_WORDS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --remote-debugging-port=0 about:blank"
).split()
_WAIT_SECONDS = 60.0
_MARK = "DevTools listening on "


class Browser:
    """One page of it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.requests: list[str] = []
        self.messages: list[str] = []  # what the page's console says
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: object) -> Any:
        self._number += 1
        words = {"id": self._number, "method": method, "params": parameters}
        session = getattr(self, "_session", None)
        self._connection.send(json.dumps(words | ({"sessionId": session} if session else {})))
        while (said := self._receive()).get("id") != self._number:
            pass
        assert "error" not in said, said
        return said["result"]

    def resize(self, width: int, height: int) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def prefer(self, scheme: str) -> None:
        """`light` or `dark`."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url: str) -> None:
        """Return when the page and all that belongs to it is there."""
        self.ask("Page.navigate", url=url)
        while self._receive().get("method") != "Page.loadEventFired":
            pass

    def run(self, script: str) -> Any:
        """What a script gives, in the page."""
        said = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def picture(self, path: Path) -> None:
        """The whole page, also what lies below the fold."""
        said = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(said["data"]))

    def _receive(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._connection.recv(_WAIT_SECONDS))
        parameters = said.get("params", {})
        if said.get("method") == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif said.get("method") == "Log.entryAdded":
            self.messages.append(parameters["entry"]["text"])
        elif said.get("method") == "Runtime.consoleAPICalled":
            self.messages.append(json.dumps(parameters["args"]))
        return said


@contextmanager
def open_browser() -> Iterator[Browser]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        program = subprocess.Popen(
            ["chromium", f"--user-data-dir={profile}", *_WORDS],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert program.stderr is not None
        try:
            line = next(line for line in program.stderr if line.startswith(_MARK))
            address = line.removeprefix(_MARK).strip()
            with connect(address, max_size=None, proxy=None, close_timeout=1) as connection:
                yield Browser(connection)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, 9)
            program.wait()
            program.stderr.close()
