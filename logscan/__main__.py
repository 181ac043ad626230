"""`python -m logscan`: hands over to the command line and does nothing else."""

from __future__ import annotations

import sys

from logscan.cli import main

if __name__ == "__main__":
    sys.exit(main())
