"""Taking in a stream of requests: each line one operation, several of them committed together, a bad line put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.exchange import forms
from crmtui.exchange.forms import Defaults
from crmtui.sales import assigning, intake, pipelines
from crmtui.sales.assigning import Rule
from crmtui.sales.intake import Captured, Request
from crmtui.store.connection import current

TOGETHER = 25
"""Lines committed together when so many are there: a commit costs as much as two lines, and nobody waits long for their turn."""

Line = tuple[int, bytes]

Aside = Callable[[int, str], object]
"""Takes a line that could not be taken in: its number and the reason."""

_BAD = (Refused, Unreadable, NotFound)


def run(source: BinaryIO, defaults: Defaults, aside: Aside, *, pipeline: int | None = None) -> Iterator[Captured]:
    """Take in the requests of a stream as they come, into the first stage of a pipeline (else of the first one).

    What is told of a request is told once it is committed. Raises `Unreadable` for settings that name nobody, `NotFound` without a stage.
    """
    forms.check(defaults)
    rule, stage = assigning.rule(), _first_stage(pipeline or pipelines.first_pipeline())
    for lines in forms.lines(source):
        for start in range(0, len(lines), TOGETHER):
            done, bad = _taken(lines[start : start + TOGETHER], defaults, rule, stage)
            for line, reason in bad:
                aside(line, reason)
            yield from done


def _first_stage(pipeline: int) -> int:
    steps = pipelines.load(pipeline)
    if not steps:
        raise NotFound(f"pipeline {pipeline} has no stage", "crmtui add-stage adds one")
    return steps[0].id


def _taken(lines: Sequence[Line], defaults: Defaults, rule: Rule, stage: int) -> tuple[list[Captured], list[tuple[int, str]]]:
    """Take some lines in; what became of the good ones, and why the others are bad, by the line."""
    requests, bad = _read(lines, defaults)
    done: list[Captured] = []
    if requests:
        with current().writing():
            for line, request in requests:
                try:
                    done.append(intake.capture(request, rule, line=line, stage=stage))
                except _BAD as why:
                    bad.append((line, str(why)))
    return done, sorted(bad)


def _read(lines: Sequence[Line], defaults: Defaults) -> tuple[list[tuple[int, Request]], list[tuple[int, str]]]:
    found: list[tuple[int, Request]] = []
    bad: list[tuple[int, str]] = []
    for number, line in lines:
        try:
            found.append((number, forms.read(line, defaults)))
        except _BAD as why:
            bad.append((number, str(why)))
    return found, bad
