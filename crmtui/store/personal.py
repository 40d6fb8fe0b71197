"""What of a row is about a person, table by table; and the strings of a person, found in any text however they are written there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from crmtui.store.keys import fold

ERASED = "erased"
SHORTEST = 4
"""Letters and digits of a string that is looked for in the texts of others; a shorter one would be found in anything."""

_LAST_SPACED = 0x0E00
"""From Thai on most scripts write words without blanks between them."""

FEWEST_DIGITS, MOST_DIGITS = 7, 8
"""Digits by which a phone is looked for: the last ones of a longer number, which may be written without its country and area."""

Blank = Mapping[str, Any]
BLANK: dict[str, Blank] = {
    "client": {
        "name": ERASED, "first_name": None, "last_name": None, "company_id": None, "position": None, "status_reason": None,
        "website": None, "birth_date": None, "sex": None, "marital_status": None, "income": None, "purpose": None, "industry": None,
        "founded": None, "employees": None, "revenue_cents": None, "currency": None, "notes": None, "search_key": ERASED,
        "sort_key": ERASED,
    },
    "contact_point": {"value": "erased {id}", "key": "erased {id}", "label": ""},
    "address": {"label": "", "street": None, "city": None, "region": None, "postcode": None, "country": None},
    "external_id": {"value": "erased {id}"},
    "own_value": {"text": None, "key": "", "number": None, "currency": None},
    "origin": {"utm_source": None, "utm_medium": None, "utm_campaign": None, "utm_term": None, "utm_content": None},
    "consent": {"source": None, "note": None},
    "purchase": {"description": None},
    "deal": {"title": ERASED, "need": None, "next_step": None, "notes": None, "search_key": ERASED},
    "deal_contact": {"role": ""},
    "stage_change": {"note": None},
    "interaction": {"subject_line": None, "note": None},
    "task": {"title": ERASED, "note": None},
    "task_item": {"text": ERASED},
    "capture": {"key": "erased {id}"},
    "firing": {"trouble": None},
}  # fmt: skip
"""What the columns that tell of a person become; all others (sums, days, stages, who did it) stay for the sake of the figures."""

NAMING_CONTENT: Blank = {"name": "erased {id}", "sha256": "erased {id}"}
"""The same of rows that name what lies beside the base."""

GOING = ("contact_point", "address", "client_role", "client_tag", "external_id", "own_value", "not_same", "consent", "hidden")
"""The tables whose rows of a person go altogether; of what stays the row stays, emptied."""


def blanked(blank: Blank, row_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row, emptied; what is empty stays so."""
    return {name: _instead(blank[name], row_id) if name in blank and value is not None else value for name, value in row.items()}


def _instead(value: Any, row_id: int) -> Any:
    return value.format(id=row_id) if isinstance(value, str) else value


class Strings:
    """The strings of a person: names as they are called by, mails, phones. Found in any case, width and accent, phones with any signs."""

    def __init__(self, names: Iterable[str], mails: Iterable[str], phones: Iterable[str]) -> None:
        self.names = sorted({name for name in map(_worth, names) if name}, key=len, reverse=True)
        self.mails = sorted({mail.strip() for mail in mails if len(mail.strip()) >= SHORTEST}, key=len, reverse=True)
        digits = {re.sub(r"\D", "", phone)[-MOST_DIGITS:] for phone in phones}
        self.phones = sorted(each for each in digits if len(each) >= FEWEST_DIGITS)
        texts = (*self.names, *self.mails)
        words = [_pattern(text) for text in texts]
        numbers = [r"(?:[+(\d][\d\s().\-/]{0,8})?" + r"[\s().\-/]{0,3}".join(each) for each in self.phones]
        self._typed = re.compile("|".join(words) or r"(?!)", re.IGNORECASE)
        self._folded = re.compile("|".join([*(_pattern(fold(text)) for text in texts), *numbers]) or r"(?!)")
        self._numbers = re.compile("|".join(numbers) or r"(?!)")

    def within(self, text: str) -> bool:
        """Whether any of them is in a text."""
        return self._folded.search(fold(text)) is not None

    def removed(self, text: str) -> str:
        """The text with each of them replaced; where they are written in a way that cannot be cut out, nothing of it stays."""
        rest = self._numbers.sub(f"[{ERASED}]", self._typed.sub(f"[{ERASED}]", text))
        return f"[{ERASED}]" if self.within(rest) else rest

    def cleaned(self, data: Any) -> Any:
        """Data of the journal, or a draft, with the same done to every text in it."""
        if isinstance(data, str):
            return self.removed(data) if self.within(data) else data
        if isinstance(data, dict):
            return {name: self.cleaned(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self.cleaned(value) for value in data]
        return data


def _pattern(text: str) -> str:
    """The text with any blanks between its words; as whole words where the script parts its words by blanks."""
    words = r"\s+".join(map(re.escape, text.split()))
    return rf"(?<!\w){words}(?!\w)" if ord(max(text, default=" ")) < _LAST_SPACED else words


def _worth(name: str) -> str:
    """A name that is worth looking for: two words, or one that is long, or in a script whose words are short."""
    bare = " ".join(name.split())
    return bare if len(bare) >= SHORTEST or (len(bare) >= 2 and not bare.isascii()) else ""
