"""Files for other programs that watch: a dashboard, rules, a scrape; it writes nothing itself.

panels      the parts of a dashboard
rows        which panels there are, and what they ask
grafana     the dashboard, and how Grafana is told of it
prometheus  rules, their tests, and a scrape
writing     a set of files → a folder, never over something else
"""

from logscan.exports.grafana import make_grafana
from logscan.exports.prometheus import make_prometheus
from logscan.exports.writing import ExportedFile, write_files

__all__ = ["ExportedFile", "make_grafana", "make_prometheus", "write_files"]
