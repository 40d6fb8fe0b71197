"""Every table, by area; what is kept, in which unit, and what points where."""

from crmtui.store.tables.activities import Hidden, Interaction, Mention, Task, TaskItem
from crmtui.store.tables.base import Row, database
from crmtui.store.tables.desk import Draft
from crmtui.store.tables.intake import Capture, Origin
from crmtui.store.tables.journal import Change, ImportBatch, Operation, Thinning
from crmtui.store.tables.own import OwnField, OwnValue
from crmtui.store.tables.people import (
    Address,
    Client,
    ClientRole,
    ClientTag,
    Consent,
    ContactPoint,
    Erased,
    ExternalId,
    NotSame,
    Rep,
    Tag,
)
from crmtui.store.tables.playbooks import Firing, Notice
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
from crmtui.store.tables.telling import Letter, Telling

ALL: tuple[type[Row], ...] = (
    Rep, Client, ContactPoint, Address, ClientRole, Tag, ClientTag, ExternalId, NotSame, Consent, Erased,
    Pipeline, Stage, Product, Deal, DealContact, DealProduct, DealTag, StageChange, Purchase, Attachment, Rate,
    Interaction, Task, TaskItem, Mention, Hidden, OwnField, OwnValue, Origin, Capture, Firing, Notice, Telling, Letter,
    Operation, Change, Thinning, ImportBatch, Draft,
)  # fmt: skip

BY_NAME = {table._meta.table_name: table for table in ALL}

__all__ = [
    "ALL", "BY_NAME", "Address", "Attachment", "Capture", "Change", "Client", "ClientRole", "ClientTag", "Consent", "ContactPoint", "Deal",
    "DealContact", "DealProduct", "DealTag", "Draft", "Erased",
    "ExternalId", "Firing", "Hidden", "ImportBatch", "Interaction", "Letter", "Mention",
    "NotSame",
    "Notice", "Operation", "Origin", "OwnField", "OwnValue", "Pipeline", "Product", "Purchase", "Rate", "Rep", "Row", "Stage",
    "StageChange", "Tag", "Task", "TaskItem", "Telling", "Thinning", "database",
]  # fmt: skip
