"""Whom texts cite; each id names the trap it guards."""

import pytest

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.origins import origin_of
from alerter.domain.text import clean, tokens

ORIGINS = load(shipped_config()).lexicon.origins


def origin(text):
    plain = clean(text)
    return origin_of(tokens(plain), plain, ORIGINS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("За даними Укренерго, пошкоджено підстанцію", "Ukrenergo", id="uk according to"),
        pytest.param("Міненерго: росіяни вдарили по ТЕС", "Ministry of Energy of Ukraine", id="uk before a colon"),
        pytest.param("Удар по підстанції – ДТЕК", "DTEK", id="uk after a dash at the end"),
        pytest.param("Пошкоджено котельню, повідомив голова Львівської ОВА", "Regional administration", id="uk words between"),
        pytest.param("Повітряні сили повідомили про пуски", "Air Force", id="uk name before the verb"),
        pytest.param("По данным Минэнерго, без света три области", "Ministry of Energy of Ukraine", id="ru according to"),
        pytest.param("Как сообщили в Воздушных силах, летят ракеты", "Air Force", id="ru reported in"),
        pytest.param("Кличко сообщил о попадании в ТЭЦ", "Kyiv authorities", id="ru a mayor by name"),
        pytest.param("According to the Air Force, 90 drones were launched", "Air Force", id="en according to"),
        pytest.param("Zelensky warns of a massive strike", "President Zelensky", id="en warns"),
        pytest.param("Russia readies a large strike, Bloomberg reports", "Bloomberg", id="en relays an outlet"),
        pytest.param("РФ готує удар, пише Reuters", "Reuters", id="uk relays an outlet"),
        pytest.param("Пише Суспільне з посиланням на Укренерго", "Ukrenergo", id="uk the authority behind an outlet"),
        pytest.param(
            "Reuters says the Energy Ministry reported cuts",
            "Ministry of Energy of Ukraine",
            id="en the authority behind an outlet",
        ),
        pytest.param("Дрон влучив у будівлю ДТЕК у Дніпрі", "", id="uk a name that is hit is not cited"),
        pytest.param("Енергетики Укренерго відновлюють підстанцію", "", id="uk a name that works is not cited"),
        pytest.param("The Air Force shot down 20 drones near Kyiv", "", id="en a name that fights is not cited"),
        pytest.param("Удар по підстанції у Харкові", "", id="uk nobody"),
    ],
)
def test_an_origin_is_a_name_that_is_cited(text, expected):
    assert origin(text) == expected
