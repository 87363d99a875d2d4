"""What the reader makes of sentences; each id names the trap it guards."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.lexicon import lint
from alerter.domain.model import Event, FeedItem
from alerter.domain.news import read

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LEXICON = load(shipped_config()).lexicon


def reports(text):
    return read(FeedItem("s", "1", text, "", "", NOW, NOW), LEXICON)


def events(text):
    return {report.event for report in reports(text) if report.certainty}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Russian missiles hit a substation in Kharkiv", Event.GRID_ATTACK, id="en plain attack"),
        pytest.param("Росіяни вдарили по підстанції у Харкові", Event.GRID_ATTACK, id="uk plain attack"),
        pytest.param("Россияне ударили по подстанции в Харькове", Event.GRID_ATTACK, id="ru plain attack"),
        pytest.param("Zelensky warns of a massive missile attack being prepared", Event.STRIKE_WARNING, id="en warning"),
        pytest.param("У Києві введено аварійні відключення", Event.OUTAGE, id="uk emergency outages"),
        pytest.param("В Украине ожидаются сильные морозы", Event.SEVERE_COLD, id="ru severe frost"),
    ],
)
def test_what_is_claimed_is_read(text, expected):
    assert expected in events(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ukrainian drones hit a power station in Belgorod", id="en attack by the defender"),
        pytest.param("Блекаут у Бєлгороді після удару по ТЕЦ", id="uk neighbour's outage"),
        pytest.param("Syria announces a ceasefire", id="en other country"),
        pytest.param("Workers of a power plant in Spain go on strike", id="en labour strike"),
        pytest.param("Якщо росіяни вдарять по ТЕС у Харкові, буде важко", id="uk hypothetical"),
        pytest.param("Год назад россияне атаковали подстанцию в Одессе", id="ru anniversary"),
        pytest.param("Музей у Львові відкрив виставку", id="uk nothing"),
    ],
)
def test_what_is_not_claimed_is_not_read(text):
    assert events(text) == set()


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Drones damaged a thermal power plant in Odesa", {"UA-51"}),
        ("Удар по підстанції на Сумщині", {"UA-59"}),
        ("Ракета повредила подстанцию в Полтаве", {"UA-53"}),
    ],
)
def test_the_place_is_read(text, regions):
    assert all(report.regions == regions for report in reports(text))
    assert reports(text)


@given(st.sampled_from(["The museum opened a new wing.", "Концерт відбудеться у суботу.", "Сборная выиграла матч."]))
def test_an_unrelated_sentence_never_removes_an_event(extra):
    text = "Russian missiles hit a substation in Kharkiv."
    assert events(text) <= events(f"{text} {extra}")
    assert events(text) <= events(f"{extra} {text}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ворог атакував Україну: збито 120 із 150 дронів", id="uk many drones are a large strike"),
        pytest.param(
            "Вночі ворог атакував 141 ударним БпЛА із напрямків Курськ та Орел, Україна", id="uk launch sites are no targets"
        ),
        pytest.param("Россия выпустила по Украине 30 ракет, атака длилась ночь", id="ru many missiles are a large strike"),
    ],
)
def test_a_strike_is_large_by_its_numbers(text):
    assert events(text) == {Event.LARGE_STRIKE}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ворог атакував Україну, збито 12 дронів", id="uk a dozen drones"),
        pytest.param("ВСУ атаковали подстанцию в Запорожской области", id="ru our own strike on an occupied place"),
        pytest.param("Сили оборони уразили підстанцію під Мелітополем", id="uk our own strike near Melitopol"),
        pytest.param("В Феодосии в Крыму была атакована подстанция", id="ru Crimea is out of reach"),
        pytest.param("In Kyiv it is -5C today", id="en ordinary winter"),
        pytest.param("Київський режим атакує енергетику", id="uk the regime is not the oblast"),
    ],
)
def test_what_only_looks_like_danger_here_claims_nothing(text):
    assert events(text) == set()


def test_a_place_named_after_the_attacker_is_still_hit():
    (report,) = reports("Атака з боку РФ: пошкоджено підстанцію у Харкові")
    assert report.regions == {"UA-63"}


def test_but_is_a_word_like_any_other():
    assert Event.GRID_ATTACK in events("Россияне ударили по подстанции в Харькове, но есть и хорошая новость")


@pytest.mark.parametrize(
    ("word", "says"), [("уд*р", "never match"), ("✅ ми", "never match"), ("тес", "twice"), ("ab*", "too many words")]
)
def test_a_pattern_that_does_no_good_is_a_mistake(word, says):
    (mistake,) = lint({"uk": {"energy": ["тес", word]}})
    assert mistake.path == ("uk", "energy", 1)
    assert says in mistake.what


@pytest.mark.parametrize("text", ["No heat and -19C in Kyiv", "У Києві мінус 20 градусів", "В Киеве -22 °C"])
def test_severe_frost_is_read_from_its_degrees(text):
    assert Event.SEVERE_COLD in events(text)
