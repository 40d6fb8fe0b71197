"""Pipelines and stages: the user's own, found by name, changed with care."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import ModelSelect, fn

from crmtui import texts
from crmtui.errors import Candidate, NotFound, Refused, nearest
from crmtui.frozen import dataclass
from crmtui.store import references
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Deal, Pipeline, Stage

OUTCOMES = ("open", "won", "lost")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage. `probability` is 0–100 (percent that a deal here is won); `limit_days` how long a deal may stay, None without a limit.

    `required` are the fields of a deal that must be filled when it enters; `script` is what a seller says to a client here, `checklist`
    what is to be done or asked, in order. A `deleted` stage is only there for the history of deals.
    """

    id: int
    name: str
    pipeline: str
    pipeline_id: int
    position: int
    outcome: str
    probability: int
    limit_days: int | None
    required: tuple[str, ...]
    script: str | None
    checklist: tuple[str, ...]
    deleted: bool

    @property
    def requires(self) -> str:
        """The required fields in words."""
        return ", ".join(name.replace("_", " ") for name in self.required)


@dataclass(frozen=True, slots=True)
class PipelineCard:
    """A pipeline: its place among them (1 for the first, which new deals enter), its stages in order, how many deals it holds."""

    id: int
    name: str
    position: int
    open_deals: int
    deals: int
    stages: tuple[Step, ...]

    @property
    def way(self) -> str:
        """The names of its stages in order."""
        return " → ".join(step.name for step in self.stages)


def load(pipeline: int | None = None, *, deleted: bool = False) -> list[Step]:
    """The stages of a pipeline, or of all, in the order a deal passes them; `deleted` takes also those that only history knows."""
    query = Stage.select(Stage, Pipeline).join(Pipeline).order_by(Pipeline.position, Pipeline.id, Stage.position, Stage.id)
    if pipeline:
        query = query.where(Stage.pipeline == pipeline)
    return [_step(row) for row in (query if deleted else query.where(Stage.deleted_at.is_null()))]


def _step(row: Stage) -> Step:
    required = tuple(row.required.split(",")) if row.required else ()
    return Step(
        row.id, row.name, row.pipeline.name, row.pipeline_id, row.position, row.outcome, row.probability, row.limit_days,
        required, row.script, tuple(row.checklist.split("\n")) if row.checklist else (), row.deleted_at is not None,
    )  # fmt: skip


def get(stage_id: int) -> Step:
    """The stage of an id, also of a deleted one. Raises `NotFound`."""
    row = Stage.select(Stage, Pipeline).join(Pipeline).where(Stage.id == stage_id).first()
    if row is None:
        raise NotFound(f"no stage {stage_id}")
    return _step(row)


def first_pipeline() -> int:
    """The id of the pipeline that new deals enter when none is named. Raises `NotFound` when there is no pipeline."""
    row = _living().first()
    if row is None:
        raise NotFound("there is no pipeline")
    found: int = row.id
    return found


def _living() -> ModelSelect[Pipeline]:
    return Pipeline.select().where(Pipeline.deleted_at.is_null()).order_by(Pipeline.position, Pipeline.id)


def cards() -> list[PipelineCard]:
    """The pipelines in order, with their stages and how many living deals they hold."""
    counts: dict[int, tuple[int, int]] = {}
    living = Deal.select(Stage.pipeline, fn.COUNT(Deal.id), fn.COUNT(Deal.closed_at)).join(Stage).where(Deal.deleted_at.is_null())
    for home, total, closed in tuples(living.group_by(Stage.pipeline)):
        counts[home] = (total - closed, total)
    steps = load()
    return [
        PipelineCard(row.id, row.name, place, *counts.get(row.id, (0, 0)), tuple(step for step in steps if step.pipeline_id == row.id))
        for place, row in enumerate(_living(), start=1)
    ]


def card(pipeline_id: int) -> PipelineCard:
    """The pipeline of an id. Raises `NotFound`."""
    found = next((each for each in cards() if each.id == pipeline_id), None)
    if found is None:
        raise NotFound(f"no pipeline {pipeline_id}")
    return found


def add(name: str, stage_names: Sequence[str]) -> PipelineCard:
    """Add a pipeline with these stages in this order; those that are not named get the outcomes won and lost (see `ensure`).

    Raises `Refused` for a name that a pipeline has, for a stage named twice, and without an open stage.
    """
    wanted = texts.required(name, "name of the pipeline")
    keys = [fold(texts.required(stage, "name of the stage")) for stage in stage_names]
    twice = next((stage for stage, key in zip(stage_names, keys, strict=True) if keys.count(key) > 1), None)
    if twice is not None:
        raise Refused(f'the stage "{twice.strip()}" is named twice')
    if all(outcome_of(stage) != "open" for stage in stage_names):
        raise Refused("a pipeline needs a stage for open deals", 'pass --stages, for example --stages "Call,Visit,Offer"')
    with operation(f"added pipeline {wanted}"):
        _refuse_second(wanted, None)
        made = ensure(wanted, stage_names)
    return card(made)


def edit(pipeline_id: int, *, name: str | None = None, position: int | None = None) -> PipelineCard:
    """Rename a pipeline, or put it at another place among them (1 is the first); None leaves as it is.

    Raises `NotFound`, and `Refused` for a name that another has or a place that there is not.
    """
    with operation() as recorder:
        rows = list(_living())
        row = next((each for each in rows if each.id == pipeline_id), None)
        if row is None:
            raise NotFound(f"no pipeline {pipeline_id}")
        recorder.summary = f"changed pipeline {row.name}"
        if name is not None:
            wanted = texts.required(name, "name of the pipeline")
            _refuse_second(wanted, pipeline_id)
            recorder.update(row, name=wanted, key=fold(wanted))
        if position is not None:
            if not 1 <= position <= len(rows):
                raise Refused(f"{position} is no place among {len(rows)} pipelines", f"from 1 to {len(rows)}")
            rows.remove(row)
            rows.insert(position - 1, row)
            for place, each in enumerate(rows):
                recorder.update(each, position=place)
    return card(pipeline_id)


def _refuse_second(name: str, pipeline_id: int | None) -> None:
    twin = next((row for row in _living() if row.key == fold(name) and row.id != pipeline_id), None)
    if twin is not None:
        raise Refused(f'there is a pipeline "{twin.name}" ({twin.id}) already')


def find_pipeline(ref: str) -> int:
    """The id of the pipeline that a person means: id, name, or beginning of a name. Raises `NotFound`, `Ambiguous`."""
    rows = {row.id: row for row in _living()}
    if (id_ := _id(ref)) in rows:
        return id_
    key = fold(ref.strip())
    hits = [row.id for row in rows.values() if row.key == key] or [row.id for row in rows.values() if key and row.key.startswith(key)]
    names = [row.name for row in rows.values()]
    return references.chosen(
        "pipeline", ref, hits, lambda ids: [Candidate(i, rows[i].name) for i in ids], lambda: _known("pipelines", ref, names)
    )


def find(ref: str, pipeline: int | None = None) -> int:
    """The id of the stage that a person means in one pipeline, or in any: id, name, beginning of a name, or `Pipeline/Stage`.

    Raises `NotFound` with the stages there are, `Ambiguous`.
    """
    if "/" in ref and pipeline is None:
        head, _, tail = ref.partition("/")
        return find(tail, find_pipeline(head))
    steps = {step.id: step for step in load(pipeline)}
    if (id_ := _id(ref)) in steps:
        return id_
    key = fold(ref.strip())
    hits = [s.id for s in steps.values() if fold(s.name) == key] or [s.id for s in steps.values() if key and fold(s.name).startswith(key)]
    if not hits:
        raise _no_stage(ref, list(steps.values()), pipeline)
    return references.chosen("stage", ref, hits, lambda ids: [Candidate(i, f"{steps[i].pipeline}/{steps[i].name}") for i in ids])


def _id(ref: str) -> int:
    """The number that the reference is, 0 for none."""
    digits = ref.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0


def _no_stage(ref: str, steps: Sequence[Step], pipeline: int | None) -> NotFound:
    within = f' in pipeline "{steps[0].pipeline}"' if pipeline and steps else ""
    return NotFound(f'no stage "{ref}"{within}', _known("stages", ref, list(dict.fromkeys(step.name for step in steps))))


def _known(nouns: str, ref: str, names: list[str]) -> str:
    return f"{nearest(ref, names)} {nouns}: {', '.join(names)}".strip()


def ensure(pipeline_name: str, stage_names: Sequence[str]) -> int:
    """The id of the pipeline of a name, made when missing, with these stages, in this order, among its own.

    New stages are open, before the closing ones, with probabilities in even steps; a new pipeline also gets Won and Lost
    unless stages with those outcomes are named.
    """
    name = texts.required(pipeline_name, "name of the pipeline")
    with operation(f"set up pipeline {name}") as recorder:
        row = Pipeline.get_or_none(Pipeline.key == fold(name), Pipeline.deleted_at.is_null())
        if row is None:
            position = Pipeline.select().count()
            row = recorder.insert(Pipeline, name=name, key=fold(name), position=position)
        living = Stage.select().where(Stage.pipeline == row.id, Stage.deleted_at.is_null())
        present = {step.key: step for step in living.order_by(Stage.position, Stage.id)}
        wanted = [texts.required(stage, "name of the stage") for stage in stage_names]
        closing = {step.outcome for step in present.values()} | {outcome_of(stage) for stage in wanted}
        wanted += [stage for stage in ("Won", "Lost") if outcome_of(stage) not in closing]
        added = [stage for stage in dict.fromkeys(wanted) if fold(stage) not in present]
        _arrange(recorder, row.id, list(present.values()), added)
    found: int = row.id
    return found


def outcome_of(name: str) -> str:
    """The outcome that the name of a new stage tells: won or lost when it says so as a word, else open."""
    spoken = set(fold(name).split())
    return "won" if "won" in spoken else "lost" if "lost" in spoken else "open"


def _arrange(recorder: Recorder, pipeline_id: int, present: list[Stage], added: list[str]) -> None:
    """Number the stages anew: open ones (those there first), then won, then lost."""
    outcomes = {name: outcome_of(name) for name in added}
    fresh = [name for name in added if outcomes[name] == "open"]
    for index, name in enumerate(fresh):
        probability = round(100 * (index + 1) / (len(fresh) + 1))
        present.append(_insert(recorder, pipeline_id, name, "open", probability))
    for name in added:
        if outcomes[name] != "open":
            present.append(_insert(recorder, pipeline_id, name, outcomes[name], 100 if outcomes[name] == "won" else 0))
    for position, stage in enumerate(sorted(present, key=lambda s: OUTCOMES.index(s.outcome))):
        recorder.update(stage, position=position)


def _insert(recorder: Recorder, pipeline_id: int, name: str, outcome: str, probability: int) -> Stage:
    row: Stage = recorder.insert(
        Stage, pipeline=pipeline_id, name=name, key=fold(name), position=999, outcome=outcome, probability=probability
    )
    return row
