"""Faults at full size; each module is one command, `python -m tests.soak.NAME`, run by hand."""
