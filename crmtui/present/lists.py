"""Which columns a list of each noun shows to people; a column's name is the field of the record it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crmtui.blocks import Column, Kind, Value

CLIENTS = (
    Column("id", "id", Kind.ID),
    Column("name", "name"),
    Column("company", "company", spare=True),
    Column("status", "status"),
    Column("phones", "phone"),
    Column("emails", "mail"),
    Column("owner", "owner", spare=True),
)
DEALS = (
    Column("id", "id", Kind.ID),
    Column("title", "deal"),
    Column("client", "client"),
    Column("stage", "stage"),
    Column("value_cents", "value", Kind.MONEY),
    Column("currency", "currency", only_data=True),
    Column("stage_days", "in stage", Kind.DAYS, spare=True),
    Column("expected_close", "close", Kind.DAY),
    Column("owner", "owner", spare=True),
    Column("flags", "mark"),
)
TASKS = (
    Column("id", "id", Kind.ID),
    Column("due", "due", Kind.DAY),
    Column("title", "task"),
    Column("client", "client"),
    Column("assignee", "for", spare=True),
    Column("priority", "priority", spare=True),
    Column("flags", "mark"),
)
REPS = (
    Column("id", "id", Kind.ID),
    Column("name", "name"),
    Column("email", "mail"),
    Column("manager", "manager"),
    Column("region", "region"),
    Column("active", "active"),
)
STAGES = (
    Column("id", "id", Kind.ID),
    Column("pipeline", "pipeline"),
    Column("name", "stage"),
    Column("outcome", "outcome"),
    Column("probability", "%", Kind.COUNT),
    Column("limit_days", "limit", Kind.DAYS),
)
EVENTS = (
    Column("id", "id", Kind.ID),
    Column("at", "when", Kind.MOMENT),
    Column("actor", "who"),
    Column("command", "command", spare=True),
    Column("summary", "what"),
    Column("rows", "rows", Kind.COUNT, spare=True),
    Column("flags", "mark"),
)
CHANGES = (
    Column("operation", "op", Kind.ID),
    Column("at", "when", Kind.MOMENT),
    Column("actor", "who"),
    Column("command", "command", spare=True),
    Column("field", "field"),
    Column("before", "before"),
    Column("after", "after"),
)
FOUND = (
    Column("noun", "is a"),
    Column("id", "id", Kind.ID),
    Column("label", "what"),
)
INTERACTIONS = (
    Column("at", "when", Kind.MOMENT),
    Column("kind", "kind"),
    Column("direction", "way"),
    Column("outcome", "outcome"),
    Column("minutes", "min", Kind.COUNT),
    Column("rep", "who"),
    Column("note", "note"),
)
MOVES = (
    Column("at", "when", Kind.MOMENT),
    Column("left", "from"),
    Column("entered", "to"),
    Column("rep", "who"),
    Column("note", "note"),
)
SETTINGS = (Column("name", "setting"), Column("value", "value"), Column("sentence", "what it does"))


def rows(columns: Sequence[Column], records: Iterable[object]) -> Iterator[tuple[Value, ...]]:
    """The cells of each record under the columns: of several values the first, and words for what is special about it."""
    return (tuple(_cell(record, column.name) for column in columns) for record in records)


def _cell(record: object, name: str) -> Value:
    if name == "flags":
        return _flags(record)
    if name == "due":
        return getattr(record, "due_at", None) or getattr(record, "due_on", None)
    found = getattr(record, name)
    if isinstance(found, tuple):
        return found[0] if found else ""
    return "" if found is None else found


def _flags(record: object) -> str:
    """What is special about a record: late, cold, overdue, done, undone."""
    words = [word for word in ("late", "cold", "overdue", "undone") if getattr(record, word, False)]
    if getattr(record, "state", "open") != "open":
        words.append(str(getattr(record, "state", "")))
    if getattr(record, "kind", "do") in ("undo", "redo"):
        words.append(str(getattr(record, "kind", "")))
    return " ".join(words)
