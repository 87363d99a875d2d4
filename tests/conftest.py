import os
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parent))

from botapi import BotApi

settings.register_profile("busy", deadline=None)  # that a machine is busy breaks no law
settings.load_profile("busy")


@pytest.fixture
def bot_api():
    api = BotApi()
    yield api
    api.close()


@pytest.fixture
def postgres():
    """The URL of a PostgreSQL database of this test's own."""
    server = os.environ.get("ALERTER_TEST_POSTGRES")
    if not server:
        pytest.skip("ALERTER_TEST_POSTGRES names no PostgreSQL server")
    name = f"alerter_{uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request, tmp_path):
    """The URL of an empty database: each test runs on SQLite, and on PostgreSQL where there is a server."""
    return f"sqlite:///{tmp_path / 'alerter.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres")
