"""The benchmark: logscan beside its peers on the same rules and files; never part of the timed test suite."""
