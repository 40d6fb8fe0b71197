"""Importing interactions and tasks, from a file of either or of both: the type of a row says which it is.

What is marked as not done, or lies ahead, is a task whatever its type ("Meeting: price list"); all else is an interaction. A record
that is known by its id stays what it is: a planned meeting that was held is a task done.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from crmtui import clock, texts
from crmtui.activities import interactions, tasks
from crmtui.errors import Unreadable
from crmtui.exchange.activity_words import direction_of, priority_of, sort_of, state_of
from crmtui.exchange.cells import DayOrder, Memo, Rejected, checked
from crmtui.exchange.columns import Columns
from crmtui.exchange.deal_refs import DealRefs, client_of, resolve
from crmtui.exchange.deal_refs import told as deal_told
from crmtui.exchange.entries import Entries, Entry
from crmtui.exchange.fields import Fields
from crmtui.exchange.links import RepRefs
from crmtui.exchange.parties import ClientRefs, Who
from crmtui.exchange.products import known_ids
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.store import bulk
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.tables import Interaction, Task

DONE_COLUMNS = ("kind", "direction", "outcome", "minutes", "at", "rep_id", "client_id", "deal_id", "subject_line", "note")
TASK_COLUMNS = (
    "title", "state", "priority", "due_on", "due_at", "minutes", "done_at", "assignee_id", "author_id", "client_id", "deal_id", "repeat",
    "note",
)  # fmt: skip
TASK_DEFAULTS = {"state": "open", "priority": "normal"}
LONGEST_TITLE = 80
"""Characters of a note that make the title of a task without one."""


class Activities:
    """One import of interactions or tasks; `usual` is what a row is whose type the file does not say."""

    read_many: ReadMany | None = None

    usual = "note"

    def __init__(self, columns: Columns, options: Options) -> None:
        self._options = options
        self._fields = Fields(columns, options, ("at", "created_at", "due", "done_at"))
        self._clients = ClientRefs(options.system, options.create_missing)
        self._deals = DealRefs(options.system)
        self._reps = Memo(RepRefs(options.create_missing).known)
        self._sorts = Memo(sort_of)
        self.orders: list[DayOrder] = list(self._fields.order_of.values())

    def settle(self) -> None:
        """Nothing is open but the dates."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Every row is looked up while it is written."""
        spools["known"].extend(list(rows))
        return ()

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Any:  # noqa: ARG002 — every text goes through its rule
        """One checked row: line, type, values, days, client, deal, rep, author, ids. Raises `Rejected`."""
        fields = self._fields
        sort = fields.checked("kind", cells, self._sorts.__getitem__) if fields.text(cells, "kind") else self.usual
        values = self._values(cells)
        days = {field: fields.when(field, cells) for field in ("at", "created_at", "due", "done_at")}
        if values.get("repeat") and not days["due"]:
            raise Rejected(fields.header("repeat"), "a repeating task needs a due date")
        who = self._who(cells)
        if who.said:
            named = next(f for f in ("client", "client_domain", "through", "client_email") if fields.text(cells, f))
            found = checked(fields.header(named), lambda _: self._clients.find(who), "")
        else:
            found = None
        deal = deal_told(fields, cells)
        if deal:
            resolve(fields, deal, found[0] if found else None, self._deals, self._clients)
        elif not who.said and sort != "task":
            raise Rejected("", "it names neither client nor deal")
        people = [fields.checked(f, cells, self._reps.__getitem__) if fields.text(cells, f) else None for f in ("rep", "author")]
        word = fields.text(cells, "kind")
        return line, (sort, word, fields.text(cells, "kind") != ""), values, days, tuple(who), deal, *people, fields.ids(cells)

    def _who(self, cells: Sequence[str]) -> Who:
        text = self._fields.text
        name, mail = text(cells, "client"), text(cells, "client_email")
        domain = "" if name or mail else text(cells, "client_domain")
        through = "" if name or mail or domain else text(cells, "through")
        return Who(name, mail, domain, through, self._fields.header("through") if through else "")

    def _values(self, cells: Sequence[str]) -> dict[str, Any]:
        fields = self._fields
        found = fields.filled(cells, (
            ("subject", lambda text: texts.line(text, "subject")), ("note", lambda text: texts.prose(text, "note")), ("minutes", _minutes),
            ("direction", direction_of), ("state", state_of), ("priority", priority_of),
            ("repeat", tasks.READERS["repeat"]),
        ))  # fmt: skip
        for text in fields.every(cells, "outcome")[:1]:
            found["outcome"] = checked(fields.header("outcome"), lambda text: texts.line(text, "outcome"), text)
        if "direction" not in found and (way := direction_of(fields.text(cells, "kind"), strict=False)):
            found["direction"] = way
        if "subject" in found and len(found["subject"]) > texts.LONGEST_NAME:
            raise Rejected(fields.header("subject"), "the subject is too long")
        return found

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all rows."""
        writing = _Writing(recorder, self._fields, self._options, tally)
        for chunk in spools["known"].chunks():
            for batch in bulk.batches(chunk, _keys, _keys):
                writing.write(batch, late)
        writing.finish()


class Tasks(Activities):
    """One import of tasks; rows of another type are interactions here too."""

    usual = "task"

    def __init__(self, columns: Columns, options: Options) -> None:
        own = {"title": "subject", "assignee": "rep"}
        super().__init__(replace(columns, fields=tuple(own.get(field or "", field) for field in columns.fields)), options)


def _keys(pair: Any) -> Iterator[Hashable]:
    yield from pair[0][-1]


def _minutes(text: str) -> int:
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) < 6):
        raise Unreadable(f'"{text}" is no number of minutes', f"write a whole number from 0 to {interactions.LONGEST_MINUTES:,}")
    interactions.check("call", minutes=int(bare))
    return int(bare)


class _Writing:
    """Writes checked activities."""

    def __init__(self, recorder: Recorder, fields: Fields, options: Options, tally: Tally) -> None:
        self._recorder, self._fields, self._tally = recorder, fields, tally
        self._clients = ClientRefs(options.system, options.create_missing)
        self._deals = DealRefs(options.system)
        self._reps = RepRefs(options.create_missing)
        self._done = Entries(
            recorder, Interaction, DONE_COLUMNS, ("kind", "at", "client_id", "subject_line", "note", "direction"), indexed="at"
        )
        self._tasks = Entries(recorder, Task, TASK_COLUMNS, ("title", "due_on", "due_at", "client_id"), indexed="title")

    def write(self, batch: Sequence[Any], late: Late) -> None:
        """Write rows of different ids, each to its table."""
        ids = [(row[-1],) for row, _ in batch]
        as_task, as_done = known_ids("task", ids), known_ids("interaction", ids)
        entries: dict[bool, list[Entry]] = {True: [], False: []}
        for row, cells in batch:
            known = True if any(pair in as_task for pair in row[-1]) else False if any(pair in as_done for pair in row[-1]) else None
            try:
                is_task, values = self._resolved(row, known)
            except Rejected as why:
                late(row[0], cells, why.reason, why.column)
                continue
            entries[is_task].append(Entry(row[0], cells, values, row[-1]))
        self._done.write(entries[False], {}, self._tally, late)
        self._tasks.write(entries[True], TASK_DEFAULTS, self._tally, late)

    def _resolved(self, row: Any, known_as_task: bool | None) -> tuple[bool, dict[str, Any]]:
        """Whether the row is a task, and its raw values by column; what is missing is made. An empty cell says nothing."""
        _, (sort, word, told), values, days, who, deal, rep, author, _ = row
        when = {field: self._fields.settled(field, value) for field, value in days.items()}
        at = when["at"] or when["due"] or when["created_at"]
        planned = values.get("state") in ("open", "cancelled") or (at is not None and moment_of(at) > clock.now())
        is_task = (sort == "task" or planned) if known_as_task is None else known_as_task
        linked = self._links(Who(*who), deal, rep, author, is_task)
        if is_task:
            return True, _task(values, when, word if told and sort != "task" else "") | linked
        return False, self._interaction(sort, values, at) | linked

    def _links(self, who: Who, deal: Any, rep: str | None, author: str | None, is_task: bool) -> dict[str, int]:
        client = self._clients.get(who)[0] if who.said else None
        deal_id = resolve(self._fields, deal, client, self._deals, self._clients) if deal else None
        client = client or (client_of(deal_id) if deal_id else None)
        found = {"client_id": client, "deal_id": deal_id}
        if rep:
            found["assignee_id" if is_task else "rep_id"] = self._reps.id_of(rep, self._recorder)
        if author and is_task:
            found["author_id"] = self._reps.id_of(author, self._recorder)
        return {name: id_ for name, id_ in found.items() if id_ is not None}

    def _interaction(self, sort: str, values: Mapping[str, Any], at: str | None) -> dict[str, Any]:
        if at is None:
            raise Rejected(self._fields.header("at", "due"), "the day is missing")
        kind, moment = ("note" if sort == "task" else sort), moment_of(at)
        said = {name: values[name] for name in ("direction", "outcome", "minutes", "subject", "note") if name in values}
        found = checked(self._fields.header("at", "due"), lambda _: interactions.check(kind, at=moment, **said), "")
        return {name: value for name, value in found.items() if value is not None} | {"at": moment_text(moment)}

    def finish(self) -> None:
        """Tell what was made beside the rows."""
        self._tally.relate("clients", self._clients.made)
        self._tally.relate("reps", self._reps.made)


def _task(values: Mapping[str, Any], when: Mapping[str, str | None], word: str) -> dict[str, Any]:
    """The raw values of a task; `word` is its type when that is not just a task."""
    title = values.get("subject") or next(iter(values.get("note", "").splitlines()), "")[:LONGEST_TITLE].strip()
    title = f"{word}: {title}" if word and title else title or word
    if not title:
        raise Rejected("", "the task has neither title nor note")
    found = {name: values[name] for name in ("state", "priority", "repeat", "note", "minutes") if values.get(name)}
    due = when["due"] or (when["at"] if word else None)
    if due:
        moment = moment_of(due) if len(due) > len("2026-01-01") else None
        found["due_on"] = clock.local(moment).date().isoformat() if moment else due
        found["due_at"] = moment_text(moment) if moment else None
    if found.get("state", "done") != "done":
        found["done_at"] = None
    elif when["done_at"]:
        found["done_at"] = moment_text(moment_of(when["done_at"]))
    made = when["created_at"] or (None if word else when["at"])
    if made and moment_of(made) <= clock.now():
        found["created_at"] = moment_text(moment_of(made))
    return {"title": title[: texts.LONGEST_NAME]} | found


def moment_of(text: str) -> datetime:
    """The moment of a day (its midnight in the rep's zone) or of a moment in ISO text."""
    return datetime.fromisoformat(text) if len(text) > len("2026-01-01") else clock.midnight(date.fromisoformat(text))
