"""Русские предложения и то, что из них выносит внимательный человек; каждый id называет ловушку."""

import pytest

ATTACK, LARGE, WARNING, OUTAGE = "grid_attack", "large_strike", "strike_warning", "outage"
BACK, TRUCE, BROKEN, COLD = "restoration", "truce", "truce_over", "severe_cold"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Российский беспилотник попал в подстанцию в Сумской области", {ATTACK}, id="plain attack"),
        pytest.param("В результате ночного обстрела в Харькове повреждена ТЭЦ", {ATTACK}, id="a cause and a passive"),
        pytest.param("После удара оккупантов Херсон остался без света", {ATTACK, OUTAGE}, id="an outage caused by a strike"),
        pytest.param("Россияне ударили по газохранилищу во Львовской области", {ATTACK}, id="gas is energy"),
        pytest.param("Повреждены линии электропередачи: последствия атаки на Запорожье", {ATTACK}, id="the cause behind a colon"),
        pytest.param(
            "Вооруженными Силами Российской Федерации нанесен групповой удар по объектам энергетики Украины",
            {ATTACK},
            id="the other side's ministry",
        ),
        pytest.param(
            "В ответ на атаки Украины по объектам энергетики России Вооруженными Силами Российской Федерации нанесен "
            "массированный удар по военным аэродромам Украины",
            {LARGE},
            id="what a strike answers is no target of it",
        ),
        pytest.param("РФ запустила по Украине 33 ракеты и 290 шахедов", {LARGE}, id="large by numbers"),
        pytest.param("Сбито 97 из 121 беспилотника, которыми россияне атаковали Украину", {LARGE}, id="launched makes it large"),
        pytest.param("Масштабная атака дронов на Россию: горит завод", set(), id="who is attacked is the other side"),
        pytest.param(
            "Энергетики работают в Одессе, чтобы вернуть свет в дома", set(), id="light that is to come back is not back"
        ),
        pytest.param("Над Одессой сбили четыре дрона", set(), id="four drones are not large"),
        pytest.param("Ночью россияне массированно атаковали Днепр", {LARGE}, id="massive as an adverb"),
        pytest.param("Десятки ракет летят на Украину: массированная атака", {LARGE}, id="numbers in words"),
        pytest.param("Зеленский: Россия готовит новый массированный удар по Украине", {WARNING}, id="warned of, not happening"),
        pytest.param("Разведка предупредила о возможных ударах по энергетике Украины", {WARNING}, id="aimed at energy"),
        pytest.param("Взлет стратегических бомбардировщиков: угроза для всей Украины", {WARNING}, id="bombers in the air"),
        pytest.param("В Полтавской области объявлена воздушная тревога", set(), id="a local alarm is no warning"),
        pytest.param("В Киеве введены экстренные отключения света", {OUTAGE}, id="emergency cuts"),
        pytest.param("Графики почасовых отключений действуют во всех областях Украины", {OUTAGE}, id="schedules are an outage"),
        pytest.param("В Черновцах из-за аварии нет отопления в двух районах", {OUTAGE}, id="an accident is an outage too"),
        pytest.param("В Одессе отменили аварийные отключения", {BACK}, id="lifted outages are no outages"),
        pytest.param("В Николаеве восстановлено электроснабжение", {BACK}, id="coming back"),
        pytest.param("Энергетики пытаются восстановить электроснабжение в Изюме", set(), id="trying is not yet restoring"),
        pytest.param("Полного блэкаута в Украине не ожидается", set(), id="no outage expected"),
        pytest.param("Возможен ли блэкаут в Киеве этой зимой?", set(), id="a question"),
        pytest.param("Москва и Киев договорились о моратории на удары по энергетике", {TRUCE}, id="agreed halt"),
        pytest.param("Президент России объявил рождественское перемирие с Украиной", {TRUCE}, id="declared by one side"),
        pytest.param("Трамп предложил России и Украине перемирие", set(), id="a proposal is no truce"),
        pytest.param("Россия нарушила перемирие и обстреляла Херсон", {BROKEN}, id="violated"),
        pytest.param("Израиль и ХАМАС объявили о прекращении огня", set(), id="a truce elsewhere"),
        pytest.param("На Украину надвигаются сильные морозы", {COLD}, id="severe frost"),
        pytest.param("В Киеве ночью до 20 градусов мороза", {COLD}, id="frost by its unit"),
        pytest.param("В Пензе поздравили Деда Мороза", set(), id="Grandfather Frost"),
        pytest.param("ВСУ ударили по подстанции в Белгородской области", set(), id="our own strike abroad"),
        pytest.param("Удар ВСУ по подстанции обесточил Энергодар", {OUTAGE}, id="our own strike still leaves an outage"),
        pytest.param("Украинские дроны атаковали подстанцию в Запорожской области", set(), id="our own strike on occupied land"),
        pytest.param(
            "Киевский режим продолжил атаки на энергетическую инфраструктуру Российской Федерации",
            set(),
            id="the enemy's own energy",
        ),
        pytest.param("В Крыму обесточены три города после взрыва на подстанции", set(), id="Crimea is out of reach"),
        pytest.param("Пожар на нефтебазе в Феодосии после атаки дронов", set(), id="an oil depot is not the grid"),
        pytest.param("Хакеры атаковали энергосистему Украины", set(), id="a cyber attack"),
        pytest.param("Шахтеры в Павлограде начали забастовку", set(), id="a labour strike"),
        pytest.param("Год назад россияне атаковали подстанцию в Одессе", set(), id="an anniversary"),
        pytest.param("В случае удара по подстанциям Киев может остаться без тепла", set(), id="a supposition"),
        pytest.param("В Укрэнерго опровергли сообщения об ударе по подстанции в Ровно", set(), id="a denial"),
        pytest.param("СБУ задержала агента, наводившего ракеты на ТЭЦ в Кропивницком", set(), id="an arrest"),
        pytest.param("Молдова осталась без света из-за аварии на подстанции", set(), id="another country"),
        pytest.param("Спорт. Напомним, вчера Россия ударила по ТЭЦ в Киеве", set(), id="a recap"),
        pytest.param("На левом берегу Киева пропала горячая вода и тепло", {OUTAGE}, id="a supply and how it goes"),
        pytest.param("Киевляне получают свет по три часа в сутки", {OUTAGE}, id="light that is rationed"),
        pytest.param("В Днепре остановилось метро из-за отсутствия напряжения", {OUTAGE}, id="no voltage"),
        pytest.param(
            "Из-за атаки дронов в Запорожской области отключилось электричество", {ATTACK, OUTAGE}, id="a cause and a loss"
        ),
        pytest.param(
            "По данным агентства Рейтер, российские дроны ударили по подстанции в Киеве", {ATTACK}, id="an agency is no agent"
        ),
        pytest.param(
            "Нанесено поражение объектам топливно-энергетической инфраструктуры ВСУ в Харьковской области",
            {ATTACK},
            id="whose target it is said to be",
        ),
        pytest.param("Россия не прекращает удары по энергетике Украины", {ATTACK}, id="not stopping"),
        pytest.param(
            "Подстанция на подконтрольной России территории под Мелитополем обесточена после удара", set(), id="behind the front"
        ),
        pytest.param("Путин пригрозил массированными ударами по Киеву", {WARNING}, id="a threat"),
        pytest.param(
            "Посольство США предупредило о возможном значительном воздушном ударе по Украине",
            {WARNING},
            id="an embassy says significant",
        ),
        pytest.param("Мониторы: сегодня ночью возможна массированная атака на Украину", {WARNING}, id="possible"),
        pytest.param("Ту-95 поднялись в воздух: в Украине ждут ракетную атаку", {WARNING}, id="bombers in the air"),
        pytest.param("Россия и Украина договорились воздержаться от ударов по энергетике", {TRUCE}, id="to refrain from strikes"),
        pytest.param("Путин согласился не бить по Киеву неделю, заявил Трамп", {TRUCE}, id="agreed not to"),
        pytest.param("Россия приостановила удары по энергетике Украины", {TRUCE}, id="the attacker halts"),
        pytest.param("Трамп призвал Путина прекратить удары по Украине", set(), id="asked for, not agreed"),
        pytest.param("Пауза в ударах по Киеву закончилась", {BROKEN}, id="an end, and Kyiv that is no time of day"),
        pytest.param("Россия не продлила энергетическое перемирие с Украиной", {BROKEN}, id="not prolonged"),
        pytest.param("В Украину идут морозы до -27", {COLD}, id="degrees without their unit"),
        pytest.param("25-градусные морозы идут в Украину", {COLD}, id="degrees in an adjective"),
        pytest.param("После оттепели в Киеве до 15 градусов тепла", set(), id="degrees above zero"),
        pytest.param("Украина увеличила импорт электроэнергии", set(), id="imports are no supply"),
        pytest.param("Песков назвал атаку на подстанцию терактом", set(), id="a word of the Kremlin on an attack elsewhere"),
        pytest.param("Правительство Украины усилит защиту подстанций от ударов", set(), id="protection"),
        pytest.param("Мораторий на удары по энергетике Украины остается в силе", {TRUCE}, id="kept"),
        pytest.param("Путин о перемирии в Украине: есть нюансы", set(), id="spoken of, not agreed"),
        pytest.param("Россия игнорирует перемирие: обстрелян Харьков", {BROKEN}, id="ignored"),
        pytest.param("Игнат: Россия может ударить массированно уже этой ночью", {WARNING}, id="as soon as tonight"),
        pytest.param("Медведев пригрозил Украине «ночью длинных ракет»", {WARNING}, id="threatened with in other words"),
        pytest.param("Разведка: под прицелом россиян подстанции Украины", {WARNING}, id="in the crosshairs"),
        pytest.param("ГУР: враг ждет похолодания, чтобы добить энергетику", {WARNING}, id="what he waits for"),
        pytest.param("Россия хочет оставить Украину без тепла, заявил Шмыгаль", {WARNING}, id="wanted, not done"),
        pytest.param("Ракеты пробили машзал Ладыжинской станции", {ATTACK}, id="pierced"),
        pytest.param("Запорожье обесточено после ночного прилета", {ATTACK, OUTAGE}, id="an arrival is a strike"),
        pytest.param("Ночной «шахед» в подстанцию под Полтавой", {ATTACK}, id="a weapon into its target, no verb"),
        pytest.param("Шестьсот дронов и тридцать ракет за ночь: Россия атаковала Украину", {LARGE}, id="numbers in words"),
        pytest.param("Днепр: лифты застряли между этажами, свет пропал в полдень", {OUTAGE}, id="lifts that stand still"),
        pytest.param("В Полтаве батареи ледяные вторые сутки", {OUTAGE}, id="icy radiators"),
        pytest.param("В Одессе темно и холодно", {OUTAGE}, id="dark and cold"),
        pytest.param("Харьков переходит на мягкий график", {BACK}, id="a milder schedule"),
        pytest.param("Сумы снова с электричеством", {BACK}, id="with it again"),
        pytest.param("В Полтаве батареи теплые", {BACK}, id="warm radiators"),
        pytest.param("В Николаеве обещают день без отключений", set(), id="promised, not there"),
        pytest.param("Путин согласился неделю не трогать энергетику Украины", {TRUCE}, id="to leave alone"),
        pytest.param("Трамп уговорил Путина не бить по Киеву", {TRUCE}, id="talked into it"),
        pytest.param("FT: Киев и Москва прощупывают почву для отказа от ударов по энергетике", set(), id="felt out, not agreed"),
        pytest.param("Перемирие продержалось полдня, дроны над Харьковом", {BROKEN}, id="it lasted half a day"),
        pytest.param("Киев отверг 36-часовое перемирие Путина", {BROKEN}, id="refused"),
        pytest.param("Россия атаковала Херсон во время объявленной тишины", {BROKEN}, id="in a truce"),
        pytest.param("В Сумах двадцать пять ниже нуля", {COLD}, id="a number in words, below zero"),
        pytest.param("Украинцев предупредили: будет под минус тридцать", {COLD}, id="a bare minus"),
        pytest.param("Хозяева «Динамо» в Киеве нанесли двадцать ударов, голы забил форвард", set(), id="a match"),
    ],
)
def test_russian(events, text, expected):
    assert events(text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("Москва на пасхальное перемирие не пойдет на этот раз", {BROKEN}, id="will not go for it"),
        pytest.param("Песков: тишины не будет, перемирие на Украине ни к чему", {BROKEN}, id="there will be none"),
        pytest.param("Россия на неделю воздержится от ударов по Одессе, объявили в Кремле", {TRUCE}, id="will refrain"),
        pytest.param("В Полтаве перебои с теплом и светом", {OUTAGE}, id="interruptions"),
        pytest.param(
            "В ответ на теракт Киева нанесен массированный удар по подстанциям Украины",
            {ATTACK, LARGE},
            id="an answer that begins without a comma",
        ),
    ],
)
def test_what_a_feed_says_plainly(events, title, expected):
    assert events(title) == expected
