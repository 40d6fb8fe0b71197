"""Commands on deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

from typer import Argument, Option

from commands import pages
from commands.clients import OWN, Where, external_ids, own_fields
from commands.paging import Limit, Page, listed
from commands.parameters import ClientRef, DayText, DealRef, Many, MomentText, PipelineRef, ProductRef, RepRef
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from crmtui.sales.records import DealCard


class SaleFields(TypedDict, total=False):
    """The options that say what a deal is about and what comes next."""

    value: Annotated[str | None, Option(help="What it is worth: 12500, 12,500.00, 'EUR 300', $2k.", metavar="AMOUNT")]
    currency: Annotated[str | None, Option(help="Three letters; the configured currency otherwise.", metavar="CODE")]
    owner: Annotated[RepRef | None, Option(help="The rep who is responsible.", metavar="REP")]
    expected_close: Annotated[str | None, Option(help="The day it is expected to close.", metavar="DAY")]
    next_step: Annotated[str | None, Option("--next-step", "--next", help="The next step.", metavar="TEXT")]
    next_step_on: Annotated[str | None, Option("--next-step-on", "--next-on", help="The day of the next step.", metavar="DAY")]
    need: Annotated[str | None, Option(help="What the client needs.")]
    product: Annotated[
        list[ProductRef] | None, Option("--product", help="A product; may be given again. A change replaces the former ones.")
    ]
    notes: Annotated[str | None, Option(help="Whatever is worth knowing.")]


class DealFields(SaleFields, total=False):
    """The options that adding and changing a deal share, one for each field of a deal."""

    client: Annotated[ClientRef | None, Option(help="The client.", metavar="CLIENT")]
    opened_at: Annotated[str | None, Option(help="When it was opened, if not now.", metavar="WHEN")]
    source: Annotated[str | None, Option(help="Where it came from.")]
    contact: Annotated[list[ClientRef] | None, Option("--contact", help="A person with a say in it; may be given again.")]
    tag: Annotated[list[str] | None, Option(help="A tag; may be given again. A change replaces the former ones.")]
    lost_reason: Annotated[str | None, Option(help="Why it was lost.")]
    competitor: Annotated[str | None, Option(help="Who else is after it, or got it.")]
    external_id: Annotated[list[str] | None, Option(help="The id in another system, as system:id.", metavar="SYSTEM:ID")]
    set: Annotated[list[str] | None, Option(help=OWN, metavar="FIELD=VALUE")]


def add_deal(
    title: Annotated[str, Argument(help="What is to be sold, in a few words.")],
    *,
    stage: Annotated[str | None, Option(help="The stage it enters; the first one otherwise.")] = None,
    pipeline: Annotated[PipelineRef | None, Option(help="The pipeline of that stage; the first one otherwise.")] = None,
    **fields: Unpack[DealFields],
) -> Done:
    """Add a deal. It belongs to whoever adds it unless --owner says otherwise."""
    from crmtui.sales import deals

    return _done("added", deals.add(values(fields, title), stage=entered(stage, pipeline)))


def entered(stage: str | None, pipeline: int | None) -> int | None:
    """The stage that a new deal enters by the options `--stage` and `--pipeline`; None when neither is given."""
    from crmtui.sales import pipelines

    if not (stage or pipeline):
        return None
    home = pipeline or (None if stage and "/" in stage else pipelines.first_pipeline())
    return pipelines.find(stage, home) if stage else pipelines.load(home)[0].id


def edit_deal(
    deal: Annotated[DealRef, Many("changed")],
    *,
    title: Annotated[str | None, Option(help="What is to be sold, in a few words.")] = None,
    **fields: Unpack[DealFields],
) -> Done:
    """Change a deal: what is given is set, an empty text ('') empties a field, the rest stays. Stages change by move-deal."""
    from crmtui.sales import deals

    given = values(fields, title)
    return _done("changed" if given else "nothing to change in", deals.edit(deal, given))


_RENAMED = {"product": "products", "contact": "contacts", "tag": "tags"}


def values(options: DealFields | SaleFields, title: str | None) -> dict[str, Any]:
    """The options that were given, under the names of the fields."""
    found: dict[str, Any] = {_RENAMED.get(option, option): value for option, value in options.items() if value is not None}
    if title is not None:
        found["title"] = title
    if "external_id" in found:
        found["external_ids"] = external_ids(found.pop("external_id"))
    return own_fields(found)


def show_deal(deal: DealRef) -> Shown:
    """Show a deal on one page: its figures, the stages it passed, tasks ahead, and what was done."""
    from crmtui.sales import pages as built

    page = built.of_deal(deal)
    return Shown(page, lambda width, bold: pages.deal(page, width, bold))


def list_deals(
    words: Annotated[list[str] | None, Argument(help="Words that must all be found, as search finds them.")] = None,
    *,
    pipeline: Annotated[PipelineRef | None, Option(help="Only of this pipeline.", metavar="PIPELINE")] = None,
    stage: Annotated[str | None, Option(help="Only in this stage; Pipeline/Stage where several have it.", metavar="STAGE")] = None,
    outcome: Annotated[Literal["open", "won", "lost"] | None, Option(help="Only open, won or lost ones.")] = None,
    owner: Annotated[RepRef | None, Option(help="Only of this rep.", metavar="REP")] = None,
    client: Annotated[ClientRef | None, Option(help="Only of this client.", metavar="CLIENT")] = None,
    tag: Annotated[str | None, Option(help="Only with this tag.")] = None,
    product: Annotated[ProductRef | None, Option(help="Only with this product.", metavar="PRODUCT")] = None,
    closing_until: Annotated[DayText | None, Option(help="Only open ones expected to close by this day.", metavar="DAY")] = None,
    late: Annotated[bool, Option("--late", help="Only open ones past their expected close.")] = False,
    no_next_step: Annotated[bool, Option("--no-next-step", help="Only open ones without a next step.")] = False,
    where: Where = None,
    sort: Annotated[Literal["title", "value", "opened", "close", "updated"], Option(help="By what they are ordered.")] = "title",
    descending: Annotated[bool, Option("--descending", help="Turn the order round.")] = False,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List deals. For people 50 at a time, for machines all, unless --limit says otherwise."""
    from crmtui.present import lists
    from crmtui.sales import deals, pipelines
    from crmtui.sales.records import DealCard

    filters = {
        "words": " ".join(words or ()), "pipeline": pipeline, "outcome": outcome,
        "stage": pipelines.find(stage, pipeline) if stage else None,
        "owner": owner, "client": client, "tag": tag, "product": product, "closing_until": closing_until, "late": late,
        "no_next_step": no_next_step, "where": where or (),
    }  # fmt: skip
    order = {"sort": sort, "descending": descending}
    return listed(deals, filters, order, limit, page, lists.DEALS, DealCard, "deals")


def move_deal(
    deal: Annotated[DealRef, Many("moved")],
    stage: Annotated[str, Argument(help="A stage of its pipeline, or next, or prev.")],
    *,
    note: Annotated[str, Option(help="What made it move.")] = "",
    reason: Annotated[str, Option(help="Why it was lost; needed for a lost stage.")] = "",
    competitor: Annotated[str, Option(help="To whom it was lost.")] = "",
    at: Annotated[MomentText | None, Option(help="When it moved, if not now.", metavar="WHEN")] = None,
    force: Annotated[bool, Option("--force", help="Move it although required fields are empty; its history says so.")] = False,
) -> Done:
    """Move a deal to a stage of its pipeline. A lost deal needs --reason; a closed one can be opened again."""
    from crmtui.sales import moves

    moved = moves.move(deal, stage, note=note, reason=reason, competitor=competitor, at=at, force=force)
    if moved.left == moved.entered:
        return Done(f"deal {moved.deal.id} {moved.deal.title} is in {moved.entered} already", moved.deal, moved.deal.id)
    return Done(f"moved deal {moved.deal.id} {moved.deal.title} from {moved.left} to {moved.entered}", moved.deal, moved.deal.id)


def delete_deal(deal: Annotated[DealRef, Many("deleted")]) -> Done:
    """Delete a deal. It leaves every list and figure; history keeps it, and undo brings it back."""
    from crmtui.sales import deals

    return _done("deleted", deals.delete(deal))


def _done(verb: str, card: DealCard) -> Done:
    return Done(f"{verb} deal {card.id} {card.title}", card, card.id)
