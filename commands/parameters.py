"""The kinds of parameters that commands take: references, moments, choices; each read by one function of the logic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from crmtui.frozen import dataclass

if TYPE_CHECKING:
    from crmtui.dates import When
    from crmtui.periods import Period
    from crmtui.worktimes import Calendar


@dataclass(frozen=True, slots=True)
class Read:
    """Marks a parameter that is typed as text and handed to the command as what `by` reads from it.

    `by` runs once the base is open, so it may look records up; what it refuses leaves as any other refusal.
    `noun` names the records offered by completion.
    """

    by: Callable[[str], Any]
    metavar: str
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """Marks the reference of a command that may be given many records at once by `--ids`; `verb` tells what was done: `moved`."""

    verb: str


def _client(text: str) -> int:
    from crmtui.clients import clients

    return clients.find(text)


def _deal(text: str) -> int:
    from crmtui.sales import deals

    return deals.find(text)


def _task(text: str) -> int:
    from crmtui.activities import tasks

    return tasks.find(text)


def _rep(text: str) -> int:
    from crmtui import team

    return team.find(text)


def _product(text: str) -> int:
    from crmtui.sales import products

    return products.find(text)


def _deleted_client(text: str) -> int:
    from crmtui.sales import trash

    return trash.find_client(text)


def _deleted_deal(text: str) -> int:
    from crmtui.sales import trash

    return trash.find_deal(text)


def _purchase(text: str) -> int:
    from crmtui.sales import purchases

    return purchases.find(text)


def _attachment(text: str) -> int:
    from crmtui.sales import attachments

    return attachments.find(text)


def _field(text: str) -> int:
    from crmtui.clients import fields

    return fields.find(text)


def _stage(text: str) -> int:
    from crmtui.sales import pipelines

    return pipelines.find(text)


def _pipeline(text: str) -> int:
    from crmtui.sales import pipelines

    return pipelines.find_pipeline(text)


def _import(text: str) -> int:
    from crmtui.store import imports

    return imports.find(text)


def _when(text: str) -> When:
    from crmtui import dates

    return dates.read(text, calendar=_working)


def _working() -> Calendar:
    from crmtui.activities import hours

    return hours.mine()


def _moment(text: str) -> datetime:
    from crmtui import dates

    return dates.moment(text)


def _past(text: str) -> datetime:
    from crmtui import dates
    from crmtui.store import travel

    return travel.read(dates.read(text))


def _since(text: str) -> datetime:
    from crmtui.sales import changes

    return changes.since(text)


def _until(text: str) -> datetime:
    from crmtui.sales import changes

    return changes.until(text)


def _day(text: str) -> date:
    from crmtui import dates

    return dates.day(text)


def _period(text: str) -> Period:
    from crmtui import periods

    return periods.read(text)


def _agenda(text: str) -> Period:
    from crmtui.activities import agenda

    return agenda.stretch(text)


ClientRef = Annotated[int, Read(_client, "CLIENT", "client")]
DealRef = Annotated[int, Read(_deal, "DEAL", "deal")]
TaskRef = Annotated[int, Read(_task, "TASK", "task")]
DeletedClientRef = Annotated[int, Read(_deleted_client, "CLIENT", "deleted client")]
DeletedDealRef = Annotated[int, Read(_deleted_deal, "DEAL", "deleted deal")]
RepRef = Annotated[int, Read(_rep, "REP", "rep")]
ProductRef = Annotated[int, Read(_product, "PRODUCT", "product")]
PurchaseRef = Annotated[int, Read(_purchase, "PURCHASE", "purchase")]
AttachmentRef = Annotated[int, Read(_attachment, "ATTACHMENT", "attachment")]
FieldRef = Annotated[int, Read(_field, "FIELD", "field")]
StageRef = Annotated[int, Read(_stage, "STAGE", "stage")]
PipelineRef = Annotated[int, Read(_pipeline, "PIPELINE", "pipeline")]
ImportRef = Annotated[int, Read(_import, "IMPORT")]
WhenText = Annotated["When", Read(_when, "WHEN")]
MomentText = Annotated[datetime, Read(_moment, "WHEN")]
SinceText = Annotated[datetime, Read(_since, "WHEN")]
UntilText = Annotated[datetime, Read(_until, "WHEN")]
PAST = Read(_past, "WHEN")
"""Reads the moment as of which a command is carried out: the base is as it was then, and everything else is read in it."""
PastText = Annotated[datetime, PAST]
DayText = Annotated[date, Read(_day, "DAY")]
PeriodText = Annotated["Period", Read(_period, "PERIOD")]
AgendaText = Annotated["Period", Read(_agenda, "PERIOD")]

Format = Literal["table", "json", "jsonl", "csv", "tsv", "ids"]
"""The forms in which data is printed."""

ReportFormat = Literal["table", "json", "jsonl", "csv", "tsv", "ids", "html", "message"]
"""The forms in which reports are printed: also as a page, and as a mail."""

_asked: dict[str, Any] = {"form": "table", "db": None, "acting": None}


def asked(name: str) -> Any:
    """What the command line says of an option that every command has: `form`, `db`, `acting`; None when it says nothing."""
    return _asked[name]


def remember(shared: dict[str, Any]) -> None:
    """Keep what was asked for the command that is about to run."""
    _asked.update(shared)


def current_format() -> str:
    """The form in which this command's result will be printed."""
    return str(_asked["form"])
