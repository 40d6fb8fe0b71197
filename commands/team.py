"""Commands on reps."""

from __future__ import annotations

from typing import Annotated, Literal

from typer import Argument, Option

from commands import pages
from commands.paging import Limit, Page, more, size
from commands.parameters import RepRef
from commands.results import Done, Listing, Shown

HOURS = "Their hours like 'mon-fri 9:00-18:00', if not the configured ones."
HOLIDAYS = "Days off like '2026-04-06, 12-25', beside the configured ones."
ZONE = "The zone of these hours, like Europe/Riga, if not the configured one."


def add_rep(
    name: Annotated[str, Argument(help="First and last name.")],
    *,
    email: Annotated[str, Option(help="The rep's mail.", metavar="MAIL")] = "",
    manager: Annotated[RepRef | None, Option(help="The rep who manages them.", metavar="REP")] = None,
    region: Annotated[str, Option(help="Where they sell.", metavar="TEXT")] = "",
    role: Annotated[str, Option(help="What they do: seller, surveyor, installer, manager, …", metavar="TEXT")] = "",
    hours: Annotated[str, Option(help=HOURS, metavar="HOURS")] = "",
    holidays: Annotated[str, Option(help=HOLIDAYS, metavar="DAYS")] = "",
    timezone: Annotated[str, Option(help=ZONE, metavar="ZONE")] = "",
) -> Done:
    """Add someone who works here."""
    from crmtui import team

    times = {"hours": hours, "holidays": holidays, "timezone": timezone}
    member = team.add({"name": name, "email": email, "region": region, "role": role, "manager": manager, **times})
    return Done(f"added rep {member.id} {member.name}", member, member.id)


def edit_rep(
    rep: RepRef,
    *,
    name: Annotated[str | None, Option(help="First and last name.")] = None,
    email: Annotated[str | None, Option(help="The rep's mail.", metavar="MAIL")] = None,
    manager: Annotated[RepRef | None, Option(help="The rep who manages them.", metavar="REP")] = None,
    region: Annotated[str | None, Option(help="Where they sell.")] = None,
    role: Annotated[str | None, Option(help="What they do: seller, surveyor, installer, manager, …")] = None,
    hours: Annotated[str | None, Option(help=HOURS, metavar="HOURS")] = None,
    holidays: Annotated[str | None, Option(help=HOLIDAYS, metavar="DAYS")] = None,
    timezone: Annotated[str | None, Option(help=ZONE, metavar="ZONE")] = None,
    active: Annotated[bool, Option("--active", help="Works here again.")] = False,
) -> Done:
    """Change a rep: what is given is set, an empty text ('') empties a field, the rest stays."""
    from crmtui import team

    values = {"name": name, "email": email, "manager": manager, "region": region, "role": role, "active": active or None}
    values |= {"hours": hours, "holidays": holidays, "timezone": timezone}
    given = {name: value for name, value in values.items() if value is not None}
    member = team.edit(rep, given)
    return Done(f"{'changed' if given else 'nothing to change in'} rep {member.id} {member.name}", member, member.id)


def show_rep(rep: RepRef) -> Shown:
    """Show a rep, and how much open work is theirs."""
    from crmtui.sales import handovers

    page = handovers.of_rep(rep)
    return Shown(page, lambda _, bold: pages.rep(page, bold))


def delete_rep(
    rep: RepRef,
    *,
    hand_to: Annotated[RepRef | None, Option(help="Who gets their open deals, open tasks and clients.", metavar="REP")] = None,
) -> Done:
    """Mark a rep as one who works here no longer. What they did stays theirs; open work must go to another by --hand-to."""
    from crmtui.sales import handovers

    left = handovers.leave(rep, hand_to=hand_to)
    handed = f"; handed over {handovers.told(left.deals, left.tasks, left.clients)}" if hand_to else ""
    return Done(f"deleted rep {left.member.id} {left.member.name}{handed}", left.member, left.member.id)


def list_reps() -> Listing:
    """List the reps by name, each with how much is theirs: open deals, open tasks, clients."""
    from crmtui.present import lists
    from crmtui.sales import handovers

    return Listing(handovers.listed(), lists.REPS, handovers.RepPage, empty="no reps")


def hand_over(
    rep: Annotated[RepRef, Argument(help="Whose open work it is.", metavar="FROM")],
    to: Annotated[RepRef, Argument(help="Who gets it.", metavar="TO")],
    *,
    only: Annotated[Literal["deals", "tasks", "clients"] | None, Option(help="Only these.", show_default="all three")] = None,
) -> Done:
    """Give all the open work of a rep to another in one step: open deals, open tasks, clients. Both go on working here."""
    from crmtui.sales import handovers

    done = handovers.hand_over(rep, to, only=only)
    sentence = f"handed over from {done.rep} to {done.to}: {handovers.told(done.deals, done.tasks, done.clients)}"
    return Done(sentence, done, done.to_id)


def list_mentions(
    *,
    rep: Annotated[
        RepRef | None,
        Option("--for", help="Of this rep; everybody's where the one who works is no rep.", metavar="REP", show_default="yours"),
    ] = None,
    seen: Annotated[bool, Option("--seen", help="Those too that were seen.")] = False,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List the notes in which colleagues name you with an @, the newest first: @nils, @Nils Berg, @nils@example.com."""
    from crmtui.activities import mentions
    from crmtui.present import lists
    from crmtui.store.connection import current

    many, meant = size(limit), rep or current().actor_id
    found = mentions.listed(rep=meant, seen=seen, limit=many or None, offset=(page - 1) * many)
    total = mentions.count(rep=meant, seen=seen) if many and len(found) == many else 0
    return Listing(found, lists.MENTIONS, mentions.Call, more(len(found), total, many, page, "mentions"), "no mentions")


def see_mention(
    mention: Annotated[int, Argument(min=1, max=2**63 - 1, help="Which mention: its id, as list-mentions shows it.", metavar="MENTION")],
) -> Done:
    """Mark a mention as seen, so that it is not listed any more."""
    from crmtui.activities import mentions

    call = mentions.see(mention)
    return Done(f"saw mention {call.id} of {call.rep} in {call.noun} {call.record_id}", call, call.id)
