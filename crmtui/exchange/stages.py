"""The stages that a file of deals names: found in the pipelines, made as the options say, asked for when they are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crmtui import texts
from crmtui.errors import NotFound, Question, Refused, Undecided
from crmtui.sales import pipelines
from crmtui.sales.pipelines import Step
from crmtui.store.keys import fold

_WAY = (
    ("lead", "new", "inquiry", "prospect", "prospecting"), ("appointment", "contacted", "contact", "engaging", "discovery"),
    ("qualified", "qualification"), ("presentation", "demo", "meeting", "visit"), ("proposal", "quote", "offer"),
    ("decision", "negotiation", "evaluation"), ("contract", "commit", "signing", "order"),
)  # fmt: skip
"""Words in the names of stages, in the order in which deals usually pass them."""


@dataclass(slots=True)
class _Missing:
    """An unknown stage: its name as first met, how many rows have it, how many cells of theirs are filled."""

    name: str
    rows: int = 0
    filled: int = 0


def _earliness(stage: _Missing) -> tuple[int, float]:
    """A guess at the order of stages: the further a deal has come, the more is known of it."""
    return pipelines.OUTCOMES.index(pipelines.outcome_of(stage.name)), stage.filled / stage.rows


def _usually(stage: _Missing) -> tuple[int, float]:
    """Another guess, for stages all of whose names have a word that tells: the usual way of a deal."""
    outcome = pipelines.outcome_of(stage.name)
    spoken = set(fold(stage.name).split())
    place = next((place for place, words in enumerate(_WAY) if spoken & set(words)), -1 if outcome == "open" else 0)
    return pipelines.OUTCOMES.index(outcome), place


def read(text: str, *, several: bool = True) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The stages of an option: `A, B` in one pipeline, or by pipeline `Sales: A, B; Partners: X, Y`. Raises `Refused` for neither.

    Without `several` it is the stages of one, whatever signs their names have.
    """
    if not several or not 0 <= text.find(":") < (text + ",").find(","):
        return _names(text), {}
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        name, colon, stages = part.partition(":")
        if part.strip() and not (colon and name.strip() and _names(stages)):
            raise Refused(f'"{part.strip()}" names no pipeline with its stages', 'write it like "Sales: A, B; Partners: X, Y"')
        if part.strip():
            found[name.strip()] = _names(stages)
    return (), found


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


class Stages:
    """Reads the names of stages for one import. `pipeline`, `stages` and `several` (pipeline → stages) as in the options.

    A name like "Closed Won" or "Closed Lost" means the only won or lost stage of a pipeline that has no stage of that name.
    """

    def __init__(self, pipeline: str | None, stages: tuple[str, ...], several: Mapping[str, tuple[str, ...]]) -> None:
        self._named = pipeline
        self._told = {texts.required(name, "name of the pipeline"): names for name, names in several.items()}
        self._missing: dict[str, dict[str, _Missing]] = {}
        self._names: dict[str, str] = {}
        self._load()
        stages = tuple(stage.strip() for stage in stages if stage.strip())
        if stages:
            self._told[self._default] = stages
        self._new = {fold(name): names for name, names in self._told.items()}

    def _load(self) -> None:
        self._steps: dict[str, list[Step]] = {}
        for step in pipelines.load():
            self._steps.setdefault(fold(step.pipeline), []).append(step)
        first = next(iter(self._steps.values()))[0].pipeline
        self._default = self._named.strip() if self._named else first

    def read(self, pipeline: str, stage: str, filled: int) -> tuple[str, str, str]:
        """Keys of pipeline and stage, and the outcome; of no stage the first one. Unknown names are noted for `settle`."""
        name = self._default if self._named or not pipeline.strip() else pipeline.strip()
        key, wanted = fold(name), fold(stage.strip())
        steps = self._steps.get(key, [])
        coming = self._coming(key)
        self._names.setdefault(key, steps[0].pipeline if steps else name)
        if not wanted:
            if not steps and not coming:
                self._missing.setdefault(key, {})
            return (key, fold(steps[0].name), steps[0].outcome) if steps else (key, "", "open")
        known = {fold(step.name): step.outcome for step in steps} | {fold(each): pipelines.outcome_of(each) for each in coming}
        if wanted in known:
            return key, wanted, known[wanted]
        outcome = pipelines.outcome_of(stage)
        alike = [each for each, told in known.items() if told == outcome != "open"]
        if len(alike) == 1:
            return key, alike[0], known[alike[0]]
        missing = self._missing.setdefault(key, {}).setdefault(wanted, _Missing(stage.strip()))
        missing.rows += 1
        missing.filled += filled
        return key, wanted, outcome if not known else "open"

    def _coming(self, key: str) -> tuple[str, ...]:
        """The stages that `prepare` will make in this pipeline."""
        names = self._new.get(key, ())
        if not names:
            return ()
        present = {step.outcome for step in self._steps.get(key, [])} | {pipelines.outcome_of(name) for name in names}
        return (*names, *(name for name in ("Won", "Lost") if pipelines.outcome_of(name) not in present))

    def settle(self) -> None:
        """Raise `Undecided` when the file names stages or pipelines that there are not, with the option that would make them."""
        if not self._missing:
            return
        if list(self._missing) != [fold(self._default)]:
            self._ask_for_several()
        ordered = self._ordered(fold(self._default))
        option = f'--stages "{",".join(ordered)}"'
        where = f'--pipeline "{self._named}" {option}' if self._named else option
        own = "" if self._named else f", or --pipeline NAME {option} for a pipeline of its own"
        told = [stage.name for stage in self._sorted(fold(self._default))]
        raise Undecided(
            f"no stage {', '.join(told)} in pipeline {self._default}",
            f"pass {where} in the order in which a deal passes them{own}",
            Question("stages", guess=",".join(ordered)),
        )

    def _ask_for_several(self) -> None:
        """Ask for all pipelines of the file at once. The order of the stages is a guess, and is told to be one."""
        lists = {name: list(stages) for name, stages in self._told.items() if fold(name) not in self._missing}
        lists |= {self._names[key]: self._ordered(key) or ["Open"] for key in self._missing}
        option = "; ".join(f"{name}: {', '.join(stages)}" for name, stages in lists.items())
        lacking = [self._names[key] for key in self._missing if key not in self._steps]
        stages = [
            f"{stage.name} in pipeline {self._names[key]}" for key in self._missing if key in self._steps for stage in self._sorted(key)
        ]
        told = [f"no pipeline {', '.join(chr(34) + name + chr(34) for name in lacking)}"] if lacking else []
        told += [f"no stage {', '.join(stages)}"] if stages else []
        raise Undecided(
            " and ".join(told),
            f'pass --stages "{option}" to make them; the order is a guess: put the stages in the order in which a deal passes them, and'
            " look at it afterwards with crmtui list-stages; or pass --pipeline NAME to put all deals of the file into one",
            Question("stages", guess=option),
        )

    def _sorted(self, key: str) -> list[_Missing]:
        found = list(self._missing[key].values())
        guess = _usually if all(_usually(stage)[1] >= 0 for stage in found) else _earliness
        return sorted(found, key=guess)

    def _ordered(self, key: str) -> list[str]:
        """The stages told already and those missing, in an order that is likely."""
        return [*self._new.get(key, ()), *(stage.name for stage in self._sorted(key))]

    def prepare(self) -> tuple[int, int]:
        """Make what the options ask for, inside an operation; how many pipelines and stages were made."""
        before = len(self._steps), sum(len(steps) for steps in self._steps.values())
        for name, stages in self._told.items():
            pipelines.ensure(name, stages)
        self._load()
        return len(self._steps) - before[0], sum(len(steps) for steps in self._steps.values()) - before[1]

    def step(self, pipeline: str, stage: str) -> Step:
        """The stage of the keys that `read` gave, after `prepare`. Raises `NotFound` when it has been taken away since."""
        steps = self._steps.get(pipeline, [])
        found = next((step for step in steps if fold(step.name) == stage), None if stage or not steps else steps[0])
        if found is None:
            raise NotFound(f'no stage "{stage}" in pipeline "{pipeline}"', "import the file again")
        return found
