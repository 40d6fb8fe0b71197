"""Importing reps: known by name; managers who are not in the file are made too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crmtui import team, texts
from crmtui.errors import Refused
from crmtui.exchange.cells import DayOrder, Rejected, checked, yes
from crmtui.exchange.columns import Columns
from crmtui.exchange.links import RepRefs, circle
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.store import bulk
from crmtui.store.bulk import Run
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.keys import fold
from crmtui.store.search import key_of
from crmtui.store.tables import Rep

COLUMNS = ("name", "email", "region", "role", "active")


class Reps:
    """One import of reps. A row is (line, values by column, manager)."""

    read_many: ReadMany | None = None

    def __init__(self, columns: Columns, options: Options) -> None:  # noqa: ARG002 — reps are the same for all options
        self.orders: list[DayOrder] = []
        self._columns = columns

    def settle(self) -> None:
        """Nothing is open."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Teams are small: every row is looked up."""
        spools["known"].extend(list(rows))
        return ()

    def read(self, line: int, cells: Sequence[str], plain: bool) -> tuple[int, dict[str, Any], str | None]:  # noqa: ARG002
        """One checked row. Raises `Rejected`."""
        values: dict[str, Any] = {}
        manager = None
        for place, (column, field) in enumerate(zip(self._columns.header, self._columns.fields, strict=True)):
            if field == "active":
                values["active"] = checked(column, yes, cells[place])
            elif field == "manager":
                manager = checked(column, lambda text: texts.line(text, "manager"), cells[place]) or None
            elif field:
                values |= checked(column, lambda text, field=field: team.check({field: text}), cells[place])  # type: ignore[misc]
        if not values.get("name"):
            raise Rejected("", "the name of the rep is empty")
        if manager and fold(manager) == fold(values["name"]):
            raise Rejected("", f"{manager} cannot be their own manager")
        return line, {name: value for name, value in values.items() if value is not None}, manager

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all rows, then link them to their managers."""
        work = _Team(recorder)
        for chunk in spools["known"].chunks():
            for batch in bulk.batches([row for row, _ in chunk], _key, _key):
                work.write(batch)
        changed, made = work.link()
        unchanged = sum(id_ in work.made or id_ not in changed for id_ in work.same)
        tally.created += len(work.made)
        tally.unchanged += unchanged
        tally.updated += spools["known"].count - len(work.made) - unchanged
        tally.relate("reps", made)


class _Team:
    """The reps written so far: `made` new, `same` found without a difference (once for each such row)."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._managers: dict[int, str] = {}
        self.made: set[int] = set()
        self.same: list[int] = []

    def write(self, batch: Sequence[Any]) -> None:
        """Write rows of different names."""
        known = RepRefs(make=True)
        run = Run(self._recorder, Rep, (*COLUMNS, "search_key", "created_at", "updated_at"))
        now = moment_text(self._recorder.at)
        wanted: dict[int, dict[str, Any]] = {}
        for _, values, manager in batch:
            id_ = known.find(values["name"])
            if id_ is None:
                row = {"active": 1, **values}
                id_ = run.add(*(row.get(name) for name in COLUMNS), key_of(row["name"], row.get("email") or ""), now, now)
                self.made.add(id_)
            else:
                wanted[id_] = values
            if manager:
                self._managers[id_] = manager
        run.flush()
        self.same += wanted.keys() - bulk.update_differing(self._recorder, Rep, wanted)

    def link(self) -> tuple[set[int], int]:
        """Link everybody to their manager; whose changed, and how many managers were made. Raises `Refused` for a circle."""
        team_now = RepRefs(make=True)
        links = {id_: team_now.id_of(name, self._recorder) for id_, name in self._managers.items()}
        if odd := circle(links, "rep", "manager_id"):
            raise Refused(f"{self._managers[odd]} would be their own manager through others", "mend the column of the managers")
        changed = bulk.update_differing(self._recorder, Rep, {id_: {"manager_id": manager} for id_, manager in links.items()})
        return changed, team_now.made


def _key(row: Any) -> list[str]:
    return [fold(row[1]["name"])]
