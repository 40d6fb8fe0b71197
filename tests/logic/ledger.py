"""A small notation for books of test data: one line a record, every moment at noon UTC.

    rep Ann                                         away after the name: no longer active; region=North
    client Acme lead 2026-03-01 Ann                 status, day added, owner; source=WORD
    product Glass 12.50                             its price in the catalogue, in USD; - for none
    deal A Acme Ann 100.00 Lead@01-05 Won@02-01     title, client, owner, value in USD, the stages it entered
    task Call Ann 2026-03-01                        title, assignee, due day; done=DAY for a completed one
    call Ann 2026-03-01                             or email, meeting, note
    pipeline Partners Talks 20 7 Signed Broken      a pipeline of one open stage (probability, limit in days), a won, a lost one

`-` stands for nobody and nothing, `?` for a day that is not known; a day without a year is of 2026. A value may name its
currency: `5EUR`. A deal may also hold `expected=DAY`, `next=TEXT`, `opened=DAY` (else the day of its first stage), `in=PIPELINE`,
`source=WORD`, `reason=WORD`, `rival=WORD`, `deleted`, and as often as wanted `tag=WORD` and `sold=PRODUCT:QUANTITY:PRICE`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from crmtui.blocks import Figures, Note, Report, Table
from crmtui.store.journal import Recorder, operation
from crmtui.store.tables import (
    Client,
    Deal,
    DealProduct,
    DealTag,
    Interaction,
    Pipeline,
    Product,
    Rep,
    Stage,
    StageChange,
    Tag,
    Task,
)


def write(text: str) -> None:
    """Write a book into the open base."""
    with operation("a book of test data") as recorder:
        for line in filter(None, text.splitlines()):
            word, *rest = line.split()
            READERS[word](recorder, word, rest)


def figures(report: Report) -> dict[str, Any]:
    """The figures of a report by name."""
    return {figure.name: figure.value for block in report.blocks if isinstance(block, Figures) for figure in block.items}


def before(report: Report) -> dict[str, Any]:
    """What stands beside the figures of a report."""
    return {figure.name: figure.before for block in report.blocks if isinstance(block, Figures) for figure in block.items}


def tables(report: Report) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of a report."""
    found = [block for block in report.blocks if isinstance(block, Table)]
    return {t.name: [dict(zip([c.name for c in t.columns], row, strict=True)) for row in t.rows] for t in found}


def notes(report: Report) -> list[str]:
    """The notes of a report."""
    return [block.text for block in report.blocks if isinstance(block, Note)]


def day(word: str) -> date | None:
    """A day of the notation."""
    return None if word in "-?" else date.fromisoformat(word if len(word) > 5 else f"2026-{word}")


def noon(word: str) -> datetime | None:
    """Noon UTC of a day of the notation."""
    found = day(word)
    return datetime(found.year, found.month, found.day, 12, tzinfo=UTC) if found else None


def _named(table: Any, name: str) -> Any:
    return None if name == "-" else table.get(table.name == name)


def _rep(recorder: Recorder, _: str, words: list[str]) -> None:
    options = dict(word.split("=", 1) for word in words if "=" in word)
    recorder.insert(Rep, name=words[0], active="away" not in words, region=options.get("region"))


def _client(recorder: Recorder, _: str, words: list[str]) -> None:
    options = dict(word.split("=", 1) for word in words if "=" in word)
    plain = [word for word in words if "=" not in word]
    name, status, added, owner = [*plain, "customer", "01-01", "-"][:4] if len(plain) == 1 else [*plain, "-"][:4]
    recorder.insert(
        Client, name=name, kind="company", status=status, owner=_named(Rep, owner), created_at=noon(added), sort_key=name.casefold(),
        source=options.get("source"),
    )  # fmt: skip


def _product(recorder: Recorder, _: str, words: list[str]) -> None:
    price = None if words[1] == "-" else round(float(words[1]) * 100)
    recorder.insert(Product, name=words[0], key=words[0].casefold(), price_cents=price, currency="USD")


def _pipeline(recorder: Recorder, _: str, words: list[str]) -> None:
    name, opened, probability, limit, won, lost = words
    row = recorder.insert(Pipeline, name=name, key=name.casefold(), position=9)
    steps = [(opened, "open", int(probability), int(limit)), (won, "won", 100, None), (lost, "lost", 0, None)]
    for position, (stage, outcome, chance, days) in enumerate(steps):
        recorder.insert(
            Stage, pipeline=row, name=stage, key=stage.casefold(), position=position, outcome=outcome, probability=chance, limit_days=days
        )


def _deal(recorder: Recorder, _: str, words: list[str]) -> None:
    title, client, owner, value, *rest = words
    options = dict(word.split("=", 1) for word in rest if "=" in word)
    pipeline = Pipeline.get(Pipeline.name == options.get("in", "Sales"))
    path = [word.split("@") for word in rest if "@" in word]
    stages = [Stage.get(Stage.name == name, Stage.pipeline == pipeline) for name, _ in path]
    entered = noon(path[-1][1])
    row = recorder.insert(
        Deal, title=title, client=_named(Client, client), owner=_named(Rep, owner), **_amount(value), stage=stages[-1], stage_since=entered,
        opened_at=noon(options.get("opened", path[0][1])), closed_at=entered if stages[-1].outcome != "open" else None,
        expected_close=day(options.get("expected", "-")), next_step=options.get("next"), source=options.get("source"),
        lost_reason=options.get("reason"), competitor=options.get("rival"),
        deleted_at=noon("03-01") if "deleted" in rest else None,
    )  # fmt: skip
    for place, stage in enumerate(stages):
        left = stages[place - 1] if place else None
        recorder.insert(StageChange, deal=row, from_stage=left, to_stage=stage, at=noon(path[place][1]))
    for word in rest:
        if word.startswith("tag="):
            recorder.insert(DealTag, deal=row, tag=_tag(recorder, word.removeprefix("tag=")))
        elif word.startswith("sold="):
            _line(recorder, row, *word.removeprefix("sold=").split(":"))


def _tag(recorder: Recorder, name: str) -> Tag:
    found: Tag = Tag.get_or_none(Tag.key == name.casefold()) or recorder.insert(Tag, name=name, key=name.casefold())
    return found


def _line(recorder: Recorder, deal: Deal, product: str, quantity: str, price: str) -> None:
    recorder.insert(
        DealProduct, deal=deal, product=_named(Product, product), quantity_thousandths=round(float(quantity) * 1000),
        price_cents=None if price == "-" else round(float(price) * 100),
    )  # fmt: skip


def _amount(value: str) -> dict[str, Any]:
    number, code = re.fullmatch(r"(-|-?[\d.]+)([A-Z]*)", value).groups()  # type: ignore[union-attr]
    return {"value_cents": None if number == "-" else round(float(number) * 100), "currency": code or "USD"}


def _task(recorder: Recorder, _: str, words: list[str]) -> None:
    title, assignee, due = words[:3]
    done = next((noon(word.removeprefix("done=")) for word in words if word.startswith("done=")), None)
    recorder.insert(Task, title=title, assignee=_named(Rep, assignee), due_on=day(due), state="done" if done else "open", done_at=done)


def _contact(recorder: Recorder, kind: str, words: list[str]) -> None:
    recorder.insert(Interaction, kind=kind, rep=_named(Rep, words[0]), at=noon(words[1]))


READERS = {
    "rep": _rep, "client": _client, "product": _product, "pipeline": _pipeline, "deal": _deal, "task": _task,
    "call": _contact, "email": _contact, "meeting": _contact, "note": _contact,
}  # fmt: skip
"""What each kind of line is written by."""
