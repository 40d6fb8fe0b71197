"""Commands on interactions: calls, mails, meetings, notes, messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

from typer import Argument, Option

from commands.paging import Limit, Page, listed
from commands.parameters import ClientRef, DealRef, MomentText, PeriodText, RepRef, WhenText
from commands.results import Done, Listing

if TYPE_CHECKING:
    from crmtui.sales.followups import Logged

Deal = Annotated[DealRef | None, Option(help="The deal it is about.", metavar="DEAL")]
At = Annotated[MomentText | None, Option(help="When, if not now.", metavar="WHEN")]
Subject = Annotated[str, Option(help="What it was about, in a line.", metavar="TEXT")]
Outcome = Annotated[str, Option("--outcome", help="The same, as an option.", metavar="TEXT")]
Minutes = Annotated[int | None, Option(help="How long it lasted.")]


class Following(TypedDict, total=False):
    """The options of what is talked over with a client: what to remember of it, and what follows from it."""

    note: Annotated[str | None, Option(help="What is worth remembering.", metavar="TEXT")]
    deal: Deal
    at: At
    next_step: Annotated[str | None, Option("--next", help="The next step; becomes a task.", metavar="TEXT")]
    due: Annotated[WhenText | None, Option(help="When the next step is due.", metavar="WHEN")]
    move_to: Annotated[str | None, Option("--move", help="Move the deal to this stage, or next.", metavar="STAGE")]
    reason: Annotated[str | None, Option(help="Why the deal was lost, when it moves to a lost stage.", metavar="TEXT")]


def log_call(
    client: ClientRef,
    outcome: Annotated[str, Argument(help="What came of it: reached, no answer, voicemail, …")] = "",
    *,
    outcome_option: Outcome = "",
    minutes: Minutes = None,
    incoming: Annotated[bool, Option("--incoming", help="They called us.")] = False,
    **following: Unpack[Following],
) -> Done:
    """Log a call with a client, and in the same step the next task and the deal's move.

    The client's only open deal is meant unless --deal says otherwise.
    """
    return _logged("call", client, incoming, following, outcome=outcome or outcome_option, minutes=minutes)


def log_email(
    client: ClientRef,
    outcome: Annotated[str, Argument(help="What came of it: sent, answered, bounced, …")] = "",
    *,
    outcome_option: Outcome = "",
    subject: Subject = "",
    incoming: Annotated[bool, Option("--incoming", help="They wrote to us.")] = False,
    **following: Unpack[Following],
) -> Done:
    """Log a mail or a letter, and in the same step the next task and the deal's move.

    The client's only open deal is meant unless --deal says otherwise.
    """
    return _logged("email", client, incoming, following, outcome=outcome or outcome_option, subject=subject)


def log_meeting(
    client: ClientRef,
    outcome: Annotated[str, Argument(help="What came of it: held, no show, measured, …")] = "",
    *,
    outcome_option: Outcome = "",
    minutes: Minutes = None,
    subject: Subject = "",
    incoming: Annotated[bool, Option("--incoming", help="They came to us.")] = False,
    **following: Unpack[Following],
) -> Done:
    """Log a meeting that was held, and in the same step the next task and the deal's move.

    The client's only open deal is meant unless --deal says otherwise.
    """
    return _logged("meeting", client, incoming, following, outcome=outcome or outcome_option, minutes=minutes, subject=subject)


def _logged(kind: str, client: int, incoming: bool, following: Following, **told: Any) -> Done:
    from crmtui.sales import followups

    given: dict[str, Any] = {name: value for name, value in following.items() if value is not None}
    return _done(followups.log(kind, client, direction=_way(incoming), **told, **given))


def log_note(
    client: ClientRef,
    text: Annotated[str, Argument(help="What is worth remembering.")],
    *,
    subject: Subject = "",
    deal: Deal = None,
    at: At = None,
) -> Done:
    """Keep a note on a client, and on the client's only open deal unless --deal names another."""
    from crmtui.sales import followups

    return _done(followups.log("note", client, deal=deal, subject=subject, note=text, at=at))


def log_message(
    client: ClientRef,
    text: Annotated[str, Argument(help="What was written.")] = "",
    *,
    subject: Subject = "",
    outcome: Annotated[str, Option(help="What came of it: sent, read, answered, …")] = "",
    incoming: Annotated[bool, Option("--incoming", help="They wrote to us.")] = False,
    deal: Deal = None,
    at: At = None,
) -> Done:
    """Log a short message: SMS, chat, a social network. The client's only open deal is meant unless --deal says otherwise."""
    from crmtui.sales import followups

    return _done(followups.log(
        "message", client, deal=deal, direction=_way(incoming), outcome=outcome, subject=subject, note=text, at=at
    ))  # fmt: skip


def _way(incoming: bool) -> str:
    return "in" if incoming else "out"


def _done(logged: Logged) -> Done:
    contact = logged.interaction
    parts = [f"logged {contact.kind} {contact.id} with {contact.client}"]
    if logged.task:
        parts.append(f"task {logged.task.id} {logged.task.title}")
    if logged.move:
        parts.append(f"deal {logged.move.deal.id} to {logged.move.entered}")
    return Done("; ".join(parts), contact, contact.id)


def list_interactions(
    *,
    client: Annotated[ClientRef | None, Option(help="Only with this client.", metavar="CLIENT")] = None,
    deal: Annotated[DealRef | None, Option(help="Only about this deal.", metavar="DEAL")] = None,
    rep: Annotated[RepRef | None, Option(help="Only by this rep.", metavar="REP")] = None,
    kind: Annotated[Literal["call", "email", "meeting", "note", "message"] | None, Option(help="Only of this kind.")] = None,
    direction: Annotated[Literal["in", "out"] | None, Option(help="Only those that came in, or went out.")] = None,
    outcome: Annotated[str | None, Option(help="Only with this outcome.")] = None,
    period: Annotated[
        PeriodText | None, Option(help="Only in this period: week, last-month, 2026-03, 2026-03-01..2026-03-31.", metavar="PERIOD")
    ] = None,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List interactions, newest first. For people 50 at a time, for machines all, unless --limit says otherwise."""
    from crmtui.activities import interactions
    from crmtui.present import lists

    filters = {
        "client": client, "deal": deal, "rep": rep, "kind": kind, "direction": direction, "outcome": outcome, "period": period,
    }  # fmt: skip
    return listed(interactions, filters, {}, limit, page, lists.CONTACTS, interactions.Contact, "interactions")
