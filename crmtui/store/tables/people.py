"""Reps, clients and all that hangs on a client."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, DateField, ForeignKeyField, IntegerField, TextField

from crmtui.store.tables.base import Moment, Row


class Rep(Row):
    """One who works here: a seller, a manager, anyone to whom work can be given.

    `hours`, `holidays` and `timezone` are their own, as `worktimes` and `clock` read them; None: those of the configuration.
    """

    manager_id: int | None
    name = TextField()
    email = TextField(null=True)
    manager = ForeignKeyField("self", null=True)
    region = TextField(null=True)
    role = TextField(null=True)
    hours = TextField(null=True)
    holidays = TextField(null=True)
    timezone = TextField(null=True)
    active = BooleanField(default=True)
    search_key = TextField(default="")
    created_at = Moment()
    updated_at = Moment()


class Client(Row):
    """A person or a company. A person may belong to a company, a company to a parent (`company`).

    One that was made a part of another is marked deleted and leads to it (`merged_into`), never to one that was merged itself.
    """

    company_id: int | None
    owner_id: int | None
    merged_into_id: int | None
    kind = TextField()
    name = TextField()
    first_name = TextField(null=True)
    last_name = TextField(null=True)
    company = ForeignKeyField("self", null=True)
    position = TextField(null=True)
    status = TextField()
    status_reason = TextField(null=True)
    source = TextField(null=True)
    owner = ForeignKeyField(Rep, null=True)
    website = TextField(null=True)
    birth_date = DateField(null=True)
    sex = TextField(null=True)
    marital_status = TextField(null=True)
    income = TextField(null=True)
    purpose = TextField(null=True)
    industry = TextField(null=True)
    founded = IntegerField(null=True)
    employees = IntegerField(null=True)
    revenue_cents = BigIntegerField(null=True)
    currency = TextField(null=True)
    notes = TextField(null=True)
    sort_key = TextField(default="")
    search_key = TextField(default="")
    created_at = Moment()
    updated_at = Moment()
    deleted_at = Moment(null=True)
    merged_into = ForeignKeyField("self", null=True)


class NotSame(Row):
    """Two clients of whom somebody said that they are not one; `a` has the lower id."""

    subject = ("client", "a_id")
    a_id: int
    b_id: int
    a = ForeignKeyField(Client)
    b = ForeignKeyField(Client)


class ContactPoint(Row):
    """A phone or a mail of a client; `value` as typed, `key` as compared (E.164 or digits; mail folded)."""

    subject = ("client", "client_id")
    client_id: int
    client = ForeignKeyField(Client)
    kind = TextField()
    value = TextField()
    key = TextField()
    label = TextField(default="")
    position = IntegerField(default=0)


class Address(Row):
    """A postal address of a client."""

    subject = ("client", "client_id")
    client_id: int
    client = ForeignKeyField(Client)
    label = TextField(default="")
    street = TextField(null=True)
    city = TextField(null=True)
    region = TextField(null=True)
    postcode = TextField(null=True)
    country = TextField(null=True)
    position = IntegerField(default=0)


class ClientRole(Row):
    """What a client is to us beside a buyer: supplier, partner, competitor."""

    subject = ("client", "client_id")
    client_id: int
    client = ForeignKeyField(Client)
    role = TextField()


class Tag(Row):
    """A free word to group by; `key` is its folded form."""

    name = TextField()
    key = TextField()


class ClientTag(Row):
    """A tag on a client."""

    subject = ("client", "client_id")
    client_id: int
    tag_id: int
    client = ForeignKeyField(Client)
    tag = ForeignKeyField(Tag)


class ExternalId(Row):
    """The id a record has in another system; `kind` is the name of our table.

    The ids of leads are those of the notes that keep them, under the name of the system with ` leads` after it.
    """

    kind = TextField()
    system = TextField()
    value = TextField()
    record_id = BigIntegerField()


class Consent(Row):
    """What a client said to being reached by call, email, message or post (`channel`): granted, refused, or unknown again."""

    subject = ("client", "client_id")
    client_id: int
    client = ForeignKeyField(Client)
    channel = TextField()
    state = TextField()
    at = Moment()
    source = TextField(null=True)
    note = TextField(null=True)


class Erased(Row):
    """A mail, a phone or a name of a person who was erased, as a hash keyed with `salt`. Outside history and undo.

    It tells that the same person comes again, by an old list or an old backup, and says nothing else. `client_id` is what their id was.
    """

    client_id = BigIntegerField()
    at = Moment()
    salt = TextField()
    hash = TextField()
