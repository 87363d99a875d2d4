"""Texts as they come: look-alike letters, apostrophes, dashes, remains of HTML, titles cut in the middle of a word."""

import pytest

from alerter.domain.text import clean, sentences


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        pytest.param("об’єкт обʼєкт об`єкт", "об'єкт об'єкт об'єкт", id="apostrophes"),
        pytest.param("обстрёл", "обстрел", id="yo"),
        pytest.param("Пiдcтaнцiя", "Підстанція", id="Latin letters in a Cyrillic word"),
        pytest.param("Shahed-136 та HIMARS", "Shahed-136 та HIMARS", id="Latin words stay Latin"),
        pytest.param("удар\u00a0по\u202fТЕЦ", "удар по ТЕЦ", id="spaces that do not break"),
        pytest.param("Харкі\u0301в", "Харків", id="a stress mark"),
        pytest.param("Київ — Одеса – Львів", "Київ - Одеса - Львів", id="dashes"),
        pytest.param("<p>Light &amp; heat</p>", " Light & heat ", id="HTML"),
        pytest.param("світ\u00adло", "світло", id="a soft hyphen"),
    ],
)
def test_there_is_one_form_of_everything(raw, plain):
    assert clean(raw) == plain


def test_abbreviations_and_numbers_end_no_sentence():
    text = "Близько 17.30 у Харківській обл. пошкоджено ТЕЦ. Є постраждалі!"
    assert [sentence.strip() for _, sentence in sentences(text)] == [
        "Близько 17.30 у Харківській обл. пошкоджено ТЕЦ.",
        "Є постраждалі!",
    ]


def test_a_title_cut_in_the_middle_of_a_word_is_put_together(events):
    assert events("Росіяни атакували енерге", "тичну інфраструктуру України") == {"grid_attack"}


def test_disguised_words_are_read(events):
    assert events("Рociяни вдарили пo пiдcтaнцiї в Одeci") == {"grid_attack"}


def test_the_lead_takes_back_what_its_title_suggests(events):
    assert events("Блекаут у Києві: що кажуть енергетики", "Якщо система вимкнеться, блекаут у Києві триватиме добу.") == set()


def test_a_cause_told_in_the_lead_makes_an_outage_an_attack(events):
    assert events("Частина Миколаєва без світла", "Вночі росіяни обстріляли місто.") == {"outage", "grid_attack"}


def test_a_lead_after_our_own_strike_claims_nothing(events):
    assert events("ВСУ ударили по подстанции в Бердянске", "После удара город остался без света.") == set()
