"""A program that is told of notices: keeps what it was given and how, then does as its second argument says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time


def main() -> None:
    path, act = sys.argv[1:3]
    given = sys.stdin.read()
    with open(path, "a") as kept:
        kept.write(json.dumps({"given": given, "argv": sys.argv[3:], "environ": dict(os.environ)}) + "\n")
    if act == "stay":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open(f"{path}.pids", "w") as pids:
            pids.write(f"{os.getpid()} {child.pid}")
        time.sleep(600)
    sys.exit(int(act))


if __name__ == "__main__":
    main()
