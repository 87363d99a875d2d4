import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from botapi import BotApi


@pytest.fixture
def bot_api():
    api = BotApi()
    yield api
    api.close()
