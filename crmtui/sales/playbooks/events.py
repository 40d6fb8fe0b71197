"""What happened in an operation, read from its journal: the deals and clients that a rule may be on. A few queries, however many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any

from crmtui.frozen import dataclass
from crmtui.sales.playbooks import rules
from crmtui.store.bulk import selected
from crmtui.store.journal import Line, unpacked
from crmtui.store.tables import database

COLUMNS = {
    "deal": {"value": "value_cents", "client": "client_id", "owner": "owner_id"},
    "client": {"revenue": "revenue_cents", "company": "company_id", "owner": "owner_id"},
}
"""The fields whose column has another name."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a rule may be on, of a deal or a client (`kind`, `record`); `occasion` tells it from every other of its kind.

    `detail` is what rules narrow: the stage's id, the source, the outcome; of a changed field noun and column (or `field` and the id of
    an own one), then `value` is what it holds now.
    """

    on: str
    kind: str
    record: int
    occasion: str
    detail: Any = None
    value: Any = None


def of(lines: Sequence[Line], wanted: Set[str], operation: str) -> list[Event]:
    """The events of these lines of the journal, of the kinds wanted; `operation` is what tells it from every other one."""
    found: list[Event] = []
    if rules.ENTERED in wanted:
        found += _entered(lines)
    if rules.CAPTURED in wanted:
        found += _captured(lines)
    if wanted & {*rules.LOGGED}:
        found += [event for event in _logged(lines) if event.on in wanted]
    if rules.CHANGED in wanted:
        found += dict.fromkeys(_changed(lines, operation))
    return found


def _inserted(lines: Sequence[Line], table: str) -> Iterator[tuple[int, int]]:
    """The runs of new rows of a table, those that follow each other as one."""
    start = stop = 0
    for name, action, first, last, *_ in lines:
        if name != table or action != "insert":
            continue
        if first == stop + 1 and start:
            stop = last
            continue
        if start:
            yield start, stop
        start, stop = first, last
    if start:
        yield start, stop


def _rows(lines: Sequence[Line], table: str, query: str) -> Iterator[tuple[Any, ...]]:
    """What a query says of the new rows of a table, whose ids it has as `{table}.id`."""
    for run in _inserted(lines, table):
        yield from database.execute_sql(f"{query} {table}.id BETWEEN ? AND ? ORDER BY {table}.id", run).fetchall()


def _entered(lines: Sequence[Line]) -> Iterator[Event]:
    query = (
        "SELECT stage_change.id, deal_id, to_stage_id FROM stage_change JOIN deal ON deal.id = deal_id WHERE deal.deleted_at IS NULL AND"
    )
    for id_, deal, stage in _rows(lines, "stage_change", query):
        yield Event(rules.ENTERED, "deal", deal, f"entry {id_}", stage)


def _captured(lines: Sequence[Line]) -> Iterator[Event]:
    """Requests that were taken in, and clients that came in as leads in any other way: not those who came with a deal of theirs, nor a
    company that came with its people."""
    query = "SELECT capture.id, deal_id, source FROM capture WHERE"
    for id_, deal, source in _rows(lines, "capture", query):
        yield Event(rules.CAPTURED, "deal", deal, f"request {id_}", source)
    alone = "NOT EXISTS (SELECT 1 FROM deal WHERE deal.client_id = client.id)"
    peopled = "EXISTS (SELECT 1 FROM client AS person WHERE person.company_id = client.id)"
    query = f"SELECT id, source FROM client WHERE status = 'lead' AND deleted_at IS NULL AND {alone} AND NOT {peopled} AND"
    for id_, source in _rows(lines, "client", query):
        yield Event(rules.CAPTURED, "client", id_, f"lead {id_}", source)


def _logged(lines: Sequence[Line]) -> Iterator[Event]:
    query = "SELECT id, kind, outcome, client_id, deal_id FROM interaction WHERE"
    for id_, kind, outcome, client, deal in _rows(lines, "interaction", query):
        if deal or client:
            yield Event(f"{kind} logged", "deal" if deal else "client", deal or client, f"interaction {id_}", outcome)


def _changed(lines: Sequence[Line], operation: str) -> Iterator[Event]:
    """Fields of deals and clients that were there before."""
    for table, action, first, _, _, _, data in lines:
        if action == "update" and table in COLUMNS:
            told = unpacked(data)
            rows = [(first, told["after"])] if "after" in told else [
                (row[0], {name: new for name, old, new in zip(told["columns"], row[1], row[2], strict=True) if old != new})
                for row in told["rows"]
            ]  # fmt: skip
            for id_, after in rows:
                yield from (Event(rules.CHANGED, table, id_, operation, (table, name), value) for name, value in after.items())
    new = {(table, id_) for table in COLUMNS for first, last in _inserted(lines, table) for id_ in range(first, last + 1)}
    for kind, record, field, value in _own(lines):
        if (kind, record) not in new:
            yield Event(rules.CHANGED, kind, record, operation, ("field", field), value)


def _own(lines: Sequence[Line]) -> Iterator[tuple[str, int, int, Any]]:
    """Own fields that were written: whose, which, and what they hold now."""
    ids: dict[int, None] = {}
    for table, action, first, last, _, _, data in lines:
        if table == "own_value" and action == "insert":
            ids |= dict.fromkeys(range(first, last + 1))
        elif table == "own_value" and action == "update":
            told = unpacked(data)
            ids |= dict.fromkeys(row[0] for row in told["rows"]) if "rows" in told else {first: None}
    yield from selected("SELECT kind, record_id, field_id, text FROM own_value WHERE id IN ({keys}) ORDER BY id", ids)
