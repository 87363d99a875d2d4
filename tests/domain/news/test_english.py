"""English sentences and what a careful person takes from them; each id names the trap it guards."""

import pytest

ATTACK, LARGE, WARNING, OUTAGE = "grid_attack", "large_strike", "strike_warning", "outage"
BACK, TRUCE, BROKEN, COLD = "restoration", "truce", "truce_over", "severe_cold"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Large-scale drone attack on Russia overnight, refinery on fire", set(), id="who is attacked is the other side"
        ),
        pytest.param("Mass Shahed attack: drones hit Ukraine from three sides", {LARGE}, id="no term reaches across a colon"),
        pytest.param("Ukraine and Russia exchange prisoners ahead of Easter ceasefire", {TRUCE}, id="a truce at hand"),
        pytest.param("Russian drones struck a substation near Sumy overnight", {ATTACK}, id="plain attack"),
        pytest.param(
            "A transformer in Odesa was damaged by debris of a downed missile", {ATTACK}, id="passive damage by a weapon"
        ),
        pytest.param("Shelling leaves half of Kherson without electricity", {ATTACK, OUTAGE}, id="an outage caused by shelling"),
        pytest.param(
            "Moscow's latest attack on Ukraine's power grid kills two workers", {ATTACK}, id="noun of attack and its target"
        ),
        pytest.param("Kharkiv without power after Russian strike", {ATTACK, OUTAGE}, id="after names the cause"),
        pytest.param("Russia pounds Ukrainian gas production facilities", {ATTACK}, id="gas is energy"),
        pytest.param("Boiler house in Chernihiv hit by Shahed, officials say", {ATTACK}, id="heat is energy"),
        pytest.param("Russia launched 61 missiles and 420 drones at Ukraine", {LARGE}, id="large by numbers"),
        pytest.param("Ukraine's air force downs 96 of 118 Russian drones", {LARGE}, id="launched, not downed, makes it large"),
        pytest.param("Russia launched 14 drones at Ukraine overnight", set(), id="a dozen drones are not large"),
        pytest.param("Massive missile attack on Kyiv under way", {LARGE}, id="massive"),
        pytest.param("Hundreds of drones fired at Ukraine in record assault", {LARGE}, id="numbers in words"),
        pytest.param("Zelensky warns Russia is preparing a massive strike on Ukraine", {WARNING}, id="warned of, not happening"),
        pytest.param("US embassy in Kyiv warns of a possible large-scale air attack", {WARNING}, id="an embassy warns"),
        pytest.param(
            "Russia may attack Ukrainian substations before the frost, intelligence says", {WARNING}, id="aimed at energy"
        ),
        pytest.param("Air raid alert in Poltava region", set(), id="a local alarm is no warning"),
        pytest.param("Emergency power cuts introduced in Kyiv and Odesa regions", {OUTAGE}, id="emergency cuts"),
        pytest.param("Residents of Lviv wake up with no heating", {OUTAGE}, id="heat off"),
        pytest.param("Hourly outage schedules apply across Ukraine on Thursday", {OUTAGE}, id="schedules are an outage"),
        pytest.param("Power outages lifted in Vinnytsia region", {BACK}, id="lifted outages are no outages"),
        pytest.param("Electricity restored to 40,000 households in Mykolaiv", {BACK}, id="coming back"),
        pytest.param("Engineers struggle to restore power in Kharkiv", set(), id="trying is not yet restoring"),
        pytest.param("Ukrenergo says no outages are planned in Ukraine tomorrow", set(), id="no outages planned"),
        pytest.param("Russia and Ukraine agree to halt strikes on energy for a week", {TRUCE}, id="agreed halt"),
        pytest.param("Kyiv proposes an energy truce to Russia", set(), id="a proposal is no truce"),
        pytest.param("Putin rejects Ukraine's ceasefire offer", {BROKEN}, id="a refused truce"),
        pytest.param("Ukraine accuses Russia of violating the truce with drone strikes", {BROKEN}, id="violated"),
        pytest.param("Israel and Hamas agree on a ceasefire", set(), id="a truce elsewhere"),
        pytest.param("Severe frost of -24°C expected in Kharkiv region", {COLD}, id="severe frost"),
        pytest.param("It will be +4C in Kyiv with light rain", set(), id="mild winter"),
        pytest.param("Bitter cold grips Poland as Ukraine talks continue in Geneva", set(), id="cold elsewhere"),
        pytest.param("Ukrainian drones hit a power plant in Russia's Belgorod region", set(), id="our own strike abroad"),
        pytest.param(
            "Belgorod left without power and heat after strikes; Ukraine's Sumy and Kharkiv regions lie across the border",
            set(),
            id="Belgorod, with our regions named",
        ),
        pytest.param("Ukraine strikes Russian oil refinery in Saratov", set(), id="a refinery is not the grid"),
        pytest.param("Russian strike sets an oil depot near Odesa ablaze", set(), id="an oil depot is not the grid"),
        pytest.param("Hackers attack Ukrainian energy company in cyberattack", set(), id="a cyber attack"),
        pytest.param("Power plant workers in Spain go on strike", set(), id="a labour strike"),
        pytest.param("Berlin without electricity after arson at a substation", set(), id="sabotage in another country"),
        pytest.param("A year ago Russia attacked substations across Ukraine for the first time", set(), id="an anniversary"),
        pytest.param("If Russia strikes the grid again, Kyiv could face weeks of darkness", set(), id="a supposition"),
        pytest.param("Ukrenergo denied reports of an attack on a substation in Rivne", set(), id="a denial"),
        pytest.param("Iran attacks power stations in Israel with missiles", set(), id="another war"),
        pytest.param("Ukraine buys power transformers to repair its grid", set(), id="equipment bought"),
        pytest.param("Strike group of the US Navy sails towards Iran", set(), id="a strike group"),
        pytest.param("Kyiv residents protest against electricity tariffs", set(), id="prices"),
        pytest.param("Hot water cut off across Lviv", {OUTAGE}, id="a supply and how it goes"),
        pytest.param("Power supply limited in Kharkiv region", {OUTAGE}, id="a supply that is limited"),
        pytest.param("Strikes disrupt power supply in seven Ukrainian regions", {ATTACK, OUTAGE}, id="a disrupted supply"),
        pytest.param("Ukraine cuts electricity tariffs for households", set(), id="a tariff cut"),
        pytest.param("Ukraine resumes electricity exports to Poland", set(), id="exports are no supply"),
        pytest.param(
            "Ukrainian grid attacked by Russian drones, repairs expected to take days",
            {ATTACK},
            id="the country before its grid strikes nobody",
        ),
        pytest.param(
            "Prosecutors say Russian forces struck an energy facility in Kharkiv region, wounding two",
            {ATTACK},
            id="prosecutors tell of strikes too",
        ),
        pytest.param("Ukraine's energy sector hit by corruption scandal", set(), id="hit by a scandal"),
        pytest.param("Drone strike on Russian power plant leaves Shatura without heat", set(), id="a plant of the other side"),
        pytest.param("Ukrainian strikes leave Russian-held Donetsk without power", set(), id="behind the front"),
        pytest.param(
            "Ukraine's spy chief warns of new large-scale Russian strikes on power grid", {WARNING}, id="a spy chief is no spy"
        ),
        pytest.param(
            "US embassy warns of potentially significant air attack on Ukraine", {WARNING}, id="an embassy says significant"
        ),
        pytest.param("Large-scale Russian attack on Ukraine expected overnight", {WARNING}, id="expected, behind the strike"),
        pytest.param(
            "Massive attack on Kyiv kills ten, death toll expected to rise", {LARGE}, id="what is expected is not the strike"
        ),
        pytest.param("Putin vows massive strikes on Ukraine", {WARNING}, id="a threat"),
        pytest.param("Russian Tu-95 bombers take off, missile strike on Ukraine possible", {WARNING}, id="bombers take off"),
        pytest.param("Kremlin confirms it will refrain from striking Kyiv until Sunday", {TRUCE}, id="to refrain from striking"),
        pytest.param("Trump says Putin promised not to bomb Kyiv for a week", {TRUCE}, id="promised not to"),
        pytest.param("Russia suspends strikes on Ukrainian energy facilities", {TRUCE}, id="the attacker halts"),
        pytest.param("Air defence stopped the attack on Kyiv", set(), id="a strike that was stopped is no truce"),
        pytest.param("Russia does not stop attacks on Ukraine's energy system", {ATTACK}, id="not stopping"),
        pytest.param("Trump asked Putin to halt strikes on Ukraine's energy", set(), id="asked for, not agreed"),
        pytest.param("Russia announces three-day ceasefire for May 9 in Ukraine", {TRUCE}, id="May is a month"),
        pytest.param("Moscow ends moratorium on energy strikes on Ukraine", {BROKEN}, id="an end"),
        pytest.param("Kremlin says no truce with Ukraine for Christmas", {BROKEN}, id="said no to"),
        pytest.param("Blackouts end in Lviv region as grid stabilises", {BACK}, id="outages that end"),
        pytest.param("Ukraine restores power to Kyiv after massive blackout", {BACK}, id="an outage that is over"),
        pytest.param("Temperatures to drop to -30 in Ukraine, forecasters warn", {COLD}, id="degrees without their unit"),
        pytest.param("Frosts of up to 27 degrees forecast for Sumy and Chernihiv regions", {COLD}, id="frost without a sign"),
        pytest.param("Temperatures in Kyiv to reach 20 degrees this week", set(), id="degrees above zero"),
        pytest.param(
            "Kremlin: attack on power plant is an act of terror", set(), id="a word of the Kremlin on an attack elsewhere"
        ),
        pytest.param("Energy truce: what Russia and Ukraine agreed on", {TRUCE}, id="a heading"),
        pytest.param("Russia says it is observing moratorium on strikes on Ukrainian energy facilities", {TRUCE}, id="kept"),
        pytest.param(
            "Ukraine ready to accept 30-day ceasefire, joint statement says after talks", {TRUCE}, id="accepted after talks"
        ),
        pytest.param(
            "Moscow shells Kherson despite its pledge of an Easter truce, Ukraine says", {BROKEN}, id="despite a pledge"
        ),
        pytest.param("Russia accuses Ukraine of hitting its power plants", set(), id="accused of a strike"),
        pytest.param("Germany helps Ukraine protect its grid from Russian attacks", set(), id="protection"),
        pytest.param("Ukraine in the dark about US peace plan", set(), id="a figure of speech"),
        pytest.param(
            "Occupiers attack Ukraine at night with two missiles and 197 strike UAVs", {LARGE}, id="a strike drone is no strike"
        ),
        pytest.param(
            "Kyiv's allies expect a barrage: Ukraine bracing for 'the largest attack of the winter'",
            {WARNING},
            id="bracing, without a verb of striking",
        ),
        pytest.param(
            "Ukrainian intelligence sees Russia readying strikes on nuclear plant substations", {WARNING}, id="readying"
        ),
        pytest.param(
            "Russia could try to black out Ukraine at Christmas, Sybiha says",
            {WARNING},
            id="darkness that is meant, no strike named",
        ),
        pytest.param("Embassies in Kyiv close for a day over missile threat", {WARNING}, id="embassies that close"),
        pytest.param(
            "Putin promises to keep hitting Ukraine's energy system", {WARNING}, id="a promise to strike on is no strike yet"
        ),
        pytest.param("Drones set a Chernihiv transformer on fire", {ATTACK}, id="the weapon acts"),
        pytest.param(
            "Second Kyiv heating plant in a month lies in ruins after overnight salvo", {ATTACK}, id="ruins and a salvo"
        ),
        pytest.param("Shahed crashes into Sumy power substation", {ATTACK}, id="a weapon into its target"),
        pytest.param(
            "Russia leaves Konotop cold and dark with two drones", {ATTACK, OUTAGE}, id="the enemy who leaves a town dark"
        ),
        pytest.param(
            "Half a thousand drones, forty missiles: Ukraine's longest night",
            {LARGE},
            id="numbers in words, and a night for a verb",
        ),
        pytest.param(
            "Ukraine counts the cost after Russia sends ninety-two missiles overnight",
            set(),
            id="a number that is no word of the list counts nothing",
        ),
        pytest.param("Kyiv shivers through third day with taps and radiators cold", {OUTAGE}, id="cold radiators"),
        pytest.param(
            "Lviv traffic lights dead, trams at standstill after grid fault", {OUTAGE}, id="what runs on the mains stands still"
        ),
        pytest.param("Kharkiv told to expect twelve hours without current", {OUTAGE}, id="current is a supply"),
        pytest.param("Ukrainians, prepare for blackouts: a guide by rescuers", set(), id="advice to be ready"),
        pytest.param("Nine in ten Chernihiv homes have their lights back", {BACK}, id="lights back"),
        pytest.param("After nine days, radiators warm up in Kyiv's Obolon", {BACK}, id="warm radiators"),
        pytest.param("Kherson sees street lamps for first time since November", {BACK}, id="for the first time in weeks"),
        pytest.param("Power in Odesa should be restored by midnight, the mayor hopes", set(), id="hoped for, not back"),
        pytest.param("Power has not been restored in Odesa, the mayor says", {OUTAGE}, id="what is not back is off"),
        pytest.param("Russia 'will spare' Ukraine's power stations until Sunday, Trump says", {TRUCE}, id="to spare"),
        pytest.param("Putin said yes to a pause in strikes on Ukrainian energy", {TRUCE}, id="said yes"),
        pytest.param("Trump orders pause in military aid to Ukraine as Russian attacks go on", set(), id="a pause in aid"),
        pytest.param("Erdogan offers to host talks on a pause in Russian strikes on Ukraine", set(), id="offered, not agreed"),
        pytest.param("So much for the lull: missiles fly at Dnipro again", {BROKEN}, id="so much for it"),
        pytest.param("Kremlin says energy moratorium in Ukraine no longer applies", {BROKEN}, id="no longer"),
        pytest.param("Moscow is not honouring the ceasefire, Zelensky says", {BROKEN}, id="not kept"),
        pytest.param("Kyiv wakes to minus 22", {COLD}, id="degrees without their unit"),
        pytest.param("Ukraine told to brace for Arctic week", {COLD}, id="Arctic"),
        pytest.param("Russia hit by cold snap, Moscow at minus 20", set(), id="the other country's frost"),
        pytest.param("Shakhtar's attack stalls as derby in Lviv ends goalless under a power cut", set(), id="a match"),
        pytest.param("A year on: how Ukraine lived through its first blackout", set(), id="a memory"),
    ],
)
def test_english(events, text, expected):
    assert events(text) == expected


@pytest.mark.parametrize(
    ("title", "lead", "expected"),
    [
        pytest.param("Lviv trims its outage schedules, two hours less a day", "", {OUTAGE, BACK}, id="shorter cuts go on"),
        pytest.param("Poltava goes back to hourly schedules", "", {OUTAGE, BACK}, id="cuts by the hour are cuts"),
        pytest.param("Russian guns shell Kherson hours into the ceasefire", "", {BROKEN}, id="a strike within a truce"),
        pytest.param("Moscow's promise to spare Ukraine's grid proved empty", "", {BROKEN}, id="an empty promise"),
        pytest.param("Kyiv: forty towers are yet to be reconnected to heating", "", {OUTAGE}, id="not connected again"),
        pytest.param("Crews managed to restore power in Odesa", "", {BACK}, id="managed to"),
        pytest.param("Largest drone attack on Odesa since the war began", "", {LARGE}, id="a superlative is of today"),
        pytest.param("Ukraine alert: Tu-95 bombers fire cruise missiles", "", {WARNING}, id="missiles under way"),
    ],
)
def test_what_a_feed_says_plainly(events, title, lead, expected):
    assert events(title, lead) == expected
