"""What a stage asks of the deals that enter it: the fields that must be filled, and of a lost deal a reason. The one place that checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from crmtui.errors import Refused, Unreadable, nearest
from crmtui.sales.pipelines import Step
from crmtui.store.tables import Deal, DealContact, DealProduct, DealTag

FIELDS = (
    "client", "contact", "value", "owner", "source", "need", "next_step", "next_step_on", "expected_close", "product", "competitor",
    "tag", "notes",
)  # fmt: skip
"""What a stage may require, by the names of the options that fill it."""

_ALSO = {"clients": "client", "contacts": "contact", "value_cents": "value", "products": "product", "tags": "tag"}
_LINKED: dict[str, Any] = {"contact": DealContact, "product": DealProduct, "tag": DealTag}
_COLUMNS = {"value": "value_cents", "client": "client_id", "owner": "owner_id"}


def read(names: Iterable[str]) -> str | None:
    """The fields as a stage keeps them, from their names however they are joined; None for none. Raises `Unreadable` for an unknown one."""
    wanted = [name.strip().lower().lstrip("-").replace("-", "_").replace(" ", "_") for text in names for name in text.split(",")]
    found = [_ALSO.get(name, name) for name in wanted if name]
    for name in found:
        if name not in FIELDS:
            known = f"{nearest(name, list(FIELDS))} fields: {', '.join(FIELDS)}".strip()
            raise Unreadable(f'no field "{name}" that a stage could require', known)
    return ",".join(dict.fromkeys(found)) or None


def filled(row: Deal) -> set[str]:
    """Which of the fields a deal has filled."""
    own = {name for name in FIELDS if name not in _LINKED and getattr(row, _COLUMNS.get(name, name)) not in (None, "")}
    return own | {name for name, table in _LINKED.items() if table.select(table.id).where(table.deal == row.id).exists()}


def missing(step: Step, present: set[str]) -> tuple[str, ...]:
    """The fields that a stage requires and a deal does not have."""
    return tuple(name for name in step.required if name not in present)


def check_entry(step: Step, row: Deal, *, known: bool = True, force: bool = False) -> tuple[str, ...]:
    """Refuse the entry of a deal into a stage whose required fields it has not filled; with `force` say which they are.

    `known` says that the deal was there before, so that it can be changed first. Raises `Refused`.
    """
    lacking = missing(step, filled(row)) if step.required else ()
    if lacking and not force:
        options = " ".join(f"{option(name)} …" for name in lacking)
        way = f"crmtui edit-deal {row.id} {options}, or pass --force" if known else f"pass {options}"
        raise Refused(told(step, lacking), way)
    return lacking


def told(step: Step, lacking: Sequence[str]) -> str:
    """The sentence that says what a deal lacks."""
    return f'a deal in "{step.name}" needs {" and ".join(name.replace("_", " ") for name in lacking)}'


def option(field: str) -> str:
    """The option of a command that fills a field."""
    return f"--{field.replace('_', '-')}"


def check_reason(step: Step, reason: str | None, *, known: bool = True) -> None:
    """Refuse a loss without a reason; `known` as for `check_entry`. Raises `Refused`."""
    if step.outcome == "lost" and not reason:
        named = "--reason" if known else "--lost-reason"
        raise Refused(f'a deal {"moved to" if known else "in"} "{step.name}" needs a reason', f"pass {named}, for example {named} price")
