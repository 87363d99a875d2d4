"""What is known does not depend on the order in which it was learnt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import Answer, Bulletin, Certainty, Event, FeedItem, Forecast
from alerter.domain.rules import All, Any_, News, Official, Rule
from alerter.domain.verdicts import evaluate
from alerter.pipeline.knowledge import Knowledge

NOW = datetime(2026, 1, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONFIG = load(shipped_config())
REGION = "UA-63"
POINTS = tuple(point.name for region in CONFIG.regions.regions if region.id == REGION for point in region.points)
TITLES = (
    "Russian missiles hit a substation in Kharkiv region, officials say",
    "Drones damaged a thermal power plant near Kharkiv last night",
    "Emergency power outages in Kharkiv region after the attack",
    "Ukraine warns that Russia is preparing a new massive missile attack on energy facilities",
    "Energy truce: Kremlin says it agreed to halt strikes on energy",
    "Ukrenergo denies that a substation in Kharkiv was hit",
)
WARNING = TITLES[3]
ages = st.integers(0, 30).map(lambda number: number * HOUR)
items = st.builds(
    lambda title, feed, age: FeedItem(feed.id, title, title, "", "", NOW - age, NOW - age, feed.owner, feed.reliability),
    st.sampled_from(TITLES),
    st.sampled_from(CONFIG.feeds.feeds[:5]),
    ages,
)
forecasts = st.builds(
    lambda provider, point, degrees, age: Forecast(
        provider.key, REGION, NOW - 48 * HOUR, ((degrees,) * 240,), NOW - age, point=point
    ),
    st.sampled_from(CONFIG.weather.providers),
    st.sampled_from(POINTS),
    st.sampled_from([-18.0, -12.0, 0.0]),
    ages,
)


def bulletin(level, age):
    info = {
        "language": "en",
        "onset": "2026-01-28T00:00:00Z",
        "expires": "2026-01-29T00:00:00Z",
        "parameter": [
            {"valueName": "awareness_level", "value": f"0; {level}; x"},
            {"valueName": "awareness_type", "value": "1; Wind"},
        ],
        "area": [{"areaDesc": "Kharkivska oblast"}],
    }
    alerts = ({"identifier": level, "status": "Actual", "msgType": "Alert", "sent": "2026-01-27T00:00:00Z", "info": [info]},)
    return Bulletin("meteoalarm", NOW - age, alerts if level else ())


bulletins = st.builds(bulletin, st.sampled_from(["", "yellow", "orange", "red"]), ages)
WINDY = Rule("windy", {}, CONFIG.rules[0].severity, Official(frozenset({"wind"}), "orange", HOUR), timedelta(0), timedelta(0))
EITHER = Rule("r", {}, WINDY.severity, Any_((All((WINDY.when, CONFIG.rules[0].when)), CONFIG.rules[1].when)), timedelta(0), HOUR)


def learnt(facts):
    knowledge = Knowledge(CONFIG)
    take = {FeedItem: knowledge.add_items, Forecast: knowledge.add_forecasts, Bulletin: knowledge.add_bulletins}
    for fact in facts:
        take[type(fact)]([fact])
    return knowledge.situation(NOW, NOW)


def identity(fact):
    return (type(fact), fact.observed, getattr(fact, "provider", ""), getattr(fact, "point", ""))


@settings(max_examples=60)
@given(
    st.lists(items, max_size=8, unique_by=lambda item: (item.source, item.guid)),
    st.lists(forecasts | bulletins, max_size=8, unique_by=identity),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_facts_are_learnt_does_not_matter(news, weather, chance):
    facts = [*news, *weather]
    shuffled = facts.copy()
    chance.shuffle(shuffled)
    one, other = learnt(facts), learnt(shuffled)
    assert (one.news_seen, one.warnings_seen) == (other.news_seen, other.warnings_seen)
    for rule in (*CONFIG.rules, WINDY, EITHER):
        assert evaluate(rule, one, REGION) == evaluate(rule, other, REGION)


def test_a_source_that_lost_our_trust_loses_it_for_what_it_said_before():
    feed = CONFIG.feeds.feeds[0]
    told = FeedItem(feed.id, "1", WARNING, "", "", NOW - HOUR, NOW - HOUR, feed.owner, feed.reliability)
    rated = lambda letter: replace(  # noqa: E731 (a word)
        CONFIG, feeds=CONFIG.feeds.model_copy(update={"feeds": [feed.model_copy(update={"reliability": letter})]})
    )
    warned = Rule(
        "warned", {}, WINDY.severity, News(frozenset({Event.STRIKE_WARNING}), 96 * HOUR, Certainty.POSSIBLE, 1), HOUR, HOUR
    )
    answers = []
    for letter in "BC":
        knowledge = Knowledge(rated(letter))
        knowledge.add_items([told])
        answers.append(evaluate(warned, knowledge.situation(NOW, NOW), REGION).answer)
    assert answers == [Answer.YES, Answer.NO]
