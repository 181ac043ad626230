"""`run` and `wrap` serve what they know: metrics of the first event, health, and what becomes of a taken port."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.cli.live_runs import read_notice, running, wait_for_news
from tests.cli.running import BROKEN, MENDED, environment, run
from tests.programs_served import find_free_port, wait_for

ACTIVE = 'logscan_incident_active{credential="bot-token"'


def append(log: Path, line: str) -> None:
    with log.open("a") as out:
        out.write(f"{line}\n")


def ask(port: int, path: str) -> httpx.Response | None:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=20)
    except httpx.TransportError:
        return None


def read_sample(port: int, start: str) -> float | None:
    answer = ask(port, "/metrics")
    lines = answer.text.splitlines() if answer else []
    return next((float(line.split()[-1]) for line in lines if line.startswith(start)), None)


def test_what_a_line_says_is_seen_everywhere(live: tuple[str, ...], tmp_path: Path):
    port, log = find_free_port(), tmp_path / "bot.log"
    log.write_text("")
    words = ["run", "-v", *live, "--listen", f"127.0.0.1:{port}", "--service", "bot", str(log)]
    matches = 'logscan_matches_total{credential="bot-token",rule="bot.session-expired"'

    with running(*words) as process:
        wait_for_news(process, "is being read")
        wait_for(lambda: ask(port, "/readyz"), "an answer")
        before = read_sample(port, matches)
        append(log, BROKEN)
        notice = read_notice(process)
        wait_for(lambda: read_sample(port, ACTIVE) == 1, "the incident")
        during = read_sample(port, matches)
        listed, page = ask(port, "/api/v1/incidents?state=firing"), ask(port, "/")
        append(log, MENDED)
        wait_for(lambda: read_sample(port, ACTIVE) == 0, "its end")
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)

    assert (before, during, status) == (0, 1, 0)
    assert listed is not None
    assert page is not None
    assert [one["id"] for one in listed.json()["incidents"]] == [notice["incident"]["id"]]
    assert "bot-token@bot" in page.text


def test_a_port_that_is_taken_is_said_and_the_run_goes_on(only: tuple[str, ...], tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = tmp_path / "c.yaml"
        config.write_text(f"web: {{listen: '127.0.0.1:{port}'}}\n")

        chosen = run("run", *only, "--listen", f"127.0.0.1:{port}", "-", stdin=BROKEN)
        configured = run("run", "-c", config, "--listen", f"127.0.0.1:{port}", "-", stdin=BROKEN)

    for done in (chosen, configured):
        assert done.returncode == 2
        assert "taken by another program" in done.stderr


def test_the_default_port_may_be_taken(only: tuple[str, ...]):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 9466))
            taken.listen()
        except OSError:
            pass  # another program has it, which is as good

        done = run("--no-packs", *only[1:], stdin=BROKEN)

    assert done.returncode == 1
    assert "metrics off: 9466 is taken; use --listen" in done.stderr


@pytest.mark.parametrize("address", ["9466", "localhost", "[::1"])
def test_an_address_that_is_none_is_refused(address: str, only: tuple[str, ...]):
    done = run("run", *only, "--listen", address, "-", stdin=BROKEN)

    assert done.returncode == 2
    assert "--listen: " in done.stderr


def test_an_open_address_without_credentials_is_said(only: tuple[str, ...]):
    done = run("run", *only, "--listen", f"0.0.0.0:{find_free_port()}", "-", stdin=BROKEN)

    assert "is open to others" in done.stderr


def test_a_wrapped_program_is_watched_too(only: tuple[str, ...]):
    port = find_free_port()
    script = f"echo '{BROKEN}'; read never"

    with running("wrap", *only, "--listen", f"127.0.0.1:{port}", "--", "sh", "-c", script) as process:
        wait_for(lambda: read_sample(port, ACTIVE) == 1, "the incident")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 1


def test_the_metrics_file_tells_how_it_ended(only: tuple[str, ...], tmp_path: Path):
    config, target = tmp_path / "c.yaml", tmp_path / "logscan.prom"
    config.write_text(f"metrics: {{textfile: {target}}}\n")

    run("run", *only, "-c", config, "-", stdin=f"{BROKEN}\n", folder=tmp_path)

    text = target.read_text()
    assert 'logscan_lines_total{source="stdin"} 1.0' in text
    assert 'logscan_incidents_total{change="opened",credential="bot-token"} 1.0' in text


def test_a_heartbeat_is_called(only: tuple[str, ...], tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as ear:
        ear.settimeout(60)
        config = tmp_path / "c.yaml"
        config.write_text("heartbeat: {url: {env: BEAT}, every: 1s}\n")
        url = f"http://127.0.0.1:{ear.getsockname()[1]}/s3cret"

        words = ["run", *only, "-c", str(config), "-"]
        with running(*words, env=environment(BEAT=url), stdin=subprocess.PIPE) as process:
            connection, _ = ear.accept()
            request = connection.recv(1000)
            connection.close()
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)

    assert request.startswith(b"GET /s3cret HTTP/1.1")
