"""The situation that the alerter is for: frost ahead, the grid hit, a strike prepared, a truce one man claims."""

from datetime import UTC, datetime

import pytest

from alerter.domain.model import Certainty, FeedItem
from alerter.domain.news import read

NOW = datetime(2026, 1, 29, 18, tzinfo=UTC)
STORY = (
    "US president says Putin will spare Ukrainian cities during the extreme cold snap",
    (
        "The president said on Thursday that he had asked Russian leader Vladimir Putin not to fire on Kyiv and other towns for a "
        "week, and that Putin agreed. Temperatures across Ukraine are expected to fall far below freezing. Many Ukrainians are "
        "living through heating and power outages after recent Russian attacks damaged the energy infrastructure. President "
        "Zelensky said on Wednesday that, according to intelligence, Russia was preparing a massive drone and missile strike on "
        "Ukraine's energy infrastructure. Whoever wants peace, he wrote, must see that the Russians prepare not for new massive "
        "strikes but for an end of the war."
    ),
)


@pytest.fixture(scope="module")
def story(lexicon):
    return {report.event.value: report for report in read(FeedItem("s", "1", *STORY, "", NOW, NOW), lexicon)}


def test_all_of_it_is_read_and_nothing_else(story):
    assert set(story) == {"severe_cold", "grid_attack", "outage", "strike_warning", "truce"}


def test_the_warning_is_nationwide_and_attributed(story):
    assert story["strike_warning"].regions == frozenset()
    assert story["strike_warning"].certainty is Certainty.LIKELY


def test_a_truce_claimed_by_a_third_party_is_only_possible(story):
    assert story["truce"].certainty is Certainty.POSSIBLE


def test_the_truce_holds_in_the_whole_country_though_one_city_is_named(story):
    assert story["truce"].regions == frozenset()


def test_evidence_is_quoted_from_the_text(story):
    text = "\n".join(STORY)
    assert all(text[span.start : span.end] == span.text for report in story.values() for span in report.evidence)


def test_an_appeal_in_the_title_hides_no_consent_in_the_lead(lexicon):
    title = "The president said he had appealed to Putin to halt the bombing of Ukrainian towns before the frost."
    agreed, silent = "“I asked him not to fire on Kyiv for a week, and he agreed to that,” he said.", "Moscow did not answer."
    events = [
        {report.event.value for report in read(FeedItem("s", "1", title, lead, "", NOW, NOW), lexicon)}
        for lead in (agreed, silent)
    ]
    assert ["truce" in found for found in events] == [True, False]
