"""Ten thousand hostile inputs on each way in: nothing escapes but the error that the way promises, and no message breaks."""

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import yaml
from botapi import check_html
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mutations import torn, twisted

from alerter.config.lint import Written, failing_examples, mistakes, warnings
from alerter.config.load import MODELS, checked, load
from alerter.config.rulefile import parse_rules
from alerter.config.settings import shipped_config
from alerter.config.yamlfile import Problem, parse_yaml
from alerter.domain import warnings as official
from alerter.domain.alerts import gather
from alerter.domain.lexicon import compile_lexicon, lint
from alerter.domain.model import Bulletin, Forecast, Kind, Notification, Severity, Situation
from alerter.domain.news import read
from alerter.domain.verdicts import evaluate
from alerter.pipeline.compose import messages_of
from alerter.sources import met_norway, meteoalarm, open_meteo, parser_worker
from alerter.sources.feeds import item
from alerter.sources.parser import Entry, ParseError, readable, understood
from alerter.sources.weather import Place, WeatherError

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONFIG = load(shipped_config())
FEED = CONFIG.feeds.feeds[0]
CASES = 10_000
TEN_THOUSAND = settings(max_examples=CASES, deadline=None, database=None, phases=[Phase.generate, Phase.shrink])
RECIPES = st.binary(max_size=24)


def storable(*texts):
    """Tell whether both databases take the texts: no half of a surrogate pair, and no NUL."""
    return all("\0" not in text and text.encode() is not None for text in texts)


# --- feeds -----------------------------------------------------------------------------------------------------------------

ENTRY = "<guid>7</guid><title>Удар по ТЕЦ &amp; мороз</title><link>https://x.example/7</link>"
BODIES = (
    f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><ttl>5</ttl><item>{ENTRY}<pubDate>Mon, 12 Jan 2026 '
    f"05:00:00 +0200</pubDate><description><![CDATA[<p>Drones</p>]]></description></item></channel></rss>".encode(),
    (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>7</id><title type="html">Power &lt;b&gt;is</title><updated>2026-01-12'
    b'T03:00:00Z</updated><link href="https://x.example/7"/><content type="xhtml"><div>back</div></content></entry></feed>'),
    f'<?xml version="1.0" encoding="windows-1251"?><rss><channel><item>{ENTRY}<pubDate>12 січня 2026 05:00 EET</pubDate></item>'
    "</channel></rss>".encode("windows-1251"),
    (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/'
    b'dc/elements/1.1/"><item rdf:about="7"><title>x</title><dc:date>2026-01-12T05:00:00+02:00</dc:date></item></rdf:RDF>'),
)  # fmt: skip
MARKUP = (
    b"<", b">", b"&", b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&lol;", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE x [",
    b"<!ENTITY a 'b'>", b"<item>", b"</item>", b"<title>", b"</channel>", b'"', b"'", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf",
    b"<?xml encoding='utf-7'?>", b"utf-16", b"xmlns:a='b'", b"<link rel='x' href='//['/>", b"http://[", b"<media:content url=':'/>",
    b"9999-99-99", b"Mon, 32 Jan 0000 99:99:99 +9999", b"12 \xd1\x81\xd1\x96\xd1\x87\xd0\xbd\xd1\x8f 99999", b"<geo:point>", b"<gml:pos>a",
    b"<content type='application/json'>", b"<content mode='base64'>", b"<itunes:keywords>", b"<category scheme=''>",
)  # fmt: skip


def test_no_feed_does_more_than_fail():
    """Feed bytes, as the parser's process reads them and as the poller turns them into items."""
    seen = Counter()

    @TEN_THOUSAND
    @given(RECIPES)
    def case(recipe):
        body = torn(BODIES[sum(recipe) % len(BODIES)], recipe, MARKUP)
        answer = json.loads(json.dumps(parser_worker.answer(readable(body), "")))
        try:
            entries = understood(answer).entries
        except ParseError:
            seen["refused"] += 1
            return
        for entry in entries:
            made = item(entry, FEED, NOW)
            assert storable(made.guid)  # of the rest, the store writes a sign for what it cannot hold
            assert made.published is None or made.published <= NOW + HOUR
            read(made, CONFIG.lexicon, CONFIG.zone)
        seen["read"] += 1

    case()
    assert min(seen["refused"], seen["read"]) > 100, seen


# --- forecasts and official warnings ---------------------------------------------------------------------------------------

PLACES = [Place("UA-30", "Kyiv", 50.45, 30.52), Place("UA-63", "Kharkiv", 49.99, 36.23)]
HOURS = [f"2026-01-12T{hour:02}:00" for hour in range(4)]
UNITS = {"time": "iso8601", "temperature_2m": "°C", "temperature_2m_member01": "°C", "wind_speed_10m": "m/s"}
SERIES = {"time": HOURS, "temperature_2m": [-18.5, -19, None, -20.1], "wind_speed_10m": [3.1, 4, 5, None]}
OPEN_METEO = [
    {"utc_offset_seconds": 0, "hourly_units": UNITS, "hourly": SERIES | {"temperature_2m_member01": [-17, -18, -19, -20]}}
] * 2
MET_NORWAY = {"properties": {
    "meta": {"updated_at": "2026-01-12T03:00:00Z", "units": {"air_temperature": "celsius", "wind_speed": "m/s"}},
    "timeseries": [
        {"time": f"2026-01-12T{hour:02}:00:00Z", "data": {"instant": {"details": {"air_temperature": -18.5, "wind_speed": 3.0}}}}
        for hour in (0, 1, 6)
    ],
}}  # fmt: skip
WARNING = {
    "identifier": "2.49.0.1.804.0", "status": "Actual", "msgType": "Alert", "sent": "2026-01-12T03:00:00+02:00", "info": [{
        "language": "en", "event": "Extreme low temperature", "severity": "Extreme", "onset": "2026-01-12T18:00:00+02:00",
        "expires": "2026-01-14T00:00:00+02:00", "parameter": [{"valueName": "awareness_level", "value": "4; red; Extreme"}],
        "area": [{"areaDesc": "Kyiv", "geocode": [{"valueName": "EMMA_ID", "value": "UA-30"}], "polygon": ["50,30 51,30 51,31 50,30"]}],
    }],
}  # fmt: skip
SERVICE = CONFIG.weather.warnings[0]
GAZETTEER = CONFIG.gazetteer(SERVICE)
JSON = ("1e999", "NaN", "-", "[", "]", "{", "}", ",", ":", '"', "null", "\\ud800", "9" * 400, "1e308", '"°F"', "°C", "true", "\0")


def members_are_sane(forecast):
    assert forecast.start.utcoffset() == timedelta(0)
    for series in (*forecast.members, *forecast.wind):
        assert all(value is None or math.isfinite(value) for value in series)
    evaluate(CONFIG.rules[0], Situation(NOW, (), {forecast.region: (forecast,)}, NOW), forecast.region)


def test_no_forecast_and_no_warning_does_more_than_fail():
    """The answers of each provider and of the service of warnings: each is given every case, twisted and torn alike."""
    seen = Counter()

    @TEN_THOUSAND
    @given(RECIPES)
    def case(recipe):
        def body(tree):
            return torn(json.dumps(twisted(tree, recipe[:18]), ensure_ascii=False), recipe[18:], JSON).encode(
                errors="surrogatepass"
            )

        for name, answer in (
            ("open-meteo", lambda: open_meteo.parse(body(OPEN_METEO), PLACES, provider="x", observed=NOW).forecasts),
            ("met-norway", lambda: [met_norway.parse(body(MET_NORWAY), PLACES[0], observed=NOW)]),
            ("warnings", lambda: meteoalarm.parse(body({"warnings": [{"alert": WARNING}]}))),
        ):
            try:
                found = answer()
            except WeatherError:
                seen[name, "refused"] += 1
                continue
            seen[name, "read"] += 1
            if name == "warnings":
                bulletin = Bulletin(SERVICE.id, NOW, tuple(found))
                json.dumps(bulletin.alerts, ensure_ascii=False).encode()
                tuple(official.reports(official.read(bulletin, GAZETTEER)[0], SERVICE.name))
            else:
                members_are_sane(found[0])

    case()
    assert len(seen) == 6
    assert min(seen.values()) > 500, seen


# --- configuration ---------------------------------------------------------------------------------------------------------

YAML = (
    "- ", ": ", "\n", "\t", "    ", "{", "}", "[", "]", "&a ", "*a ", "<<: *a", "!!python/object:os.system ", "? ", "|", ">", '"', "'", "#",
    "%YAML 9", "---\n", "...\n", "\0", "\ud800", "\ufeff", "012", "no", "1e999", "-999999d", "0s", "9" * 30 + "w", "null", "~", "rules:\n",
    "feeds:\n", "{a: b}", "𝟗h", "-0.0°C", "every: ", "id: a\n", "=", "²",
)  # fmt: skip


def _samples():
    """Return each shipped file cut down to its first entries: what there is to be wrong, in a text that is quick to read."""
    read = {
        path.stem: parse_yaml(path, path.read_text(encoding="utf-8")).data for path in sorted(shipped_config().glob("*.yaml"))
    }
    read.pop("demo")
    read["feeds"]["feeds"], read["regions"]["regions"] = read["feeds"]["feeds"][:1], read["regions"]["regions"][:1]
    read["rules"] = {
        "rules": [rule | {"examples": rule["examples"][:1], "supersedes": []} for rule in read["rules"]["rules"][:1]]
    }
    read["weather"]["providers"] = read["weather"]["providers"][:1]
    return read


def _first(tree, most=12):
    """Return the first entries of mappings, and fewer of what they hold."""
    if isinstance(tree, dict):
        return {key: _first(value, 3) for key, value in islice(tree.items(), most)}
    return tree[:2] if isinstance(tree, list) else tree


FILES = _samples()
LEXICON = {
    path.stem: _first(parse_yaml(path, path.read_text(encoding="utf-8")).data)
    for path in sorted((shipped_config() / "lexicon").glob("*.yaml"))
}
NAMES = [*FILES, *LEXICON]
DOCUMENTS = {name: parse_yaml(Path(f"{name}.yaml"), yaml.safe_dump(data)) for name, data in FILES.items()}


def diagnosed(name, document):
    """Return the mistakes of one file among others that are right, as `alerter check` finds them."""
    problems, rules = [], RULES
    if name in LEXICON:
        wrong = lint({name: document.data})
        if not wrong:
            compile_lexicon(LEXICON | {name: document.data})
        return [document.problem(mistake.path[1:], mistake.what) for mistake in wrong]
    if name == "rules":
        rules, wrong = parse_rules(document.data)
        problems += [document.problem(mistake.path, mistake.what) for mistake in wrong]
    else:
        checked(document, MODELS[name], problems)
    written = Written(DOCUMENTS | {name: document}, rules)
    assert all(str(doubt) for doubt in warnings(written))
    return [*problems, *mistakes(written), *(failing_examples(written) if name == "rules" else ())]


RULES = parse_rules(DOCUMENTS["rules"].data)[0]


def test_no_configuration_does_more_than_be_named_wrong():
    """Every file of the configuration, its values twisted and its text torn: each mistake has a place and words."""
    seen = Counter()

    @TEN_THOUSAND
    @given(RECIPES)
    def case(recipe):
        name = NAMES[sum(recipe) % len(NAMES)]
        tree = twisted(FILES.get(name) or LEXICON[name], recipe[:18])
        text = torn(json.dumps(tree, ensure_ascii=False, indent=1).replace("NaN", ".nan"), recipe[18:], YAML)
        text = text.encode(errors="replace").decode()  # a file is read as UTF-8
        document = parse_yaml(Path(f"{name}.yaml"), text)
        problems = [document] if isinstance(document, Problem) else diagnosed(name, document)
        seen[name, bool(problems)] += 1
        for problem in problems:
            assert problem.what
            assert problem.file == f"{name}.yaml"
            assert 1 <= problem.line <= text.count("\n") + 1

    case()
    assert {name for name, _ in seen} == set(NAMES)
    assert min(seen.values()) > 20, seen


# --- from titles to messages -----------------------------------------------------------------------------------------------

CLAIM, CONFIRMED = "Russian drones hit a substation in Kharkiv", "Окупанти вдарили по ТЕЦ у Харкові, місто без тепла"
OTHER = read(item(Entry("1", CONFIRMED, "", "https://y.example", NOW), CONFIG.feeds.feeds[3], NOW), CONFIG.lexicon, CONFIG.zone)[
    :1
]
PIECES = (
    "<b>", "</b>", "<", ">", "&", "&amp;", "&lt;script&gt;", '"', "'", "«", "\u202e", "\u200d", "👩‍👩‍👧", "🔴", "\u0301" * 20, "𝕏" * 50, "x" * 400,
    "\n", " ", ".", ", ", "—", "<a href='tg://user?id=1'>", "{{ 7 * 7 }}", "{% raw %}", "%s", "https://t.me/x", "not ", "не ", "Удар по ТЕЦ у Харкові",
    "Ракетный удар по подстанции в Харькове", "massive missile attack expected", "перемир'я", "Kyiv", "Одеса", "Белгород", "-25 °C", "100 ракет",
    "500 drones", "last night", "у ніч на 12 січня", "Ukrenergo denied", "anniversary of", "without light", "\0", "\ud800", "\ufffe", "ﷺ" * 40,
)  # fmt: skip
COLD = Forecast("open-meteo", "UA-63", NOW, ((-24.0,) * 120,), NOW, wind=((3.0,) * 120,), issued=NOW)
VERDICT = evaluate(CONFIG.rules[0], Situation(NOW, (), {"UA-63": (COLD,)}, NOW), "UA-63")
NOTIFICATION = Notification(CONFIG.rules[0].id, Kind.ALERT, NOW, Severity.EXTREME, ("UA-63",), titles=CONFIG.rules[0].title)
SHOWN = messages_of(CONFIG)


def test_no_title_breaks_a_message():
    """A title that claims an attack, with whatever else, is read and told beside another: Telegram takes each message."""
    seen = Counter()

    @TEN_THOUSAND
    @given(st.text(max_size=6))
    def case(text):
        language = ("en", "uk")[len(text) % 2]
        words = "".join(PIECES[ord(character) % len(PIECES)] if ord(character) % 3 else character for character in text)
        title = f"{CLAIM}. {words}" if ord(text[:1] or "x") % 2 else f"{words}. {CLAIM}"
        entry = Entry(text, title, "", f"https://x.example/{text}", NOW)
        reports = (*OTHER, *read(item(entry, CONFIG.feeds.feeds[1], NOW), CONFIG.lexicon, CONFIG.zone))
        facts = gather(replace(VERDICT, reports=reports), "UA-63", CONFIG.source_names)
        plain, wrong = check_html(SHOWN.render(replace(NOTIFICATION, facts=(facts,)), language))
        assert not wrong
        assert len(plain.encode("utf-16-le")) // 2 <= 4096
        seen["told" if len(facts.reports) > len(OTHER) else "not told"] += 1

    case()
    assert seen["told"] > 3000, seen
