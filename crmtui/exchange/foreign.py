"""What files for other programs have in common: an id that stays, text that they take, packages of the extras."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from importlib import import_module
from typing import Any

from crmtui.errors import Failed

_OURS = uuid.UUID("6f1c1f0e-6a7d-5c53-9d0e-0c2a3b1d4e5f")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def uid(noun: str, record_id: int, created_at: datetime) -> str:
    """The id under which another program knows a record again: the same in each export, and in a base that was brought over whole."""
    return str(uuid.uuid5(_OURS, f"{noun}/{record_id}/{created_at.isoformat()}"))


def text(value: str) -> str:
    """A text as these files can hold it: every line break a line feed, no other control character but the tab."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", value))


def package(name: str, extra: str) -> Any:
    """The package that a kind of file needs, imported. Raises `Failed` with how to install it."""
    try:
        return import_module(name)
    except ImportError:
        raise Failed(f"{name} is not installed, which this kind of file needs", f"pip install 'crmtui[{extra}]'") from None
