"""Importing pipelines: a row is a stage, known by its id in the other system, else by its name in its pipeline.

The stages of a pipeline take the order of their positions, without these the order of the rows; stages that the file does not name stay,
after those of their outcome that it names. The pipeline that a new base comes with makes room for those of the file as long as nobody
has changed it and no deal has been in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crmtui import texts
from crmtui.errors import CrmError, Refused, Unreadable
from crmtui.exchange.cells import DayOrder
from crmtui.exchange.columns import Columns
from crmtui.exchange.fields import Fields
from crmtui.exchange.products import known_ids
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.sales import pipelines, requirements, stages
from crmtui.store import bulk, external, thinning
from crmtui.store.journal import Recorder
from crmtui.store.keys import fold
from crmtui.store.tables import Change, Pipeline, Stage


class Pipelines:
    """One import of pipelines."""

    read_many: ReadMany | None = None

    def __init__(self, columns: Columns, options: Options) -> None:
        self.orders: list[DayOrder] = []
        self._fields = Fields(columns, options)
        self._default = options.pipeline or ""

    def settle(self) -> None:
        """Nothing is open."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Pipelines are small: every row is looked up."""
        spools["known"].extend(list(rows))
        return ()

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Any:  # noqa: ARG002 — few rows, no short cut
        """One checked row: line, pipeline, stage, values, position, ids. Raises `Rejected`."""
        fields = self._fields
        pipeline = self._default or fields.text(cells, "pipeline") or pipelines.card(pipelines.first_pipeline()).name
        pipeline = texts.required(pipeline, "name of the pipeline")
        stage = fields.checked("stage", cells, lambda text: texts.required(text, "name of the stage"))
        values = fields.filled(cells, (
            ("outcome", lambda text: text.lower().strip()), ("probability", _whole), ("limit_days", _whole),
            ("required", lambda text: requirements.read([text.replace(";", ",")])),
        ))  # fmt: skip
        place = fields.checked("position", cells, _whole) if fields.text(cells, "position") else None
        return line, pipeline, stage, values, place, fields.ids(cells)

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all rows, then put the stages in order."""
        rows = [pair for chunk in spools["known"].chunks() for pair in chunk]
        writing = _Writing(recorder)
        for row, cells in rows:
            try:
                writing.stage(row)
            except CrmError as why:
                late(row[0], cells, str(why))
        writing.arrange()
        writing.check()
        tally.created += len(writing.made)
        tally.updated += len(writing.changed - writing.made)
        tally.unchanged += writing.rows - len(writing.made) - len(writing.changed - writing.made)
        tally.relate("pipelines", writing.pipelines_made)


class _Writing:
    """Writes the stages of a file: `made` and `changed` are their ids."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seed = _untouched()
        self._homes: dict[str, int] = {}
        self._order: dict[int, list[tuple[Any, int]]] = {}
        self.made: set[int] = set()
        self.changed: set[int] = set()
        self.rows = self.pipelines_made = 0

    def stage(self, row: Any) -> None:
        """Add or change the stage of a row. Raises what `stages.add` and `stages.edit` raise."""
        line, pipeline, name, values, place, ids = row
        home = self._home(pipeline)
        known = known_ids("stage", [row])
        steps = pipelines.load(home)
        target = next((known[pair] for pair in ids if pair in known), None)
        if target is None:
            target = next((step.id for step in steps if fold(step.name) == fold(name)), None)
        numbers = {field: values[field] for field in ("outcome", "probability", "limit_days") if field in values}
        before = self._recorder.changes
        if target is None:
            numbers.setdefault("outcome", pipelines.outcome_of(name))
            target = stages.add(name, home, **numbers, require=[values.get("required") or ""]).id
            self.made.add(target)
        else:
            require = [values["required"]] if values.get("required") else None
            stages.edit(target, name=name, **numbers, require=require)
        new = {system: value for system, value in ids if (system, value) not in known}
        if new:
            external.write(self._recorder, "stage", target, new)
        if self._recorder.changes > before:
            self.changed.add(target)
        self.rows += 1
        self._order.setdefault(home, []).append(((place is None, place or 0, line), target))

    def _home(self, name: str) -> int:
        """The id of a pipeline, made when it is missing."""
        key = fold(name)
        if key not in self._homes:
            row = Pipeline.get_or_none(Pipeline.key == key, Pipeline.deleted_at.is_null())
            if row is None:
                place = 1 + max((each.position for each in Pipeline.select(Pipeline.position)), default=-1)
                row = self._recorder.insert(Pipeline, name=name, key=key, position=place)
                self.pipelines_made += 1
            self._homes[key] = row.id
        return self._homes[key]

    def arrange(self) -> None:
        """Put stages in order; of an untouched base take away what the file does not name."""
        named = {id_ for order in self._order.values() for _, id_ in order}
        for home, order in self._order.items():
            ranks = {id_: rank for rank, (_, id_) in enumerate(sorted(order))}
            rows = list(Stage.select().where(Stage.pipeline == home, Stage.deleted_at.is_null()).order_by(Stage.position, Stage.id))
            if home == self._seed:
                for row in [row for row in rows if row.id not in named]:
                    self._recorder.update(row, deleted_at=self._recorder.at)
                rows = [row for row in rows if row.id in named]
            wanted = sorted(rows, key=lambda row: (pipelines.OUTCOMES.index(row.outcome), ranks.get(row.id, len(ranks))))
            if wanted != rows:
                for place, row in enumerate(wanted):
                    if self._recorder.update(row, position=place) and row.id in named:
                        self.changed.add(row.id)
        if self._seed and self._homes:
            self._clear_seed()

    def _clear_seed(self) -> None:
        for place, home in enumerate(self._homes.values()):
            self._recorder.update(Pipeline.get_by_id(home), position=place)
        if self._seed not in self._homes.values():
            for row in Stage.select().where(Stage.pipeline == self._seed):
                self._recorder.update(row, deleted_at=self._recorder.at)
            self._recorder.update(Pipeline.get_by_id(self._seed), deleted_at=self._recorder.at)

    def check(self) -> None:
        """Raises `Refused` for a pipeline that is left without a stage for open deals."""
        for home in self._homes.values():
            steps = pipelines.load(home)
            if steps and all(step.outcome != "open" for step in steps):
                raise Refused(f'pipeline "{steps[0].pipeline}" would have no stage for open deals', "add a row for one")


def _untouched() -> int | None:
    """The id of the pipeline that a new base comes with, while nobody has changed it and no deal has been in it; else None."""
    only = list(Pipeline.select().where(Pipeline.deleted_at.is_null()))
    changed = Change.select(Change.id).where(Change.table_name.in_(("pipeline", "stage"))).exists()
    known = thinning.through() is None
    return only[0].id if len(only) == 1 and known and not changed and not bulk.count("deal") else None


def _whole(text: str) -> int:
    bare = text.strip().removesuffix("%").strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) < 10):
        raise Unreadable(f'"{text}" is no whole number', "write it like 40")
    return int(bare)
