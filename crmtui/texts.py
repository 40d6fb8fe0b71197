"""Text that comes in from outside: kept as it came, within limits; what no database can keep is refused."""

from __future__ import annotations

import re

from crmtui.errors import Refused

LONGEST_NAME = 1_000
"""Characters in a name, a title or any other short field."""

LONGEST_TEXT = 1_000_000
"""Characters in notes."""

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def line(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    """A short text without the blanks around it. Raises `Refused` when it is too long or holds NUL or broken characters."""
    bare = text.strip()
    if len(bare) > longest:
        raise Refused(f"the {what} has {len(bare):,} characters", f"at most {longest:,} are kept")
    if not bare.isascii() or "\0" in bare:
        _keepable(bare, what)
    return bare


def prose(text: str, what: str) -> str:
    """A long text, line breaks and all. Raises as `line` does."""
    return line(text, what, LONGEST_TEXT)


def required(text: str, what: str) -> str:
    """A short text that must not be empty. Raises `Refused`."""
    found = line(text, what)
    if not found:
        raise Refused(f"the {what} is empty", "give one")
    return found


def _keepable(text: str, what: str) -> None:
    found = _UNKEEPABLE.search(text)
    if found:
        name = "a NUL character" if found[0] == "\0" else "characters that are not text in this encoding"
        raise Refused(f"the {what} holds {name}", "take them out")
