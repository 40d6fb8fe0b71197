"""Deals: added, changed, deleted, found, listed. Moving them between stages is in `moves`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from peewee import ModelSelect, fn

from crmtui import clock, config, texts
from crmtui.clients import clients, field_values, tags
from crmtui.errors import Candidate, NotFound, Refused
from crmtui.sales import pipelines, records, requirements, rules
from crmtui.sales.records import DealCard
from crmtui.store import external, references, search
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.reading import ids, paged
from crmtui.store.tables import Deal, DealContact, DealProduct, DealTag, Product, Stage, StageChange, Tag

SORTS = ("title", "value", "opened", "close", "updated")


def add(values: Mapping[str, Any], *, stage: int | None = None, at: datetime | None = None) -> DealCard:
    """Add a deal from typed texts (see `rules.check`), owned by the actor unless said otherwise.

    It enters `stage`, else the first one of the first pipeline, at its `opened_at`, else now. A deal that is lost at once needs
    a reason, and the fields that its stage requires must be there. Raises `Refused` without them, and without a title.
    """
    return get(enter(values, stage=stage, at=at))


def enter(values: Mapping[str, Any], *, stage: int | None = None, at: datetime | None = None) -> int:
    """Add a deal as `add` does and say only its id, for those who enter many."""
    checked = rules.check(values)
    title = texts.required(checked.columns.get("title") or "", "title of the deal")
    step = pipelines.get(stage) if stage else pipelines.load(pipelines.first_pipeline())[0]
    requirements.check_reason(step, checked.columns.get("lost_reason"), known=False)
    with operation(f"added deal {title}") as recorder:
        opened = checked.columns.setdefault("opened_at", at or recorder.at)
        checked.columns.setdefault("owner", current().actor_id)
        checked.columns.setdefault("currency", config.current().currency)
        closed = (at or recorder.at) if step.outcome != "open" else None
        row = recorder.insert(Deal, **checked.columns, stage=step.id, stage_since=closed or opened, closed_at=closed)
        recorder.insert(StageChange, deal=row.id, to_stage=step.id, at=closed or opened, rep=current().actor_id)
        _write_parts(recorder, row.id, checked)
        requirements.check_entry(step, row, known=False)
    return row.id


def edit(deal_id: int, values: Mapping[str, Any]) -> DealCard:
    """Change what `values` holds (see `rules.check`); an empty text empties a field, a list replaces the former one.

    Raises `NotFound`, `Refused`.
    """
    checked = rules.check(values)
    with operation() as recorder:
        row = row_of(deal_id)
        recorder.summary = f"changed deal {row.title}"
        recorder.update(row, **checked.columns)
        _write_parts(recorder, deal_id, checked)
    return get(deal_id)


def delete(deal_id: int) -> DealCard:
    """Take a deal out of every list and figure; history and undo keep it. Raises `NotFound`."""
    with operation() as recorder:
        row = row_of(deal_id)
        recorder.summary = f"deleted deal {row.title}"
        card = get(deal_id)
        recorder.update(row, deleted_at=recorder.at)
    return card


def tag(deal_id: int, names: Sequence[str]) -> DealCard:
    """Put tags on a deal beside those it has. Raises `NotFound`, `Refused` for an empty one."""
    with operation() as recorder:
        recorder.summary = f"tagged deal {row_of(deal_id).title}"
        tags.put(recorder, "deal", deal_id, names)
    return get(deal_id)


def untag(deal_id: int, names: Sequence[str]) -> DealCard:
    """Take tags off a deal; those it does not have are no matter. Raises `NotFound`, also for a tag that nobody knows."""
    with operation() as recorder:
        recorder.summary = f"untagged deal {row_of(deal_id).title}"
        tags.take(recorder, "deal", deal_id, names)
    return get(deal_id)


def get(deal_id: int) -> DealCard:
    """The deal of an id. Raises `NotFound`."""
    row_of(deal_id)
    return records.load([deal_id])[0]


def find(ref: str) -> int:
    """The id of the deal that a person means: id, title or part of it, or the name of its client. Raises `NotFound`, `Ambiguous`."""
    return references.resolve("deal", "deal", ref, labels)


def labels(wanted: Sequence[int]) -> list[Candidate]:
    """The words that tell deals apart: title, client, stage."""
    return [Candidate(d.id, f"{d.title} ({', '.join(part for part in (d.client, d.stage) if part)})") for d in records.load(wanted)]


def page(*, limit: int = 50, offset: int = 0, sort: str = "title", descending: bool = False, **filters: Any) -> list[DealCard]:
    """One page of the deals that pass the filters (see `matching`), in a fixed order."""
    return records.load(ids(_ordered(matching(**filters), sort, descending).limit(limit).offset(offset)))


def every(*, sort: str = "title", descending: bool = False, **filters: Any) -> Iterator[DealCard]:
    """All the deals that pass the filters, read a page at a time so that memory stays flat."""
    return paged(records.load, ids(_ordered(matching(**filters), sort, descending)))


def count(**filters: Any) -> int:
    """How many deals pass the filters."""
    return matching(**filters).count()


def matching(
    *,
    words: str = "",
    pipeline: int | None = None,
    stage: int | None = None,
    outcome: str | None = None,
    owner: int | None = None,
    client: int | None = None,
    tag: str | None = None,
    product: int | None = None,
    closing_until: date | None = None,
    late: bool = False,
    no_next_step: bool = False,
    where: Sequence[str] = (),
) -> ModelSelect[Deal]:
    """The ids of the living deals that pass every filter given. `outcome` is open, won or lost; `late` means open and past its close.

    `where` are conditions on own fields (see `field_values.conditions`). Raises `Unreadable`.
    """
    query = Deal.select(Deal.id).where(Deal.deleted_at.is_null())
    if words:
        query = query.where(search.matches(Deal, words))
    if stage:
        query = query.where(Deal.stage == stage)
    steps = [s.id for s in pipelines.load(pipeline, deleted=True) if outcome in (None, s.outcome)] if pipeline or outcome else None
    if steps is not None:
        # Most deals pass this filter: by the order asked for the first page is found at once, by stage all would be sorted.
        query = query.where(fn.COALESCE(Deal.stage, 0).in_(steps))
    for field, value in ((Deal.owner, owner), (Deal.client, client)):
        if value:
            query = query.where(field == value)
    if tag:
        query = query.where(Deal.id.in_(DealTag.select(DealTag.deal).join(Tag).where(Tag.key == fold(tag))))
    if product:
        query = query.where(Deal.id.in_(DealProduct.select(DealProduct.deal).where(DealProduct.product == product)))
    if closing_until:
        query = query.where(Deal.expected_close <= closing_until, Deal.closed_at.is_null())
    if late:
        query = query.where(Deal.expected_close < clock.today(), Deal.closed_at.is_null())
    if no_next_step:
        query = query.where(Deal.closed_at.is_null(), Deal.next_step.is_null())
    return field_values.filtered(query, Deal.id, "deal", where)


def _ordered(query: ModelSelect[Deal], sort: str, descending: bool) -> ModelSelect[Deal]:
    columns: dict[str, Any] = {
        "title": Deal.search_key,
        "value": Deal.value_cents,
        "opened": Deal.opened_at,
        "close": Deal.expected_close,
        "updated": Deal.updated_at,
    }
    chosen = columns[sort]
    return query.order_by(chosen.desc(nulls="last") if descending else chosen.asc(nulls="last"), Deal.id)


def row_of(deal_id: int) -> Deal:
    """The living deal's row, for the other modules of this area. Raises `NotFound`."""
    row = Deal.get_or_none(Deal.id == deal_id, Deal.deleted_at.is_null())
    if row is None:
        raise NotFound(f"no deal {deal_id}")
    found: Deal = row
    return found


def stage_of(row: Deal) -> Stage:
    """The stage a deal is in."""
    found: Stage = Stage.get_by_id(row.stage_id)
    return found


def _write_parts(recorder: Recorder, deal_id: int, checked: rules.Checked) -> None:
    if checked.tags is not None:
        tags.write(recorder, "deal", deal_id, checked.tags)
    if checked.products is not None:
        _write_links(recorder, DealProduct, "product", deal_id, checked.products)
    if checked.contacts is not None:
        for client_id in checked.contacts:
            clients.get(client_id)
        _write_links(recorder, DealContact, "client", deal_id, checked.contacts)
    external.write(recorder, "deal", deal_id, checked.external_ids)
    field_values.write(recorder, "deal", deal_id, checked.fields)


def _write_links(recorder: Recorder, table: Any, name: str, deal_id: int, wanted: Sequence[int]) -> None:
    """Make these the products (or contacts) of a deal; a line that stays keeps its quantity and price."""
    present = {getattr(row, f"{name}_id"): row for row in table.select().where(table.deal == deal_id)}
    for id_, row in present.items():
        if id_ not in wanted:
            recorder.delete(row)
    for id_ in wanted:
        if id_ not in present:
            _refuse_inactive(table, id_)
            price = {"price_cents": Product.get_by_id(id_).price_cents} if name == "product" else {}
            recorder.insert(table, deal=deal_id, **{name: id_}, **price)


def _refuse_inactive(table: Any, id_: int) -> None:
    """Deals keep the products they have; a new line needs one that is still sold."""
    product = Product.get_or_none(Product.id == id_) if table is DealProduct else None
    if product is not None and not product.active:
        raise Refused(f'"{product.name}" is no longer sold', f"crmtui edit-product {id_} --active offers it again")
