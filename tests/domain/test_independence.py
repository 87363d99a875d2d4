"""Which reports count as one voice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.domain.independence import groups
from alerter.domain.model import Certainty, Event, Report

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BASE = Report(Event.GRID_ATTACK, frozenset({"UA-63"}), Certainty.LIKELY, NOW, NOW, "a", "A", "B", "", "1", "", "", NOW)
TITLES = (
    "",
    "Drones hit a substation in Kharkiv, two streets are dark",
    "Drones hit a substation in Kharkiv, two streets are dark - Outlet",
    "У Харкові пошкоджено підстанцію, частина міста без світла",
    "Explosions",
)
REPORTS = st.builds(
    lambda owner, origin, mark, title, item: replace(BASE, owner=owner, origin=origin, fingerprint=mark, title=title, item=item),
    st.sampled_from("ABCDEF"),
    st.sampled_from(["", "", "", "Ukrenergo", "Air Force", "b"]),
    st.sampled_from([0, 0, 1, 2**40 - 1, 2**64 - 1]),
    st.sampled_from(TITLES),
    st.text("0123456789", max_size=4),
)


def count(*reports):
    return len(groups(reports))


def report(owner, **changes):
    return replace(BASE, owner=owner, **changes)


def test_two_owners_are_two_voices_and_two_feeds_of_one_owner_are_one():
    assert count(report("A"), report("B")) == 2
    assert count(report("A", source="a-en"), report("A", source="a-uk")) == 1


@pytest.mark.parametrize(
    ("one", "other", "voices"),
    [
        pytest.param({"origin": "Ukrenergo"}, {"origin": "Ukrenergo"}, 1, id="citing one authority"),
        pytest.param({"origin": "Ukrenergo"}, {"origin": "Air Force"}, 2, id="citing two authorities"),
        pytest.param({"origin": "B"}, {}, 1, id="relaying the other outlet"),
        pytest.param(
            {"origin": "reuters"}, {"owner": "Reuters via Google News"}, 1, id="relaying an outlet read through another"
        ),
        pytest.param({"fingerprint": 0b1111}, {"fingerprint": 0b1000}, 1, id="nearly one text"),
        pytest.param({"fingerprint": 2**32 - 1}, {"fingerprint": 2**64 - 1}, 2, id="two texts"),
        pytest.param({"title": TITLES[1]}, {"title": TITLES[2]}, 1, id="one title, with the outlet's name behind"),
        pytest.param({"title": TITLES[1]}, {"title": TITLES[3]}, 2, id="two titles"),
        pytest.param({"title": TITLES[4]}, {"title": TITLES[4]}, 2, id="a title too short to be a copy"),
    ],
)
def test_a_voice_is_an_owner_an_origin_or_a_text(one, other, voices):
    assert count(report("A", **one), report(**{"owner": "B", **other})) == voices


def test_a_relay_joins_the_source_to_those_who_cite_the_same_authority():
    assert count(report("A", origin="Ukrenergo"), report("B", origin="Ukrenergo"), report("Ukrenergo")) == 1


@given(st.lists(REPORTS, max_size=8), st.randoms())
def test_the_order_of_reports_makes_no_difference(reports, chance):
    shuffled = list(reports)
    chance.shuffle(shuffled)
    assert sorted(map(len, groups(reports))) == sorted(map(len, groups(shuffled)))


@given(st.lists(REPORTS, min_size=1, max_size=8), st.data())
def test_a_copy_never_makes_more_voices(reports, data):
    copied = data.draw(st.sampled_from(reports))
    copy = replace(copied, owner=data.draw(st.sampled_from(["X", copied.owner])), observed=NOW + timedelta(hours=1))
    if copy.fingerprint or copy.origin or copy.owner == copied.owner:
        assert count(*reports, copy) <= count(*reports)


@given(st.lists(REPORTS, max_size=8))
def test_every_report_is_in_exactly_one_voice(reports):
    assert sorted(id(each) for group in groups(reports) for each in group) == sorted(map(id, reports))
