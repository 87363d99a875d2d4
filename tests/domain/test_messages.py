from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from botapi import check_html
from hypothesis import given, settings
from hypothesis import strategies as st

from alerter.domain.messages import Messages, parsed_length, plain
from alerter.domain.model import ColdSpell, Facts, Kind, Notification, Severity, Told

AT = datetime(2026, 1, 12, 6, 3, tzinfo=UTC)
TEMPLATES = {p.name: p.read_text() for p in (Path(__file__).parents[2] / "config/templates").glob("*.j2")}
MESSAGES = Messages(
    TEMPLATES,
    {"kharkiv": {"en": "Kharkiv Oblast", "uk": "Харківська область"}},
    ZoneInfo("Europe/Kyiv"),
    zone_names={"en": "Kyiv time"},
)
SPELL = ColdSpell("kharkiv", -15, AT + timedelta(hours=10), AT + timedelta(hours=40), -19, -26, 0.84, 50, "Open-Meteo", AT)


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


def test_only_web_links_are_links():
    html = MESSAGES.render(notification(url="javascript:alert(1)"), "en", regions={"kharkiv"})
    assert "javascript" not in html
    assert "<i>Suspilne</i>: “Strike”" in html


def test_evidence_left_out_is_counted():
    html = MESSAGES.render(notification(titles=[f"title {n}" for n in range(13)]), "en", regions={"kharkiv"})
    assert "+3 more" in html


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=600), max_size=30), st.sampled_from(["en", "uk"]), st.text())
def test_any_titles_fit_and_parse(titles, language, url):
    html = MESSAGES.render(notification(titles=titles, url=url), language, regions={"kharkiv"})
    assert parsed_length(html) <= 4000
    assert check_html(html)[1] == ""
