"""Official warnings: what counts as one, for which regions, of what."""

from datetime import UTC, datetime

import pytest

from alerter.domain.model import Bulletin, Certainty, Event
from alerter.domain.warnings import Gazetteer, in_force, key, read, reports

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
GAZETTEER = Gazetteer(
    areas={key(name): region for name, region in (("Kharkiv Oblast", "UA-63"), ("UA063", "UA-63"), ("Rivne", "UA-56"))},
    points={"UA-63": [(49.98, 36.25)], "UA-56": [(50.62, 26.24)]},
    hazards={
        "thunderstorm": ["thunder"],
        "low-temperature": ["frost", "cold"],
        "snow-ice": ["ice", "icing"],
        "wind": ["wind", "squall"],
    },
)


def alert(*infos, **more):
    plain = {"identifier": "a", "status": "Actual", "msgType": "Alert", "sent": "2026-01-09T10:00:00+02:00"}
    return plain | {"info": list(infos or [info()])} | more


def info(level="3; orange; Severe", kind="6; low-temperature", area="Kharkiv oblast", language="en-GB", **more):
    parameters = [{"valueName": "awareness_level", "value": level}, {"valueName": "awareness_type", "value": kind}]
    plain = {"language": language, "onset": "2026-01-10T00:00:00+02:00", "expires": "2026-01-12T00:00:00+02:00"}
    return plain | {"headline": "Frost", "parameter": parameters, "area": [{"areaDesc": area}]} | more


def found(*alerts):
    return read(Bulletin("m", NOW, alerts), GAZETTEER)[0]


def test_a_warning_says_what_where_and_when():
    (one,) = found(alert())
    assert (one.hazard, one.level, one.regions) == ("low-temperature", "orange", {"UA-63"})
    assert (one.onset, one.expires) == (datetime(2026, 1, 9, 22, tzinfo=UTC), datetime(2026, 1, 11, 22, tzinfo=UTC))
    assert one.sent == datetime(2026, 1, 9, 8, tzinfo=UTC)


def test_several_languages_are_one_warning():
    (one,) = found(alert(info(language="uk-UA", headline="Мороз", area="Харківська область"), info()))
    assert (one.headline, one.regions) == ("Frost", {"UA-63"})


def test_an_entry_for_each_area_or_language_is_one_warning_too():
    parts = [alert(info(area="Rivne")), alert(info(level="4; red; Extreme")), alert(info(kind="", event="Мороз", language="uk"))]
    (one,) = found(*parts)
    assert (one.regions, one.level, one.hazard) == ({"UA-63", "UA-56"}, "red", "low-temperature")


@pytest.mark.parametrize(
    "alerts",
    [
        [alert(info("1; green; Minor"))],
        [alert(info("", severity="Minor"))],
        [alert(status="Test")],
        [alert(msgType="Cancel", identifier="b", references="s,a,t"), alert()],
    ],
)
def test_what_is_no_warning_is_left_out(alerts):
    assert found(*alerts) == ()


def test_an_update_replaces_what_it_refers_to():
    (one,) = found(alert(), alert(info("4; red; Extreme"), identifier="b", msgType="Update", references="s,a,t"))
    assert one.identifier == "b"


def test_the_expired_drop_out():
    (one,) = found(alert())
    assert in_force([one], one.expires) == ()
    assert in_force([one], NOW) == (one,)


@pytest.mark.parametrize(
    ("event", "hazard"),
    [
        ("Squall warning", "wind"),
        ("Thunderstormwarning", "thunderstorm"),
        ("Severe frost warning", "low-temperature"),
        ("Icing on wires", "snow-ice"),
        ("Volcanic ash", "volcanic-ash"),
    ],
)
def test_a_warning_without_a_type_is_of_what_its_event_says(event, hazard):
    (one,) = found(alert(info(kind="", event=event)))
    assert one.hazard == hazard


@pytest.mark.parametrize(
    ("more", "level"), [({"severity": "Moderate"}, "yellow"), ({"severity": "Moderate", "headline": "Red Frost Warning"}, "red")]
)
def test_a_warning_without_a_level_has_the_colour_it_is_called_by_or_that_of_its_severity(more, level):
    (one,) = found(alert(info(level="", **more)))
    assert one.level == level


@pytest.mark.parametrize(
    ("area", "regions"),
    [
        ({"areaDesc": "?", "geocode": [{"valueName": "EMMA_ID", "value": "UA063"}]}, {"UA-63"}),
        ({"areaDesc": "KHARKIV  oblast"}, {"UA-63"}),
        ({"areaDesc": "Rivne & Kharkiv oblast"}, {"UA-56", "UA-63"}),
        ({"areaDesc": "West", "polygon": ["52,24 52,28 49,28 49,24 52,24"]}, {"UA-56"}),
        ({"areaDesc": "Everywhere", "polygon": "53,22 53,40 44,40 44,22"}, {"UA-56", "UA-63"}),
        ({"areaDesc": "Atlantis"}, set()),
    ],
)
def test_areas_are_placed_by_code_by_name_or_by_outline(area, regions):
    (one,) = found(alert(info() | {"area": [area]}))
    assert one.regions == regions


@pytest.mark.parametrize(
    "broken", [{}, alert(info(expires="soon")), alert(info(level="", severity="?")), {"identifier": "z", "info": [7]}]
)
def test_one_that_cannot_be_read_is_told_of_and_loses_no_other(broken):
    warnings, problems = read(Bulletin("m", NOW, (broken, alert(identifier="good"))), GAZETTEER)
    assert [one.identifier for one in warnings] == ["good"]
    assert len(problems) == 1


def test_frost_counts_as_a_report_from_an_official_source_and_wind_does_not():
    (one,) = reports(found(alert(), alert(info(kind="1; Wind"), identifier="b")), "Hydromet")
    assert (one.event, one.regions, one.certainty) == (Event.SEVERE_COLD, {"UA-63"}, Certainty.LIKELY)
    assert (one.owner, one.reliability, one.at) == ("Hydromet", "A", datetime(2026, 1, 9, 8, tzinfo=UTC))
