"""Cold start to the first poll, and the memory of the idle daemon with the shipped configuration: PSS of all its processes.

    python benchmarks/idle.py [--runs 5] [--idle 10]

Every feed and forecast of the shipped configuration is answered over loopback: 50 items a feed, 51 members of the ensemble
for every point and ten days, one member of the deterministic forecast. "First poll" is the first request that arrives, from
the start of the interpreter on a database that does not exist yet. Memory is taken when all have answered and nothing is due.

Run it where the daemon alone is installed (`pip install .`), for that is what it measures: beside the tests' tools httpx finds
what its own command line needs, and loads that too, 10 MB of it.
"""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from alerter.config.settings import shipped_config

ITEMS, MEMBERS, DAYS = 50, 51, 11
LEAD = "Crews work through the night to bring back power after the storm; the town expects frost of ten degrees. " * 3


def feed(path: str) -> bytes:
    items = "".join(
        f"<item><title>Story {number} of {path}: repairs go on in the region</title><guid>{path}{number}</guid>"
        f"<pubDate>{format_datetime(datetime.now(UTC) - timedelta(minutes=number))}</pubDate><description>{LEAD}</description></item>"
        for number in range(ITEMS)
    )
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


@cache
def forecast(places: int, members: int) -> bytes:
    rng = random.Random(1)
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    times = [f"{start + timedelta(hours=hour):%Y-%m-%dT%H:%M}" for hour in range(24 * DAYS)]

    def place():
        names = ["", *(f"_member{number:02}" for number in range(1, members))]
        cold = {f"temperature_2m{name}": [round(rng.gauss(-9, 4), 1) for _ in times] for name in names}
        wind = {f"wind_speed_10m{name}": [round(rng.uniform(0, 9), 1) for _ in times] for name in names}
        units = dict.fromkeys(cold, "°C") | dict.fromkeys(wind, "m/s")
        return {"utc_offset_seconds": 0, "hourly_units": units, "hourly": {"time": times} | cold | wind}

    return json.dumps([place() for _ in range(places)]).encode()


class Handler(BaseHTTPRequestHandler):
    first = threading.Event()

    def do_GET(self) -> None:
        self.first.set()
        if "telegram" in self.path or "forecast" in self.path:
            self.send_error(503)
        else:
            self.answer(feed(self.path))

    def do_POST(self) -> None:
        self.first.set()
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(forecast(len(form["latitude"][0].split(",")), MEMBERS if "models" in form else 1))

    def answer(self, body: bytes) -> None:
        with contextlib.suppress(OSError):  # the daemon may have been stopped
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


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


def spent(process: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(directory: Path, port: int, idle: float) -> tuple[float, float, float]:
    """Start the daemon, return seconds and CPU seconds to its first request, and megabytes when it is idle."""
    config = directory / "config"
    shutil.copytree(shipped_config(), config)
    numbers = iter(range(1, 250))
    for name in ("feeds.yaml", "weather.yaml"):
        text = (config / name).read_text(encoding="utf-8")
        text = re.sub(r"https://(?!example)[^\s\",]+", lambda _, name=name: f"http://127.0.4.{next(numbers)}:{port}/{name}", text)
        hosts = ", ".join(f"127.0.4.{number}" for number in range(1, 250))
        (config / name).write_text(f"{text}\nprivate_hosts: [{hosts}]\n", encoding="utf-8")
    environment = os.environ | {"ALERTER_CONFIG": str(config), "ALERTER_DATABASE": f"sqlite:///{directory}/a.db"}
    Handler.first.clear()
    began = time.monotonic()
    command = [sys.executable, "-m", "alerter", "run"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not Handler.first.wait(60):
            raise SystemExit("no source was asked within a minute")
        started, used = time.monotonic() - began, spent(process.pid)
        time.sleep(idle)
        return started, used, pss(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--idle", type=float, default=10, help="seconds between the first poll and the look at the memory")
    given = options.parse_args()
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = []
    for _ in range(given.runs):
        with tempfile.TemporaryDirectory() as directory:
            found.append(run(Path(directory), server.server_port, given.idle))
    starts, used, sizes = zip(*found, strict=True)
    median, spread = statistics.median(starts), f"{min(starts):.2f}-{max(starts):.2f}"
    print(f"cold start to the first poll: {median:.2f} s (median of {given.runs}, {spread}); wanted < 2 s", end="; ")
    print(f"it takes {statistics.median(used):.2f} CPU-s")
    print(f"memory of the idle daemon: {statistics.median(sizes):.0f} MB PSS (at most {max(sizes):.0f}); wanted < 150 MB")


if __name__ == "__main__":
    main()
