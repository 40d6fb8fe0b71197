"""What is done with one record or with all that are marked, as one change: owner, tags, status, a task each, deletion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from crmtui import dates, team
from crmtui.activities import tasks
from crmtui.clients import clients, tags
from crmtui.sales import deals
from crmtui.store import batches
from screens.clients import STATUSES
from screens.forms import fields
from screens.forms.asking import pick
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

_NOUNS: dict[str, Any] = {"client": clients, "deal": deals, "task": tasks}
MANY = 100
"""Records whose change takes more than a moment."""


def owner(app: CrmApp, chosen: list[Subject]) -> None:
    """Give it to another rep; letters pick one."""
    people = [(str(member.id), member.name) for member in team.load() if member.active]

    async def picked(rep: str) -> None:
        await app.do(lambda: _each(chosen, "changed", _gift(chosen, int(rep))), _told("given away"), _slow(chosen))

    if people:
        pick(app, f"Give {_words(chosen)} to", people, picked, named=True)
    else:
        app.say("nobody works here yet; crmtui add-rep adds somebody")


def _gift(chosen: list[Subject], rep: int) -> Callable[[int], Any]:
    """What gives a record to a rep; a task that several are given with stays where it is with whom it is already."""
    noun = chosen[0].noun
    if noun != "task":
        return lambda id_: _NOUNS[noun].edit(id_, {"owner": rep})
    return lambda id_: tasks.get(id_) if len(chosen) > 1 and tasks.get(id_).assignee_id == rep else tasks.delegate(id_, rep)


def tag(app: CrmApp, chosen: list[Subject]) -> None:
    """Put tags on it."""
    _tags(app, chosen, "Tag", "tagged", lambda noun: noun.tag, [fields.tag_names("tags", "Tags", required=True)])


def untag(app: CrmApp, chosen: list[Subject]) -> None:
    """Take tags off it."""
    known = tags.of(chosen[0].noun, [subject.id for subject in chosen])
    borne = sorted({name for names in known.values() for name in names})
    if not borne:
        app.say("there are no tags on it")
        return
    offers = Field("tags", "Tags", ", ".join(borne) if len(borne) == 1 else "", required=True, offers=lambda _: borne)
    _tags(app, chosen, "Untag", "untagged", lambda noun: noun.untag, [offers])


def _tags(app: CrmApp, chosen: list[Subject], title: str, verb: str, way: Callable[[Any], Any], made: Sequence[Field]) -> None:
    change = way(_NOUNS[chosen[0].noun])

    def save(typed: dict[str, str]) -> Any:
        names = [name.strip() for name in typed["tags"].split(",") if name.strip()]
        return _each(chosen, verb, lambda id_: change(id_, names))

    fill_in(app, Plan(f"{title} {_words(chosen)}", made, save, _told(verb), slow=_slow(chosen)))


def status(app: CrmApp, chosen: list[Subject]) -> None:
    """Set what the client is to us."""

    async def picked(word: str) -> None:
        change = lambda id_: clients.edit(id_, {"status": word})  # noqa: E731 — read where it is used
        await app.do(lambda: _each(chosen, "changed", change), _told(f"made {word}"), _slow(chosen))

    pick(app, f"Status of {_words(chosen)}", STATUSES, picked)


def task(app: CrmApp, chosen: list[Subject]) -> None:
    """The same task about each."""
    made = [Field("title", "Task", required=True), fields.day("due", "Due"), fields.rep("assignee", "For")]

    def save(typed: dict[str, str]) -> Any:
        due = dates.read(typed["due"]) if typed["due"].strip() else None
        person = team.find(typed["assignee"]) if typed["assignee"].strip() else None

        def add(id_: int) -> Any:
            client, deal = _about(chosen[0].noun, id_)
            return tasks.add(typed["title"], due=due, assignee=person, client=client, deal=deal)

        return _each(chosen, "added tasks about", add)

    fill_in(app, Plan(f"A task about {_words(chosen)}", made, save, _told("given a task"), slow=_slow(chosen)))


def _about(noun: str, id_: int) -> tuple[int | None, int | None]:
    return (id_, None) if noun == "client" else (deals.get(id_).client_id, id_)


def delete(app: CrmApp, chosen: list[Subject]) -> None:
    """Delete it. One alone goes at once, for undo brings it back; many, or a client with open deals, are asked for first."""
    noun = chosen[0].noun
    still_open = sum(deals.count(client=each.id, outcome="open") for each in chosen[:MANY]) if noun == "client" else 0

    async def sure(answer: str = "yes") -> None:
        if answer == "yes":
            await app.do(lambda: _each(chosen, "deleted", _deletion(noun)), _told("deleted"), _slow(chosen))

    if len(chosen) == 1 and not still_open:
        app.call_later(sure)
        return
    number = "their" if len(chosen) > MANY else f"{still_open:,}"
    beside = f" with {number} open deals" if still_open > 1 else " with an open deal" if still_open else ""
    pick(app, f"Delete {_words(chosen)}{beside}?", [("yes", "yes, delete"), ("no", "no")], sure)


def _deletion(noun: str) -> Callable[[int], Any]:
    if noun == "client":
        return lambda id_: clients.delete(id_, with_deals=True)
    return deals.delete if noun == "deal" else tasks.cancel


def _slow(chosen: list[Subject]) -> bool:
    return len(chosen) > MANY


def _each(chosen: list[Subject], verb: str, change: Callable[[int], Any]) -> Any:
    return batches.each(chosen[0].noun, [subject.id for subject in chosen], verb, change)


def _told(verb: str) -> Callable[[Any], str]:
    def words(done: Any) -> str:
        count = len(done.results)
        return f"{verb}: {count:,} of them; u takes it back" if count > 1 else f"{verb}; u takes it back"

    return words


def _words(chosen: list[Subject]) -> str:
    """What is chosen, for a title."""
    if len(chosen) > 1:
        return f"{len(chosen):,} {chosen[0].noun}s"
    return str(_NOUNS[chosen[0].noun].labels([chosen[0].id])[0].label)
