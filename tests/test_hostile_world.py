"""The daemon among hostile feeds: what they cost the others, and how it stops."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hostile import Hostile, answer, bomb, rss
from world import until

SHIPPED = Path(__file__).parents[1] / "config"
HOSTILE = ["broken", "html", "nothing", "bomb", "header-drip", "body-drip", "loop", "endless", "silence", "attributes", "laughs"]

ATTRIBUTES = (
    b"&<rss><channel><item " + b" ".join(b'a%d="x"' % n for n in range(60_000)) + b"><title>x</title></item></channel></rss>"
)
"""Not well-formed, so that only its parsing, which takes more than three seconds, shows what it is."""


def pss(root):
    """Return the memory in MB of a process and its children, shared pages shared out."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if root in (int(entry.name), parent):
                rollup = (entry / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (OSError, IndexError):
            continue
    return total / 1024


def polls(server):
    """Return when the healthy feed was asked for."""
    return [at for at, path, _ in server.seen if path == "/feed"]


@pytest.fixture
def servers():
    made = [Hostile(f"127.0.3.{number}") for number in range(1, len(HOSTILE) + 2)]
    made[-1].pages["/feed"] = answer(rss("The museum opens a new wing"))
    for server in made:
        server.pages["/nothing"] = answer(b"")
        server.pages["/laughs"] = answer(
            b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
        )
        server.pages["/attributes"] = answer(ATTRIBUTES)
    yield made
    for server in made:
        server.close()


@pytest.fixture
def daemon(tmp_path, servers):
    config = tmp_path / "config"
    shutil.copytree(SHIPPED, config)
    urls = {name: server.url + "/" + name for name, server in zip(HOSTILE, servers, strict=False)} | {
        "healthy": servers[-1].url + "/feed"
    }
    feeds = [
        {"id": name, "url": url, "language": "en", "owner": name, "reliability": "B", "every": "1s"} for name, url in urls.items()
    ]
    private = [f"127.0.3.{number}" for number in range(1, len(servers) + 1)]
    (config / "feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds, "private_hosts": private}), encoding="utf-8")
    weather = {"contact": "test", "providers": [{"provider": "open-meteo", "url": f"{servers[-1].url}/none", "every": "1h"}]}
    (config / "weather.yaml").write_text(yaml.safe_dump(weather | {"private_hosts": private}), encoding="utf-8")
    environment = os.environ | {"ALERTER_CONFIG": str(config), "ALERTER_DATABASE": f"sqlite:///{tmp_path / 'a.db'}"}
    process = subprocess.Popen([sys.executable, "-m", "alerter", "run"], env=environment, stderr=subprocess.PIPE, text=True)
    yield process
    if process.poll() is None:
        process.kill()
        process.communicate()


def test_hostile_feeds_delay_no_healthy_one_and_fill_no_memory_and_sigterm_ends_it_while_they_drip(daemon, servers):
    bomb()
    assert until(lambda: len(polls(servers[-1])) > 1, 40)
    peak, end = 0.0, time.monotonic() + 12
    while time.monotonic() < end:
        peak = max(peak, pss(daemon.pid))
        time.sleep(0.2)
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(polls(servers[-1])))
    print(f"peak {peak:.0f} MB PSS; healthy feed polled {len(gaps) + 1} times, longest gap {gaps[-1]:.1f} s")
    assert 40 < peak < 250
    assert gaps[len(gaps) // 2] < 2.5, "seconds, of one asked for and one that the scheduler may take"
    assert gaps[-1] < 6, "a body that must be killed holds the parser for three seconds"
    assert any(server.dripping for server in servers)
    began = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    _, errors = daemon.communicate(timeout=15)
    assert daemon.returncode == 0, errors
    assert time.monotonic() - began < 10
    assert all(f"{name} cannot be read" in errors for name in ("broken", "html", "nothing", "bomb", "loop", "endless", "laughs"))
