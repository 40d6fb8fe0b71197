"""Importing deals: known by their id in the other system, else by title, client and opening; with a history of stages that is true.

What a file tells of a deal's past is little, and no more than that is written, so that figures drawn from stage moves hold:
an open deal entered its present stage when it was opened (at an unknown time when the file does not say), a closed one when it
was closed. No other stage is claimed to have been passed, and the days from opening to winning are right. When a later file
shows a known deal in another stage, that is a move: at its closing day, or, to an open stage, now.
A closed deal must name its closing day. One that was lost elsewhere needs no reason. A row that would enter a stage without the
fields which that stage requires is rejected.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from crmtui import config
from crmtui.exchange.cells import DayOrder, Rejected
from crmtui.exchange.columns import Columns
from crmtui.exchange.deal_rows import DealRows
from crmtui.exchange.links import ProductRefs, RepRefs, TagRefs
from crmtui.exchange.own import OwnWriting
from crmtui.exchange.parties import ClientRefs, Who
from crmtui.exchange.products import known_ids
from crmtui.exchange.spool import Spool
from crmtui.exchange.stages import Stages
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.sales import requirements
from crmtui.sales.pipelines import Step
from crmtui.store import bulk
from crmtui.store.bulk import Run, selected
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.keys import fold
from crmtui.store.search import key_of
from crmtui.store.tables import Deal, DealContact, DealProduct, DealTag, ExternalId, Product, StageChange

COLUMNS = (
    "title", "value_cents", "currency", "source", "need", "next_step", "next_step_on", "opened_at", "expected_close", "closed_at",
    "lost_reason", "competitor", "notes",
)  # fmt: skip
GONE = -1
_OPTIONS = {"client_id": "client", "owner_id": "owner", "value_cents": "value"}


class Deals:
    """One import of deals."""

    read_many: ReadMany | None = None

    def __init__(self, columns: Columns, options: Options) -> None:
        self._options = options
        self._stages = Stages(options.pipeline, options.stages, options.pipelines)
        self._rows = DealRows(columns, options, self._stages)
        self.orders: list[DayOrder] = [*self._rows.order_of.values(), *self._rows.own.orders]
        self.read = self._rows.read

    def settle(self) -> None:
        """Raises `Undecided` for unknown stages."""
        self._stages.settle()

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Every deal is looked up while it is written."""
        spools["known"].extend(list(rows))
        return ()

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all rows."""
        made = self._stages.prepare()
        tally.relate("pipelines", made[0])
        tally.relate("stages", made[1])
        own = OwnWriting(recorder, "deal", self._rows.columns.own, tally)
        writing = _Writing(recorder, self._stages, self._options, tally, own)
        for chunk in spools["known"].chunks():
            rows = [(writing.resolved(self._rows.settled_row(row)), cells) for row, cells in chunk]
            for batch in bulk.batches(rows, _keys, _keys):
                writing.write(batch, late)
        writing.finish()


def _keys(pair: Any) -> Iterator[Hashable]:
    row = pair[0]
    yield from row[-1]
    if not row[-1]:
        yield fold(row[1]["title"]), row[1].get("client_id"), row[1].get("opened_at")


class _Writing:
    """Writes checked deals. A resolved row is (line, values by column, step, products, contacts, tags, own fields, ids)."""

    def __init__(self, recorder: Recorder, stages: Stages, options: Options, tally: Tally, own: OwnWriting) -> None:
        self._recorder, self._stages, self._tally, self._own = recorder, stages, tally, own
        self._clients = ClientRefs(options.system, options.create_missing)
        self._products = ProductRefs(options.create_missing, options.system)
        self._reps = RepRefs(options.create_missing)
        self._tags = TagRefs(recorder)
        self._prices: dict[int, int | None] = {}
        self._names: dict[int, str] = {}
        self._now = moment_text(recorder.at)
        columns = ("client_id", "owner_id", "stage_id", "stage_since", *COLUMNS, "search_key", "created_at", "updated_at")
        self._deals = Run(recorder, Deal, columns, index=False)
        self._changes = Run(recorder, StageChange, ("deal_id", "from_stage_id", "to_stage_id", "at"))
        self._ids = Run(recorder, ExternalId, ("record_id", "kind", "system", "value"))
        self._sold = Run(recorder, DealProduct, ("deal_id", "product_id", "quantity_thousandths", "price_cents"))
        self._contacts = Run(recorder, DealContact, ("deal_id", "client_id", "role"))
        self._tagged = Run(recorder, DealTag, ("deal_id", "tag_id"))
        self._first = self._deals.next

    def resolved(self, row: Any) -> Any:
        """The row with ids in place of names; what is missing is made."""
        line, values, (pipeline, stage, given), _, who, owner, contacts, products, tags, own, ids = row
        if (client := Who(*who)).said:
            values["client_id"], name = self._clients.get(client)
            self._names[values["client_id"]] = name
        if owner:
            values["owner_id"] = self._reps.id_of(owner, self._recorder)
        named = tuple(self._products.get(name) for name in products)
        people = tuple(self._clients.get(Who(contact))[0] for contact in contacts)
        step = (self._stages.step(pipeline, stage), pipeline, given)
        return line, values, step, named, people, tuple(map(self._tags.id_of, tags)), own, ids

    def write(self, batch: Sequence[Any], late: Late) -> None:
        """Write rows of different deals."""
        known = []
        for (row, cells), target in zip(batch, self._targets([row for row, _ in batch]), strict=True):
            opened, closed = row[1].get("opened_at"), row[1].get("closed_at")
            if isinstance(target, Rejected):
                late(row[0], cells, target.reason, target.column)
            elif opened and closed and closed < opened:
                late(row[0], cells, f"the deal was closed on {closed[:10]}, before it was opened on {opened[:10]}")
            elif target == GONE:
                self._tally.skipped += 1
            elif lacking := self._lacking(row, target):
                late(row[0], cells, requirements.told(row[2][0], lacking))
            elif target is None:
                self._add(row)
            else:
                known.append((target, row))
        self._flush()
        self._update(known)

    def _lacking(self, row: Any, target: int | None) -> tuple[str, ...]:
        """The fields that the row's stage requires, when it is entered by this row, and that neither the row nor the deal has."""
        _, values, (step, _, given), products, contacts, tags, _, _ = row
        if not step.required or (target and not given):
            return ()
        present = {_OPTIONS.get(column, column) for column, value in values.items() if value not in (None, "")}
        present |= {name for name, held in (("product", products), ("contact", contacts), ("tag", tags)) if held}
        if target:
            known = Deal.get_by_id(target)
            if known.stage_id == step.id:
                return ()
            present |= requirements.filled(known)
        return requirements.missing(step, present)

    def _targets(self, rows: Sequence[Any]) -> list[int | Rejected | None]:
        by_id = known_ids("deal", rows)
        deleted = {id_ for (id_,) in selected("SELECT id FROM deal WHERE deleted_at IS NOT NULL AND id IN ({keys})", by_id.values())}
        alike = self._alike([row for row in rows if not row[-1]])
        found: list[int | Rejected | None] = []
        for row in rows:
            hits = {by_id[pair] for pair in row[-1] if pair in by_id}
            if len(hits) > 1:
                found.append(Rejected("", f"its ids belong to {len(hits)} deals: {', '.join(map(str, sorted(hits)))}"))
            elif hits:
                found.append(GONE if hits & deleted else hits.pop())
            else:
                found.append(None if row[-1] else alike.get(next(_keys((row, None)))))
        return found

    def _alike(self, rows: Sequence[Any]) -> dict[Hashable, int]:
        """Deals by title, client and opening, of the clients of these rows."""
        found: dict[Hashable, int] = {}
        query = "SELECT id, title, client_id, opened_at FROM deal WHERE deleted_at IS NULL AND client_id IN ({keys}) ORDER BY id DESC"
        kept = selected(query, (row[1]["client_id"] for row in rows if "client_id" in row[1]))
        if any("client_id" not in row[1] for row in rows):
            kept += selected(query.replace("client_id IN ({keys})", "client_id IS NULL AND 0 IN ({keys})"), [0])
        for id_, title, client, opened in kept:
            found[fold(title), client, opened] = id_
        return found

    def _add(self, row: Any) -> None:
        _, values, (step, _, _), products, contacts, tags, own, ids = row
        values.setdefault("currency", config.current().currency)
        client, opened, closed = values.get("client_id"), values.get("opened_at"), values.get("closed_at")
        since = closed or opened
        key = key_of(values["title"], self._names.get(client, "") if client else "")
        id_ = self._deals.add(
            client, values.get("owner_id"), step.id, since, *(values.get(name) for name in COLUMNS), key, self._now, self._now
        )
        self._changes.add(id_, None, step.id, since)
        for system, value in ids:
            self._ids.add(id_, "deal", system, value)
        for product in products:
            self._sold.add(id_, product, 1000, self._price(product))
        for contact in contacts:
            self._contacts.add(id_, contact, "")
        for tag in tags:
            self._tagged.add(id_, tag)
        self._own.add(id_, own)
        self._tally.created += 1

    def _price(self, product: int) -> int | None:
        if product not in self._prices:
            self._prices[product] = Product.get_by_id(product).price_cents
        return self._prices[product]

    def _flush(self) -> None:
        for run in (self._deals, self._changes, self._ids, self._sold, self._contacts, self._tagged, self._own):
            run.flush()

    def _update(self, known: Sequence[tuple[int, Any]]) -> None:
        if not known:
            return
        stages = dict(selected("SELECT id, stage_id FROM deal WHERE id IN ({keys})", (id_ for id_, _ in known)))
        wanted = {}
        for id_, row in known:
            step, _, given = row[2]
            moved = given and stages[id_] != step.id
            wanted[id_] = row[1] | (self._move(id_, stages[id_], step, row[1].get("closed_at")) if moved else {})
            if given and not moved and row[1].get("closed_at"):
                wanted[id_]["stage_since"] = row[1]["closed_at"]
        changed = bulk.update_differing(self._recorder, Deal, wanted) | self._new_parts(known)
        changed |= self._own.update([(id_, row[-2]) for id_, row in known])
        self._flush()
        self._tally.updated += len(changed)
        self._tally.unchanged += len(known) - len(changed)

    def _move(self, id_: int, left: int, step: Step, closed: str | None) -> dict[str, Any]:
        at = closed or self._now
        self._changes.add(id_, left, step.id, at)
        reason = {} if step.outcome == "lost" else {"lost_reason": None}
        return {"stage_id": step.id, "stage_since": at, "closed_at": closed, **reason}

    def _new_parts(self, known: Sequence[tuple[int, Any]]) -> set[int]:
        """Add the products, contacts, tags and ids that a deal does not have."""
        changed = set()
        for run, table, column, place, rest in (
            (self._sold, "deal_product", "product_id", 3, lambda product: (1000, self._price(product))),
            (self._contacts, "deal_contact", "client_id", 4, lambda _: ("",)),
            (self._tagged, "deal_tag", "tag_id", 5, lambda _: ()),
        ):
            query = f"SELECT deal_id, {column} FROM {table} WHERE deal_id IN ({{keys}})"
            present = set(selected(query, (id_ for id_, row in known if row[place])))
            for id_, row in known:
                for value in dict.fromkeys(row[place]):
                    if (id_, value) not in present:
                        run.add(id_, value, *rest(value))
                        changed.add(id_)
        systems = "SELECT record_id, system FROM external_id WHERE kind = 'deal' AND record_id IN ({keys})"
        held = set(selected(systems, (id_ for id_, row in known if row[-1])))
        for id_, row in known:
            for system, value in row[-1]:
                if (id_, system) not in held:
                    self._ids.add(id_, "deal", system, value)
                    changed.add(id_)
        return changed

    def finish(self) -> None:
        """Fill the search index, and tell what was made beside the deals."""
        bulk.index("deal", self._first, self._deals.next - 1)
        for what, refs in (("clients", self._clients), ("products", self._products), ("reps", self._reps)):
            self._tally.relate(what, refs.made)
