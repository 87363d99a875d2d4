import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def alerter(tmp_path):
    """Run the command line as its users do; return what it exits with and prints."""

    def run(*arguments, **environment):
        known = os.environ | {"ALERTER_DATABASE": f"sqlite:///{tmp_path / 'a.db'}"} | environment
        command = [sys.executable, "-m", "alerter", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=known, timeout=120, check=False)

    return run


@pytest.fixture
def journal(tmp_path):
    """Write a journal of these lines."""

    def write(*lines, name="j.jsonl"):
        path = tmp_path / name
        path.write_text("".join(f"{json.dumps(line) if isinstance(line, dict) else line}\n" for line in lines), encoding="utf-8")
        return path

    return write
