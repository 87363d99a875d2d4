"""Sentences with all the words of an event and none of it: what would wake people for nothing."""

import pytest


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param("Полтава повертається до погодинних графіків", "", id="schedules one goes back to are no relief"),
        pytest.param("В области экстренные отключения, графики не применяются", "", id="schedules give way to worse"),
        pytest.param("У Дніпрі діють аварійні відключення, графіки не застосовуються", "", id="the same in the other language"),
        pytest.param("ДТЕК повернув клієнтам гроші за світло", "", id="money that comes back"),
        pytest.param("Горняков подняли на поверхность, света в шахте нет", "", id="people are lifted, no light is"),
        pytest.param("Kyiv needs two weeks to restore heating", "", id="to restore"),
        pytest.param("Світло в Одесі відновлять до вечора", "", id="will restore"),
        pytest.param("На восстановление отопления в Киеве нужна неделя", "", id="a week for it"),
        pytest.param("Ukraine's minister fears for lines feeding nuclear units", "", id="lines that feed"),
    ],
)
def test_nothing_comes_back(events, title, lead):
    assert "restoration" not in events(title, lead)


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param("«Їхня мрія – завдати масованого удару саме на свято», – Зеленський", "", id="an infinitive in Ukrainian"),
        pytest.param("Зеленский: они мечтают нанести массированный удар в праздник", "", id="an infinitive in Russian"),
        pytest.param("За добу знищено 450 БпЛА оперативно-тактичного рівня, – Генштаб", "", id="drones of the front"),
        pytest.param("Росія за добу втратила 120 дронів і 40 гармат", "", id="drones that were lost"),
        pytest.param("Над Росією за вечір збили понад 130 дронів", "", id="drones over the attacker in Ukrainian"),
        pytest.param("ПВО сбила над Россией 140 беспилотников", "", id="drones over the attacker in Russian"),
        pytest.param("Росію знову атаковано: збито 150 дронів над десятком областей РФ", "", id="regions of the attacker"),
        pytest.param("Рекордный налет беспилотников на Москву", "", id="who is attacked is the attacker"),
        pytest.param("Massive wave of layoffs at a Ukrainian energy firm", "", id="a wave of something else"),
        pytest.param("Ukrainian drones hit a refinery", "The site is one of the largest in southern Russia.", id="a large plant"),
    ],
)
def test_no_strike_is_large(events, title, lead):
    assert "large_strike" not in events(title, lead)


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param("Heavy rain and wind cut power in parts of Poltava region", "", id="rain is no attack"),
        pytest.param("Snowstorm leaves villages without power in Ukraine", "Odesa region was hit worst.", id="hit by weather"),
        pytest.param("Люті морози вдарили по Полтаві: школи без тепла", "", id="frost that strikes"),
        pytest.param("Авария в Полтаве: сгорел трансформатор", "", id="an accident in Russian"),
        pytest.param("Truck crashes into transformer substation in Lviv region", "", id="a car"),
        pytest.param("Lithuania delivers boilers for damaged plants in Ukraine", "", id="help"),
        pytest.param("Україна отримала обладнання для пошкоджених підстанцій", "", id="help in Ukrainian"),
        pytest.param("Франция передала Украине насосы для разрушенных ТЭЦ", "", id="help in Russian"),
        pytest.param("Last autumn's attacks on Ukraine's grid were a crime, report says", "", id="a season that is over"),
        pytest.param("A year after the attack on a Kyiv power plant, engineers rebuild", "", id="a year after"),
        pytest.param("За зиму Росія завдала 17 масованих ударів по енергетиці", "", id="a count over months"),
        pytest.param("За год по энергетике Украины нанесли 4100 ударов", "", id="a count over a year"),
        pytest.param("Prosecutors identify officers behind attack on Kyiv power plant", "", id="who ordered it once"),
        pytest.param("Запасів вистачить на два удари по енергетиці, чекаємо", "", id="enough for strikes"),
        pytest.param("Россияне копят ракеты и целятся в подстанции", "", id="an aim"),
        pytest.param("Ukraine braces as bombers fire missiles; emergency power cuts begin", "", id="missiles that fly"),
        pytest.param("Спасатели Одессы провели учения: условный удар по подстанции", "", id="a pretended strike"),
    ],
)
def test_no_plant_is_struck(events, title, lead):
    assert "grid_attack" not in events(title, lead)


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param("Книгу «Блекаут» презентували у Львові", "", id="a book"),
        pytest.param("Вышел фильм «Блэкаут» украинского режиссера", "", id="a film"),
        pytest.param("Band 'Blackout' plays in Lviv", "", id="a band"),
        pytest.param("«Колос» вимкнув світло «Зорі» – 2:0 в Одесі", "", id="a match"),
        pytest.param("Ukraine has gas to get through winter without outages", "", id="winter without cuts"),
        pytest.param("Lviv: heating is back", "Residents were asked to report cold radiators.", id="a request"),
        pytest.param("Енергетики повернули світло селам, які знеструмив шторм", "", id="what it had put out"),
        pytest.param("The town near Kharkiv that came through the blackouts of war", "", id="a look back"),
        pytest.param("Комунальники за легендою жили без світла у Вінниці", "", id="a drill's legend"),
    ],
)
def test_no_light_is_off(events, title, lead):
    assert "outage" not in events(title, lead)


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param("Officials ask Ukrainians not to ignore air raid alerts", "", id="alerts, not a truce"),
        pytest.param("Zelensky lists the truces Russia has broken since 2014", "", id="truces of a decade"),
        pytest.param("Зеленський відкинув ідею поступок заради перемир'я", "", id="refused for a truce's sake"),
        pytest.param("Trump breaks silence on Ukraine truce", "", id="silence that is no truce"),
        pytest.param("Ukraine, Russia fail to agree truce at talks", "", id="no agreement"),
        pytest.param("У Києві показали виставу «Перемир'я»", "", id="a play"),
    ],
)
def test_no_truce_is_made_or_broken(events, title, lead):
    assert not {"truce", "truce_over"} & events(title, lead)


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        pytest.param("Air Force sees no signs of a combined strike on Ukraine this evening", "", id="no sign"),
        pytest.param("Is Russia preparing a massive strike on Ukraine?", "", id="a question"),
        pytest.param("Готовит ли Россия массированный удар по Киеву", "", id="a question without its sign"),
        pytest.param("Буданов: Україна готує удар по енергетиці Росії", "", id="our own"),
        pytest.param("Russian guns keep striking villages by the river near Kherson", "", id="what goes on"),
    ],
)
def test_nobody_warns_of_a_strike(events, title, lead):
    assert "strike_warning" not in events(title, lead)


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Ukraine's forecasters see no return of bitter cold", id="English"),
        pytest.param("Сильних морозів в Україні не очікується", id="Ukrainian"),
        pytest.param("Сильных морозов на Украине не ожидается", id="Russian"),
    ],
)
def test_there_is_no_frost(events, title):
    assert events(title) == set()
