"""Pipelines, deals and their moves, products and purchases."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, DateField, ForeignKeyField, IntegerField, TextField

from crmtui.store.tables.base import Moment, Row
from crmtui.store.tables.people import Client, Rep, Tag


class Pipeline(Row):
    """A way of selling: an ordered set of stages. A deleted one is kept for the history of deals."""

    name = TextField()
    key = TextField()
    position = IntegerField(default=0)
    deleted_at = Moment(null=True)


class Stage(Row):
    """A step of a pipeline. `outcome` is open, won or lost; `probability` 0–100; `limit_days` until a deal goes cold.

    `required` names the fields of a deal that must be filled when it enters, joined by commas; `script` is what to say here,
    `checklist` what to do, a line each. A deleted stage is kept, so that the history of deals still names it.
    """

    pipeline_id: int
    pipeline = ForeignKeyField(Pipeline)
    name = TextField()
    key = TextField()
    position = IntegerField()
    outcome = TextField(default="open")
    probability = IntegerField(default=0)
    limit_days = IntegerField(null=True)
    required = TextField(null=True)
    script = TextField(null=True)
    checklist = TextField(null=True)
    deleted_at = Moment(null=True)


class Product(Row):
    """Something we sell. `key` is the name folded to letters and digits: `GTX Pro` and `GTXPro` are one."""

    name = TextField()
    key = TextField()
    code = TextField(null=True)
    family = TextField(null=True)
    price_cents = BigIntegerField(null=True)
    currency = TextField()
    unit = TextField(null=True)
    active = BooleanField(default=True)
    search_key = TextField(default="")
    created_at = Moment()
    updated_at = Moment()


class Deal(Row):
    """A sale on its way or past. `opened_at` is None when it is not known; `stage_since` when the present stage was entered."""

    client_id: int | None
    owner_id: int | None
    stage_id: int
    title = TextField()
    client = ForeignKeyField(Client, null=True)
    owner = ForeignKeyField(Rep, null=True)
    stage = ForeignKeyField(Stage)
    stage_since = Moment(null=True)
    value_cents = BigIntegerField(null=True)
    currency = TextField()
    source = TextField(null=True)
    need = TextField(null=True)
    next_step = TextField(null=True)
    next_step_on = DateField(null=True)
    opened_at = Moment(null=True)
    expected_close = DateField(null=True)
    closed_at = Moment(null=True)
    lost_reason = TextField(null=True)
    competitor = TextField(null=True)
    notes = TextField(null=True)
    search_key = TextField(default="")
    created_at = Moment()
    updated_at = Moment()
    deleted_at = Moment(null=True)


class DealContact(Row):
    """A person who has a say in a deal, beside its client."""

    subject = ("deal", "deal_id")
    deal_id: int
    client_id: int
    deal = ForeignKeyField(Deal)
    client = ForeignKeyField(Client)
    role = TextField(default="")


class DealProduct(Row):
    """A line of a deal: how many thousandths of a unit, at which price; a price of None is the catalogue's."""

    subject = ("deal", "deal_id")
    deal_id: int
    product_id: int
    deal = ForeignKeyField(Deal)
    product = ForeignKeyField(Product)
    quantity_thousandths = BigIntegerField(default=1000)
    price_cents = BigIntegerField(null=True)


class DealTag(Row):
    """A tag on a deal."""

    subject = ("deal", "deal_id")
    deal_id: int
    tag_id: int
    deal = ForeignKeyField(Deal)
    tag = ForeignKeyField(Tag)


class StageChange(Row):
    """A deal entered a stage: the first time `from_stage` is None. `at` is None when the day is not known.

    `forced` names the required fields that were missing when somebody insisted, joined by commas.
    """

    subject = ("deal", "deal_id")
    deal_id: int
    from_stage_id: int | None
    to_stage_id: int
    rep_id: int | None
    deal = ForeignKeyField(Deal)
    from_stage = ForeignKeyField(Stage, null=True)
    to_stage = ForeignKeyField(Stage)
    at = Moment(null=True)
    rep = ForeignKeyField(Rep, null=True)
    note = TextField(null=True)
    forced = TextField(null=True)


class Purchase(Row):
    """Something a client bought: when, what, how much, paid how."""

    subject = ("client", "client_id")
    client_id: int
    product_id: int | None
    deal_id: int | None
    client = ForeignKeyField(Client)
    product = ForeignKeyField(Product, null=True)
    deal = ForeignKeyField(Deal, null=True)
    description = TextField(null=True)
    bought_on = DateField()
    quantity_thousandths = BigIntegerField(default=1000)
    amount_cents = BigIntegerField()
    currency = TextField()
    payment_method = TextField(null=True)


class Rate(Row):
    """What one unit of a currency is worth in another from a day on; the rate is a decimal number as text, so that it stays exact."""

    currency = TextField()
    base = TextField()
    on = DateField()
    rate = TextField()


class Attachment(Row):
    """A file that belongs to a client or a deal (`kind`, `record_id`). Its content lies beside the base under its hash; `size` in bytes."""

    subject = ("", "record_id")
    rep_id: int | None
    kind = TextField()
    record_id = BigIntegerField()
    name = TextField()
    size = BigIntegerField()
    sha256 = TextField()
    added_at = Moment()
    rep = ForeignKeyField(Rep, null=True)
