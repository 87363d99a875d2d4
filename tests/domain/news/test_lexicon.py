"""What `alerter check` says of the words that the reader knows."""

import pytest

from alerter.domain.lexicon import lint


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("уд*р", "can never match"),
        ("світла, тепла", "can never match"),
        ("✅ ми", "can never match"),
        ("об’єкт*", 'texts are read as "об\'єкт*"'),
        ("обстрёл", "texts are read as 'обстрел'"),
        ("russia's", "without 's"),
        ("без …", "a word on each side"),
        ("Харків", "write 'харків'"),
        ("аб*", "too many words"),
        ("без … світла … тепла … води", "costs too much"),
        ("тес", "stands here twice"),
        ("підстанція", "says nothing that 'підстанц*' does not say"),
        ("", "is no word"),
        (17, "is no word"),
    ],
)
def test_a_word_that_does_no_good_is_named_with_what_to_write(word, says):
    (mistake,) = lint({"uk": {"grid": ["тес", "підстанц*", word]}})
    assert mistake.path == ("uk", "grid", 2)
    assert says in mistake.what


def test_an_unknown_role_is_named_with_the_known_ones():
    (mistake,) = lint({"uk": {"gird": ["тес"]}})
    assert mistake.path == ("uk", "gird")
    assert "grid" in mistake.what
