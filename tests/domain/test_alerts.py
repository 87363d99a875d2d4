"""The life of alerts over several regions, rules and a clock that jumps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerter.domain.alerts import decide
from alerter.domain.model import Answer, Certainty, Event, Forecast, Kind, Report, Severity, Situation
from alerter.domain.rules import All, Cold, News, Rule

NOW = datetime(2026, 1, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def rule(id_="cold", below=-15.0, severity=Severity.SEVERE, keep=2 * HOUR, repeat=(24 * HOUR,), supersedes=()):
    when = All((Cold(72 * HOUR, 0.6, below=below, lasting=6 * HOUR),))
    return Rule(id_, {"en": id_}, severity, when, timedelta(0), keep, repeat, frozenset(supersedes))


COLD, GRAVE = rule(), rule("grave", -25.0, Severity.EXTREME, supersedes=["cold"])


class Life:
    """Ticks a set of rules; `degrees` says how cold it is forecast in each region, None that nothing is known."""

    def __init__(self, *rules, start=NOW):
        self.rules, self.alerts, self.start, self.degrees, self.reports = rules, {}, start, {}, ()
        self.now = start

    def tick(self, after=timedelta(0), **degrees):
        self.now += after
        self.degrees |= degrees
        known = {region: (self._forecast(region),) for region, low in self.degrees.items() if low is not None}
        situation = Situation(self.now, self.reports, known, self.now)
        self.alerts, told = decide(self.rules, situation, self.alerts, dict.fromkeys(self.degrees, 0.0))
        return told

    def _forecast(self, region):
        return Forecast("x", region, self.start, ((self.degrees[region],) * 500,), self.now)


def short(told):
    return [(one.rule, one.kind.value, "".join(one.regions), one.loud) for one in told]


def standing(notification):
    return "".join(fact.region for fact in notification.standing)


def test_a_region_that_joins_is_told_with_those_in_force_and_one_that_leaves_with_those_that_stay():
    life = Life(COLD)
    life.tick(A=-20.0, B=-20.0, C=0.0)
    (joined,) = life.tick(MINUTE, C=-20.0)
    assert (short([joined]), standing(joined)) == ([("cold", "alert", "C", True)], "AB")
    life.tick(MINUTE, B=0.0)
    (left,) = life.tick(2 * HOUR)
    assert (short([left]), standing(left), left.holds) == ([("cold", "cancel", "B", True)], "AC", True)
    assert [reason.code for reason in left.facts[0].reasons] == ["no_cold"]
    life.tick(MINUTE, A=0.0, C=0.0)
    (over,) = life.tick(2 * HOUR)
    assert (short([over]), over.holds) == ([("cold", "cancel", "AC", True)], False)


def test_what_changed_is_said_in_codes():
    life = Life(COLD)
    life.tick(A=-18.0)
    (update,) = life.tick(MINUTE, A=-23.0)
    assert short([update]) == [("cold", "update", "A", False)]
    assert [(reason.code, reason.old, reason.new) for reason in update.facts[0].reasons] == [("colder", -18.0, -23.0)]
    assert life.tick(MINUTE, A=-24.0) == (), "a degree is not worth an edit"


def test_regions_told_at_different_times_are_soon_repeated_together():
    life = Life(COLD)
    life.tick(A=-20.0, B=0.0)
    life.tick(6 * HOUR, B=-20.0)
    repeats = [short(life.tick(HOUR)) for _ in range(70)]
    assert [told for told in repeats if told] == [[("cold", "update", "AB", True)]] * 3


def test_a_graver_rule_takes_over_and_hands_back_so_that_its_end_is_no_all_clear():
    life = Life(COLD, GRAVE)
    assert short(life.tick(A=-20.0)) == [("cold", "alert", "A", True)]
    (grave,) = life.tick(MINUTE, A=-28.0)
    assert short([grave]) == [("grave", "alert", "A", True)]
    assert [(one.rule, one.left) for one in grave.replaces] == [("cold", frozenset())]
    assert life.tick(3 * HOUR, A=-20.0) == ()
    weaker, ended = life.tick(2 * HOUR)
    assert short([weaker, ended]) == [("cold", "update", "A", True), ("grave", "cancel", "A", True)]
    assert weaker.facts[0].reasons[0].code == "takes_over"
    assert ended.facts[0].still == {"en": "cold"}
    life.tick(MINUTE, A=0.0)
    assert short(life.tick(2 * HOUR)) == [("cold", "cancel", "A", True)]


def test_a_weaker_rule_that_ends_under_a_graver_one_says_nothing():
    life = Life(rule(keep=timedelta(0)), replace(GRAVE, when=COLD.when))
    assert short(life.tick(A=-20.0)) == [("grave", "alert", "A", True)]
    life.tick(MINUTE, A=0.0)
    assert ("cold", "A") not in life.alerts
    (ended,) = life.tick(2 * HOUR)
    assert (short([ended]), ended.facts[0].still) == ([("grave", "cancel", "A", True)], {})


def test_a_rule_replaced_in_one_region_still_speaks_for_the_others():
    life = Life(COLD, GRAVE)
    life.tick(A=-20.0, B=-20.0)
    grave, rest = life.tick(MINUTE, A=-28.0)
    assert [(one.rule, one.left) for one in grave.replaces] == [("cold", frozenset("B"))]
    assert short([rest]) == [("cold", "update", "B", False)]


def test_blindness_and_recovery_are_edits_and_without_end_it_expires_unconfirmed():
    life = Life(COLD)
    life.tick(A=-20.0)
    (blind,) = life.tick(MINUTE, A=None)
    assert (short([blind]), blind.facts[0].blind_of) == ([("cold", "update", "A", False)], "forecast")
    (back,) = life.tick(MINUTE, A=-20.0)
    assert [reason.code for reason in back.facts[0].reasons] == ["seen"]
    told = life.tick(MINUTE, A=None)
    kinds = [one.kind for one in told]
    for _ in range(600):
        kinds += [one.kind for one in life.tick(HOUR)]
    assert kinds == [Kind.UPDATE, Kind.EXPIRE], "told blind once, then expired; never an all-clear"


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
@pytest.mark.parametrize("when", range(5))
def test_a_clock_that_jumps_an_hour_neither_doubles_nor_drops_an_alert_nor_ends_one_early(jump, when):
    life = Life(COLD)
    told = []
    for hour in range(12):
        told += life.tick(HOUR + (jump if hour == when else timedelta(0)), A=-20.0 if hour < 4 else 0.0)
    assert short(told) == [("cold", "alert", "A", True), ("cold", "cancel", "A", True)]


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_the_change_of_summer_time_is_no_change_to_an_alert(day):
    life = Life(COLD, start=day - 3 * HOUR)
    told = life.tick(A=-20.0)
    for _ in range(48):
        told += life.tick(15 * MINUTE)
    assert short(told) == [("cold", "alert", "A", True)]


def report(number, ago, now):
    at = now - ago
    return Report(
        Event.GRID_ATTACK,
        frozenset("A"),
        Certainty.OBSERVED,
        at,
        now,
        f"s{number}",
        f"o{number}",
        "B",
        "",
        str(number),
        f"t{number}",
        "",
        at,
    )


def test_after_a_long_stop_old_news_is_no_alert_but_a_danger_that_lasts_is_one_message():
    news = Rule("hit", {"en": "hit"}, Severity.EXTREME, News(frozenset({Event.GRID_ATTACK}), 120 * HOUR), timedelta(0), HOUR)
    life = Life(news, start=NOW + timedelta(days=9))
    backlog = [report(number, timedelta(days=6, hours=number), life.now) for number in range(50)]
    life.reports = tuple(backlog)
    assert life.tick(A=0.0) == (), "all of it is older than the rule looks back"
    fresh = [report(100 + number, number * 20 * HOUR, life.now) for number in range(5)]
    told = []
    for number in range(5):
        life.reports = (*life.reports, fresh[number])
        told += life.tick(timedelta(seconds=1))
    assert short(told)[0] == ("hit", "alert", "A", True)
    assert not any(one.loud for one in told[1:]), "what else comes in is told by silent edits, which wait for one another"


def test_a_truce_that_is_claimed_is_told_beside_what_it_makes_less_certain_and_so_is_its_end():
    def said(event, number, certainty=Certainty.LIKELY):
        return replace(report(number, timedelta(0), life.now), event=event, certainty=certainty, regions=frozenset())

    warning = News(frozenset({Event.STRIKE_WARNING}), 96 * HOUR, Certainty.POSSIBLE, 1)
    warned = Rule("warned", {}, Severity.SEVERE, warning, timedelta(0), HOUR)
    hit = Rule("hit", {}, Severity.EXTREME, News(frozenset({Event.GRID_ATTACK}), 96 * HOUR, sources=1), timedelta(0), HOUR)
    life = Life(warned, hit)
    life.reports = (said(Event.STRIKE_WARNING, 1), said(Event.GRID_ATTACK, 2, Certainty.OBSERVED))
    assert all(not one.facts[0].truce for one in life.tick(A=0.0))
    life.now += HOUR
    life.reports += (said(Event.TRUCE, 3, Certainty.POSSIBLE),)
    (edited,) = life.tick()
    assert [(told.event, told.title) for told in edited.facts[0].truce] == [("truce", "t3")]
    assert (edited.rule, [reason.code for reason in edited.facts[0].reasons]) == ("warned", ["truce", "less_sure"])
    life.now += HOUR
    life.reports += (said(Event.TRUCE_OVER, 4),)
    (edited,) = life.tick()
    assert (edited.rule, edited.facts[0].truce) == ("warned", ())
    assert [reason.code for reason in edited.facts[0].reasons] == ["truce_over", "surer"]


def test_that_what_goes_on_began_before_is_no_news():
    life = Life(COLD)
    life.tick(A=-20.0)
    for _ in range(3):
        life.start += 12 * HOUR  # each forecast begins later, in the middle of the cold
        assert [reason.code for told in life.tick(12 * HOUR) for reason in told.facts[0].reasons if reason.code == "onset"] == []


def test_unknown_is_never_an_answer_that_ends_something():
    life = Life(COLD)
    life.tick(A=-20.0)
    life.tick(MINUTE, A=0.0)
    assert [one.kind for one in life.tick(MINUTE, A=None)] == [Kind.UPDATE]
    assert Kind.CANCEL not in [one.kind for one in life.tick(5 * HOUR)], "time without data does not count towards an all-clear"
    assert Answer.UNKNOWN is not Answer.NO
