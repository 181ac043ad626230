"""The parts of a Grafana dashboard, in the words of its schema; which panels there are stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Part = dict[str, Any]  # JSON

SOURCE: Part = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS = 24
_GOOD, _UNSURE, _BAD = "green", "orange", "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel; `queries` are expressions with the legend of each."""

    kind: str  # stat, timeseries, table, state-timeline, bargauge
    title: str
    about: str  # shown at the panel's i
    queries: Sequence[tuple[str, str]]
    unit: str = "short"
    steps: Sequence[tuple[float | None, str]] = ()  # from which value on which colour
    width: int = 12
    height: int = 8
    is_instant: bool = False
    mappings: Mapping[str, tuple[str, str]] | None = None  # a value → its text and colour

    def draw(self, number: int, x: int, y: int) -> Part:
        steps = [{"value": value, "color": color} for value, color in self.steps] or [
            {"value": None, "color": _GOOD}
        ]
        defaults: Part = {
            "unit": self.unit,
            "thresholds": {"mode": "absolute", "steps": steps},
            "color": {"mode": "thresholds" if self.steps else "palette-classic"},
            "mappings": self._draw_mappings(),
        }
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.about,
            "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "fieldConfig": {"defaults": defaults, "overrides": []},
            "options": _OPTIONS.get(self.kind, {}),
            "targets": [self._draw_query(place, *query) for place, query in enumerate(self.queries)],
            "transformations": _TABLE if self.kind == "table" else [],
        }

    def _draw_query(self, place: int, expression: str, legend: str) -> Part:
        return {
            "refId": chr(ord("A") + place),
            "datasource": SOURCE,
            "editorMode": "code",
            "expr": expression,
            "legendFormat": legend,
            "instant": self.is_instant,
            "range": not self.is_instant,
            "format": "table" if self.kind == "table" else "time_series",
        }

    def _draw_mappings(self) -> list[Part]:
        if not self.mappings:
            return []
        options = {value: {"text": text, "color": color} for value, (text, color) in self.mappings.items()}
        return [{"type": "value", "options": options}]


_REDUCE: Part = {"calcs": ["lastNotNull"], "fields": "", "values": False}
_OPTIONS: dict[str, Part] = {
    "stat": {"reduceOptions": _REDUCE, "colorMode": "background", "graphMode": "none", "textMode": "auto"},
    "bargauge": {"reduceOptions": _REDUCE, "orientation": "horizontal", "displayMode": "basic"},
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "state-timeline": {"showValue": "never", "mergeValues": True, "legend": {"showLegend": True}},
    "table": {"showHeader": True, "cellHeight": "sm"},
}
_TABLE: list[Part] = [
    {
        "id": "organize",
        "options": {"excludeByName": {"Time": True, "__name__": True, "job": True, "instance": True}},
    }
]


def place_panels(rows: Sequence[tuple[str, Sequence[Panel]]]) -> Iterator[Part]:
    """Every panel from left to right under the title of its row."""
    number, y = 1, 0
    for title, panels in rows:
        yield {
            "id": number,
            "type": "row",
            "title": title,
            "collapsed": False,
            "panels": [],
            "gridPos": {"x": 0, "y": y, "w": _COLUMNS, "h": 1},
        }
        number, y, x, tallest = number + 1, y + 1, 0, 0
        for panel in panels:
            if x + panel.width > _COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            yield panel.draw(number, x, y)
            number, x, tallest = number + 1, x + panel.width, max(tallest, panel.height)
        y += tallest


def make_variable(name: str, label: str, metric: str) -> Part:
    """A choice of label values; all of them to begin with."""
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": f"label_values({metric}, {name})", "refId": name},
        "definition": f"label_values({metric}, {name})",
        "includeAll": True,
        "multi": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
        "refresh": 2,
        "sort": 1,
    }
