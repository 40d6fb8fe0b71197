"""What to do next: whom to call and what to do now, each with its reason, ranked by the money at risk.

step        an open deal whose next step is past its day
task        an open task whose moment, or whole day, is over: told of its deal while that is open, else of the task itself
late        an open deal whose expected close is past
cold        an open deal that has been in its stage for more days than the stage's limit
idle        an open deal without a next step and without an open task
call back   the last of a client's calls in 14 days, on a day gone by, reached nobody or ended with the promise to call again; nothing
            was said or written since, and no task is open with the client
lead        a lead added in 30 days whom nobody has called
silent      a customer without an open deal, of whom a deal was won within a year, who has heard nothing for 90 days

A deal is told once, with all its reasons; a client likewise, by the first of the last three kinds that holds. The money at risk is the
value of the open deal, or of the client's open deals together, at the probability of their stages; of a silent customer the largest deal
won within that year, at the probability of the first stage of its pipeline, where it would begin anew. Most money comes first, told in
the configured currency at today's rate (amounts without a rate count for nothing), then what has waited longest.

What a rep has hidden comes back after a while, when the record is changed, or when it is suggested for another reason.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from crmtui import clock
from crmtui.errors import NotFound, Refused, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.sales import candidates
from crmtui.sales.candidates import KINDS, Found
from crmtui.store.connection import current
from crmtui.store.journal import operation
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, Hidden, Task

HIDDEN_DAYS = 7
"""After how many days what was hidden comes back."""

LONGEST_DAYS = 3650

_TABLES: dict[str, Any] = {"client": Client, "deal": Deal, "task": Task}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do about a client, a deal or a task (`noun`, `id`), and why, in words; `kind` is the first of the reasons.

    `money_at_risk_cents` is in `currency`; `since` is the day since which it waits.
    """

    noun: str
    id: int
    kind: str
    action: str
    reason: str
    money_at_risk_cents: int
    currency: str
    since: date
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    owner: str | None
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class HiddenSuggestion:
    """What the actor does not want to be told about a record until a moment; `kind` None: whatever the reason."""

    noun: str
    id: int
    title: str
    kind: str | None
    until: datetime


def listed(rep: int | None = None, *, limit: int = 20) -> list[Suggestion]:
    """What is suggested now of a rep's records, or of everybody's, without what the actor has hidden; the first so many."""
    with current().reading():
        hidden = _hidden()
        found = candidates.found(rep, limit + len(hidden))
        shown = [each for each in found if not _is_hidden(each, hidden)]
    return [_told(each) for each in shown[:limit]]


def _told(found: Found) -> Suggestion:
    return Suggestion(
        noun=found.noun, id=found.id, kind=found.kind, action=found.action, reason="; ".join(reason.words for reason in found.reasons),
        money_at_risk_cents=found.risk_cents, currency=found.currency, since=min(reason.since for reason in found.reasons),
        client=found.client, client_id=found.client_id, deal=found.deal, deal_id=found.deal_id, owner=found.owner, owner_id=found.owner_id,
    )  # fmt: skip


def hide(noun: str, id_: int, why: str = "", *, days: int = HIDDEN_DAYS) -> HiddenSuggestion:
    """Suggest nothing of this kind about a record to the actor for so many days, nothing at all where no kind is named.

    It comes back before that when the record is changed. Raises `Unreadable` for another noun or kind, `NotFound`, and `Refused` for less
    than one day.
    """
    if noun not in _TABLES:
        raise Unreadable(f'nothing is suggested about a "{noun}"', f"it is one of {', '.join(_TABLES)}")
    if why and why not in KINDS:
        raise Unreadable(f'no kind of suggestion "{why}"', nearest(why, list(KINDS)) or f"it is one of {', '.join(KINDS)}")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"{days} days is no time to hide it for", f"from 1 to {LONGEST_DAYS:,}")
    row = _TABLES[noun].get_or_none(_TABLES[noun].id == id_)
    if row is None:
        raise NotFound(f"no {noun} {id_}")
    title: str = row.name if noun == "client" else row.title
    with operation(f"hid what is suggested about {noun} {title}") as recorder:
        until = recorder.at + timedelta(days=days)
        mine = Hidden.rep == current().actor_id if current().actor_id else Hidden.rep.is_null()
        known = Hidden.get_or_none(mine, Hidden.kind == noun, Hidden.record_id == id_, Hidden.why == why)
        if known is not None:
            recorder.update(known, until=until, seen_at=row.updated_at)
        else:
            recorder.insert(Hidden, kind=noun, record_id=id_, why=why, rep=current().actor_id, until=until, seen_at=row.updated_at)
    return HiddenSuggestion(noun, id_, title, why or None, until)


def _hidden() -> dict[tuple[str, int], dict[str, datetime]]:
    """What the actor has hidden and is not to see yet: for each record the kinds, with the change of the record that was the last then."""
    actor = current().actor_id
    mine = Hidden.rep == actor if actor else Hidden.rep.is_null()
    columns = (Hidden.kind, Hidden.record_id, Hidden.why, Hidden.seen_at)
    found: dict[tuple[str, int], dict[str, datetime]] = {}
    for noun, id_, why, seen in tuples(Hidden.select(*columns).where(mine, Hidden.until > clock.now())):
        found.setdefault((noun, id_), {})[why] = seen
    return found


def _is_hidden(found: Found, hidden: dict[tuple[str, int], dict[str, datetime]]) -> bool:
    kinds = hidden.get((found.noun, found.id), {})
    return any(found.updated_at <= seen for seen in (kinds.get(""), kinds.get(found.kind)) if seen)


__all__ = ["HIDDEN_DAYS", "KINDS", "HiddenSuggestion", "Suggestion", "hide", "listed"]
