"""Which of the places that a text names a claim belongs to; each id names the trap it guards."""

import pytest

UA = "UA"


@pytest.mark.parametrize(
    ("title", "lead", "expected"),
    [
        pytest.param(
            "Сумська область під обстрілами, Луганщина залишилася без світла, в Авдіївці влучання",
            "",
            {"outage": {"UA-09"}},
            id="each part of a sentence keeps its own place",
        ),
        pytest.param(
            "У Києві, Одесі та Львові зникло світло", "", {"outage": {"UA-30", "UA-51", "UA-46"}}, id="a list is one part"
        ),
        pytest.param(
            "Strikes on Kharkiv, Sumy and Odesa left thousands without power",
            "",
            {"outage": {"UA-63", "UA-59", "UA-51"}},
            id="a comma of a list parts nothing",
        ),
        pytest.param(
            "▪ Війська зайняли село в Сумській області.",
            "▪ Російською авіацією уражено об'єкти енергетики України.",
            {"grid_attack": {UA}},
            id="a point of a list says nothing of the next",
        ),
        pytest.param(
            "На Хмельниччині слід готуватися до вимкнень.",
            "Внаслідок ракетного удару ситуація в енергосистемі критична.",
            {"grid_attack": {UA}},
            id="the grid is one for the whole country",
        ),
        pytest.param(
            "Є знеструмлені споживачі в м.",
            "Київ, Київській та Черкаській областях після російської атаки.",
            {"outage": {"UA-30", "UA-32", "UA-71"}},
            id="a title cut behind a short form goes on in the lead",
        ),
        pytest.param(
            "Росія атакувала ракетами із ТОТ Донецької обл. та 140 ударними дронами по всій країні",
            "",
            {"large_strike": {UA}},
            id="where a strike comes from is not where it hits",
        ),
        pytest.param(
            "Росіяни пошкодили підстанцію на Сумщині, у Полтаві - школу", "", {"grid_attack": {"UA-59"}}, id="a dash for a verb"
        ),
        pytest.param(
            "Сили ППО збили 120 зі 140 дронів.",
            "На Харківщині п'ятеро поранених.",
            {"large_strike": {UA}},
            id="what was shot down was counted in the whole country",
        ),
        pytest.param(
            "Злетіли стратегічні бомбардувальники - голова Миколаївської ОВА",
            "",
            {"strike_warning": {UA}},
            id="an office is no place",
        ),
        pytest.param(
            "Russia and Ukraine agreed on an energy truce as a missile struck a shop in Kharkiv",
            "",
            {"truce": {UA}},
            id="a truce between the parties holds everywhere",
        ),
        pytest.param(
            "Putin agreed not to fire on Kyiv and other towns for a week, the US president said",
            "",
            {"truce": {UA}},
            id="a town and others",
        ),
        pytest.param(
            "Russia and Ukraine agreed on a local truce for repairs of lines at the Zaporizhzhia nuclear plant",
            "",
            {"truce": {"UA-23"}},
            id="a truce in one place",
        ),
        pytest.param(
            "Південноукраїнська АЕС аварійно зупинила блок",
            "Під час російської атаки пошкоджено лінії електропередач в Україні.",
            {"grid_attack": {UA, "UA-48"}},
            id="a plant that an attack stopped",
        ),
        pytest.param(
            "В подконтрольном Киеву Херсоне российская ракета повредила подстанцию",
            "",
            {"grid_attack": {"UA-65"}},
            id="who rules a town is no place",
        ),
        pytest.param("Trump rebukes Kyiv as Russia strikes Ukraine's power grid", "", {"grid_attack": {UA}}, id="a government"),
        pytest.param(
            "Ukrainian towns shelled",
            "Russian strikes on the energy system left millions without power. In Dnipro, a school was damaged.",
            {"grid_attack": {UA}, "outage": {UA}},
            id="millions are nationwide",
        ),
        pytest.param(
            "Російська атака на підстанцію в Покровській громаді Дніпропетровщини",
            "",
            {"grid_attack": {"UA-12"}},
            id="a namesake",
        ),
        pytest.param(
            "Massive attack on Ukraine: Kharkiv power plant hit",
            "",
            {"large_strike": {UA, "UA-63"}, "grid_attack": {"UA-63"}},
            id="a country before a colon, and a plant behind it",
        ),
        pytest.param("Российский удар по Киеву оставил город без света", "", {"outage": {"UA-30"}}, id="no time of day"),
        pytest.param(
            "Росія готує масований удар",
            "Президент виступив у Києві після зустрічі з прем'єром.",
            {"strike_warning": {UA}},
            id="where somebody spoke is not threatened",
        ),
        pytest.param(
            "Ракетами з Курської області вдарили по підстанції в Сумах",
            "",
            {"grid_attack": {"UA-59"}},
            id="where missiles come from",
        ),
        pytest.param(
            "В Газі оголосили паузу в ударах, Україна стежить", "", {"truce": None}, id="another war, and who watches it"
        ),
    ],
)
def test_a_claim_applies_where_its_part_of_the_sentence_says(reports, title, lead, expected):
    found = {}
    for report in reports(title, lead):
        found.setdefault(report.event.value, set()).update(report.regions or {UA})
    assert {event: found.get(event) for event in expected} == expected
