"""Folding: the one form under which names in any script are searched, compared and sorted."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ґ": "г",
    "’": "'", "ʼ": "'", "‘": "'",
})  # fmt: skip
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_UKRAINIAN = str.maketrans({"і": "и\ue001", "ї": "и\ue002", "й": "и\ue003", "є": "е\ue001", "ґ": "г\ue001", "ў": "у\ue001"})
_NEITHER = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text with case, accents and width folded away: `Müller` → `muller`, `Ёж` → `еж`, half-width kana → full.

    Only the combining marks U+0300–036F are dropped: others carry meaning in Japanese and Indic scripts.
    """
    if text.isascii():
        return text.lower()
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFKC", bare).casefold().translate(_LETTERS)


def sort_key(text: str) -> str:
    """The folded text, with Ukrainian and Belarusian letters kept in their own places of the alphabet."""
    if text.isascii():
        return text.lower()
    return fold(text.casefold().translate(_UKRAINIAN))


def letters(text: str) -> str:
    """The folded text without blanks and signs, for names that are written apart or together: `GTX Pro` → `gtxpro`."""
    return _NEITHER.sub("", fold(text)) or fold(text)


def words(text: str) -> list[str]:
    """The folded words of a query, in order, each once; no more than 20."""
    return list(dict.fromkeys(fold(text).split()))[:20]
