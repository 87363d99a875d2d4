"""Documents made worse: recipes are bytes that hypothesis draws and shrinks, cheap enough for ten thousand a test."""

import pickle
import struct

HOSTILE = (
    None, True, "", "NaN", "x" * 300, "\0", "\ud800", "<b>&amp;", "2026-13-99T99:99", "-1", -1, 0, 10**400, 1e308, -1e308,
    float("inf"), float("nan"), [], {}, [[]], {"": None}, [None] * 3,
)  # fmt: skip


def edits(recipe, size):
    """Yield what a recipe does to a document of `size` parts: kind, place, length and a number, six bytes an edit."""
    for place in range(0, len(recipe) - 5, 6):
        kind, where, length, number = struct.unpack_from(">BHBH", recipe, place)
        yield kind, where * size >> 16, length % 24, number


def torn(body, recipe, tokens):
    """Return bytes or text with pieces cut out, doubled, moved, and `tokens` put in."""
    for kind, start, length, number in edits(recipe, len(body)):
        piece = (tokens[number % len(tokens)], body[start : start + length] * 2, body[:0])[kind % 3]
        body = body[:start] + piece + body[start + length * (kind % 2) :]
    return body


def twisted(tree, recipe, values=HOSTILE):
    """Return a document of mappings and lists in which values are replaced, removed, doubled or put where others belong."""
    tree = _copy(tree)
    for kind, where, _, number in edits(recipe, 1 << 16):
        slots = list(_slots(tree))
        if not slots:
            break
        holder, key = slots[where % len(slots)]
        if kind % 4 == 0:
            del holder[key]
        elif kind % 4 == 1:
            other, place = slots[number % len(slots)]
            holder[key] = _copy(other[place])
        elif isinstance(holder, list) and kind % 4 == 2:
            holder.insert(key, _copy(holder[key]))
        else:
            holder[key] = _copy(values[number % len(values)])
    return tree


def _slots(tree):
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(inner):
        yield tree, key
        yield from _slots(value)


def _copy(tree):
    return pickle.loads(pickle.dumps(tree))  # three times as fast as copy.deepcopy
