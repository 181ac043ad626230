"""`wrap` without its command line: `wrapping.py SCANNER... -- CMD...`."""

from __future__ import annotations

import sys

from logscan.wraps import run_wrapped

if __name__ == "__main__":
    middle = sys.argv.index("--")
    sys.exit(run_wrapped(sys.argv[middle + 1 :], sys.argv[1:middle]))
