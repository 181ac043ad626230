"""What every test shares: a cache of its own, and how a test says what it needs of the machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# A deadline measures the machine, not the claim. The gate tries the same examples each time; by hand, each run tries others.
settings.register_profile("house", deadline=None, derandomize="LOGSCAN_REQUIRE_ALL" in os.environ)
settings.load_profile("house")


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
    if os.environ.get("LOGSCAN_REQUIRE_ALL") == "1":
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
