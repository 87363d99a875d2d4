import contextlib
import io
import json
from types import SimpleNamespace

import pytest

from alerter.cli import execute


@pytest.fixture
def alerter(tmp_path, monkeypatch):
    """Run the command line as its users do, but in this process; return what it exits with and prints."""

    def command(*arguments, **environment):
        for name, value in ({"ALERTER_DATABASE": f"sqlite:///{tmp_path / 'a.db'}"} | environment).items():
            monkeypatch.setenv(name, value)
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            try:
                status = execute([str(argument) for argument in arguments])
            except SystemExit as wrong:
                status = wrong.code
        return SimpleNamespace(returncode=status, stdout=out.getvalue(), stderr=error.getvalue())

    return command


@pytest.fixture
def journal(tmp_path):
    """Write a journal of these lines."""

    def write(*lines, name="j.jsonl"):
        path = tmp_path / name
        path.write_text("".join(f"{json.dumps(line) if isinstance(line, dict) else line}\n" for line in lines), encoding="utf-8")
        return path

    return write
