import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from botapi import check_html
from hypothesis import given, settings
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.html import parsed_length, plain
from alerter.domain.messages import Messages
from alerter.domain.model import ColdSpell, Event, Facts, Kind, Notification, Reason, Replaced, Severity, Told
from alerter.domain.reasons import CODES
from alerter.domain.rules import Any_, Cold, News
from alerter.pipeline.compose import messages_of

AT = datetime(2026, 1, 12, 6, 3, tzinfo=UTC)
TEMPLATES = {p.name: p.read_text() for p in (Path(__file__).parents[2] / "config/templates").glob("*.j2")}
MESSAGES = Messages(
    TEMPLATES,
    {"kharkiv": {"en": "Kharkiv Oblast", "uk": "Харківська область"}},
    ZoneInfo("Europe/Kyiv"),
    zone_names={"en": "Kyiv time"},
)
CONFIG = load(shipped_config())
RULES, SHIPPED, HOUR = CONFIG.rules, messages_of(CONFIG), timedelta(hours=1)
SPELL = ColdSpell("kharkiv", -15, AT + timedelta(hours=10), AT + timedelta(hours=40), -19, -26, 0.84, 50, "Open-Meteo", AT)


TEXTS = ("", "x", "<b>&amp;", "Мороз -20 °C", "🔴" * 150, "&" * 300, "слово " * 50, "ﷺ" * 300, "\u202e<", "{{ 7 }}", "\n\t")


class Anything:
    """Notifications of every kind, as long and as hostile as they can be, from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.one = self.random.choice

    def some(self, make, most):
        return tuple(make() for _ in range(self.random.randint(0, most)))

    def text(self):
        return self.one(TEXTS)

    def moment(self):
        return AT + self.random.randint(-400, 400) * HOUR

    def number(self):
        return self.one((None, -60.0, -0.4, 0.0, 20.0))

    def titles(self):
        return self.one(({}, {"en": self.text()}, {"uk": self.text()}))

    def spell(self):
        quantity = self.one(("temperature", "daily_mean", "wind_chill", "frost_level", "degree_hours"))
        chill, onset = self.number(), self.moment()
        figures = self.random.random(), self.random.randint(1, 60), self.text(), self.moment(), self.one((None, AT)), self.text()
        return ColdSpell(self.text(), -15.0, onset, self.moment(), self.random.uniform(-60, 0), chill, *figures, quantity)

    def told(self):
        event = str(self.one(list(Event)))
        return Told(self.one((None, self.moment())), self.text(), self.text(), self.text(), "likely", event)

    def reason(self):
        return Reason(self.one(sorted(CODES)), self.number(), self.number(), self.one((None, AT)))

    def facts(self):
        certainty = self.one(("unlikely", "possible", "likely", "observed"))
        blind = self.one((None, self.moment())), self.text(), self.one(("", "forecast", "news", "warnings", "incomplete"))
        told, reasons = self.some(self.told, 8), self.some(self.reason, 4)
        region, sources = f"{self.random.random()}{self.text()}", self.random.randint(0, 9)
        return Facts(
            region,
            certainty,
            self.one((None, self.spell())),
            told,
            sources,
            *blind,
            reasons,
            self.titles(),
            None,
            self.some(self.told, 2),
        )

    def notification(self):
        facts, standing = (self.facts(), *self.some(self.facts, 23)), self.one(((), self.some(self.facts, 24)))
        replaces = self.some(lambda: Replaced(self.text(), {}, frozenset()), 2)
        kind, severity, loud = self.one(list(Kind)), self.one(list(Severity)), self.one((True, False))
        rule, regions = self.one(("cold-after-grid-attack", self.text())), tuple(fact.region for fact in facts)
        return Notification(rule, kind, AT, severity, regions, facts, loud, self.titles(), "", standing, replaces)


def notification(kind=Kind.ALERT, titles=("Strike",), url="https://example.org/a", blind=None):
    reports = tuple(Told(AT, "Suspilne", title, url, "likely", "grid_attack") for title in titles)
    facts = Facts("kharkiv", spell=SPELL, reports=reports, sources=2, blind_since=blind)
    return Notification(
        "cold-after-grid-attack", kind, AT, Severity.EXTREME, ("kharkiv",), (facts,), titles={"en": "Extreme cold"}
    )


def test_an_alert_reads_as_designed():
    text = plain(MESSAGES.render(notification(), "en", regions={"kharkiv"}))
    assert text.startswith("🔴 Extreme cold\nKharkiv Oblast · extreme · likely\n\n❄️ Down to −19 °C, feels like −26 °C.")
    assert "from Mon 12 Jan 18:03 to Wed 14 Jan 00:03 (30 hours). 84 % of forecast runs agree." in text
    assert "2 independent reports" in text
    assert text.endswith("Kyiv time · cold-after-grid-attack")


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_renders(language, kind):
    html = MESSAGES.render(notification(kind, blind=AT), language, regions={"kharkiv"}, exercise=True)
    assert html.startswith("🔶")
    assert check_html(html)[1] == ""


def test_cold_that_has_begun_is_told_by_what_is_left_of_it():
    text = plain(MESSAGES.render(replace(notification(), at=AT + timedelta(hours=20)), "en", regions={"kharkiv"}))
    assert "At or below −15 °C already, until Wed 14 Jan 00:03 (20 more hours)." in text


def test_a_claimed_truce_is_told_with_its_source_and_as_no_all_clear():
    told = notification()
    claim = Told(AT, "Courier", "Moscow agreed to a pause", "https://example.org/pause", "possible", "truce")
    html = MESSAGES.render(replace(told, facts=(replace(told.facts[0], truce=(claim,)),)), "en")
    assert "A pause in strikes is claimed. It makes them less certain, not impossible:" in html
    assert '<i>Courier</i>: <a href="https://example.org/pause">“Moscow agreed to a pause”</a>' in html


def test_only_web_links_are_links():
    html = MESSAGES.render(notification(url="javascript:alert(1)"), "en", regions={"kharkiv"})
    assert "javascript" not in html
    assert "<i>Suspilne</i>: “Strike”" in html


def test_evidence_left_out_is_counted():
    html = MESSAGES.render(notification(titles=[f"title {n}" for n in range(13)]), "en", regions={"kharkiv"})
    assert "+3 more" in html


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**64), st.sampled_from(["en", "uk"]))
def test_whatever_is_to_be_told_fits_and_parses(seed, language):
    html = SHIPPED.render(Anything(seed).notification(), language)
    assert parsed_length(html) <= 4000
    assert check_html(html)[1] == ""


@pytest.mark.parametrize("language", ["en", "uk"])
def test_each_reason_has_words_of_its_own(language):
    texts = set()
    for code in CODES:
        facts = replace(notification().facts[0], reasons=(Reason(code, -19.0, 24.0, AT),))
        kind = Kind.CANCEL if code.startswith("no_") or code in {"conditions", "removed"} else Kind.UPDATE
        texts.add(plain(MESSAGES.render(replace(notification(kind), facts=(facts,)), language)))
    assert len(texts) == len(CODES)
    assert all("None" not in text and "24.0" not in text for text in texts)


def test_when_it_ends_is_derived_from_the_rule():
    rule = replace(
        RULES[0],
        id="made-up",
        keep_firing_for=timedelta(hours=7),
        when=Any_((Cold(50 * HOUR, 0.6, below=-13.0, lasting=HOUR), News(frozenset({Event.OUTAGE}), 30 * HOUR))),
    )
    messages = Messages(TEMPLATES, {}, ZoneInfo("Europe/Kyiv"), rules=[rule], offsets={"kharkiv": 5.0})
    text = plain(messages.render(replace(notification(), rule="made-up"), "en"))
    assert "Ends when: for 7 h, in fresh data, −8 °C or below is not forecast for the next 50 h, and too few reports" in text
    assert "younger than 30 h" in text


def test_what_must_end_together_is_joined_so():
    text = plain(SHIPPED.render(notification(), "en"))
    both = "−12 °C or below is not forecast for the next 3 days, and a daily mean of −8 °C or below is not forecast for the next 3 days"
    assert f"{both}, or too few reports are younger than 6 days." in text


def test_local_time_and_its_name_come_from_the_configuration():
    elsewhere = Messages(TEMPLATES, {}, ZoneInfo("Europe/Riga"))
    assert "08:03 Latvia Time" in plain(elsewhere.render(notification(), "en"))
    assert "08:03 Kyiv time" in plain(MESSAGES.render(notification(), "en"))


def test_the_end_of_a_graver_warning_is_no_all_clear_while_a_weaker_one_goes_on():
    facts = replace(notification().facts[0], still={"en": "Weaker"})
    text = plain(MESSAGES.render(replace(notification(Kind.CANCEL), facts=(facts,)), "en"))
    assert text.startswith("🔴 Lowered: Extreme cold")
    assert "✅" not in text
    assert "A weaker warning stays in force: “Weaker”." in text


def test_what_cannot_be_seen_is_said_with_the_time_it_was_last_seen():
    facts = replace(notification(blind=AT - timedelta(hours=4)).facts[0], blind_of="forecast")
    text = plain(MESSAGES.render(replace(notification(Kind.UPDATE), facts=(facts,)), "en"))
    assert "We have not seen a fresh forecast since Mon 12 Jan 04:03: we cannot tell whether this still holds." in text


def test_frost_in_the_whole_country_still_leaves_room_for_what_was_reported():
    reports = tuple(
        Told(AT, f"Outlet {n}", f"Headline {n} " + "of some length " * 6, f"https://example.org/{n}", "likely", "grid_attack")
        for n in range(8)
    )
    facts = tuple(
        Facts(region, spell=replace(SPELL, region=region, minimum=-15 - n), reports=reports, sources=5)
        for n, region in enumerate(CONFIG.offsets)
    )
    told = replace(notification(), regions=tuple(CONFIG.offsets), facts=facts)
    text = plain(SHIPPED.render(told, "uk"))
    assert text.count("❄️") >= 3
    assert text.count("• ") >= 3
    assert all(CONFIG.region_names[region]["uk"] in text.splitlines()[1] for region in CONFIG.offsets), "every region is named"
    assert f"ще {len(facts) - text.count('❄️')}" in text
