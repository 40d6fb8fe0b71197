"""The one boundary for hostile text: what came from outside is made harmless here on its way to a person's eye."""

from __future__ import annotations

import re
from unicodedata import bidirectional, category

MARKS_IN_A_ROW = 8
"""Combining marks on one letter beyond this are cut: piled up, they cover the lines above and below."""

_JOINERS = "\u200c\u200d"
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"

_NAMES = {
    0x00AD: "SHY", 0x061C: "ALM", 0x200B: "ZWSP", 0x200E: "LRM", 0x200F: "RLM", 0x2060: "WJ", 0xFEFF: "BOM",
    0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
}  # fmt: skip
"""The Unicode standard's own short names of what is invisible and met in practice; others are shown by their number."""

_FILLERS = {0x3164, 0xFFA0}
"""Hangul letters that are blank: a name made of them looks like no name."""

# Latin, Greek, Cyrillic, common punctuation and currency signs: one cell each, no marks, left to right.
_NARROW = "\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
_SIMPLE = re.compile(f"[{_NARROW}]*")
# The same, Kana, Hangul syllables and Chinese characters: nothing to clean as long as each is printable.
_EVERYDAY = re.compile(f"[{_NARROW}\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]*")
_IDLE_JOINER = re.compile("\u200d(?=\\s|$)|^\u200d")


class _Pictures(dict[int, str]):
    """What stands for a character, by its code; found once, kept for the next time, as `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _picture(code)
        return found


_ONE_LINE = _Pictures({9: " ", 10: "⏎"})
_LINES = _Pictures({9: "\t"})


def _picture(code: int) -> str:
    char = chr(code)
    kind = category(char)
    if code in (0x85, 0x2028, 0x2029):
        return "⏎"
    if kind == "Cc":
        return f"\\x{code:02x}" if code > 0x7F else "␡" if code == 0x7F else chr(0x2400 + code)
    if kind in ("Cs", "Cn") or 0xFFF9 <= code <= 0xFFFB:
        return "�"
    if code in _FILLERS or (kind == "Cf" and char not in _JOINERS and _invisible(code, char)):
        return f"‹{_NAMES.get(code) or f'U+{code:04X}'}›"
    return char


def _invisible(code: int, char: str) -> bool:
    """Whether a format character leaves no trace of its own; Arabic number signs, for one, do."""
    return code in _NAMES or bidirectional(char) == "BN"


def show(text: object, lines: bool = False) -> str:
    """The text as it may be printed or drawn: nothing in it moves the cursor, turns the reading direction or hides.

    Control characters become their pictures (`␛`, `\\x9b`), a line end `⏎`, a tab a blank; `lines` keeps line ends and tabs.
    Invisible characters are named (`‹RLO›`, `‹ZWSP›`); what is no character becomes `�`; joiners stay, which Persian and
    emoji need. Text with right-to-left letters comes wrapped in isolates, so that it cannot turn what stands beside it.
    """
    text = text if isinstance(text, str) else str(text)
    if text.isprintable() and (text.isascii() or _EVERYDAY.fullmatch(text)):
        return text
    text = text.replace("\r\n", "\n")
    if lines:
        return "\n".join(_line(line, _LINES) for line in text.split("\n"))
    return _line(text, _ONE_LINE)


def masked(text: str) -> str:
    """The text with one harmless character for each of its own, for an editor whose cursor counts them: controls as their pictures."""
    return "".join(char if (mask := _picture(ord(char))) == char else mask if len(mask) == 1 else "�" for char in text)


def _line(text: str, pictures: _Pictures) -> str:
    clean = _without_piles(_IDLE_JOINER.sub("‹ZWJ›", text.translate(pictures)))
    if any(bidirectional(char) in ("R", "AL") for char in clean):
        return f"{_ISOLATE}{clean}{_END_OF_ISOLATE}"
    return clean


def _without_piles(text: str) -> str:
    """The text with `…` for whatever goes beyond `MARKS_IN_A_ROW` in a run of combining marks and joiners."""
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if category(char)[0] == "M" or char in _JOINERS else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(char)
        elif run == MARKS_IN_A_ROW + 1:
            kept.append("…")
    return "".join(kept)


def width(text: str) -> int:
    """How many cells of a terminal the shown text takes."""
    if text.isascii() or _SIMPLE.fullmatch(text):
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def fit(text: str, cells: int, right: bool = False) -> str:
    """The shown text in exactly so many cells: cut with `…`, or padded with blanks after it (before it when `right`)."""
    size = width(text)
    if size > cells:
        text = _cut(text, cells)
        size = width(text)
    pad = " " * (cells - size)
    return pad + text if right else text + pad


def _cut(text: str, cells: int) -> str:
    """At most so many cells of the text, the last of them `…`; one less where a wide character would be halved."""
    if cells < 1:
        return ""
    if text.isascii() or _SIMPLE.fullmatch(text):
        return text[: cells - 1] + "…"
    if text.startswith(_ISOLATE) and text.endswith(_END_OF_ISOLATE):
        return f"{_ISOLATE}{_cut(text[1:-1], cells)}{_END_OF_ISOLATE}"
    from rich.cells import set_cell_size

    return set_cell_size(text, cells - 1).rstrip(" ") + "…"
