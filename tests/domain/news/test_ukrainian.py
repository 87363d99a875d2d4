"""Українські речення і те, що з них виносить уважна людина; кожен id називає пастку."""

import pytest

ATTACK, LARGE, WARNING, OUTAGE = "grid_attack", "large_strike", "strike_warning", "outage"
BACK, TRUCE, BROKEN, COLD = "restoration", "truce", "truce_over", "severe_cold"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Масована атака безпілотників на Росію, палає нафтобаза", set(), id="who is attacked is the other side"),
        pytest.param("Вночі СОУ уразили підстанцію у Краснодарському краї", set(), id="the forces by their short name"),
        pytest.param("Україна і Росія обміняли полонених напередодні великоднього перемир'я", {TRUCE}, id="a truce at hand"),
        pytest.param("Російський безпілотник влучив у підстанцію на Сумщині", {ATTACK}, id="plain attack"),
        pytest.param("Унаслідок нічного удару у Полтаві пошкоджено трансформатор", {ATTACK}, id="a cause and a passive"),
        pytest.param("Після обстрілу Нікополь частково знеструмлений", {ATTACK, OUTAGE}, id="an outage caused by shelling"),
        pytest.param("Ворог завдав удару по котельні в Херсоні", {ATTACK}, id="heat is energy"),
        pytest.param("Під ударом – газова інфраструктура на Харківщині", {ATTACK}, id="under attack, without a verb"),
        pytest.param("Окупанти поцілили в ТЕЦ у Кременчуці", {ATTACK}, id="a plant by its letters"),
        pytest.param(
            "Атака на енергетику: знеструмлено споживачів у Київській та Одеській областях",
            {ATTACK, OUTAGE},
            id="a title of nouns",
        ),
        pytest.param("Росія випустила по Україні 38 ракет і 470 дронів", {LARGE}, id="large by numbers"),
        pytest.param("ППО знешкодила 91 зі 112 російських безпілотників", {LARGE}, id="launched, not downed, makes it large"),
        pytest.param("Над Дніпром збили три шахеди", set(), id="three drones are not large"),
        pytest.param("Вночі росіяни масовано атакували Одесу дронами", {LARGE}, id="massive as an adverb"),
        pytest.param("Сотні дронів летіли на Україну: наймасштабніша атака зими", {LARGE}, id="numbers in words"),
        pytest.param("27 листопада ворог ударив ракетами по Кривому Рогу", set(), id="a date counts no missiles"),
        pytest.param("Зеленський попередив: Росія готує новий масований удар", {WARNING}, id="warned of, not happening"),
        pytest.param("Розвідка: ворог може вдарити по енергетиці України до морозів", {WARNING}, id="aimed at energy"),
        pytest.param("Злетіли Ту-95, загроза ракетних ударів по всій Україні", {WARNING}, id="bombers in the air"),
        pytest.param("У Полтавській області оголошено повітряну тривогу", set(), id="a local alarm is no warning"),
        pytest.param("У Києві застосовано екстрені відключення", {OUTAGE}, id="emergency cuts"),
        pytest.param("Завтра в усіх областях діятимуть графіки погодинних відключень", {OUTAGE}, id="schedules are an outage"),
        pytest.param("Пів Луцька сидить без опалення через аварію на тепломережі", {OUTAGE}, id="an accident is an outage too"),
        pytest.param("У Житомирі скасували аварійні відключення", {BACK}, id="lifted outages are no outages"),
        pytest.param("Енергетики повернули світло 20 тисячам родин на Чернігівщині", {BACK}, id="coming back"),
        pytest.param("Енергетики намагаються відновити електропостачання в Ізюмі", set(), id="trying is not yet restoring"),
        pytest.param("Завтра в Україні відключень світла не планують", set(), id="no outages planned"),
        pytest.param("Чи можливий блекаут у Києві цієї зими?", set(), id="a question"),
        pytest.param("Росія та Україна домовилися припинити удари по енергетиці", {TRUCE}, id="agreed halt"),
        pytest.param("Туреччина пропонує Росії та Україні енергетичне перемир'я", set(), id="a proposal is no truce"),
        pytest.param("Росія порушила перемир'я: дрони над Сумами", {BROKEN}, id="violated"),
        pytest.param("Перемир'я в секторі Гази набуло чинності", set(), id="a truce elsewhere"),
        pytest.param("В Україну йдуть сильні морози, вночі до -25°", {COLD}, id="severe frost"),
        pytest.param("У Львові сьогодні -3°, невеликий сніг", set(), id="ordinary winter"),
        pytest.param("Українські дрони вдарили по підстанції в Бєлгороді", set(), id="our own strike abroad"),
        pytest.param("ЗСУ уразили підстанцію в окупованому Мелітополі", set(), id="our own strike on occupied land"),
        pytest.param("Удар ЗСУ по ТЕЦ у Воронежі залишив місто без тепла", set(), id="the actor behind the noun"),
        pytest.param(
            "Блекаут у Бєлгороді: місцеві скаржаться на удари з боку Харківщини", set(), id="Belgorod, with our region named"
        ),
        pytest.param("Дрони влучили в НПЗ у Саратові", set(), id="a refinery is not the grid"),
        pytest.param("Кібератака на енергетичну компанію в Україні", set(), id="a cyber attack"),
        pytest.param("Шахтарі ДТЕК у Павлограді оголосили страйк", set(), id="a labour strike"),
        pytest.param("Рік тому росіяни вперше вдарили по енергетиці України", set(), id="an anniversary"),
        pytest.param("Якщо росіяни вдарять по підстанціях, місто залишиться без світла", set(), id="a supposition"),
        pytest.param("Обленерго спростувало фейк про удар по підстанції у Рівному", set(), id="a denial"),
        pytest.param("Ворог не атакував енергооб'єкти України цієї ночі", set(), id="a negated attack"),
        pytest.param("СБУ затримала агента, який наводив ракети на ТЕС у Львівській області", set(), id="an arrest"),
        pytest.param("Гідравлічний удар пошкодив трубу в Києві", set(), id="a water hammer"),
        pytest.param("Партнери передали Україні трансформатори для ремонту підстанцій", set(), id="equipment given"),
        pytest.param("Новини Одеси. Нагадаємо, вчора росіяни атакували підстанцію", set(), id="a recap"),
        pytest.param("На Лівому березі Києва зникла гаряча вода і тепло", {OUTAGE}, id="a supply and how it goes"),
        pytest.param("У столиці світло дають на 3-4 години на добу", {OUTAGE}, id="light that is rationed"),
        pytest.param("На Харківщині запроваджено аварійні графіки", {OUTAGE}, id="emergency schedules"),
        pytest.param("Росіяни вдарили по Одесі: зникли двоє дітей", set(), id="people who went missing"),
        pytest.param("Росіяни вдарили по Києву: зникло світло та опалення", {ATTACK, OUTAGE}, id="a colon gives the cause"),
        pytest.param(
            "За даними інформаційного агентства, російська ракета влучила у Дарницьку ТЕЦ", {ATTACK}, id="an agency is no agent"
        ),
        pytest.param(
            "Росіяни атакували українські підстанції дронами", {ATTACK}, id="the country before its grid strikes nobody"
        ),
        pytest.param("Росія не припиняє атаки на енергетику України", {ATTACK}, id="not stopping"),
        pytest.param(
            "Протиповітряна оборона знешкодила 585 повітряних цілей: росія атакувала дронами",
            {LARGE},
            id="who, in the next clause",
        ),
        pytest.param("Київ пережив найбільшу атаку дронів за час війни", {LARGE}, id="a phrase that holds the strike"),
        pytest.param(
            "Посольство США попередило про можливу значну повітряну атаку на Україну", {WARNING}, id="an embassy says significant"
        ),
        pytest.param("Експерт: росіяни завдадуть удару по енергосистемі під час морозів", {WARNING}, id="a future verb"),
        pytest.param("Україну чекає нова масована атака", {WARNING}, id="awaited"),
        pytest.param("Кілька Ту-95 здійнялися в повітря: Україну попередили про загрозу", {WARNING}, id="bombers in the air"),
        pytest.param("Путін погодився утриматися від ударів по Києву до 1 лютого", {TRUCE}, id="to refrain from strikes"),
        pytest.param("Росія зупинила атаки на енергооб'єкти на тиждень, підтвердив Зеленський", {TRUCE}, id="the attacker halts"),
        pytest.param("Часткове припинення вогню щодо енергетики набуло чинності для України", {TRUCE}, id="in force"),
        pytest.param("ЗСУ зупинили наступ росіян на Харківщині", set(), id="a battle that was stopped is no truce"),
        pytest.param("Трамп попросив Путіна зупинити удари по Україні", set(), id="asked for, not agreed"),
        pytest.param("Мораторій на удари по енергетиці України завершився, заявив Кремль", {BROKEN}, id="an end"),
        pytest.param("Перемир'я не відбулося: росіяни обстріляли Херсон", {BROKEN}, id="what did not happen"),
        pytest.param("Шостку повністю заживили", {BACK}, id="a town with current again"),
        pytest.param("Морози до 27 градусів прогнозують на Сумщині", {COLD}, id="frost without a sign"),
        pytest.param("Рятувальники попередили про 25-градусні морози в Україні", {COLD}, id="degrees in an adjective"),
        pytest.param("У Києві 18 градусів тепла в квартирах", set(), id="degrees above zero"),
        pytest.param("Уряд виділив гроші на захист енергооб'єктів України від атак дронів", set(), id="protection"),
        pytest.param(
            "Противник атакував Україну двома ракетами Іскандер-М із Курської обл. - рф, та 143 ударними БпЛА",
            {LARGE},
            id="where they come from",
        ),
        pytest.param("Мораторій на удари по енергетиці України продовжує діяти, заявили в Кремлі", {TRUCE}, id="kept"),
        pytest.param("Європейські лідери вимагають перемир'я в Україні", set(), id="demanded, not agreed"),
        pytest.param("РФ ігнорує перемир'я: обстріляно Харків", {BROKEN}, id="ignored"),
        pytest.param(
            "Попри російські атаки на об'єкти енергетики в Україні повного блекауту не очікується",
            {ATTACK},
            id="what is not expected",
        ),
        pytest.param("Скібіцький: у ворога є ракети ще на три великі атаки", {WARNING}, id="missiles enough for more"),
        pytest.param("Посольство США закрилося через загрозу значної повітряної атаки", {WARNING}, id="an embassy closes"),
        pytest.param("Галущенко: чекаємо на нові спроби вибити нашу генерацію", {WARNING}, id="an infinitive is no fact"),
        pytest.param("Росія планує залишити Україну без світла до весни - розвідка", {WARNING}, id="darkness that is planned"),
        pytest.param("Зеленський: наступна ціль росіян - підстанції атомних станцій", {WARNING}, id="the next target"),
        pytest.param("Шахед спалив трансформатор на Сумщині", {ATTACK}, id="a weapon burns a transformer"),
        pytest.param("Росіяни третю ніч нищать газовидобуток Нафтогазу", {ATTACK}, id="extraction is a target"),
        pytest.param("Харківську ТЕЦ розбито вщент, повідомив Терехов", {ATTACK}, id="smashed"),
        pytest.param(
            "Росіяни лишили Шостку без тепла двома «Іскандерами»", {ATTACK, OUTAGE}, id="the enemy who leaves a town without heat"
        ),
        pytest.param("Понад дев'яносто ракет за ніч: росіяни вдарили по Україні", {LARGE}, id="a number in words"),
        pytest.param("Чернігів другий день без струму й води", {OUTAGE}, id="current by its other name"),
        pytest.param("Батареї в Бучі крижані", {OUTAGE}, id="icy radiators"),
        pytest.param(
            "ДТЕК: у Києві графіки на вівторок, діятимуть три черги",
            {OUTAGE},
            id="short for schedules, beside who delivers power",
        ),
        pytest.param("Школа на Волині оприлюднила графіки на вівторок", set(), id="schedules of another kind"),
        pytest.param("В Ізюмі світло ще не повернули", {OUTAGE}, id="what is not back"),
        pytest.param("Харків'янам повернули опалення після триденної перерви", {BACK}, id="heating given back"),
        pytest.param("Тепло зайшло в останні 300 будинків Дарниці", {BACK}, id="heat that arrives"),
        pytest.param("Скасовано екстрені відключення на Київщині", {BACK}, id="lifted"),
        pytest.param("У Сумах обіцяють дати світло до вечора", set(), id="promised, not back"),
        pytest.param(
            "Другу ніч поспіль без шахедів: енергетичне перемир'я тримається", {TRUCE}, id="it holds, and its language says where"
        ),
        pytest.param("Путін зобов'язався не бити по енергетиці України 30 днів", {TRUCE}, id="bound not to strike"),
        pytest.param(
            "США запропонують Росії перемир'я: умова - рф припиняє удари по енергетиці України", set(), id="a term of a proposal"
        ),
        pytest.param("Президент Польщі закликає до паузи в ударах по Україні", set(), id="a call"),
        pytest.param("Пауза скінчилася: росіяни обстрілюють Одесу", {BROKEN}, id="a pause that is over"),
        pytest.param("Перемир'я не дожило й до ранку: шахеди над Одесою", {BROKEN}, id="it did not live"),
        pytest.param("Попри домовленість росіяни поцілили в ТЕЦ у Харкові", {ATTACK, BROKEN}, id="in spite of what was agreed"),
        pytest.param("Мінус вісімнадцять надворі у Львові", {COLD}, id="a number in words"),
        pytest.param("Мороз тримає Житомирщину: мінус двадцять шість на світанку", {COLD}, id="two words of one number"),
        pytest.param("У Вінниці мінус двадцять відсотків до плану", set(), id="a bare minus that counts something"),
        pytest.param(
            "Два роки тому Україна вперше сиділа без світла. Десятки ракет тоді влучили в підстанції",
            set(),
            id="a title that looks back",
        ),
    ],
)
def test_ukrainian(events, text, expected):
    assert events(text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param(
            "Росія порушила перемир'я масованою атакою на ТЕЦ Харкова", {ATTACK, LARGE, BROKEN}, id="broken with a strike"
        ),
        pytest.param("Окупанти били по Нікополю вже після оголошення перемир'я", {BROKEN}, id="within a truce"),
        pytest.param("Полтава повертається до звичних графіків замість аварійних", {OUTAGE, BACK}, id="schedules"),
        pytest.param("Київ приєднується до великоднього перемир'я", {TRUCE}, id="a party joins"),
        pytest.param("У Сумах ще сорок будинків холодні", {OUTAGE}, id="cold houses"),
        pytest.param(
            "Комбінований удар: головною ціллю ворога була енергетика Львова", {ATTACK, LARGE}, id="what it was aimed at"
        ),
    ],
)
def test_what_a_feed_says_plainly(events, title, expected):
    assert events(title) == expected
