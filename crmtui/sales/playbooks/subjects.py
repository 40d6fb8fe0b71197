"""The deals and clients that rules fire on, as the texts of rules speak of them: {deal}, {client}, {owner}, {next_step_on} and so on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from crmtui import money
from crmtui.activities import hours
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.store.bulk import selected

DAYS = ("next_step_on", "expected_close")
"""What a due date may hold."""

NAMES = ("deal", "client", "owner", "stage", "value", "next_step", *DAYS)
_MARK = re.compile(r"\{([^{}]*)\}")
_DEALS = """SELECT deal.id, deal.title, client.id, client.name, rep.id, rep.name, stage.name, deal.value_cents, deal.currency,
    deal.next_step, deal.next_step_on, deal.expected_close FROM deal
    JOIN stage ON stage.id = deal.stage_id LEFT JOIN client ON client.id = deal.client_id LEFT JOIN rep ON rep.id = deal.owner_id
    WHERE deal.deleted_at IS NULL AND deal.id IN ({keys})"""
_CLIENTS = """SELECT client.id, client.name, rep.id, rep.name FROM client LEFT JOIN rep ON rep.id = client.owner_id
    WHERE client.deleted_at IS NULL AND client.id IN ({keys})"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A deal with its client, or a client alone; `kind` says which of them, `record` its id."""

    kind: str
    record: int
    deal_id: int | None
    deal: str
    client_id: int | None
    client: str
    owner_id: int | None
    owner: str
    stage: str = ""
    value: str = ""
    next_step: str = ""
    next_step_on: str = ""
    expected_close: str = ""

    def filled(self, text: str) -> str:
        """A text of a rule with what it says of this record in its places."""
        return _MARK.sub(lambda mark: getattr(self, mark[1]) if mark[1] in NAMES else mark[0], text)

    def due(self, text: str) -> str:
        """A due date of a rule, filled in. Raises `Refused` for a day in it that the deal does not have."""
        for name in _MARK.findall(text):
            if name in DAYS and not getattr(self, name):
                way = f"crmtui edit-deal {self.deal_id} --{name.replace('_', '-')} DAY" if self.deal_id else ""
                raise Refused(f'due is "{text}", and {self.deal or self.client} has no {name}', way)
        return self.filled(text)


def check(text: str, names: Sequence[str] = NAMES) -> None:
    """Raise `Refused` for a place in a text that nothing is known for."""
    for name in _MARK.findall(text):
        if name not in names:
            raise Refused(f'unknown "{{{name}}}"', f"known: {', '.join('{' + each + '}' for each in names)}")


def check_due(text: str) -> None:
    """Raise `CrmError` for a due date that cannot be read whatever day stands in its places."""
    check(text, DAYS)
    if text:
        hours.read(_MARK.sub("2026-03-04", text))


def load(kind: str, records: Collection[int]) -> dict[int, Subject]:
    """The living deals, or clients, of these ids."""
    if kind == "client":
        return {id_: Subject("client", id_, None, "", id_, name, rep, owner or "") for id_, name, rep, owner in selected(_CLIENTS, records)}
    return {
        id_: Subject(
            "deal",
            id_,
            id_,
            title,
            client_id,
            client or "",
            rep,
            owner or "",
            stage,
            _told(cents, currency),
            *(each or "" for each in next_),
        )
        for id_, title, client_id, client, rep, owner, stage, cents, currency, *next_ in selected(_DEALS, records)
    }


def _told(cents: int | None, currency: str) -> str:
    return money.shown(cents, currency) if cents is not None else ""
