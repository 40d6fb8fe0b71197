"""Which deal a row names, and the client that comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmtui import dates
from crmtui.errors import Ambiguous, NotFound
from crmtui.exchange.cells import REMEMBERED, checked
from crmtui.exchange.fields import Fields
from crmtui.exchange.parties import ClientRefs, Who
from crmtui.sales import deals
from crmtui.store.bulk import selected
from crmtui.store.journal import moment_text
from crmtui.store.keys import fold

_DEAL_BY_ID = (
    "SELECT d.id, d.title, d.opened_at FROM external_id e JOIN deal d ON d.id = e.record_id"
    " WHERE e.kind = 'deal' AND e.system = ? AND d.deleted_at IS NULL AND e.value IN ({keys})"
)
_PARTS = (
    "client_id IN ({keys})",
    "id IN (SELECT deal_id FROM deal_contact WHERE client_id IN ({keys}))",
    "client_id IN (SELECT company_id FROM client WHERE id IN ({keys}))",
)
"""What makes a deal one of a client's: its own, one it has a say in, one of its company."""


Told = tuple[str, str, str | None]
"""What a row says of its deal: title or id, client, and the moment it was opened as it is kept (see `DealRefs.find`)."""


def told(fields: Fields, cells: Sequence[str]) -> Told | None:
    """What a row says of its deal, None for nothing. Raises `Rejected`."""
    text = fields.text(cells, "deal")
    if not text:
        return None
    opened = None
    if "deal_opened_at" in fields.place:
        opened = fields.checked("deal_opened_at", cells, _opened) if fields.text(cells, "deal_opened_at") else ""
    return text, fields.text(cells, "deal_client"), opened


def _opened(text: str) -> str:
    return moment_text(dates.moment(text))


def resolve(fields: Fields, deal: Told, client: int | None, refs: DealRefs, clients: ClientRefs) -> int:
    """The id of the deal that a row tells. Raises `Rejected`."""
    text, home, opened = deal

    def find(_: str) -> int:
        named = clients.find(Who(home)) if home else None
        return refs.find(text, client, named[0] if named else None, opened)

    found: int = checked(fields.header("deal"), find, "")
    return found


class DealRefs:
    """Deals as other records name them: by id in the other system, else by title, client and the day they were opened."""

    def __init__(self, system: str) -> None:
        self._system = system
        self._found: dict[tuple[str, int | None, int | None, str | None], int] = {}

    def find(self, text: str, client: int | None, home: int | None = None, opened: str | None = None) -> int:
        """The id of the deal. `home` is its client where the row tells it, else it is looked for among those that `client` has a part in.

        `opened` is the moment it was opened as it is kept, empty for an unknown one, None when the row does not say.
        Raises `NotFound`, `Ambiguous`.
        """
        key = (text, client, home, opened)
        if key not in self._found:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, text: str, client: int | None, home: int | None, opened: str | None) -> int:
        outside = selected(_DEAL_BY_ID, [text], self._system)
        hits = outside or self._titled(text, client, home)
        if opened is not None and len(hits) > 1:
            hits = [hit for hit in hits if (hit[2] or "") == opened]
        if not hits:
            raise NotFound(f'no deal "{text}"{" of this client" if client or home else ""}', "import or add the deals first")
        if len(hits) > 1:
            raise Ambiguous(f'"{text}" may be {len(hits)} deals', [], f"ids {', '.join(str(hit[0]) for hit in hits[:10])}")
        return int(hits[0][0])

    def _titled(self, text: str, client: int | None, home: int | None) -> list[Any]:
        columns = "SELECT id, title, opened_at FROM deal WHERE deleted_at IS NULL AND "
        queries = [("client_id IN ({keys})", home)] if home else [(condition, client) for condition in _PARTS if client]
        for condition, whose in queries:
            hits = [hit for hit in selected(columns + condition, [whose]) if fold(hit[1]) == fold(text)]
            if hits:
                return [hit for hit in hits if hit[1] == text] or hits
        return [] if home else selected(columns + "title IN ({keys})", [text])


def client_of(deal: int) -> int | None:
    """The id of the client of a deal."""
    return deals.get(deal).client_id
