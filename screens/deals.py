"""What can be done with deals: moved, won, lost, added and changed in forms, given a next step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from crmtui import money, team
from crmtui.clients import clients
from crmtui.errors import NotFound
from crmtui.sales import deals, losses, moves, pipelines
from crmtui.sales.moves import Moved
from crmtui.sales.pipelines import Step
from crmtui.sales.records import DealCard
from crmtui.store import batches
from screens import keeper, own_fields
from screens.forms import fields
from screens.forms.asking import pick
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp


async def forward(app: CrmApp, chosen: list[Subject]) -> None:
    """Each one stage on."""
    await _move(app, chosen, "next")


async def backward(app: CrmApp, chosen: list[Subject]) -> None:
    """Each one stage back."""
    await _move(app, chosen, "prev")


async def won(app: CrmApp, chosen: list[Subject]) -> None:
    """Each to the stage of its pipeline that means won."""
    await _close(app, chosen, "won")


async def lost(app: CrmApp, chosen: list[Subject], to: str = "") -> None:
    """Each to the stage of its pipeline that means lost, or to a certain one of them, for a reason that is asked."""

    def save(typed: dict[str, str]) -> Any:
        why, whom = typed["reason"], typed["competitor"]
        return _each(chosen, lambda id_: moves.move(id_, to or closing(id_, "lost"), reason=why, competitor=whom))

    reasons = Field("reason", "Why", required=True, offers=_reasons, quick=True)
    title = f"Lost: {_title(chosen)}"
    fill_in(app, Plan(title, [reasons, Field("competitor", "To whom")], save, lambda _: f"lost {_title(chosen)}"))


def _reasons(text: str) -> list[str]:
    return [each for each in losses.reasons() if text.strip().casefold() in each.casefold()]


async def stage(app: CrmApp, chosen: list[Subject]) -> None:
    """Each to a stage that is picked."""
    steps = keeper.ask(lambda: pipelines.load(home(chosen[0].id)))

    async def picked(name: str) -> None:
        await enter(app, chosen, next(step for step in steps.value or () if step.name == name))

    pick(app, "Move to", [(step.name, step.name) for step in steps.value or ()], picked)


async def enter(app: CrmApp, chosen: list[Subject], step: Step) -> None:
    """Each to a stage of its pipeline; where that means lost, the reason is asked."""
    if step.outcome == "lost":
        await lost(app, chosen, step.name)
    else:
        await _move(app, chosen, step.name)


async def _move(app: CrmApp, chosen: list[Subject], to: str) -> None:
    def carry_out() -> Awaitable[None]:
        return _moved(app, chosen, lambda id_: moves.move(id_, to))

    quick = getattr(app.view, "move", None)
    if quick is not None and len(chosen) == 1:
        await quick(chosen[0], to, carry_out)
    else:
        await carry_out()


async def _close(app: CrmApp, chosen: list[Subject], outcome: str) -> None:
    await _moved(app, chosen, lambda id_: moves.move(id_, closing(id_, outcome)))


async def _moved(app: CrmApp, chosen: list[Subject], move: Callable[[int], Moved]) -> None:
    """Move one or many as one operation; what a stage requires and a deal lacks is asked for in its form."""
    outcome = await app.do(lambda: _each(chosen, move), told)
    if not outcome.refused or len(chosen) > 1:
        return
    if outcome.refused.endswith("needs a reason"):
        await lost(app, chosen)
    elif " needs " in outcome.refused:
        edit(app, chosen, beside=outcome.refused, then=lambda _: app.do(lambda: _each(chosen, move), told))


def told(done: Any) -> str:
    """What a move was, in words."""
    if len(done.results) == 1:
        moved: Moved = done.results[0]
        return f"{moved.deal.title}: {moved.left} → {moved.entered}"
    return f"moved {done.changed:,} deals"


def _each(chosen: list[Subject], change: Callable[[int], Any]) -> Any:
    return batches.each("deal", [subject.id for subject in chosen], "moved", change)


def _title(chosen: list[Subject]) -> str:
    return deals.get(chosen[0].id).title if len(chosen) == 1 else f"{len(chosen):,} deals"


def home(deal_id: int) -> int:
    """The pipeline that a deal is in."""
    return pipelines.get(deals.get(deal_id).stage_id).pipeline_id


def closing(deal_id: int, outcome: str) -> str:
    """The name of the stage that means an outcome in the deal's pipeline. Raises `NotFound` when there is none."""
    steps = pipelines.load(home(deal_id))
    found = next((step for step in steps if step.outcome == outcome), None)
    if found is None:
        raise NotFound(f'the pipeline "{steps[0].pipeline}" has no stage that means {outcome}', "crmtui add-stage adds one")
    return found.name


def next_step(app: CrmApp, chosen: list[Subject], done: bool = False) -> None:
    """What is to be done next with the deal, and when; it begins empty when what was to be done is `done`."""
    card = deals.get(chosen[0].id)
    made = [
        Field("next_step", "Next step", "" if done else card.next_step or ""),
        fields.day("next_step_on", "On", "" if done else fields.day_text(card.next_step_on)),
    ]
    fill_in(
        app,
        Plan(f"Next step: {card.title}", made, lambda typed: deals.edit(card.id, typed), lambda done: f"next: {done.next_step or 'none'}"),
    )


def add(app: CrmApp, chosen: list[Subject], pipeline: int | None = None) -> None:
    """A new deal, of the client that is chosen, in a pipeline or else the first one."""
    home = pipeline or pipelines.first_pipeline()
    client = keeper.ask(lambda: _client_of(chosen)).value or ""
    made = [
        Field("title", "What", required=True),
        fields.client("client", "Client", client),
        fields.amount("value", "Value"),
        fields.stage("stage", "Stage", home, hint="empty: the first"),
        fields.day("expected_close", "Expected close"),
        Field("need", "Need"),
        Field("next_step", "Next step"),
        fields.day("next_step_on", "On"),
        fields.tag_names("tags", "Tags"),
        *own_fields.made("deal", {}),
        Field("notes", "Notes", prose=True),
    ]
    plan = Plan("New deal", made, partial(_added, home), lambda card: f"added {card.title}", place="add-deal")
    fill_in(app, plan, lambda card: app.open(Subject("deal", card.id)))


def _client_of(chosen: list[Subject]) -> str:
    if not chosen:
        return ""
    if chosen[0].noun == "client":
        return clients.get(chosen[0].id).name
    return deals.get(chosen[0].id).client or "" if chosen[0].noun == "deal" else ""


def _added(home: int, typed: dict[str, str]) -> DealCard:
    given = {name: text for name, text in typed.items() if text.strip()}
    entered = given.pop("stage", "")
    return deals.add(values(given), stage=pipelines.find(entered, home) if entered else pipelines.load(home)[0].id)


def values(typed: dict[str, str]) -> dict[str, Any]:
    """The texts of a form as `deals.add` and `deals.edit` take them."""
    found: dict[str, Any] = dict(own_fields.taken(typed))
    if "client" in found:
        found["client"] = clients.find(found["client"]) if found["client"].strip() else None
    if "owner" in found:
        found["owner"] = team.find(found["owner"]) if found["owner"].strip() else None
    if "tags" in found:
        found["tags"] = [part.strip() for part in found["tags"].split(",")]
    return found


def edit(app: CrmApp, chosen: list[Subject], beside: str = "", then: Callable[[Any], object] | None = None) -> None:
    """Change a deal; `beside` says what it lacks, `then` is what it lacked that for."""
    id_ = chosen[0].id
    card = deals.get(id_)
    texts = _texts(card)
    made = [
        Field("title", "What", texts["title"], required=True),
        fields.client("client", "Client", texts["client"]),
        fields.amount("value", "Value", texts["value"]),
        fields.rep("owner", "Owner", texts["owner"]),
        fields.day("expected_close", "Expected close", texts["expected_close"]),
        Field("need", "Need", texts["need"]),
        Field("next_step", "Next step", texts["next_step"]),
        fields.day("next_step_on", "On", texts["next_step_on"]),
        Field("source", "Source", texts["source"]),
        Field("competitor", "Competitor", texts["competitor"]),
        fields.tag_names("tags", "Tags", texts["tags"]),
        *own_fields.made("deal", card.fields),
        Field("notes", "Notes", texts["notes"], prose=True),
    ]
    save = lambda typed: deals.edit(id_, values(typed))  # noqa: E731 — read where it is used
    plan = Plan(
        card.title, made, save, lambda done: f"changed {done.title}", place=f"edit-deal-{id_}", beside=beside, whole=False,
        now=lambda: _texts(deals.get(id_)),
    )  # fmt: skip
    fill_in(app, plan, then)


def _texts(card: DealCard) -> dict[str, str]:
    """A deal's fields as they are typed."""
    plain = ("title", "client", "owner", "need", "next_step", "source", "competitor", "notes")
    found = {name: getattr(card, name) or "" for name in plain}
    found |= {name: fields.day_text(getattr(card, name)) for name in ("expected_close", "next_step_on")}
    found["value"] = "" if card.value_cents is None else money.shown(card.value_cents, card.currency)
    return found | {"tags": ", ".join(card.tags)} | own_fields.texts(card.fields)
