"""Quantities: whole thousandths of a unit, read as people write them and shown as they read them."""

from __future__ import annotations

import re

from crmtui.errors import Refused, Unreadable

_QUANTITY = re.compile(r"(\d{1,12})(?:[.,](\d{1,3}))?")


def read(text: str) -> int:
    """Thousandths of a quantity like `3`, `2.5` or `0,125`. Raises `Unreadable` when it is none, `Refused` for nothing at all."""
    found = _QUANTITY.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        raise Unreadable(f'"{text}" is no quantity', "write it like 3 or 2.5, with up to three decimals")
    thousandths = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))
    if not thousandths:
        raise Refused(f'the quantity "{text}" is nothing', "give one above 0")
    return thousandths


def shown(thousandths: int) -> str:
    """A quantity as people read it, without needless zeros: `2.5`."""
    whole, part = divmod(thousandths, 1000)
    return f"{whole:,}.{part:03d}".rstrip("0") if part else f"{whole:,}"
