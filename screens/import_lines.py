"""How an import is drawn: how it stands in a sentence, its columns, its rejected rows, what was made."""

from __future__ import annotations

import re
import time

from crmtui.exchange.columns import KEPT
from crmtui.exchange.importing import Imported
from crmtui.exchange.previews import Seen
from screens import keeper
from screens.import_jobs import Attempt, Job
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.subject import Subject

NARROW = 76
"""Cells below which the names of columns and fields get less room."""

_OPTION = re.compile(r"--([a-z]+)(?: [A-Z]+)?$")
"""An option of the shell at the end of a note, where the screen has a key."""

_COUNTED = ("created", "updated", "unchanged", "skipped", "rejected")

DOINGS = (("ctrl+s", "import it"), ("o", "how the file is read"), ("m", "save which column is which, under a name"))
"""What can be done with a file; in the order of the page's actions."""


def counts(done: Imported, *, dry: bool) -> str:
    """What became of the rows, or would: only what there is of it."""
    told = [f"{count:,} {name}" for name in _COUNTED if (count := getattr(done, name))]
    rows = "1 row" if done.rows == 1 else f"{done.rows:,} rows"
    return f"{'would import' if dry else 'imported'} {rows}: {', '.join(told) or 'there are none'}"


def state(job: Job, attempt: Attempt | None) -> str:
    """How it stands."""
    if attempt is not None:
        return _progress(attempt)
    if job.done is not None:
        return f"{counts(job.done, dry=False)}{'; taken back' if job.undone else ''}"
    if job.tried is None:
        return ""
    if job.tried.value is not None:
        return counts(job.tried.value, dry=True)
    return (
        f"{'to be decided: ' if job.question else ''}{'. '.join(filter(None, (job.tried.refused, '' if job.question else job.tried.hint)))}"
    )


def _progress(attempt: Attempt) -> str:
    seconds = time.monotonic() - attempt.began
    word = "trying it out" if attempt.dry else "taking it back" if attempt.undoes else "importing"
    if attempt.of and attempt.rows >= attempt.of:
        return f"{word}: all {attempt.of:,} rows read, writing them · {seconds:.0f} s"
    of = f" of {attempt.of:,}" if attempt.of else ""
    return f"{word}: {attempt.rows:,}{of} rows read · {seconds:.0f} s" if attempt.rows else f"{word} … {seconds:.0f} s"


def keys(job: Job, attempt: Attempt | None) -> str:
    """The keys of the page."""
    if attempt is not None and not attempt.dry:
        return "go on with your work; it is told when it is done"
    if job.done is not None:
        undo = "u takes it back · " if job.done.operation and not job.undone else ""
        return f"{undo}Esc leaves"
    begin = "^S answers" if job.question else "^S imports"
    return f"⏎ changes a column · {begin} · o how it is read · Esc leaves"


def columns_of(job: Job, cells: int) -> list[Line]:
    """The columns of the file, each with its field and what stands in it."""
    if job.preview is None:
        return []
    seen = job.preview.columns
    out = sum(each.field is None for each in seen)
    name, named = (16, 14) if cells < NARROW else (24, 18)
    lines = [_column(job, place, each, name, named) for place, each in enumerate(seen)]
    return [head(f"{len(seen):,} column{'s' if len(seen) != 1 else ''}", f"{out:,} left out" if out else ""), *lines]


def _column(job: Job, place: int, seen: Seen, name: int, named: int) -> Line:
    kept = job.options.mapping.get(seen.name) == KEPT
    field = f"{'+' if kept else '→'} {seen.field.replace('_', ' ')}" if seen.field else "– left out"
    style = "accent" if seen.field else "muted"
    samples = " · ".join(seen.samples) or "empty"
    return Line((Part(seen.name, name), Part(field, named, style), Part(samples, REST, "muted")), Subject("column", place))


def outcome_of(job: Job) -> list[Line]:
    """What would come of the file, or came: what else is made, the first rejected rows with their reasons, what was decided."""
    found = job.done or (job.tried.value if job.tried else None)
    if found is None:
        return []
    lines = []
    if found.already:
        lines += [Line((Part(f"this file was imported already, as operation {found.already}", REST, "warn"),), wraps=True), BLANK]
    if found.related:
        also = ", ".join(f"{count:,} {noun}" for noun, count in found.related.items())
        lines += [Line((Part(f"{'also made' if job.done else 'also makes'}: {also}", REST),), wraps=True), BLANK]
    if found.rejects:
        shown = sorted(found.rejects)
        more = f"the first {len(shown)}" if found.rejected > len(shown) else ""
        lines += [head(f"{found.rejected:,} rejected row{'s' if found.rejected != 1 else ''}", more)]
        lines += [_rejected(*each) for each in shown]
        lines += [Line((Part(f"they are in {found.rejects_file}", REST, "warn"),), wraps=True)] if found.rejects_file else []
        lines.append(BLANK)
    lines += [Line((Part(_OPTION.sub(r"o sets the \1", note), REST, "muted"),), wraps=True) for note in found.notes]
    return lines


def _rejected(line: int, column: str, reason: str) -> Line:
    why = keeper.spoken(reason)
    return Line((Part(f"line {line}", 10, "muted"), Part(f"{column}: {why}" if column else why, REST, "bad")), wraps=True)


def doings(job: Job) -> list[Line]:
    """What can be done, for the mouse and for who does not know the keys."""
    words = [word for _, word in DOINGS]
    if job.save:
        words[2] = f"which column is which is saved as “{job.save}”"
    return [
        Line((Part("^S" if key == "ctrl+s" else key, 4, "accent"), Part(word, REST)), Subject("doing", place))
        for place, ((key, _), word) in enumerate(zip(DOINGS, words, strict=True))
    ]


def made_of(job: Job) -> list[Line]:
    """What was imported, by noun, to be opened."""
    lines = [
        Line((Part("⏎", 2, "accent"), Part(f"open the {len(ids):,} {noun}{'s' if len(ids) != 1 else ''}", REST)), Subject("made", place))
        for place, (noun, ids) in enumerate(job.made.items())
    ]
    return lines or [plain("nothing in the base has changed" if job.done and not job.done.operation else "")]
