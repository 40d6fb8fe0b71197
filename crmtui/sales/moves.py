"""Moving deals between stages: every entry into a stage is a row of history, and losing needs a reason."""

from __future__ import annotations

from datetime import datetime

from crmtui import clock, texts
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.sales import deals, pipelines, records, requirements
from crmtui.sales.pipelines import Step
from crmtui.sales.records import DealCard
from crmtui.store.connection import current
from crmtui.store.journal import operation
from crmtui.store.tables import Deal, StageChange


@dataclass(frozen=True, slots=True)
class Moved:
    """A deal that moved, with the names of the stages left and entered; the same name when it was there already."""

    deal: DealCard
    left: str
    entered: str


def move(
    deal_id: int, to: str, *, note: str = "", reason: str = "", competitor: str = "", at: datetime | None = None, force: bool = False
) -> Moved:
    """Move a deal to a stage of its pipeline: by name, or `next` or `prev` in order.

    `next` never loses a deal; `prev` takes a closed one back to where it was closed. `at` is a past moment, not before its last
    move. Closing sets `closed_at`, re-opening empties it and keeps the history. `force` enters a stage whose required fields are
    missing, which its history then says. Raises `NotFound` for no such stage, `Refused` for missing fields, for a loss without
    `reason` and for a moment out of order.
    """
    with operation() as recorder:
        row = deals.row_of(deal_id)
        left = deals.stage_of(row)
        steps = [step for step in pipelines.load(left.pipeline_id, deleted=True) if not step.deleted or step.id == left.id]
        entered = _target(to, row, steps, left.pipeline_id)
        recorder.summary = f"moved deal {row.title} from {left.name} to {entered.name}"
        if entered.id != left.id:
            when = _moment(row, at, recorder.at)
            recorder.update(row, **_closing(row, entered, reason, competitor, when), stage=entered.id, stage_since=when)
            forced = requirements.check_entry(entered, row, force=force)
            recorder.insert(
                StageChange, deal=deal_id, from_stage=left.id, to_stage=entered.id, at=when, rep=current().actor_id,
                note=texts.prose(note, "note") or (row.lost_reason if entered.outcome == "lost" else None),
                forced=",".join(forced) or None,
            )  # fmt: skip
    return Moved(records.load([deal_id])[0], left.name, entered.name)


def _target(to: str, row: Deal, steps: list[Step], pipeline: int) -> Step:
    word = to.strip().lower()
    if word not in ("next", "prev"):
        return pipelines.get(pipelines.find(to, pipeline))
    here = next(i for i, step in enumerate(steps) if step.id == row.stage_id)
    if word == "prev" and steps[here].outcome != "open" and (before := _left_open(row, steps)):
        return before
    ahead = [step for step in steps[here + 1 :] if step.outcome != "lost"]
    behind = [step for step in steps[:here] if step.outcome == "open"]
    if word == "next" and steps[here].outcome == "open" and ahead:
        return ahead[0]
    if word == "prev" and behind:
        return behind[-1]
    side = "after" if word == "next" else "before"
    raise Refused(f'there is no stage {side} "{steps[here].name}"', f"stages: {', '.join(step.name for step in steps)}")


def _left_open(row: Deal, steps: list[Step]) -> Step | None:
    """The open stage from which a closed deal was closed, when it is known."""
    entries = StageChange.select().where(StageChange.deal == row.id, StageChange.to_stage == row.stage_id)
    last = entries.order_by(StageChange.id.desc()).first()
    return next((step for step in steps if last and step.id == last.from_stage_id and step.outcome == "open"), None)


def _moment(row: Deal, at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if at > now:
        raise Refused(f"{_day(at)} is in the future", "a move is made now or in the past")
    if row.stage_since and at < row.stage_since:
        raise Refused(f"{_day(at)} is before the deal's last move on {_day(row.stage_since)}", "undo that move first")
    return at


def _day(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def _closing(row: Deal, entered: Step, reason: str, competitor: str, when: datetime) -> dict[str, object]:
    """What a move changes beside the stage: a closed deal has a moment of closing, a lost one a reason, an open one neither."""
    if entered.outcome == "open":
        return {"closed_at": None, "lost_reason": None, "competitor": row.competitor}
    if entered.outcome == "won":
        return {"closed_at": when, "lost_reason": None}
    told = texts.line(reason, "reason") or row.lost_reason
    requirements.check_reason(entered, told)
    return {"closed_at": when, "lost_reason": told, "competitor": texts.line(competitor, "competitor") or row.competitor}
