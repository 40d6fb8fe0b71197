"""The stages that a file of deals names: found in the pipelines, made as the options say, asked for when they are unknown."""

from __future__ import annotations

from dataclasses import dataclass

from crmtui.errors import NotFound, Undecided
from crmtui.sales import pipelines
from crmtui.sales.pipelines import Step
from crmtui.store.keys import fold


@dataclass(slots=True)
class _Missing:
    """An unknown stage: its name as first met, how many rows have it, how many cells of theirs are filled."""

    name: str
    rows: int = 0
    filled: int = 0


def _earliness(stage: _Missing) -> tuple[bool, float]:
    """A guess at the order of stages: the further a deal has come, the more is known of it."""
    return pipelines.outcome_of(stage.name) != "open", stage.filled / stage.rows


class Stages:
    """Reads the names of stages for one import. `pipeline` and `stages` as in the options.

    A name like "Closed Won" or "Closed Lost" means the only won or lost stage of a pipeline that has no stage of that name.
    """

    def __init__(self, pipeline: str | None, stages: tuple[str, ...]) -> None:
        self._named = pipeline
        self._new = tuple(stage.strip() for stage in stages if stage.strip())
        self._missing: dict[str, _Missing] = {}
        self._lost_pipelines: dict[str, str] = {}
        self._load()

    def _load(self) -> None:
        self._steps: dict[str, list[Step]] = {}
        for step in pipelines.load():
            self._steps.setdefault(fold(step.pipeline), []).append(step)
        first = next(iter(self._steps.values()))[0].pipeline
        self._default = self._named.strip() if self._named else first

    def read(self, pipeline: str, stage: str, filled: int) -> tuple[str, str, str]:
        """Keys of pipeline and stage, and the outcome; of no stage the first one. Unknown names are noted for `settle`."""
        key = fold(self._default if self._named or not pipeline.strip() else pipeline.strip())
        steps = self._steps.get(key, [])
        if not steps and not self._named:
            self._lost_pipelines[key] = pipeline.strip()
            return key, fold(stage.strip()), "open"
        if not stage.strip():
            return (key, fold(steps[0].name), steps[0].outcome) if steps else (key, "", "open")
        wanted = fold(stage.strip())
        known = {fold(step.name): step.outcome for step in steps} | {fold(name): pipelines.outcome_of(name) for name in self._coming(key)}
        if wanted in known:
            return key, wanted, known[wanted]
        alike = [name for name, outcome in known.items() if outcome == pipelines.outcome_of(stage) != "open"]
        if len(alike) == 1:
            return key, alike[0], known[alike[0]]
        missing = self._missing.setdefault(wanted, _Missing(stage.strip()))
        missing.rows += 1
        missing.filled += filled
        return key, wanted, "open"

    def _coming(self, key: str) -> tuple[str, ...]:
        """The stages that `prepare` will make in this pipeline."""
        if key != fold(self._default) or not self._new:
            return ()
        present = {step.outcome for step in self._steps.get(key, [])} | {pipelines.outcome_of(name) for name in self._new}
        return (*self._new, *(name for name in ("Won", "Lost") if pipelines.outcome_of(name) not in present))

    def settle(self) -> None:
        """Raise `Undecided` when the file names stages or pipelines that there are not, with the options that would make them."""
        if self._lost_pipelines:
            names = ", ".join(f'"{name}"' for name in self._lost_pipelines.values())
            raise Undecided(f"no pipeline {names}", "pass --pipeline NAME to put all deals of the file into one")
        if not self._missing:
            return
        ordered = [stage.name for stage in sorted(self._missing.values(), key=_earliness)]
        option = f'--stages "{",".join((*self._new, *ordered))}"'
        where = f'--pipeline "{self._named}" {option}' if self._named else option
        own = "" if self._named else f", or --pipeline NAME {option} for a pipeline of its own"
        raise Undecided(
            f"no stage {', '.join(ordered)} in pipeline {self._default}",
            f"pass {where} in the order in which a deal passes them{own}",
        )

    def prepare(self) -> tuple[int, int]:
        """Make what the options ask for, inside an operation; how many pipelines and stages were made."""
        before = len(self._steps), sum(len(steps) for steps in self._steps.values())
        if self._new:
            pipelines.ensure(self._default, self._new)
        self._load()
        return len(self._steps) - before[0], sum(len(steps) for steps in self._steps.values()) - before[1]

    def step(self, pipeline: str, stage: str) -> Step:
        """The stage of the keys that `read` gave, after `prepare`. Raises `NotFound` when it has been taken away since."""
        steps = self._steps.get(pipeline, [])
        found = next((step for step in steps if fold(step.name) == stage), None if stage or not steps else steps[0])
        if found is None:
            raise NotFound(f'no stage "{stage}" in pipeline "{pipeline}"', "import the file again")
        return found
