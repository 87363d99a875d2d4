"""A cycle over 200 loopback feeds, beside a plain loop of requests.get and feedparser.parse. CPU-seconds include children.

python benchmarks/poll.py [HOSTS]
"""

import io
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ITEMS = 50
TEXT = "Crews work through the night to bring back power after the storm; the town expects frost of ten degrees. " * 3
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def page(feed: int, turn: int) -> bytes:
    entries = "".join(
        f"<item><title>Story {turn}-{number} of feed {feed}: repairs go on</title><link>https://f{feed}.example/{turn}/{number}</link>"
        f"<guid>{feed}-{turn}-{number}</guid><pubDate>Sun, 01 Feb 2026 00:00:{number:02} +0200</pubDate><description>{TEXT}</description></item>"
        for number in range(ITEMS)
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'.encode()


def serve() -> None:
    """The servers' process: answers 304 to the tag of the turn, which moves on at each POST."""
    import socketserver

    turn, cache = [0], {}

    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self):
            while line := self.rfile.readline():
                tag = b""
                while (header := self.rfile.readline().strip()) != b"":
                    if header.lower().startswith(b"if-none-match:"):
                        tag = header.split(b":", 1)[1].strip()
                method, path, _ = line.split()
                if method == b"POST":
                    turn[0] += 1
                    cache.clear()
                now = b'"%d"' % turn[0]
                if tag == now or method == b"POST":
                    self.wfile.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + now + b"\r\n\r\n")
                    continue
                body = cache.get(path) or cache.setdefault(path, page(int(path[1:]), turn[0]))
                self.wfile.write(b"HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Length: %d\r\n\r\n" % (now, len(body)) + body)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, request_queue_size, allow_reuse_address = True, 512, True

    server = Server(("0.0.0.0", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def spent() -> float:
    """CPU seconds of this process and all its children, the parser's worker included."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = mine.ru_utime + mine.ru_stime + ended.ru_utime + ended.ru_stime
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and int(entry.parent.name) != SERVER.pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def measured(name: str, job, least: float | None = None) -> None:
    cpu, wall = spent(), time.monotonic()
    job()
    cpu, wall = spent() - cpu, time.monotonic() - wall
    print(f"{name:52} {cpu:6.2f} CPU-s {wall:6.2f} s" + (f"   wanted ≤ {least} CPU-s" if least else ""), flush=True)


def main() -> None:
    import feedparser
    import requests

    from alerter.clock import SteppedClock
    from alerter.config.files import Feeds
    from alerter.config.load import load
    from alerter.config.settings import shipped_config
    from alerter.pipeline.poll import Poller
    from alerter.store.database import open_database

    hosts = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    port = int(SERVER.stdout.readline())
    # every feed has a host of its own, as in the world
    urls = [f"http://127.0.{1 + number // 250}.{1 + number % 250}:{port}/{number}" for number in range(hosts)]

    def renew():
        requests.post(urls[0], timeout=5)

    shipped = load(shipped_config())
    feeds = [
        {"id": f"f{n}", "url": url, "language": "en", "owner": f"o{n}", "reliability": "B", "every": "1m"}
        for n, url in enumerate(urls)
    ]
    private = [url.split("/")[2].partition(":")[0] for url in urls]
    config = replace(
        shipped,
        feeds=Feeds.model_validate({"feeds": feeds, "private_hosts": private}),
        weather=shipped.weather.model_copy(update={"providers": [], "warnings": []}),
    )
    with tempfile.TemporaryDirectory() as directory:
        engine, clock = open_database(f"sqlite:///{directory}/a.db"), SteppedClock(NOW)
        poller = Poller(config, engine, clock, "benchmark:1")

        def cycle():
            clock.wait(timedelta(hours=1))
            done, late = wait(poller.run(), timeout=120)
            assert len(done) == hosts, (len(done), len(late))

        print(f"{hosts} hosts, {ITEMS} items each")
        measured("alerter: first cycle, connections and worker new", cycle)
        renew()
        measured("alerter: all new", cycle, 8)
        for _ in range(3):
            measured("alerter: all unchanged (304)", cycle, 0.3)
        with engine.begin() as connection:
            count = connection.exec_driver_sql("select count(*) from items").scalar()
            failed = connection.exec_driver_sql("select count(*) from sources where failures > 0").scalar()
        assert (count, failed) == (2 * ITEMS * hosts, 0), (count, failed)
        poller.close()

    def plain():
        for url in urls:
            body = requests.get(url, timeout=10).content
            assert len(feedparser.parse(io.BytesIO(body)).entries) == ITEMS

    renew()
    measured("a loop of requests.get and feedparser.parse", plain)


if __name__ == "__main__":
    if "serve" in sys.argv:
        serve()
    logging.disable(logging.WARNING)
    SERVER = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        main()
    finally:
        SERVER.kill()
