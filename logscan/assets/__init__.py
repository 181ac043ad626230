"""Files that ship inside the package: the status page, the dashboard, rules for Prometheus; nothing here runs."""
