from datetime import UTC, datetime

import pytest

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import FeedItem
from alerter.domain.news import read

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def lexicon():
    return load(shipped_config()).lexicon


@pytest.fixture(scope="session")
def reports(lexicon):
    return lambda title, lead="": [
        report for report in read(FeedItem("s", "1", title, lead, "", NOW, NOW), lexicon) if report.certainty
    ]


@pytest.fixture(scope="session")
def events(reports):
    return lambda title, lead="": {report.event.value for report in reports(title, lead)}
