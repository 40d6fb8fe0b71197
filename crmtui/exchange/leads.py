"""Importing leads of clients who are known: requests with a source, a status and a day, of which one client may have several.

Each lead is kept as a note with its client on its day, under its id, so that later files can name the client by it. Leads that are new or
changed tell of the client: the earliest the source of one who has none, the latest the status. Customers stay what they are, and a
prospect does not become a lead again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from crmtui import texts
from crmtui.activities import interactions
from crmtui.clients import rules
from crmtui.errors import Unreadable
from crmtui.exchange.activities import DONE_COLUMNS, moment_of
from crmtui.exchange.cells import DayOrder, Memo, Rejected, checked
from crmtui.exchange.columns import Columns
from crmtui.exchange.entries import Entries, Entry
from crmtui.exchange.fields import Fields
from crmtui.exchange.links import RepRefs
from crmtui.exchange.parties import LEADS, ClientRefs, Who
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.store import bulk
from crmtui.store.bulk import selected
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.keys import letters
from crmtui.store.tables import Client, Interaction

_WORDS = {
    "lead": "new open opendeal working contacted notcontacted attemptedtocontact connected inprogress nurturing assigned subscriber mql"
    " marketingqualifiedlead",
    "prospect": "qualified salesqualifiedlead sql converted opportunity",
    "disqualified": "lost unqualified junk dead closedlost badtiming recycled rejected",
    "customer": "won closedwon client",
}
_STATUSES = {word: status for status, words in _WORDS.items() for word in words.split()} | {status: status for status in rules.STATUSES}


class Leads:
    """One import of leads."""

    read_many: ReadMany | None = None

    def __init__(self, columns: Columns, options: Options) -> None:
        self._options = options
        self._fields = Fields(columns, options, ("at",))
        self._clients = ClientRefs(options.system, options.create_missing)
        self._reps = Memo(RepRefs(options.create_missing).known)
        self.orders: list[DayOrder] = list(self._fields.order_of.values())

    def settle(self) -> None:
        """Nothing is open but the dates."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Every row is looked up while it is written."""
        spools["known"].extend(list(rows))
        return ()

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Any:  # noqa: ARG002 — every text goes through its rule
        """One checked row: line, source, word of the status, status, note, moment, client, rep, ids. Raises `Rejected`."""
        fields, text = self._fields, self._fields.text
        who = Who(text(cells, "client"), text(cells, "client_email"))
        if not who.said:
            raise Rejected(fields.header("client", "client_email"), "the client is missing")
        checked(fields.header("client", "client_email"), lambda _: self._clients.find(who), "")
        values = fields.filled(cells, (
            ("source", lambda given: texts.line(given, "source")), ("status", _status), ("note", lambda given: texts.prose(given, "note")),
            ("rep", self._reps.__getitem__),
        ))  # fmt: skip
        ids = tuple((f"{system}{LEADS}", value) for system, value in fields.ids(cells))
        when = fields.when("at", cells)
        if when is None:
            raise Rejected(fields.header("at"), "the day of the lead is missing")
        return line, values, texts.line(text(cells, "status"), "status"), when, tuple(who), ids

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all leads, then what they tell of their clients."""
        clients, reps = (ClientRefs(self._options.system, self._options.create_missing), RepRefs(self._options.create_missing))
        entries = Entries(recorder, Interaction, DONE_COLUMNS, ("client_id", "at", "kind", "note"), indexed="at")
        told: dict[int, list[Any]] = {}
        for chunk in spools["known"].chunks():
            for batch in bulk.batches(chunk, _keys, _keys):
                made: dict[int, tuple[Entry, Mapping[str, Any]]] = {}
                for row, cells in batch:
                    try:
                        entry = self._entry(row, cells, clients, reps, recorder)
                    except Rejected as why:
                        late(row[0], cells, why.reason, why.column)
                        continue
                    made[entry.line] = (entry, row[1] | {"word": row[2]})
                for line in entries.write([entry for entry, _ in made.values()], {}, tally, late):
                    entry, values = made[line]
                    told.setdefault(entry.values["client_id"], []).append((entry.values["at"], line, values))
        bulk.update_differing(recorder, Client, _of_clients(told))
        tally.relate("clients", clients.made)
        tally.relate("reps", reps.made)

    def _entry(self, row: Any, cells: Sequence[str], clients: ClientRefs, reps: RepRefs, recorder: Recorder) -> Entry:
        line, values, word, when, who, ids = row
        moment = moment_of(self._fields.settled("at", when))
        subject = f"Lead: {', '.join(part for part in (values.get('source'), word) if part)}".rstrip(": ")
        found = checked(
            self._fields.header("at"), lambda _: interactions.check("note", at=moment, subject=subject, note=values.get("note", "")), ""
        )
        kept = {name: value for name, value in found.items() if value is not None}
        kept |= {"client_id": clients.get(Who(*who))[0], "at": moment_text(moment)}
        return Entry(line, cells, kept | ({"rep_id": reps.id_of(values["rep"], recorder)} if values.get("rep") else {}), ids)


def _keys(pair: Any) -> Iterator[Hashable]:
    yield from pair[0][-1]


def _status(text: str) -> str:
    if (found := _STATUSES.get(letters(text))) is None:
        raise Unreadable(f'no status of a lead "{text}"', f"it is one of {', '.join(rules.STATUSES)}")
    return found


def _of_clients(told: Mapping[int, Sequence[Any]]) -> dict[int, dict[str, Any]]:
    """What leads, as (moment, line, values), say of their clients."""
    wanted: dict[int, dict[str, Any]] = {}
    for id_, status, source in selected("SELECT id, status, source FROM client WHERE id IN ({keys})", told):
        leads = [values for _, _, values in sorted(told[id_], key=lambda lead: lead[:2])]
        sources = [values["source"] for values in leads if values.get("source")]
        said: dict[str, Any] = {"source": sources[0]} if sources and not source else {}
        last = next((values for values in reversed(leads) if values.get("status")), None)
        if last and status not in ("customer", "former") and (status, last["status"]) != ("prospect", "lead"):
            said["status"] = last["status"]
            said["status_reason"] = last["word"] if last["status"] == "disqualified" else None
        wanted[id_] = said
    return {id_: said for id_, said in wanted.items() if said}
