"""Importing a file: which column goes where, what would come of it, what only a person can decide; then the import itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from crmtui.errors import Question
from crmtui.exchange import columns, importing, mappings, previews
from crmtui.exchange.importing import Imported, Options
from crmtui.present.cleaner import show
from crmtui.store import files, imports, rewind
from screens import import_lines as drawn
from screens import keeper
from screens.forms.asking import pick
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.import_jobs import Attempt, Job
from screens.import_options import options_plan
from screens.keeper import Outcome
from screens.lines import BLANK
from screens.records import WAYS
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

if TYPE_CHECKING:
    from screens.app import CrmApp

WIDE = 110
"""Cells from which on what would come of it stands beside the columns."""

BEAT_SECONDS = 0.3
"""How often it is told how far an import has come."""

OFFERED = 8
"""Names of files that are offered at most."""


class Import(View):
    """The columns of a file and what an import would do. Enter gives a column to another field, `ctrl+s` imports, Escape leaves."""

    TITLE = "Import"
    DEFAULT_CSS = """
    Import > #head { height: auto; max-height: 5; padding: 0 1; }
    Import > #keys { height: 1; padding: 0 1; color: $text-muted; }
    Import > Horizontal { height: 1fr; }
    Import Sheet { width: 1fr; padding: 0 1; }
    Import #outcome { border-left: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "import", "import", show=False),
        Binding("o", "options", "how it is read", show=False),
        Binding("m", "save_mapping", "save the mapping", show=False),
        Binding("u", "undo", "undo", show=False, id="undo"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._attempt: Attempt | None = None
        self._columns, self._outcome = Sheet(id="columns"), Sheet(id="outcome")
        self._head, self._keys = Static(id="head"), Static(id="keys")

    def compose(self) -> ComposeResult:
        """How it stands, the keys, the columns, what would come of it."""
        yield self._head
        yield self._keys
        with Horizontal():
            yield self._columns
            yield self._outcome

    def on_mount(self) -> None:
        """Tell how far it has come, while something runs."""
        self.set_interval(BEAT_SECONDS, self._beat)

    def on_unmount(self) -> None:
        """Nobody waits for a trial any more."""
        self._stop()

    @property
    def heading(self) -> str:
        """Which file it is."""
        return f"import {self._job.path.name}" if self._job else self.TITLE

    @property
    def importing(self) -> bool:
        """Whether an import in earnest is under way."""
        return self._attempt is not None and not self._attempt.dry

    def enter(self) -> None:
        """The keys go to the columns."""
        self._columns.focus()

    def step_back(self) -> bool:
        """What is tried is left; what is imported goes on by itself."""
        self._stop()
        return False

    def _stop(self) -> None:
        if self._attempt is not None and self._attempt.dry:
            self._attempt.left = True
            self._attempt = None

    # -- trying it

    def begin(self, job: Job) -> None:
        """Look at a file."""
        self._job = job
        self._columns.fill([])
        self._try()

    def _try(self) -> None:
        """Read the file and do all that an import would do, without keeping it."""
        self._stop()
        if self._job is not None:
            self._job.tried = None
            attempt = self._attempt = Attempt(dry=True)
            self._draw()
            self.run_worker(self._tried(self._job, attempt), exclusive=True, group="import")

    async def _tried(self, job: Job, attempt: Attempt) -> None:
        """The columns first, then what would come of the rows; what was asked for meanwhile comes before it."""
        options = replace(job.options, dry_run=True, progress=attempt.count)
        seen = await keeper.ask_aside(lambda: previews.look(job.kind, job.path, options))
        if attempt is not self._attempt:
            return
        job.preview = seen.value or job.preview
        self._draw()
        tried: Outcome[Imported] = Outcome(None, seen.refused, seen.hint, question=seen.question)
        if seen.value is not None:
            tried = await keeper.ask_aside(lambda: previews.run(job.kind, job.path, options))
        if attempt is not self._attempt:
            return
        self._attempt, job.tried = None, tried
        self._draw()
        if job.question is not None and self.crm.view is self and len(self.app.screen_stack) == 1:
            self._ask(job.question)

    def _ask(self, question: Question) -> None:
        """Ask what only a person can decide, and try again with the answer."""
        title = self._job.tried.refused if self._job and self._job.tried else ""

        async def answered(answer: str) -> None:
            self._answer(question, answer)

        if question.answers:
            pick(self.crm, title, question.answers, answered)
            return
        guess = question.guess
        made = [Field("answer", question.option.capitalize(), guess, required=True, hint="in the order in which a deal passes them")]
        plan = Plan("Make these?", made, lambda typed: typed["answer"], beside=title, verb="try")
        fill_in(self.app, plan, lambda answer: self._answer(question, answer))

    def _answer(self, question: Question, answer: str) -> None:
        job = self._job
        outcome = keeper.ask(lambda: previews.answered(job.options, question, answer) if job else None)
        if outcome.refused:
            self.crm.refuse(outcome)
        elif job is not None and outcome.value is not None:
            job.options = outcome.value
            self._try()

    # -- drawing

    def reload(self) -> None:
        """What was imported may have been taken back; what is tried is not tried anew for every change of others."""
        job = self._job
        if job is not None and job.done is not None and job.done.operation:
            found = keeper.ask(lambda: imports.load([job.done.operation if job.done and job.done.operation else 0])).value
            job.undone = bool(found and found[0].undone)
            self._draw()

    def _beat(self) -> None:
        if self._attempt is not None:
            self._tell_head()

    def _tell_head(self) -> None:
        job = self._job
        if job is not None:
            told = f"{job.kind} from {job.path.name}\n{drawn.state(job, self._attempt)}"
            self._head.update(Content(show(told, lines=True)))
            self._keys.update(Content(show(drawn.keys(job, self._attempt))))

    def _draw(self) -> None:
        job = self._job
        if job is None:
            return
        self._tell_head()
        wide = self.size.width >= WIDE
        left = drawn.columns_of(job, self.size.width // (2 if wide else 1)) if job.done is None else drawn.made_of(job)
        right = [*drawn.outcome_of(job), *([BLANK, *drawn.doings(job)] if job.preview and not job.done else [])]
        self._outcome.display = wide
        self._columns.fill(left if wide else [*left, BLANK, *right])
        self._outcome.fill(right if wide else [])

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self._draw()

    # -- what is chosen

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        """A column is given to a field; a record's line opens the records; the last lines do what they say."""
        if event.subject.noun == "column":
            self._give(event.subject.id)
        elif event.subject.noun == "made":
            await self._open_made(event.subject.id)
        elif event.subject.noun == "doing":
            await (self.action_import, self.action_options, self.action_save_mapping)[event.subject.id]()

    def _give(self, place: int) -> None:
        job = self._job
        if job is None or job.preview is None or self.importing:
            return
        column, now = job.preview.columns[place].name, job.preview.columns[place].field
        keeps = [(columns.KEPT, "keep it as an own field")] if job.preview.keeps else []
        others = [name for name in job.preview.fields if name != now]
        first = [now] if now in job.preview.fields else []
        choices = [*map(_worded, first), ("-", "leave it out"), *keeps, *map(_worded, others)]

        async def picked(name: str) -> None:
            job.options = previews.remapped(job.options, column, name)
            self._try()

        pick(self.crm, f"“{column}” is", choices, picked)

    async def action_options(self) -> None:
        """How the file is read, and what may be made of it."""
        job = self._job
        if job is not None and job.done is None and not self.importing:
            fill_in(self.app, options_plan(job.options), self._set_options)

    def _set_options(self, options: Options) -> None:
        if self._job is not None:
            self._job.options = options
            self._try()

    async def action_save_mapping(self) -> None:
        """The name under which the mapping is saved with the import."""
        job = self._job
        if job is not None and job.done is None and not self.importing:
            made = [Field("name", "Name", job.save or "", hint="empty: it is not saved")]
            fill_in(self.app, Plan("Save which column is which as", made, lambda typed: typed["name"].strip()), self._set_save)

    def _set_save(self, name: str) -> None:
        if self._job is not None:
            self._job.save = name or None
            self._draw()

    async def _open_made(self, place: int) -> None:
        if self._job is not None:
            noun = list(self._job.made)[place]
            page = await self.crm.show_page("report")
            await page.show_members(f"imported from {self._job.path.name}", noun, self._job.made[noun])  # type: ignore[attr-defined]

    # -- in earnest

    async def action_import(self) -> None:
        """Import it, aside; a question that is open is asked first."""
        job = self._job
        if job is None or job.done is not None or self.importing:
            return
        if self._attempt is not None:
            self.crm.say("it is still being tried out")
        elif job.question is not None:
            self._ask(job.question)
        elif job.tried is not None and job.tried.value is None:
            self.crm.refuse(job.tried)
        elif job.tried is not None and job.tried.value is not None:
            self._attempt = Attempt(dry=False, of=job.tried.value.rows)
            self._draw()
            self.crm.run_worker(self._imported(job, self._attempt), group="import in earnest")

    async def _imported(self, job: Job, attempt: Attempt) -> None:
        """The import on a thread of its own; whoever has gone elsewhere is told when it is done."""
        options = replace(job.options, progress=attempt.count)
        outcome = await keeper.ask_aside(lambda: previews.run(job.kind, job.path, options, job.save))
        self._attempt = None
        if outcome.value is None:
            job.tried = outcome
            self.crm.refuse(outcome)
        else:
            job.done = outcome.value
            job.made = await _made(job.done)
            self.crm.changed()
            self.crm.say(f"{drawn.counts(job.done, dry=False)}; u takes it back" if job.done.operation else "nothing was new in it")
        self._draw()

    def action_undo(self) -> None:
        """Take the import back, aside; or else what was done last."""
        job = self._job
        if job is None or job.done is None or not job.done.operation or job.undone or self._attempt is not None:
            self.crm.do_undo()
            return
        self._attempt = Attempt(dry=False, undoes=True)
        self._draw()
        self.crm.run_worker(self._undone(job.done.operation), group="import in earnest")

    async def _undone(self, operation: int) -> None:
        outcome = await keeper.ask_aside(lambda: rewind.undo(operation))
        self._attempt = None
        if outcome.value is None:
            self.crm.refuse(outcome)
        else:
            self.crm.changed()
            self.crm.say(f"undone: {outcome.value.summary}")
        self._draw()


async def _made(done: Imported) -> dict[str, list[int]]:
    """The records that an import created or changed, by noun, as far as they can be listed."""
    if not done.operation:
        return {}
    operation = done.operation
    found = (await keeper.ask_aside(lambda: imports.records(operation))).value or []
    nouns = [noun for noun in WAYS if any(each[0] == noun for each in found)]
    return {noun: [id_ for other, id_, _ in found if other == noun] for noun in nouns}


def _worded(name: str) -> tuple[str, str]:
    return name, name.replace("_", " ")


def start(app: CrmApp, chosen: Sequence[Subject]) -> None:
    """Choose a file and say what its rows are; then it is looked at."""
    saved = [each.name for each in keeper.ask(mappings.load).value or ()]
    made = [Field("path", "File", required=True, offers=lambda text: files.beginning(text, OFFERED))]
    if saved:
        made.append(
            Field("mapping", "Saved mapping", offers=lambda text: [name for name in saved if text.strip() in name], hint="may be empty")
        )

    def read(typed: dict[str, str]) -> tuple[Path, str, str]:
        path, mapping = Path(typed["path"].strip()).expanduser(), typed.get("mapping", "").strip()
        with previews.opened(path):
            return path, mapping, mappings.find(mapping).kind if mapping else ""

    async def file(found: tuple[Path, str, str]) -> None:
        path, mapping, known = found
        if mapping:
            await _open(app, known, path, mapping)
            return

        async def picked(kind: str) -> None:
            await _open(app, kind, path, "")

        pick(app, f"The rows of {path.name} are", [(kind, kind) for kind in importing.KINDS], picked)

    fill_in(app, Plan("Import a file", made, read, verb="try"), file)


async def _open(app: CrmApp, kind: str, path: Path, mapping: str) -> None:
    """Look at a file on the page of imports, unless an import is under way there."""
    page = app.view if isinstance(app.view, Import) else await app.show_page("import")
    if page.importing:  # type: ignore[attr-defined]
        app.say("another import is under way; it is told when it is done")
        return
    options = Options(file_name=str(path))
    found = keeper.ask(lambda: mappings.applied(kind, options, mapping) if mapping else options)
    if found.value is None:
        app.refuse(found)
        return
    page.begin(Job(kind, path, found.value))  # type: ignore[attr-defined]
    app.tell()
