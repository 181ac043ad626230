"""The Grafana dashboard, and the files that tell Grafana of it; which panels there are stands in `rows`."""

from __future__ import annotations

import json

from logscan.exports.panels import Part, make_variable, place_panels
from logscan.exports.rows import ROWS
from logscan.exports.writing import ExportedFile

_SCHEMA_VERSION = 41
_UID = "logscan"


def make_dashboard() -> Part:
    """The whole dashboard, ready to be imported."""
    return {
        "uid": _UID,
        "title": "logscan",
        "description": "Credentials as logs speak of them: what is broken, since when, and what ends next.",
        "tags": ["logscan", "credentials"],
        "schemaVersion": _SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "timezone": "",
        "annotations": {"list": []},
        "templating": {
            "list": [
                {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
                make_variable("source", "Source", "logscan_source_up"),
                make_variable("credential", "Credential", "logscan_incidents_total"),
                make_variable("service", "Service", "logscan_incident_active"),
            ]
        },
        "panels": list(place_panels(ROWS)),
    }


def make_grafana() -> tuple[ExportedFile, ...]:
    """The dashboard first, then what Grafana reads at its start."""
    text = json.dumps(make_dashboard(), indent=2, ensure_ascii=False) + "\n"
    return (
        ExportedFile("dashboards/logscan.json", text),
        ExportedFile("provisioning/dashboards/logscan.yml", _PROVIDERS),
        ExportedFile("provisioning/datasources/prometheus.yml", _DATASOURCES),
    )


_PROVIDERS = """\
# Into Grafana's provisioning/dashboards; `path` is the folder that holds logscan.json.
apiVersion: 1
providers:
  - name: logscan
    type: file
    allowUiUpdates: true
    options:
      path: /var/lib/grafana/dashboards
"""
_DATASOURCES = """\
# Into Grafana's provisioning/datasources; leave it out where Prometheus is known already.
apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    access: proxy
    url: http://127.0.0.1:9090
    isDefault: true
"""
