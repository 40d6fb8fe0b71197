"""Pipelines and stages: the user's own, found by name, changed with care."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmtui import texts
from crmtui.errors import Candidate, NotFound, Refused, Unreadable, nearest
from crmtui.store import references
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.tables import Deal, Pipeline, Stage

OUTCOMES = ("open", "won", "lost")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage. `probability` is 0–100 (percent that a deal here is won); `limit_days` how long a deal may stay, None without a limit."""

    id: int
    name: str
    pipeline: str
    pipeline_id: int
    position: int
    outcome: str
    probability: int
    limit_days: int | None


def load(pipeline: int | None = None) -> list[Step]:
    """The stages of a pipeline, or of all, in the order a deal passes them."""
    query = Stage.select(Stage, Pipeline).join(Pipeline).order_by(Pipeline.position, Pipeline.id, Stage.position, Stage.id)
    if pipeline:
        query = query.where(Stage.pipeline == pipeline)
    return [_step(row) for row in query]


def _step(row: Stage) -> Step:
    return Step(row.id, row.name, row.pipeline.name, row.pipeline_id, row.position, row.outcome, row.probability, row.limit_days)


def get(stage_id: int) -> Step:
    """The stage of an id. Raises `NotFound`."""
    row = Stage.select(Stage, Pipeline).join(Pipeline).where(Stage.id == stage_id).first()
    if row is None:
        raise NotFound(f"no stage {stage_id}")
    return _step(row)


def first_pipeline() -> int:
    """The id of the pipeline that new deals enter when none is named. Raises `NotFound` when there is no pipeline."""
    row = Pipeline.select(Pipeline.id).order_by(Pipeline.position, Pipeline.id).first()
    if row is None:
        raise NotFound("there is no pipeline")
    found: int = row.id
    return found


def find_pipeline(ref: str) -> int:
    """The id of the pipeline that a person means: id, name, or beginning of a name. Raises `NotFound`, `Ambiguous`."""
    rows = {row.id: row for row in Pipeline.select().order_by(Pipeline.position, Pipeline.id)}
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


def edit(
    stage_id: int, *, name: str | None = None, probability: int | None = None, limit_days: int | None = None, outcome: str | None = None
) -> Step:
    """Change a stage; None leaves a value, a limit of 0 takes the limit away. Deals and history keep pointing at it.

    Raises `Refused` for a name the pipeline has already, for numbers out of range, for an outcome changed while deals are there.
    """
    with operation() as recorder:
        row = Stage.get_by_id(get(stage_id).id)
        recorder.summary = f"changed stage {row.name}"
        changes: dict[str, object] = {}
        if name is not None:
            changes |= _renamed(row, name)
        if probability is not None:
            changes["probability"] = _within(probability, 0, 100, "probability")
        if limit_days is not None:
            changes["limit_days"] = _within(limit_days, 0, 3650, "limit in days") or None
        if outcome is not None:
            changes["outcome"] = _turned(row, outcome)
        recorder.update(row, **changes)
    return get(stage_id)


def _renamed(row: Stage, name: str) -> dict[str, object]:
    wanted = texts.required(name, "name of the stage")
    twin = Stage.get_or_none(Stage.pipeline == row.pipeline_id, Stage.key == fold(wanted))
    if twin is not None and twin.id != row.id:
        raise Refused(f'the pipeline has a stage "{twin.name}" already')
    return {"name": wanted, "key": fold(wanted)}


def _within(value: int, least: int, most: int, what: str) -> int:
    if not least <= value <= most:
        raise Refused(f"{value} is no {what}", f"from {least} to {most}")
    return value


def _turned(row: Stage, outcome: str) -> str:
    if outcome not in OUTCOMES:
        raise Unreadable(f'no outcome "{outcome}"', f"it is one of {', '.join(OUTCOMES)}")
    if outcome != row.outcome and Deal.select().where(Deal.stage == row.id).exists():
        raise Refused(f'stage "{row.name}" has deals, its outcome cannot change', "move them first")
    return outcome


def ensure(pipeline_name: str, stage_names: Sequence[str]) -> int:
    """The id of the pipeline of a name, made when missing, with these stages, in this order, among its own.

    New stages are open, before the closing ones, with probabilities in even steps; a new pipeline also gets Won and Lost
    unless stages with those outcomes are named.
    """
    name = texts.required(pipeline_name, "name of the pipeline")
    with operation(f"set up pipeline {name}") as recorder:
        row = Pipeline.get_or_none(Pipeline.key == fold(name))
        if row is None:
            position = Pipeline.select().count()
            row = recorder.insert(Pipeline, name=name, key=fold(name), position=position)
        present = {step.key: step for step in Stage.select().where(Stage.pipeline == row.id).order_by(Stage.position)}
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
