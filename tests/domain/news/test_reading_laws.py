"""What must hold of any text: what is added beside a claim takes nothing away, what is denied adds nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerter.config.load import load
from alerter.config.settings import shipped_config
from alerter.domain.model import FeedItem
from alerter.domain.news import read

LEXICON = load(shipped_config()).lexicon
NOW = datetime(2026, 2, 1, tzinfo=UTC)
CLAIMS = (
    "Russian missiles hit a substation in Kharkiv.",
    "У Києві введено аварійні відключення світла.",
    "Россия массированно атаковала Одессу.",
    "Zelensky warns that Russia is preparing a massive strike on Ukraine.",
    "В Україні очікують сильні морози.",
    "Росія порушила перемир'я з Україною.",
    "В Николаеве восстановлено электроснабжение.",
    "Зникло світло в Луцьку.",
    "Putin agreed to halt strikes on Ukraine's energy.",
    "Взлетели Ту-95, в Украине воздушная тревога.",
)
UNRELATED = (
    "The museum opened a new wing.",
    "Концерт відбудеться у суботу.",
    "Сборная выиграла матч.",
    "Ціни на яйця знову зросли!",
    "A cat was elected mayor of a small town…",
    "Вчені знайшли новий вид жуків",
    "Курс доллара не изменился.",
    "A storm cut power to 300 homes in Spain.",
    "Завод у Польщі зупинив виробництво після пожежі.",
    "Зрители ждут новую серию, режиссер взял паузу.",
    "Temperatures in Lisbon reached 30 degrees.",
)
DENIED = (
    "Росіяни не атакували підстанцію у Полтаві.",
    "Ukrenergo denied that outages were introduced in Lviv.",
    "В Киеве отключений света не планируют.",
    "No attack on a power plant took place in Odesa.",
    "Обленерго спростувало чутки про масований удар по енергетиці.",
    "Russia has not agreed to halt strikes on Ukraine.",
    "Світло в Одесі не вимикали.",
    "Россия не объявляла перемирия с Украиной.",
    "Ту-95 не взлетали, сообщили Воздушные силы Украины.",
)


@given(
    st.sampled_from(CLAIMS), st.lists(st.sampled_from(UNRELATED), max_size=3), st.lists(st.sampled_from(UNRELATED), max_size=3)
)
def test_an_unrelated_sentence_never_removes_an_event(claim, before, after):
    alone = _events(LEXICON, claim)
    assert alone
    assert alone <= _events(LEXICON, " ".join([*before, claim, *after]))


@given(st.sampled_from(CLAIMS), st.sampled_from(DENIED), st.booleans())
def test_a_negated_sentence_never_adds_an_event(claim, denied, first):
    text = f"{denied} {claim}" if first else f"{claim} {denied}"
    assert _events(LEXICON, text) <= _events(LEXICON, claim)


@pytest.mark.parametrize("text", DENIED)
def test_a_denial_alone_claims_nothing(lexicon, text):
    assert not _events(lexicon, text)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    for report in read(FeedItem("s", "1", text, text[::-1], "", NOW, NOW), LEXICON):
        assert report.evidence


def _events(lexicon, text):
    return {report.event for report in read(FeedItem("s", "1", text, "", "", NOW, NOW), lexicon) if report.certainty}
