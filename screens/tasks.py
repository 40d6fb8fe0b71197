"""What can be done with tasks: completed, put off, added and changed in forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from crmtui import dates, team
from crmtui.activities import checklists, repeats, tasks
from crmtui.activities.tasks import Completed, Job
from crmtui.clients import clients
from crmtui.present import text as shown
from crmtui.sales import deals, followups
from crmtui.store import batches
from crmtui.store.batches import Batch
from screens import deals as selling
from screens import keeper, logging
from screens.forms import fields
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.lines import REST, Line, Part, head
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

LATER = ("tomorrow", "+3d", "next mon", "next week")
"""When tasks are mostly put off to."""

PRIORITIES = tuple((word, word) for word in ("low", "normal", "high"))

ABOUT = ("client", "deal", "task", "interaction")
"""The nouns of what a task can be about."""

_NOUNS: dict[str, Any] = {"client": clients, "deal": deals, "assignee": team}
"""The fields that take a record, and whose `find` reads it."""


async def complete(app: CrmApp, chosen: list[Subject]) -> None:
    """Each is done. When nothing more is to be done in the deal of one alone, its next step is asked for."""
    outcome = await app.do(lambda: _each(chosen, "completed", tasks.complete), _completed)
    if outcome.value is None or len(chosen) > 1:
        return
    done = [each.task for each in outcome.value.results]
    for deal in keeper.ask(lambda: followups.stalled(done)).value or ():
        selling.next_step(app, [Subject("deal", deal)], done=True)


def _completed(batch: Batch[Completed]) -> str:
    following = [each.following for each in batch.results if each.following]
    if len(batch.results) > 1:
        return f"completed {len(batch.results):,} tasks" + (f"; {len(following):,} come again" if following else "")
    done = batch.results[0]
    parts = [f"completed {done.task.title}"]
    parts += [f"again {_due(following[0])}"] if following else []
    parts += [f"left in its checklist: {', '.join(done.left)}"] if done.left else []
    parts += [f"free now: {', '.join(job.title for job in done.freed)}"] if done.freed else []
    return "; ".join(parts)


def _due(job: Job) -> str:
    return fields.understood_day(fields.day_text(job.due_at or job.due_on))


def snooze(app: CrmApp, chosen: list[Subject]) -> None:
    """Put off to a day that is asked; Down takes one of the usual ones."""

    def save(typed: dict[str, str]) -> Any:
        until = dates.read(typed["until"])
        return _each(chosen, "snoozed", lambda id_: tasks.snooze(id_, until))

    until = fields.day("until", "Until", required=True, quick=True, offers=lambda text: [each for each in LATER if text.lower() in each])
    beside = "any day or time: fri, +2h, fri 10:00, 2026-12-31"
    fill_in(app, Plan(f"Put off: {_title(chosen)}", [until], save, _snoozed, beside=beside))


def _snoozed(batch: Batch[Job]) -> str:
    told = f"put off {batch.results[0].title}" if len(batch.results) == 1 else f"put off {len(batch.results):,} tasks"
    return f"{told} to {_due(batch.results[0])}"


def _each(chosen: list[Subject], verb: str, change: Any) -> Any:
    return batches.each("task", [subject.id for subject in chosen], verb, change)


def _title(chosen: list[Subject]) -> str:
    return tasks.get(chosen[0].id).title if len(chosen) == 1 else f"{len(chosen):,} tasks"


def add(app: CrmApp, chosen: list[Subject], due: date | None = None) -> None:
    """A new task about what is chosen, due on a day if one is given."""
    about = keeper.ask(lambda: _about(chosen)).value or {}
    texts = {name: text for name, (_, text) in about.items()} | {"due": fields.day_text(due), "priority": "normal"}

    def save(typed: dict[str, str]) -> Job:
        given = _ids({name: text for name, text in typed.items() if text.strip()}, about)
        given |= {"after": tasks.find(given["after"])} if "after" in given else {}
        given |= {"items": _lines(given["items"])} if "items" in given else {}
        return tasks.add(given.pop("title", ""), **given)

    fill_in(app, Plan("New task", _fields(texts), save, lambda job: f"added {job.title}", place="add-task"))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


Known = Mapping[str, tuple[int, str]]
"""By the name of a field: the id of the record that it begins with, and how the record is called."""


def _about(chosen: Sequence[Subject]) -> Known:
    """The rep, or the client and the deal, that a new task is about."""
    found: dict[str, tuple[int, str]] = {}
    if chosen and chosen[0].noun == "rep":
        found["assignee"] = chosen[0].id, team.get(chosen[0].id).name
    elif chosen and chosen[0].noun in ABOUT:
        client, deal = logging.named(chosen[0])
        if client:
            found["client"] = client, clients.get(client).name
        if deal:
            found["deal"] = deal, deals.get(deal).title
    return found


def _ids(typed: Mapping[str, str], known: Known) -> dict[str, Any]:
    """The texts with the ids of the records that they name, of a text that stayed as it was at first its own."""
    found: dict[str, Any] = dict(typed)
    for name, noun in _NOUNS.items():
        if name in typed:
            id_, text = known.get(name, (None, ""))
            found[name] = id_ if typed[name] == text else noun.find(typed[name]) if typed[name].strip() else None
    return found


def _fields(texts: Mapping[str, str]) -> list[Field]:
    return [
        Field("title", "Task", texts.get("title", ""), required=True),
        fields.day("due", "Due", texts["due"]),
        fields.rep("assignee", "For", texts.get("assignee", ""), hint="empty: you"),
        fields.client("client", "Client", texts.get("client", "")),
        fields.deal("deal", "Deal", texts.get("deal", "")),
        Field("priority", "Priority", texts["priority"], choices=PRIORITIES),
        Field("repeat", "Repeat", texts.get("repeat", ""), repeats.rule, _rhythms),
        Field("note", "Note", texts.get("note", ""), prose=True),
        Field("items", "More items" if texts.get("checked") else "Checklist", prose=True, hint="an item a line"),
        Field("after", "Waits for", texts.get("after", ""), _task, hint="a task that is to be done before"),
    ]


def _task(text: str) -> str:
    return str(tasks.labels([tasks.find(text)])[0].label)


def _rhythms(text: str) -> list[str]:
    return [word for word in repeats.WORDS if word.startswith(text.strip().lower()) and word != text]


def edit(app: CrmApp, chosen: list[Subject]) -> None:
    """Change a task."""
    id_ = chosen[0].id
    job = tasks.get(id_)
    plan = Plan(
        job.title, _fields(_texts(job)), lambda typed: _changed(id_, typed), lambda done: f"changed {done.title}",
        place=f"edit-task-{id_}", beside=" · ".join(filter(None, _known(job))), whole=False, now=lambda: _texts(tasks.get(id_)),
        aside=(lambda: _checklist(id_)) if job.items else None, tick=lambda item: _tick(id_, item.id),
    )  # fmt: skip
    fill_in(app, plan)


def _changed(id_: int, typed: dict[str, str]) -> Job:
    given = _ids(typed, {})
    return tasks.edit(id_, given | ({"items": _lines(typed["items"])} if "items" in typed else {}))


def _known(job: Job) -> Iterator[str | None]:
    """What is known of a task beside its fields."""
    yield from (job.client, job.deal)
    yield f"by {job.author}" if job.author else None
    yield f"given by {job.given_by}" if job.given_by and job.given_by != job.author else None
    yield f"created {shown.value(job.created_at)}"
    yield "overdue" if job.overdue else "" if job.state == "open" else job.state
    yield f"waits for {job.after}" if job.waiting else None


def _checklist(id_: int) -> list[Line]:
    """The items of a task; Space ticks the one under the cursor."""
    checks = checklists.of(id_)
    done = sum(check.done_at is not None for check in checks)
    signs = {True: Part("[x]", 3, "good"), False: Part("[ ]", 3, "accent")}
    lines = [Line((signs[check.done_at is not None], Part(check.text, REST)), Subject("item", check.position)) for check in checks]
    return [head(f"Checklist: {done} of {len(checks)} done", "Space ticks"), *lines]


def _tick(id_: int, position: int) -> Any:
    """Do an item, or have it to do again."""
    done = next((check.done_at for check in checklists.of(id_) if check.position == position), None) is None
    return checklists.check(id_, [str(position)], done=done)


def _texts(job: Job) -> dict[str, str]:
    """A task's fields as they are typed."""
    words = {rule: word for word, rule in repeats.WORDS.items()}
    found = {name: getattr(job, name) or "" for name in ("title", "assignee", "client", "deal", "priority", "note", "after")}
    found |= {"checked": "some"} if job.items else {}
    return found | {"due": fields.day_text(job.due_at or job.due_on), "repeat": words.get(job.repeat or "", job.repeat or "")}
