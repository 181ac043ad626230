"""S22: TLS is verified unless a channel is told otherwise by a name that says how dangerous it is, and everybody sees that."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.certificates_made import make_own_tls
from tests.cli.live_runs import end, running, wait_for_news
from tests.cli.running import run
from tests.programs_served import find_free_port
from tests.services_made import Service

pytestmark = pytest.mark.needs("openssl")

KEY = "dangerously_skip_tls_verify"
PLAIN = "logscan: 1\nchannels:\n  - {{name: lab, webhook: {{url: '{url}'}}}}\n"
BLIND = (
    "logscan: 1\nchannels:\n  - {{name: lab, webhook: {{url: '{url}', dangerously_skip_tls_verify: true}}}}\n"
)
WARNING = (
    f":3:5: lab: {KEY}: whoever stands on the way can read what it is told, and answer in its service's place;"
    " name who vouches for the service with SSL_CERT_FILE instead"
)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """One with a certificate that nobody vouches for."""
    with Service(tls=make_own_tls()) as served:
        yield served


def write(folder: Path, text: str, service: Service, name: str = "bot.conf") -> Path:
    path = folder / name
    path.write_text(text.format(url=service.url))
    return path


def test_whoever_answers_is_told_only_where_that_was_asked_for(service: Service, tmp_path: Path):
    refused = run("notify", "test", "-c", write(tmp_path, PLAIN, service))
    seen = len(service.seen)
    told = run("notify", "test", "-c", write(tmp_path, BLIND, service))

    assert (refused.returncode, refused.stderr, seen) == (1, "", 0)
    assert "its certificate is not trusted" in refused.stdout
    assert (told.returncode, told.stdout) == (0, "lab: delivered (HTTP 200 (ok))\n")
    assert told.stderr == f"{tmp_path}/bot.conf{WARNING}\n"


def test_a_check_warns_and_one_that_is_merely_found_may_not(service: Service, only, tmp_path: Path):
    path = write(tmp_path, BLIND, service, "logscan.yaml")

    checked = run("config", "check", path)
    found = run("run", *only, "-", folder=tmp_path)

    assert (checked.returncode, checked.stderr.splitlines()[0]) == (0, f"{path}{WARNING}")
    what = "speaks to anybody who answers, and logscan.yaml was merely found here"
    said = f"logscan.yaml:3:5: {what}; if you trust it, say `-c logscan.yaml`\n"
    assert (found.returncode, found.stderr) == (2, said)


def test_a_run_warns_and_counts_it_until_it_is_gone(service: Service, only, tmp_path: Path):
    path, port = write(tmp_path, BLIND, service), find_free_port()

    with running(
        "run", *only, "-c", path, "--listen", f"127.0.0.1:{port}", "-v", tmp_path / "a.log"
    ) as process:
        warned = wait_for_news(process, KEY)
        wait_for_news(process, "no file that fits")
        during = read_gauge(port)
        write(tmp_path, PLAIN, service)
        process.send_signal(signal.SIGHUP)
        wait_for_news(process, "was read again")
        after = read_gauge(port)
        write(tmp_path, BLIND, service)
        process.send_signal(signal.SIGHUP)
        again = wait_for_news(process, KEY)
        status = end(process)

    assert warned.startswith(f"{path}{WARNING}")
    assert again.startswith(f"{path}{WARNING}")
    assert (during, after, status) == ("1.0", "0.0", 0)


def read_gauge(port: int) -> str:
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False, timeout=20).text
    [sample] = [line for line in text.splitlines() if line.startswith("logscan_dangerous_settings ")]
    return sample.split()[1]
