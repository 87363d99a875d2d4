"""Which forecast counts, and which must not replace a better one."""

from datetime import UTC, datetime, timedelta

from alerter.domain.forecasts import choose, degraded
from alerter.domain.model import Forecast

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def forecast(provider="a", point="x", age=0, issued=None, members=((0.0,) * 180,)):
    made = NOW - issued * HOUR if issued is not None else None
    return Forecast(provider, "UA-30", NOW - 24 * HOUR, members, NOW - age * HOUR, issued=made, point=point)


def chosen(*forecasts, points=("x",)):
    found, whole = choose(forecasts, points, NOW)
    return [f.provider for f in found], whole


def test_the_first_of_the_chain_counts_while_it_is_fresh():
    assert chosen(forecast("a", age=12), forecast("b")) == (["a"], True)
    assert chosen(forecast("a", age=13), forecast("b", age=2)) == (["b"], True)


def test_what_is_old_counts_only_when_nothing_is_fresher_and_not_after_a_day():
    assert chosen(forecast("a", age=24), forecast("b", age=20)) == (["a"], True)
    assert chosen(forecast("a", age=25), forecast("b", age=25)) == ([], False)
    assert chosen() == ([], False)


def test_a_provider_that_stands_still_is_as_old_as_what_it_issued():
    assert chosen(forecast("a", issued=13), forecast("b")) == (["b"], True)


def test_a_provider_that_lacks_a_point_yields_to_one_that_has_all():
    assert chosen(forecast("a"), forecast("b"), forecast("b", "y"), points=("x", "y")) == (["b", "b"], True)
    assert chosen(forecast("a"), points=("x", "y")) == (["a"], False)


def test_points_that_are_no_longer_asked_for_do_not_count():
    assert chosen(forecast("a"), forecast("a", "gone", age=20), points=("x",)) == (["a"], True)


def test_a_journal_from_where_other_points_were_asked_for_still_tells_of_the_region():
    assert chosen(forecast("a", "elsewhere"), points=("x", "y")) == (["a"], True)


def test_a_shorter_or_mostly_null_answer_does_not_replace_the_last_good_one():
    last = forecast(age=3)
    assert degraded(forecast(), last, NOW) is None
    assert "76 hours to come, the one before of 156" in degraded(forecast(members=((0.0,) * 100,)), last, NOW)
    assert degraded(forecast(members=((0.0,) * 90 + (None,) * 90,)), last, NOW)
    assert degraded(forecast(members=((0.0,) * 110,)), last, NOW) is None
    assert degraded(forecast(), forecast(members=((0.0,) * 180,) * 5), NOW)


def test_an_older_answer_does_not_replace_a_newer_one():
    assert "made 2026-01-10 08:00 UTC" in degraded(forecast(issued=4), forecast(age=3), NOW)


def test_a_shorter_one_is_better_than_one_too_old_to_trust_but_never_when_it_reaches_less_than_two_days():
    short = forecast(members=((0.0,) * 100,))
    assert degraded(short, forecast(age=25), NOW) is None
    assert degraded(short, None, NOW) is None
    assert "24 hours to come" in degraded(forecast(members=((0.0,) * 48,)), None, NOW)
