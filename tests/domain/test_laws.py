"""The laws that keep an all-clear honest."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain import examples
from alerter.domain.alerts import decide
from alerter.domain.model import Answer, Forecast, Kind, Situation
from alerter.domain.verdicts import evaluate

RULES = load(shipped_config()).rules
HELD = [(rule, example) for rule in RULES for example in rule.examples if example["then"] == "alert"]
NOW, PLACE = examples._NOW, examples._REGION


def situation(example):
    given_ = example["given"]
    reports = tuple(examples._report(each, number) for number, each in enumerate(given_) if "news" in each)
    forecast = examples._forecast([each for each in given_ if "cold" in each])
    return Situation(NOW, reports, {PLACE: (forecast,)}, NOW)


def aged(forecast, hours):
    return replace(forecast, observed=forecast.observed - timedelta(hours=hours))


@given(st.sampled_from(HELD), st.integers(25, 200))
def test_a_forecast_that_goes_stale_never_turns_yes_into_no(held, hours):
    rule, example = held
    known = situation(example)
    stale = replace(known, forecasts={PLACE: tuple(aged(each, hours) for each in known.forecasts[PLACE])})
    assert evaluate(rule, known, PLACE).answer is Answer.YES
    assert evaluate(rule, stale, PLACE, firing=True).answer is not Answer.NO
    assert evaluate(rule, replace(known, forecasts={}), PLACE, firing=True).answer is not Answer.NO


@given(st.sampled_from(HELD), st.sets(st.integers(0, 239)))
def test_hours_that_go_missing_never_turn_yes_into_no(held, missing):
    rule, example = held
    known = situation(example)
    whole = known.forecasts[PLACE][0]
    series = tuple(None if hour in missing else value for hour, value in enumerate(whole.members[0]))
    torn = Forecast(whole.provider, whole.region, whole.start, (series,), whole.observed)
    assert evaluate(rule, replace(known, forecasts={PLACE: (torn,)}), PLACE, firing=True).answer is not Answer.NO


@given(st.sampled_from(HELD), st.randoms())
def test_the_order_of_reports_does_not_matter(held, chance):
    rule, example = held
    known = situation(example)
    shuffled = list(known.reports)
    chance.shuffle(shuffled)
    assert evaluate(rule, replace(known, reports=tuple(shuffled)), PLACE).answer is Answer.YES


@given(st.sampled_from(HELD), st.lists(st.integers(1, 600), min_size=1, max_size=20))
def test_an_all_clear_never_comes_from_missing_data(held, gaps):
    rule, example = held
    known = situation(example)
    alerts, told = decide((rule,), known, {}, {PLACE: 0.0})
    assert [each.kind for each in told] == [Kind.ALERT]
    now = NOW
    for minutes in gaps:
        now += timedelta(minutes=minutes)
        alerts, told = decide((rule,), Situation(now), alerts, {PLACE: 0.0})
        assert Kind.CANCEL not in [each.kind for each in told]


def test_a_forecast_that_wobbles_around_the_threshold_alerts_once():
    rule = next(rule for rule in RULES if rule.id == "cold-after-grid-attack")
    known = situation(rule.examples[1])
    kinds, alerts = [], {}
    for hour in range(24):
        now = NOW + timedelta(hours=hour)
        degrees = -15.0 + (1.5 if hour % 2 else -1.5)
        forecast = Forecast("x", PLACE, now, ((degrees,) * 120,), now)
        alerts, told = decide(
            (rule,), replace(known, now=now, news_seen=now, forecasts={PLACE: (forecast,)}), alerts, {PLACE: 0.0}
        )
        kinds += [each.kind for each in told if each.loud]
    assert kinds == [Kind.ALERT]
