"""Every table, by area; what is kept, in which unit, and what points where."""

from crmtui.store.tables.activities import Interaction, Task
from crmtui.store.tables.base import Row, database
from crmtui.store.tables.desk import Draft
from crmtui.store.tables.journal import Change, Operation
from crmtui.store.tables.people import (
    Address,
    Client,
    ClientRole,
    ClientTag,
    ContactPoint,
    ExternalId,
    Rep,
    Tag,
)
from crmtui.store.tables.sales import (
    Attachment,
    Deal,
    DealContact,
    DealProduct,
    DealTag,
    Pipeline,
    Product,
    Purchase,
    Rate,
    Stage,
    StageChange,
)

ALL: tuple[type[Row], ...] = (
    Rep, Client, ContactPoint, Address, ClientRole, Tag, ClientTag, ExternalId,
    Pipeline, Stage, Product, Deal, DealContact, DealProduct, DealTag, StageChange, Purchase, Attachment, Rate,
    Interaction, Task, Operation, Change, Draft,
)  # fmt: skip

BY_NAME = {table._meta.table_name: table for table in ALL}

__all__ = [
    "ALL", "BY_NAME", "Address", "Attachment", "Change", "Client", "ClientRole", "ClientTag", "ContactPoint", "Deal", "DealContact",
    "DealProduct", "DealTag", "Draft", "ExternalId", "Interaction", "Operation", "Pipeline", "Product", "Purchase", "Rate", "Rep", "Row",
    "Stage", "StageChange", "Tag", "Task", "database",
]  # fmt: skip
