"""Where sentences speak of; each id names the trap it guards."""

import pytest

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.lexicon import lint
from alerter.domain.places import Kind, places_of
from alerter.domain.text import clean, sentences, tokens

LEXICON = load(shipped_config()).lexicon


def places(text):
    plain = clean(text)
    return [place for begin, sentence in sentences(plain) for place in places_of(tokens(sentence, begin), plain, LEXICON)]


def regions(text):
    return {code for place in places(text) if place.kind is Kind.REGION for code in place.regions}


def kinds(text):
    return {place.kind for place in places(text)}


def codes(numbers):
    return {f"UA-{number}" for number in numbers.split()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Ukrainian
        pytest.param(
            "Світло зникло у Київській, Чернігівській та Сумській областях", "32 74 59", id="uk adjectives share one noun"
        ),
        pytest.param("Знеструмлено Сумську й Харківську області", "59 63", id="uk accusative list"),
        pytest.param("Області без світла: Житомирська, Київська, Рівненська області", "18 32 56", id="uk list after a colon"),
        pytest.param("Обстріляли Херсонщину, Миколаївщину та Донеччину", "65 48 14", id="uk -shchyna forms"),
        pytest.param("На Буковині та Прикарпатті темно", "77 26", id="uk historical names"),
        pytest.param("Харківська обл. без струму", "63", id="uk abbreviated oblast"),
        pytest.param("У Києві та Київській області діють графіки", "30 32", id="uk city and its oblast"),
        pytest.param("У Києві та області діють графіки", "30 32", id="uk and the region, unnamed"),
        pytest.param("Влучили у київську ТЕЦ", "30", id="uk adjective of the city"),
        pytest.param("Пошкоджено Київську ГЕС", "32", id="uk Kyiv HPP stands in the oblast"),
        pytest.param("Столиця залишилася без тепла", "30", id="uk the capital by that name"),
        pytest.param("Киянам радять набрати води", "30", id="uk demonym"),
        pytest.param("Харків'яни чекають на світло", "63", id="uk demonym with apostrophe"),
        pytest.param("Частина міста, Дарницький район, без опалення", "30", id="uk district of Kyiv alone"),
        pytest.param("Пожежа у Дніпровському районі Києва", "30", id="uk district of Kyiv is not Dnipro"),
        pytest.param("Обстріл Харківського району, знищено лінію", "63", id="uk Kharkiv raion"),
        pytest.param("Темно на Харківському масиві", "30", id="uk Kharkivskyi masyv is in Kyiv"),
        pytest.param("Виплатили великі суми та компенсації", "", id="uk sums are not Sumy"),
        pytest.param("Суми штрафів зростуть", "", id="uk sums at the beginning of a sentence"),
        pytest.param("Суми без світла після удару", "59", id="uk Sumy at the beginning of a sentence"),
        pytest.param("У Сумах та Шостці вимкнули світло", "59", id="uk Sumy in the locative"),
        pytest.param("Рівень споживання рівний, все рівно тримаємось", "", id="uk level is not Rivne"),
        pytest.param("Удар по Рівному, світла немає", "56", id="uk Rivne in the dative"),
        pytest.param("Додайте ізюм до тіста", "", id="uk raisins are not Izium"),
        pytest.param("Ракета влучила в Ізюм", "63", id="uk Izium"),
        pytest.param("Через Дніпро не ходять пороми, на березі Дніпра лід", "", id="uk Dnipro the river"),
        pytest.param("У Дніпрі пролунали вибухи", "12", id="uk Dnipro the city"),
        pytest.param("Кременчуцька ГЕС пошкоджена", "35", id="uk Kremenchuk HPP is not in Poltava oblast"),
        pytest.param("Бурштинська та Добротвірська ТЕС зупинені", "26 46", id="uk plants named alone"),
        pytest.param("ЗАЕС живиться від однієї лінії", "23", id="uk ZNPP by its letters"),
        pytest.param("Дніпровська ГЕС зазнала удару", "23", id="uk DniproHES is not in Dnipro"),
        pytest.param("Матч: Шахтар Донецьк проти Динамо Київ", "", id="uk football clubs"),
        pytest.param("Київстар і Київська влада мовчать", "", id="uk a firm and a metonym"),
        pytest.param("На Полтавській вулиці та Харківському проспекті затори", "", id="uk streets named after cities"),
        pytest.param("Режисерка Ольга Миколаєва приїхала", "", id="uk surname"),
        pytest.param("Нікополь і Марганець під обстрілом", "12", id="uk shelled communities"),
        pytest.param("Крим без світла", "", id="uk Crimea is out of reach"),
        pytest.param("Рівнеобленерго оновило графіки", "56", id="uk a supplier whose name begins with a town"),
        pytest.param("Харківобленерго, Сумиобленерго та Волиньобленерго обмежили споживання", "63 59 07", id="uk suppliers"),
        pytest.param("ДТЕК Київські регіональні електромережі повертає світло", "32", id="uk the supplier of the oblast"),
        pytest.param("ДТЕК Київські електромережі повертає світло", "30", id="uk the supplier of the capital"),
        pytest.param("Горить склад під Києвом, є влучання навколо столиці", "32", id="uk around Kyiv is the oblast"),
        pytest.param("Удар по урядовому кварталу, поряд Охматдит", "30", id="uk what stands in the capital"),
        pytest.param("На Слобожанщині та в Бессарабії темно", "63 51", id="uk historical regions"),
        pytest.param("Матч виграла «Олександрія»", "", id="uk a club in quotation marks"),
        pytest.param("В Олександрії немає води", "35", id="uk a town that gave a club its name"),
        # Russian
        pytest.param("Ровнооблэнерго и Сумыоблэнерго вводят графики", "56 59", id="ru suppliers"),
        pytest.param("Взрывы под Киевом и в пригороде столицы", "32", id="ru around Kyiv is the oblast"),
        pytest.param("Тысячи одесситов без воды", "51", id="ru demonym"),
        pytest.param("Без света Киевская, Одесская и Днепропетровская области", "32 51 12", id="ru adjectives share one noun"),
        pytest.param("Днепропетровская обл: повреждена линия", "12", id="ru abbreviated oblast"),
        pytest.param("В Киеве и области ввели графики", "30 32", id="ru and the region"),
        pytest.param("Харьков, Днепр, Николаев: где нет света", "63 12 48", id="ru nominatives in a row"),
        pytest.param("Ровно год назад, ровно в полдень", "", id="ru exactly is not Rovno"),
        pytest.param("Взрывы в городе Ровно", "56", id="ru Rovno"),
        pytest.param("Певец и режиссер Игорь Николаев выступил", "", id="ru surname"),
        pytest.param("Погода: рабочий А. Николаев замерз", "", id="ru surname after an initial"),
        pytest.param("Киевский режим атаковал станцию", "", id="ru regime"),
        pytest.param("Переправа через Днепр закрыта", "", id="ru Dnepr the river"),
        pytest.param("Змиевская ТЭС и Ладыжинская ТЭС остановлены", "63 05", id="ru plants named alone"),
        pytest.param("Каменец-Подольский и Белгород-Днестровский без света", "68 51", id="ru Belgorod-Dnestrovskiy is ours"),
        pytest.param("Сладкий изюм подорожал", "", id="ru raisins"),
        pytest.param("Белгород остался без света после удара", "", id="ru neighbour"),
        # English
        pytest.param("Khmelnytskoblenerho and Rivneoblenerho announced schedules", "68 56", id="en suppliers"),
        pytest.param("A depot near Kyiv burned, as did one in the Kyiv suburbs", "32", id="en near Kyiv is the oblast"),
        pytest.param("Homes in and around Kyiv", "30 32", id="en in and around Kyiv"),
        pytest.param("Boyarka, Okhtyrka, Khust and Snihurivka", "32 59 21 48", id="en smaller towns"),
        pytest.param("Outages in Kyiv, Odesa, and Sumy regions", "32 51 59", id="en Kyiv in a list of regions is the oblast"),
        pytest.param("Outages in Kyiv, Kharkiv and Odesa", "30 63 51", id="en Kyiv in a list of cities is the city"),
        pytest.param("Kyiv and the Odesa region were hit", "30 51", id="en a singular noun takes only its neighbour"),
        pytest.param("Kyiv and the region are dark", "30 32", id="en and the region"),
        pytest.param("Kyiv Oblast lost power", "32", id="en the oblast"),
        pytest.param("Kharkov, Lvov, Odessa, Chernigov and Nikolaev", "63 46 51 74 48", id="en old spellings"),
        pytest.param("A blackout hits Odessa, Texas", "", id="en a namesake"),
        pytest.param("Boats crossed the Dnipro River near the left bank of the Dnipro", "", id="en the river"),
        pytest.param("Drones struck the Dnipro region", "12", id="en the region of Dnipro"),
        pytest.param("Kyiv says Moscow has rejected the deal", "", id="en the government"),
        pytest.param("Explosions were heard in Kyiv, says the mayor", "30", id="en not the government"),
        pytest.param("The Kyiv Independent and the Kyiv Post report", "", id="en newspapers"),
        pytest.param("Dynamo Kyiv beat Shakhtar Donetsk", "", id="en clubs"),
        pytest.param("Burshtyn TPP and Trypillia power plant were hit", "26 32", id="en plants named alone"),
        pytest.param("A line to the Zaporizhzhia NPP was cut in Enerhodar", "23", id="en ZNPP"),
        pytest.param("The South Ukraine NPP lowered its output", "48", id="en South Ukraine NPP"),
        pytest.param("A Kyiv-based think tank writes", "", id="en based in"),
    ],
)
def test_the_regions_of_a_sentence_are_found(text, expected):
    assert regions(text) == codes(expected)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Аварійні відключення по всій Україні", Kind.NATIONWIDE, id="uk across the country"),
        pytest.param("Графіки діють в усіх областях", Kind.NATIONWIDE, id="uk all regions"),
        pytest.param("Свет отключили по всей стране", Kind.NATIONWIDE, id="ru across the country"),
        pytest.param("Emergency cuts across the country", Kind.NATIONWIDE, id="en across the country"),
        pytest.param("У кількох областях зникло світло", Kind.COUNTRY, id="uk several regions, unnamed"),
        pytest.param("Знеструмлено споживачів у 9 областях", Kind.COUNTRY, id="uk a number of regions, unnamed"),
        pytest.param("Several regions lost power", Kind.COUNTRY, id="en several regions, unnamed"),
        pytest.param("Київ заявив про готовність", Kind.COUNTRY, id="uk government"),
        pytest.param("Киев отвергает обвинения", Kind.COUNTRY, id="ru government"),
        pytest.param("У Севастополі немає світла", Kind.OCCUPIED, id="uk Sevastopol"),
        pytest.param("Power is out in Melitopol", Kind.OCCUPIED, id="en occupied city of a region"),
        pytest.param("В Донецке нет воды", Kind.OCCUPIED, id="ru Donetsk the city"),
        pytest.param("A blackout in Russia's Belgorod", Kind.FOREIGN, id="en neighbour"),
        pytest.param("У Молдові зникло світло", Kind.FOREIGN, id="uk another country"),
        pytest.param("In Moscow Region, heating failed", Kind.FOREIGN, id="en Moscow the place"),
    ],
)
def test_what_is_no_region_has_its_own_kind(text, kind):
    assert kinds(text) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Графіки діють у всіх областях, окрім Закарпаття та Львівщини", id="uk"),
        pytest.param("Power is rationed in all regions except for Zakarpattia and Lviv", id="en"),
        pytest.param("Свет отключают во всех областях, кроме Закарпатской и Львовской", id="ru"),
    ],
)
def test_regions_after_except_are_left_out(text):
    found = [place for place in places(text) if place.kind is Kind.EXCLUDED]
    assert {code for place in found for code in place.regions} == {"UA-21", "UA-46"}
    assert regions(text) == set()


def test_besides_leaves_nothing_out():
    assert regions("Крім того, у Харкові немає води") == {"UA-63"}
    assert regions("Окрім Києва, без світла лишилася Одеса") == {"UA-30", "UA-51"}


@pytest.mark.parametrize(
    ("text", "launched", "hit"),
    [
        ("Ворог запустив 90 БпЛА із напрямків: Курськ, Міллерово, Чауда - Крим, атаковано Одещину", 3, {"UA-51"}),
        ("Drones flew from the direction of Kursk and hit Sumy", 1, {"UA-59"}),
        ("Беспилотники с направления Курск атаковали Полтаву", 1, {"UA-53"}),
        ("Дрони з боку Херсона летять на Миколаїв", 1, {"UA-48"}),
    ],
)
def test_what_a_strike_was_launched_from_is_not_hit(text, launched, hit):
    assert sum(place.kind is Kind.LAUNCHED for place in places(text)) >= launched
    assert Kind.FOREIGN not in kinds(text)
    assert regions(text) == hit


def test_occupied_cities_are_regions_before_a_word_for_regions():
    assert regions("Shelling of Donetsk and Luhansk regions") == {"UA-14", "UA-09"}


def test_a_place_is_found_where_it_stands():
    (place,) = places("Світла немає у Білій Церкві")
    assert (place.first, place.last) == (3, 4)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"regions": {"Kyiv": ["київ"]}}, "code like"),
        ({"region_words": {"one": ["область"]}}, "either, many, one"),
        ({"towns": ["київ"]}, "unknown role"),
    ],
)
def test_a_wrong_key_of_places_is_a_mistake(document, says):
    (mistake,) = lint({"places": document})
    assert says in mistake.what
