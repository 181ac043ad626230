"""What every test shares: a cache of its own, and how a test says what it needs of the machine."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

REQUIRES_ALL = os.environ.get("LOGSCAN_REQUIRE_ALL") == "1"

# How long an example takes measures the machine, not the claim. The gate judges a change, so it tries the same examples each time:
# one drawn by chance would find a fault older than the change, and hold up the next that has nothing to do with it.
# Who runs the tests by hand, with whatever CI their machine calls itself, tries others each time, and keeps what failed.
settings.register_profile(
    "house",
    settings.get_profile("default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=REQUIRES_ALL,
)
settings.load_profile("house")


# Whoever starts the tests in the background, as `nohup` does, has them ignore some signals, and what is ignored is inherited:
# programs under test would be deaf to them. What is heard, and does nothing, is not inherited.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda _number, _frame: None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`needs("rg")`: a program on PATH; `needs("../shared/corpus")`: a path, told from the checkout."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            if not _is_here(name):
                _do_without(name)


def _is_here(name: str) -> bool:
    return (ROOT / name).exists() if "/" in name else shutil.which(name) is not None


def _do_without(name: str) -> None:
    reason = f"{name} is not on this machine"
    if REQUIRES_ALL:
        pytest.fail(f"{reason}, and LOGSCAN_REQUIRE_ALL=1 lets no test be skipped", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    # Tests must neither read nor leave anything in the folders of the person who runs them.
    home = tmp_path_factory.mktemp("home")
    os.environ["HOME"] = str(home)
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(home / name.split("_")[1].lower())
    # One for all workers of a run: to compile the shipped rules takes seconds.
    run = tmp_path_factory.getbasetemp()
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    os.environ["XDG_CACHE_HOME"] = str(shared / "cache")
    for name in ("NO_COLOR", "LOGSCAN_CONFIG"):
        os.environ.pop(name, None)
