"""Cold start to the first poll, and memory of the idle daemon with the shipped configuration (PSS of all its processes)."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def pss(root: int) -> float:
    """Return the proportional set size in MB of a process and its children."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if int(entry.name) == root or parent == root:
                lines = (entry / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, IndexError):
            continue
    return total / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        environment = os.environ | {"ALERTER_DATABASE": f"sqlite:///{directory}/a.db"}
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "alerter", "run"], env=environment, stderr=subprocess.PIPE, text=True)
        for line in process.stderr or ():
            if "cannot be read" in line:
                break
        print(f"start to the first answer of a source: {time.monotonic() - began:.2f} s")
        time.sleep(5)
        print(f"memory of the idle daemon: {pss(process.pid):.0f} MB PSS")
        process.send_signal(signal.SIGTERM)
        process.communicate()


if __name__ == "__main__":
    main()
