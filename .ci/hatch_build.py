"""Puts into the wheel what a first start would make of the packs; a build that cannot makes a wheel without it."""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PLACE = Path("logscan/assets/made")


class ShipmentHook(BuildHookInterface):  # type: ignore[type-arg]
    """Fills `logscan/assets/made`: in the wheel, or in the checkout for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the entries before the files are gathered."""
        is_editable = version == "editable"
        self._folder = Path(self.root) / _PLACE if is_editable else Path(tempfile.mkdtemp())
        rmtree(self._folder, ignore_errors=True)
        sys.path.insert(0, self.root)
        try:
            from logscan.caches import Cache
            from logscan.scanner.shipments import fill_shipment

            fill_shipment(Cache(self._folder))
        except Exception as error:  # noqa: BLE001 - whatever it is, the wheel works without, only later
            self.app.display_warning(f"without what a first start makes: {type(error).__name__}: {error}")
            return
        finally:
            sys.path.remove(self.root)
        for path in self._folder.iterdir():
            path.chmod(0o644)
        self._folder.chmod(0o755)
        if not is_editable:
            build_data["force_include"][str(self._folder)] = str(_PLACE)

    def finalize(self, version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Tidy up."""
        if version != "editable":
            with suppress(OSError):
                rmtree(self._folder)
