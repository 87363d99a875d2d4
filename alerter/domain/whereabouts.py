"""Which region a person means who writes its code, its name in any language, or a town of it in any case."""

from collections.abc import Mapping
from difflib import get_close_matches

from alerter.domain.lexicon import Lexicon
from alerter.domain.places import places_of
from alerter.domain.text import clean, tokens

_CLOSE = 0.5


def regions_meant(words: str, names: Mapping[str, Mapping[str, str]], lexicon: Lexicon) -> list[str]:
    """Return the codes of the regions that `words` name: one when that is clear, none when nothing is known by them.

    `names` are those of the regions by code and language. Towns, and the forms of a name, are those of the lexicon.
    """
    wanted = clean(words).strip().casefold()
    for code, called in names.items():
        if wanted == code.casefold() or wanted in {clean(name).casefold() for name in called.values()}:
            return [code]
    text = f"{clean(words).title()}:"  # so written, a name is one even where the word has a common meaning as well
    return sorted({code for place in places_of(tokens(text), text, lexicon) for code in place.regions if code in names})


def nearest_names(words: str, names: Mapping[str, Mapping[str, str]], most: int = 3) -> list[str]:
    """Return the codes of the regions whose code or name is written most like `words`, the likest first; perhaps none.

    The first word of a name will do: "Oblast" is the same in most of them.
    """
    spelt: dict[str, str] = {}
    for code, called in names.items():
        for name in (code, *called.values()):
            spelt |= {name.casefold(): code, name.casefold().split()[0]: code}
    close = get_close_matches(words.strip().casefold(), spelt, 3 * most, _CLOSE)
    return list(dict.fromkeys(spelt[name] for name in close))[:most]
