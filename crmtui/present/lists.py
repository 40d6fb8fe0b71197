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
ITEMS = (
    Column("position", "item", Kind.ID),
    Column("text", "what"),
    Column("done_at", "done", Kind.MOMENT),
)
SUGGESTIONS = (
    Column("noun", "about"),
    Column("id", "id", Kind.ID),
    Column("action", "do"),
    Column("reason", "because"),
    Column("money_at_risk_cents", "at risk", Kind.MONEY),
    Column("currency", "currency", only_data=True),
    Column("client", "client", spare=True),
    Column("owner", "owner", spare=True),
)
REPS = (
    Column("id", "id", Kind.ID),
    Column("name", "name"),
    Column("email", "mail"),
    Column("manager", "manager"),
    Column("region", "region"),
    Column("role", "role"),
    Column("open_deals", "deals", Kind.COUNT),
    Column("open_tasks", "tasks", Kind.COUNT),
    Column("clients", "clients", Kind.COUNT),
    Column("active", "active"),
)
LETTERS = (
    Column("id", "id", Kind.ID),
    Column("rep", "to"),
    Column("recipient", "mail"),
    Column("subject", "subject"),
    Column("state", "state"),
    Column("created_at", "written", Kind.MOMENT),
    Column("trouble", "why"),
)
STAGES = (
    Column("id", "id", Kind.ID),
    Column("pipeline", "pipeline"),
    Column("name", "stage"),
    Column("outcome", "outcome"),
    Column("probability", "%", Kind.COUNT),
    Column("limit_days", "limit", Kind.DAYS),
    Column("requires", "requires"),
)
PIPELINES = (
    Column("id", "id", Kind.COUNT),
    Column("name", "pipeline"),
    Column("open_deals", "open", Kind.COUNT),
    Column("deals", "deals", Kind.COUNT),
    Column("way", "stages"),
)
CHECKS = (
    Column("name", "what"),
    Column("state", "state"),
    Column("found", "found", Kind.COUNT),
    Column("told", ""),
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
TURNS = (
    Column("at", "when", Kind.MOMENT),
    Column("noun", "is a", spare=True),
    Column("id", "id", Kind.ID),
    Column("sentence", "what"),
    Column("operation", "op", Kind.ID),
)
IMPORTS = (
    Column("id", "id", Kind.ID),
    Column("at", "when", Kind.MOMENT),
    Column("actor", "who"),
    Column("kind", "kind"),
    Column("file", "file"),
    Column("created", "created", Kind.COUNT),
    Column("updated", "updated", Kind.COUNT),
    Column("unchanged", "unchanged", Kind.COUNT, spare=True),
    Column("rejected", "rejected", Kind.COUNT, spare=True),
    Column("flags", "mark"),
)
TOUCHED = (
    Column("noun", "is a"),
    Column("id", "id", Kind.ID),
    Column("label", "what"),
    Column("change", "change"),
)
CAPTURED = (
    Column("line", "line", Kind.COUNT),
    Column("state", "state"),
    Column("client_id", "client", Kind.ID),
    Column("client", "name"),
    Column("deal_id", "deal", Kind.ID),
    Column("deal", "title"),
    Column("task_id", "task", Kind.ID),
    Column("rep", "for"),
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
CONTACTS = (
    Column("id", "id", Kind.COUNT),
    Column("at", "when", Kind.MOMENT),
    Column("kind", "kind"),
    Column("direction", "way"),
    Column("client", "client"),
    Column("deal", "deal"),
    Column("outcome", "outcome"),
    Column("minutes", "min", Kind.COUNT),
    Column("rep", "who"),
    Column("subject", "subject"),
    Column("note", "note"),
)
DUPLICATES = (
    Column("score", "score", Kind.COUNT),
    Column("a_id", "id", Kind.ID),
    Column("a", "client"),
    Column("b_id", "id", Kind.ID),
    Column("b", "and"),
    Column("why", "because"),
)
CHOICES = (
    Column("field", "field"),
    Column("a", "kept"),
    Column("b", "other"),
    Column("result", "result"),
)
TAGS = (
    Column("id", "id", Kind.COUNT),
    Column("name", "tag"),
    Column("clients", "clients", Kind.COUNT),
    Column("deals", "deals", Kind.COUNT),
)
MOVES = (
    Column("at", "when", Kind.MOMENT),
    Column("left", "from"),
    Column("entered", "to"),
    Column("rep", "who"),
    Column("note", "note"),
    Column("flags", ""),
)
PRODUCTS = (
    Column("id", "id", Kind.COUNT),
    Column("name", "product"),
    Column("code", "code"),
    Column("family", "family"),
    Column("price_cents", "price", Kind.MONEY),
    Column("currency", "currency", only_data=True),
    Column("unit", "unit"),
    Column("active", "offered"),
)
PURCHASES = (
    Column("id", "id", Kind.COUNT),
    Column("bought_on", "bought", Kind.DAY),
    Column("client", "client"),
    Column("what", "what"),
    Column("quantity", "quantity"),
    Column("amount_cents", "amount", Kind.MONEY),
    Column("currency", "currency", only_data=True),
    Column("payment_method", "paid by"),
)
TOTALS = (
    Column("currency", "currency"),
    Column("purchases", "purchases", Kind.COUNT),
    Column("amount_cents", "in all", Kind.MONEY),
)
FILES = (
    Column("id", "id", Kind.COUNT),
    Column("name", "file"),
    Column("noun", "of"),
    Column("record", "which"),
    Column("size_bytes", "bytes", Kind.COUNT),
    Column("added_at", "since", Kind.MOMENT),
    Column("rep", "who"),
    Column("trouble", ""),
)
RATES = (
    Column("id", "id", Kind.ID),
    Column("currency", "currency"),
    Column("rate", "rate"),
    Column("base", "in"),
    Column("on", "from", Kind.DAY),
)
OWN_FIELDS = (
    Column("id", "id", Kind.ID),
    Column("noun", "of"),
    Column("name", "name"),
    Column("label", "label"),
    Column("kind", "kind"),
    Column("words", "choices"),
    Column("values", "in use", Kind.COUNT),
)
MAPPINGS = (
    Column("name", "name"),
    Column("kind", "kind"),
    Column("profile", "profile"),
    Column("system", "system", spare=True),
    Column("file", "file"),
)
RULES = (
    Column("line", "line", Kind.ID),
    Column("name", "rule"),
    Column("on", "on"),
    Column("does", "does"),
    Column("trouble", "wrong"),
)
FIRED = (
    Column("rule", "rule"),
    Column("noun", "of"),
    Column("record_id", "id", Kind.ID),
    Column("record", "which"),
    Column("state", "state"),
    Column("what", "what"),
)
AGENDA = (
    Column("on", "day", Kind.DAY),
    Column("clock", "time"),
    Column("minutes", "min", Kind.COUNT),
    Column("kind", "kind"),
    Column("title", "what"),
    Column("client", "client"),
    Column("who", "who", spare=True),
    Column("flags", "mark"),
)
SLOTS = (
    Column("on", "day", Kind.DAY),
    Column("start", "from", Kind.MOMENT),
    Column("end", "to", Kind.MOMENT),
    Column("minutes", "min", Kind.COUNT),
)
MENTIONS = (
    Column("id", "id", Kind.ID),
    Column("at", "when", Kind.MOMENT),
    Column("author", "by"),
    Column("rep", "for"),
    Column("client", "client"),
    Column("note", "note"),
    Column("seen_at", "seen", Kind.MOMENT, spare=True),
)
TEMPLATES = (
    Column("name", "template"),
    Column("kind", "makes"),
    Column("trouble", "wrong"),
    Column("path", "file", spare=True),
)
SETTINGS = (Column("name", "setting"), Column("value", "value"), Column("sentence", "what it does"))


def without(columns: Sequence[Column], *names: str) -> tuple[Column, ...]:
    """The columns but for those named, for a page that says the same already."""
    return tuple(column for column in columns if column.name not in names)


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
    """What is special about a record: clash, late, cold, overdue, done, undone, what it waits for, how much of its checklist is done."""
    words = [word for word in ("clash", "late", "cold", "overdue", "undone") if getattr(record, word, False)]
    if getattr(record, "state", "open") != "open":
        words.append(str(getattr(record, "state", "")))
    if getattr(record, "waiting", False):
        words.append(f"waits for {getattr(record, 'after_id', '')}")
    if getattr(record, "items", 0):
        words.append(f"{getattr(record, 'items_done', 0)}/{getattr(record, 'items', 0)}")
    words += [f"forced without {name.replace('_', ' ')}" for name in getattr(record, "forced", ())]
    if getattr(record, "kind", "do") in ("undo", "redo"):
        words.append(str(getattr(record, "kind", "")))
    return " ".join(words)
