"""What can be wrong in the weather's configuration is told with its place and what to write instead."""

import shutil
from pathlib import Path

import pytest

from alerter.config.load import ConfigError, load

SHIPPED = Path(__file__).parents[1] / "config"


def problems(directory, name, old, new):
    shutil.copytree(SHIPPED, directory / "config")
    path = directory / "config" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(directory / "config")
    return "\n".join(map(str, caught.value.problems))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("weather.yaml", "provider: met-norway", "provider: open-meteo", "two links called 'open-meteo'; give each an id"),
        ("weather.yaml", "days: 10", "days: 2", "providers[0].days"),
        ("regions.yaml", "name: Nikopol", "name: Dnipro", "two points called 'Dnipro'"),
        ("weather.yaml", "every_run: 10d", "every_run: soon", "write a number with its unit"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(tmp_path, name, old, new, said):
    assert said in problems(tmp_path, name, old, new)


def test_two_links_of_one_kind_are_told_apart_by_their_id(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "config")
    path = tmp_path / "config/weather.yaml"
    own = '  - {provider: open-meteo-ensemble, id: own-server, url: "http://weather.internal/v1/ensemble"}\nwarnings:'
    path.write_text(
        path.read_text(encoding="utf-8").replace("warnings:", own, 1).replace("\n\n# Official", "\n# Official"), encoding="utf-8"
    )
    keys = [provider.key for provider in load(tmp_path / "config").weather.providers]
    assert keys == ["open-meteo-ensemble", "open-meteo", "met-norway", "own-server"]


def test_the_shipped_points_are_what_the_quota_is_reckoned_with():
    regions = load(SHIPPED).regions.regions
    assert sum(len(region.points) for region in regions if region.enabled) == 30
    assert "30 points" in (SHIPPED / "weather.yaml").read_text(encoding="utf-8")
