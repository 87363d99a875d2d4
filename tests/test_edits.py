"""A daemon whose configuration is edited while it runs."""

import signal

import pytest
from world import RECEIVERS, World, stop, until

OPERATORS = {"id": "ops", "telegram": "9", "language": "en", "role": "operators"}
ATTACKS = {
    "a": ["Russian missiles hit a substation in Kharkiv region, officials say"],
    "b": ["Drones damaged a thermal power plant near Kharkiv last night"],
}


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, receivers=(*RECEIVERS, OPERATORS))
    yield world
    world.close()


def edit(world, name, old, new):
    path = world.config / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def shown(world, chat):
    return [message["current"] for message in world.bot.messages if str(message["chat_id"]) == chat]


def operators_read(world, words):
    return until(lambda: any(words in text for text in shown(world, "9")), 20)


def test_edits_come_into_force_while_it_runs_but_never_one_with_a_mistake(world):
    process = world.start()
    try:
        assert until(lambda: world.log.exists() and "running: " in world.log.read_text())
        edit(world, "rules.yaml", "severity: extreme", "severity: extrem")
        lines = (world.config / "rules.yaml").read_text(encoding="utf-8").splitlines()
        where = next(number for number, line in enumerate(lines, 1) if line.endswith("severity: extrem"))
        mistake = f"• rules.yaml:{where}: rules[0].severity — &#39;extrem&#39; is no severity; write extreme"
        assert operators_read(world, mistake)
        world.items.update(ATTACKS)
        assert until(lambda: shown(world, "1001")), "the old rules stay in force"

        edit(world, "rules.yaml", "severity: extrem\n", "severity: extreme\n")
        edit(world, "rules.yaml", "Extreme cold where the power grid was hit", "Frost and a damaged grid")
        edit(world, "templates/en.html.j2", "Do now.", "Do this now.")
        world.past["c"] = []
        world.items["c"] = ["Russian drones struck an electrical substation near Lviv, the energy ministry said"]
        edit(world, "feeds.yaml", "/b\n", "/c\n")  # the source moves to another address
        edit(world, "lexicon/en.yaml", "\ngrid: [", "\ngrid: [voltarium, ")
        assert operators_read(world, "The changed configuration is in force")
        world.items["a"].append("Missiles hit a voltarium in Lviv region overnight, the governor said")
        assert until(lambda: shown(world, "1003"))
        (west,) = shown(world, "1003")
        assert "Frost and a damaged grid" in west
        assert "Do this now." in west
        assert len(shown(world, "1001")) == 1, "what stands is not told again"

        told = world.log.read_text().count("is in force")
        process.send_signal(signal.SIGHUP)
        assert until(lambda: world.log.read_text().count("is in force") > told, 10)
        world.write("receivers.yaml", {"receivers": [*RECEIVERS[1:], OPERATORS]})
        process.send_signal(signal.SIGHUP)
        assert until(lambda: world.log.read_text().count("is in force") > told + 1, 10)
        world.cold = 1.0
        assert until(lambda: len(shown(world, "1003")) == 2)
        assert len(shown(world, "1001")) == 1, "who was taken out hears nothing more"
    finally:
        assert stop(process) == 0
