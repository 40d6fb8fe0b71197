"""How alike two names are, whatever their script, their order and their typing errors.

A name is taken apart into words in Latin letters (`김민수` → kim, minsu; `Петрова` → petrova), a word into its bones: the first sound and
the consonants after it, so that `Sergey`, `Sergej` and `Сергей` are one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from crmtui.store.keys import fold

SAME_BONES = 96
"""Likeness of two words that only sound alike: a little less than the same."""

INITIAL = 88
"""Likeness of a name and its first letter: `A.` may be Anna, but also Alice."""

ONLY_PART = 78
"""Likeness of one name and a longer one that has it: `Anna`, `Anna Petrova`."""

OTHER_WORD = 70
"""Words less alike than this are different words: one error in a word of four letters still counts as an error."""

OTHER_NAME = 50
"""Likeness of names at most when one of their words is another: `Anna Petrova`, `Ivan Petrov`."""

SOUNDING = 40
"""Likeness in letters asked of words that sound alike: `현우` is Hyeonu and Hyunwoo, but `Lee` and `Lala` are two."""

FURTHER_WORD = 4
"""What each word costs that only one of the names has: a patronymic, a second name."""

_LATIN_OF = str.maketrans("авекмнорстухіјѕ", "abekmhopctyxijs")
_CYRILLIC_OF = str.maketrans("abekmhopctyx", "авекмнорстух")
_MIXED = r"(?=.*[a-z])(?=.*[а-яіјѕєґ])"
_ONLY_CYRILLIC = r"[бгджзийлпфцчшщъыьэюяєґї]"
_ONLY_LATIN = r"[dfgijlnqrsuvwz]"
_WORD = r"[^\W_]+(?:['’`-][^\W_]+)*"
_SIGN = r"[^a-z0-9]+"
_HANGUL = r"[가-힣]{2,5}"
_HAN = r"[\u4e00-\u9fff]{2,4}"
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "mme", "jr", "sr", "г-н", "г-жа", "d-r"})
_LONG_SURNAMES = frozenset(
    {"남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官"}
)
_SURNAMES = {
    variant: variants.split()[0]
    for variants in (
        "kim gim", "lee yi i rhee ri", "park bak bag pak", "choi choe choy", "jung jeong chung jong", "kang gang", "cho jo",
        "yoon yun", "jang chang", "lim im rim", "oh o", "seo suh", "shin sin", "kwon gwon", "ahn an", "yoo yu ryu", "jeon chun",
        "ko go koh", "moon mun", "son sohn", "bae pae", "baek paik", "heo hur huh", "shim sim", "noh no roh", "kwak gwak",
        "joo ju", "woo u", "koo gu", "ha hah",
    )
    for variant in variants.split()
}  # fmt: skip
"""How Korean surnames are written in Latin letters, each with the way that stands for all."""

_FORMS = {
    form: forms.split()[0]
    for forms in (
        "ltd limited", "llc ооо тов", "jsc ао оао зао пао", "inc incorporated", "corp corporation", "co company", "plc", "gmbh",
        "ag", "kg", "ug", "ohg", "sa", "sas", "sarl", "srl", "spa", "sl", "bv", "nv", "as", "ab", "oy", "oyj", "aps", "sia",
        "uab", "ou", "sro", "doo", "kft", "pty", "pte", "kk", "ип чп", "тоо", "株式会社", "有限会社", "有限公司", "주식회사", "유한회사",
    )
    for form in forms.split()
}  # fmt: skip
"""Legal forms of companies, which tell nothing of who it is."""

_SOUNDS = (
    (r"^[jyi](?=[aeiouy])", "Y"), (r"woo", "u"), (r"shch|sch|sh|ch|tch|tsch|cz|zh|sz", "S"), (r"th|dt", "t"), (r"ph", "f"),
    (r"kh|gh", "h"), (r"ts|tz|c(?=[eiy])", "s"), (r"ck|c|q", "k"), (r"x", "ks"), (r"w", "v"), (r"g", "k"), (r"d", "t"), (r"b", "p"),
    (r"z", "s"), (r"j(?=[^aeiouy]|$)", ""),
)  # fmt: skip
"""How letters sound, so far as languages agree; in this order. The patterns are compiled by their first use: few commands need them."""

_LATER_VOWELS = r"(?<!^)[aeiouy]+"
_VOWELS = (("woo", "u"), ("oo", "u"), ("ee", "i"), ("eo", "u"), ("eu", "u"), ("ae", "e"))
_DOUBLED = r"(.)\1+"


def words(name: str) -> tuple[str, ...]:
    """The words of a person's name in Latin letters, in their order, without titles; a Korean or Chinese one begins with the surname."""
    found = [word for each in re.findall(_WORD, fold(name)) if each not in _TITLES for word in _romanised(each)]
    if len(found) == 3 and found[0] in _SURNAMES.values() and max(map(len, found[1:])) <= 5:
        return found[0], found[1] + found[2]
    return tuple(found)


def firm_words(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a company's name in Latin letters without its legal form, and that form."""
    bare = re.findall(_WORD, fold(name).replace(".", ""))
    forms = frozenset(_FORMS[word] for word in bare if word in _FORMS)
    kept = [word for word in bare if word not in _FORMS] or bare
    return tuple(word for each in kept for word in _romanised(each)), forms


@lru_cache(maxsize=100_000)
def _romanised(word: str) -> tuple[str, ...]:
    """A folded word in Latin letters; what is written in one but is a surname and a name, as two."""
    if word.isascii():
        parts = [word]
    else:
        from anyascii import anyascii

        word = _in_one_script(word) if re.match(_MIXED, word) else word
        cut = 2 if word[:2] in _LONG_SURNAMES else 1
        whole = [word] if not re.fullmatch(f"{_HANGUL}|{_HAN}", word) or len(word) <= cut else [word[:cut], word[cut:]]
        parts = [anyascii(part).lower() for part in whole]
    bare = (re.sub(_SIGN, "", part) for part in parts)
    return tuple(_SURNAMES.get(part, part) for part in bare if part)


def _in_one_script(word: str) -> str:
    """Letters of the other alphabet that only look right, put into that of the others: `Иванoв` with a Latin o."""
    cyrillic, latin = len(re.findall(_ONLY_CYRILLIC, word)), len(re.findall(_ONLY_LATIN, word))
    return word.translate(_CYRILLIC_OF if cyrillic >= latin else _LATIN_OF)


def in_latin(address: str) -> str:
    """A mail address with Cyrillic letters that only look right put into Latin ones."""
    return address if address.isascii() else address.translate(_LATIN_OF)


@lru_cache(maxsize=100_000)
def bones(word: str) -> str:
    """How a word in Latin letters sounds at the least: its first sound and its consonants."""
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return re.sub(_DOUBLED, r"\1", re.sub(_LATER_VOWELS, "", word)) or word


def people(one: Sequence[str], other: Sequence[str]) -> int:
    """How alike the names of two people are, 0–100, from their words; in which order they stand does not matter."""
    if not one or not other:
        return 0
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return 100
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    found = _matched(short, long)
    if min(found) < OTHER_WORD:
        return min(OTHER_NAME, sum(found) // len(found))
    score = sum(found) // len(found) - FURTHER_WORD * (len(long) - len(short))
    return min(score, ONLY_PART) if len(short) == 1 < len(long) else score


def firms(one: Sequence[str], other: Sequence[str]) -> int:
    """How alike the names of two companies are, 0–100; another number, or a word that only one has, makes another company."""
    if "".join(one) == "".join(other):
        return 100
    if not one or not other or _numbers(one) != _numbers(other):
        return 0
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    whole = 100 if sorted(one) == sorted(other) else _likeness("".join(one), "".join(other))
    if len(short) != len(long):
        return min(whole, ONLY_PART) if min(_matched(short, long)) >= OTHER_WORD else min(whole, OTHER_NAME)
    found = _matched(short, long)
    return max(whole, sum(found) // len(found)) if min(found) >= OTHER_WORD else min(whole, OTHER_NAME)


def _numbers(name: Sequence[str]) -> Counter[str]:
    return Counter(word for word in name if not word.isalpha())


def _matched(short: Sequence[str], long: Sequence[str]) -> list[int]:
    """For each word of the shorter name how alike the word of the longer one is that is most alike, each taken once."""
    left, found = list(long), []
    for word in sorted(short, key=len, reverse=True):
        best = max(left, key=lambda other: _likeness(word, other))
        found.append(_likeness(word, best))
        left.remove(best)
    return found


@lru_cache(maxsize=100_000)
def _likeness(one: str, other: str) -> int:
    if one == other:
        return 100
    if min(len(one), len(other)) == 1:
        return INITIAL if one[0] == other[0] else 0
    from rapidfuzz.distance import OSA

    typed = int(100 * OSA.normalized_similarity(one, other))
    if bones(one) != bones(other) or 100 * OSA.normalized_similarity(_spelt(one), _spelt(other)) < SOUNDING:
        return typed
    return max(typed, SAME_BONES)


def _spelt(word: str) -> str:
    """A word with the vowels of Asian names, for which there are many spellings, in one."""
    for pair, letter in _VOWELS:
        word = word.replace(pair, letter)
    return word


def typing_error(one: str, other: str) -> bool:
    """Whether two texts differ by one letter: another, a missing, a further one, or two that changed places."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(long) - len(short) > 1 or one == other:
        return False
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :])
