"""The encoding of a file: what its first bytes or its name say, else what its text can only be; never a silent guess.

A text that is no UTF-8 is read as each encoding that people still save files in, and the words it then holds are weighed: whether
letters, capitals and scripts come together as in names. One that is clearly the best is taken and told; else a person is asked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import BinaryIO

from crmtui.errors import Question, Undecided, Unreadable
from crmtui.frozen import dataclass

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes without a line break; more is no CSV file."""

UNDECODED_SHARE = 0.01
"""Beyond this share of rows with bytes that are no text the encoding of the whole file is in question."""

WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
"""How the names of encodings begin in which ASCII takes more than a byte."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_PIECE = 1024 * 1024
_SAMPLE = 400
_HEAD = 64 * 1024
_BREAKS = re.compile(rb"\r\n?|\n")
_CELL = re.compile(r'[,;\t|"]')
_CLEAR = 0.2
"""How much better than any other an encoding must be to be taken."""

_LEAST = 0.75
"""How much of a text must make words in an encoding that is taken."""

_WORD = re.compile(  # runs without the signs of ASCII, of typography and of the wide scripts
    r"[^\x00-\x40\x5b-\x60\x7b-\x7f\xa0\xa7\xa9\xab\xae\xb0\xb7\xbb\u2010-\u203a\u20ac\u2116\u2122"
    r"\u3000-\u3004\u3008-\u301f\uff00-\uff0f\uff1a-\uff20]+"
)
_SIGNS = re.compile(r"[¡-´¶-¿×÷¨¯¸]+")
_CYRILLIC = re.compile(r"[А-ЯЁЂЃЄЅІЇЈЉЊЋЌЎЏҐ]?[а-яёђѓєѕіїјљњћќўџґ]*|[А-ЯЁЂЃЄЅІЇЈЉЊЋЌЎЏҐ]+")
_VOWELS = frozenset("аеёиоуыэюяєії")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_SYLLABLES = frozenset(
    "가각간갈감강개거건검게겨경계고곡곤공과관광교구국군권귀규균그근금기길김나남내너노농누니다단달담대더덕도동두둔드들라람랑래량러럭"
    "런레려련렬령로록론료루류륜률르른를름리린림링마만말매맥맹머메면명모목몽묘무묵문물미민밀바박반발방배백버범법베변별병보복본봉부북분"
    "불브비빈사산살삼상새색생샘서석선설섬섭성세셀소속손솔송쇼수숙순술숭스슬습승시식신실심싱씨아악안알암압애야약양어언업에엔엘여역연열염"
    "엽영예오옥온올옹와완왕외요용우욱운울웅워원월웨위유육윤율으은을음의이익인일임입자작잔장재저적전절점정제조족존종좌주준중즈증지직진"
    "질집차찬참창채책처척천철청체초촌총최추축춘출충취츠치칠침카캐커컨컴케코쿠크키타탁탄태택터테텍텔토통투트특티틱파판팔패팩퍼페펜편"
    "평포표푸풍품프플피필하학한할함합항해행향허헌험혁현협형혜호혼홍화환활황회획횡효후훈휘휴흠흥희히힐"
)
_ALPHABETS = {
    "cp1252": ("äöüß", "àâçéèêëîïôùûœÿæ", "áéíñóúü", "ãõáâàçéêíóôú", "àèéìòù", "åäöæøéü", "ëïéèöüá", "áðéíóúýþæö"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1254": ("âçğıîöşüû\u0307",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """An encoding by its Python name; `words` are some of the file as it reads them, when it was only guessed."""

    name: str
    words: tuple[str, ...] = ()


def found(source: BinaryIO, named: str | None = None) -> Found:
    """The encoding of a file that can be read from the start again: its mark of byte order, else `named`, else what the text shows.

    Raises `Unreadable` for a name that is no encoding, `Undecided` when two encodings are as likely.
    """
    start = source.tell()
    head = source.read(_HEAD)
    source.seek(start)
    if bom := next((name for bom, name in _BOMS if head.startswith(bom)), ""):
        return Found(bom)
    if named:
        return Found(_checked(named, head))
    if wide := _wide(head):
        return Found(wide)
    broken = _not_utf8(source)
    source.seek(start)
    return _guessed(broken) if broken else Found("utf-8")


def _checked(named: str, head: bytes) -> str:
    try:
        "a".encode(named)  # some codecs turn bytes into bytes, or text into something else
        name = codecs.lookup(named).name
        head[: len(head) // 4 * 4].decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        raise Unreadable(f'no encoding "{named}" for this file', "write it like utf-8, cp1252 or cp1251") from None
    return name


def _wide(head: bytes) -> str:
    """UTF-16 without a mark, when it cannot be anything else: a NUL beside every sign of ASCII, always on the same side."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(2, len(head) // 20) or min(even, odd) * 20 > max(even, odd):
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(name, "replace")
    return name if text.count("�") * 50 <= len(text) and ("\n" in text or "\r" in text) else ""


def _not_utf8(source: BinaryIO) -> list[bytes]:
    """Lines that are no UTF-8, at most some hundreds; none when the file is UTF-8 but for a few broken rows."""
    broken: list[bytes] = []
    bad = good = lines = 0
    rest = b""
    while piece := source.read(_PIECE):
        whole = rest + piece
        cut = max(whole.rfind(b"\n"), whole.rfind(b"\r")) + 1
        whole, rest = whole[:cut], whole[cut:]
        if len(rest) > LONGEST_LINE:
            return []
        lines += max(whole.count(b"\n"), whole.count(b"\r"))
        counted = _sorted(whole, broken)
        good, bad = good + counted[0], bad + counted[1]
    counted = _sorted(rest, broken)
    good, bad, lines = good + counted[0], bad + counted[1], lines + bool(rest)
    if bad <= UNDECODED_SHARE * lines and (good or bad < 3):
        return []
    return [] if good > bad else broken


def _sorted(text: bytes, broken: list[bytes]) -> tuple[int, int]:
    """How many lines are UTF-8 beyond ASCII and how many are none; some of the latter are kept."""
    if text.isascii() or _is_utf8(text):
        return int(not text.isascii()), 0
    good = bad = 0
    for line in _BREAKS.split(text):
        if line.isascii():
            continue
        if _is_utf8(line):
            good += 1
        else:
            bad += 1
            if len(broken) < _SAMPLE:
                broken.append(line[:2000])
    return good, bad


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _guessed(broken: Sequence[bytes]) -> Found:
    marks = {name: _mark(broken, name, likely) for name, likely in _CANDIDATES.items()}
    name, *others = sorted(marks, key=marks.__getitem__, reverse=True)
    near = [other for other in others if marks[other] > marks[name] - _CLEAR and not {name, other} <= set(_ALPHABETS)]
    rivals = [other for other in near if any(line.decode(other, "replace") != line.decode(name, "replace") for line in broken)]
    if marks[name] < _LEAST:
        raise asked(broken, [*_by_library(broken), name, *others], "utf-8")
    if rivals:
        raise asked(broken, [name, *rivals], "utf-8")
    if name in _ALPHABETS:
        name = _latin(broken, marks)
    return Found(name, tuple(_shown(broken, name)))


def _latin(lines: Sequence[bytes], marks: Mapping[str, float]) -> str:
    """The one in which the words are words; of several that in which most words are of one language; then the western."""
    best = max(marks[name] for name in _ALPHABETS)
    possible = [name for name in _ALPHABETS if marks[name] > best - _CLEAR / 2]
    return max(possible, key=lambda name: sum(_of_one_language(word, name) for line in lines for word in _words_of(line, name)))


def _words_of(line: bytes, name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(line.decode(name, "ignore")) if not word.isascii()]


def _of_one_language(word: str, name: str) -> bool:
    letters = {sign for sign in word if sign > "\x7f"}
    return any(letters <= set(alphabet) for alphabet in _ALPHABETS[name])


def _shown(lines: Iterable[bytes], name: str) -> list[str]:
    """The first cells with more than ASCII in them, as an encoding reads them."""
    cells = (cell.strip() for line in lines for cell in _CELL.split(line.decode(name, "replace")))
    return list(islice((cell[:40] for cell in cells if not cell.isascii()), 3))


def _mark(lines: Iterable[bytes], name: str, likely: Callable[[list[str]], float]) -> float:
    """From 0 to 1: how much of the text beyond ASCII makes words in an encoding; a line that is no text in it makes none.

    Nothing but signs, such as of a currency or blanks that do not break, makes little of all.
    """
    words: list[str] = []
    lost = 0
    for line in lines:
        try:
            text = line.decode(name)
        except UnicodeDecodeError:
            lost += (sum(byte > 127 for byte in line) + 1) // (1 if name in _SINGLE else 2)
            continue
        words += [word for word in _WORD.findall(text) if not word.isascii() and not _SIGNS.fullmatch(word)]
    size = sum(map(_beyond_ascii, words))
    if not size:
        return 0.0 if lost else _LEAST
    return likely(words) * size / (size + lost)


def _beyond_ascii(word: str) -> int:
    return sum(sign > "\x7f" for sign in word)


def _share(words: Sequence[str], good: Callable[[str], bool]) -> float:
    return sum(_beyond_ascii(word) for word in words if good(word)) / sum(map(_beyond_ascii, words))


def _cyrillic(words: list[str]) -> float:
    def good(word: str) -> bool:
        spoken = not _VOWELS.isdisjoint(word.lower()) or len(word) < 5
        return bool(_CYRILLIC.fullmatch(word)) and spoken and any("А" <= sign <= "я" or sign in "ЁёІіЇїЄє" for sign in word)

    return _share(words, good)


def _latin_words(words: list[str]) -> float:
    def good(word: str) -> bool:
        few = _beyond_ascii(word) * 2 <= len(word) + 1
        cased = word[1:].islower() or (word.isupper() and len(word) > 1) or word.islower() or word[0].isascii()
        return few and cased and word.isalpha() and max(word) < "ʬ"

    return _share(words, good)


def _chinese(words: list[str]) -> float:
    """Han of the first level of GB 2312, which is sorted by sound: so few sounds from the first third alone are another language."""
    text = "".join(words)
    leads = [lead for lead in (_lead(sign, "gb2312") for sign in text if _HAN.match(sign)) if lead]
    common = sum(0xB0 <= lead <= 0xD7 for lead in leads)
    mark = common / max(1, _beyond_ascii(text))
    late = sum(lead > 0xC8 for lead in leads)
    return mark * 0.3 if len(leads) >= 6 and late < 0.15 * len(leads) else mark


def _japanese(words: list[str]) -> float:
    text = "".join(words)
    common = sum(bool(_KANA.match(sign)) or sign in "々ー" or 0x88 <= _lead(sign, "shift_jis") <= 0x98 for sign in text)
    return common / max(1, _beyond_ascii(text))


def _korean(words: list[str]) -> float:
    """The syllables of which most Korean names and words are; other texts that can be read as Korean have any of some thousands."""
    text = "".join(words)
    return sum(sign in _SYLLABLES for sign in text) / max(1, _beyond_ascii(text))


def _lead(sign: str, name: str) -> int:
    """The first of the two bytes of a sign in an encoding, 0 when it has no two."""
    try:
        raw = sign.encode(name)
    except UnicodeEncodeError:
        return 0
    return raw[0] if len(raw) == 2 else 0


_CANDIDATES: dict[str, Callable[[list[str]], float]] = {
    "cp1251": _cyrillic, "cp1252": _latin_words, "cp1250": _latin_words, "cp1254": _latin_words,
    "gb18030": _chinese, "cp932": _japanese, "cp949": _korean,
}  # fmt: skip


_SINGLE = ("cp1251", *_ALPHABETS)


def _by_library(broken: Sequence[bytes]) -> list[str]:
    """What a library that knows many more encodings would say, to be asked about and never to be taken."""
    from charset_normalizer import from_bytes

    best = from_bytes(b"\n".join(broken), cp_exclusion=["utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]).best()
    return [best.encoding] if best else []


def asked(lines: Sequence[bytes], candidates: Iterable[str], encoding: str) -> Undecided:
    """The question which encoding a file has that is not in `encoding`: of the first two candidates, how they would read it."""
    names = list(dict.fromkeys(candidates))[:2]
    shown = [(name, ", ".join(_quoted(_shown(lines, name)))) for name in names]
    previews = [f"{name} would read {words}" for name, words in shown]
    question = Question("encoding", tuple((name, f"{name}: {words}") for name, words in shown))
    return Undecided(f"the file is not in {encoding}", f"--encoding {names[0]}? {'; '.join(previews)}", question)


def doubted(rows: Iterable[Sequence[str]], encoding: str) -> Undecided:
    """The same question when cells read in `encoding` hold bytes that are no text."""
    written = encoding.removesuffix("-sig")
    lines = [line for cells in rows if not (line := _raw(",".join(cells), written)).isascii()]
    marks = {name: _mark(lines, name, likely) for name, likely in _CANDIDATES.items() if name != encoding}
    return asked(lines, sorted(marks, key=marks.__getitem__, reverse=True), encoding)


def _raw(text: str, encoding: str) -> bytes:
    """The bytes that a text was read from; of halves of signs, which only an escape of JSON can make, nothing."""
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "ignore")


def _quoted(words: Iterable[str]) -> list[str]:
    return [f'"{word}"' for word in words]
