"""The agenda: a day, a week or a month of one person or of everyone, the overdue work first."""

from __future__ import annotations

from datetime import date, timedelta

from textual import on
from textual.app import ComposeResult

from crmtui import clock, team
from crmtui.activities import agenda, tasks
from crmtui.activities.agenda import Entry
from crmtui.frozen import dataclass
from crmtui.periods import month_start, week_start
from crmtui.store.connection import current
from screens import entries, keeper
from screens.forms.asking import pick
from screens.grids import Grid, Month, Week
from screens.keeper import Outcome
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import NOBODY, View

WIDE = 100
"""Cells from which on the days of a week stand side by side."""

SPANS = ("day", "week", "month")
"""The stretches that can be shown, in the order of the key that switches them."""

SHARE = 8
"""The overdue work takes this part of the height above a grid, a third of it above a day; the rest of it is told by its number."""

MOST = 200
"""Overdue tasks that are listed."""

GIVEN = "given"
"""What is picked to see the tasks that one has given to others."""

READING = "agenda"
"""The group of the workers that read."""

MORE = Subject("more", 0)
"""What stands for the overdue tasks that are not listed yet."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was read: the days, their entries, the oldest overdue tasks and how many there are."""

    days: tuple[date, ...]
    entries: tuple[Entry, ...]
    late: tuple[Entry, ...]
    overdue: int


class Agenda(View):
    """What is to be done and was held, by days."""

    TITLE = "Agenda"
    DEFAULT_CSS = """
    Agenda Sheet { padding: 0 1; }
    Agenda #days { height: 1fr; }
    Agenda Grid { height: 1fr; margin: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._span, self._day = "day", clock.today()
        self._rep = current().actor_id
        self._given = False
        self._whole = self._turned = False
        self._marked: set[Subject] = set()
        self._stretch: Stretch | None = None
        self._late, self._days = Sheet(id="late"), Sheet(id="days")
        self._week, self._month = Week(id="week"), Month(id="month")

    def compose(self) -> ComposeResult:
        """The overdue work above a grid; or all in one list."""
        yield self._late
        yield self._days
        yield self._week
        yield self._month

    # -- what it shows

    @property
    def heading(self) -> str:
        """Which stretch, and of whom."""
        return f"{self._span} · {self._whose()}"

    def _whose(self) -> str:
        rep = self._rep
        if self._given:
            return "given by me"
        if rep is None:
            return "everyone"
        return "mine" if rep == current().actor_id else keeper.ask(lambda: team.get(rep).name).value or "nobody"

    @property
    def _grid(self) -> Grid | None:
        """The grid that is shown, if one is."""
        if self._span == "month":
            return self._month
        return self._week if self._span == "week" and self.size.width >= WIDE else None

    @property
    def _focused(self) -> Sheet | Grid:
        return self._late if self._late.has_focus else self._grid or self._days

    @property
    def subjects(self) -> list[Subject]:
        """The marked entries, else the one under the cursor."""
        found = self._focused.subject
        return self._in_order(self._marked) or ([found] if found and found.noun in ("task", "interaction") else [])

    @property
    def listed(self) -> list[Subject]:
        """All the entries."""
        stretch = self._stretch
        return list(dict.fromkeys(entries.subject(each) for each in (*stretch.late, *stretch.entries))) if stretch else []

    def _in_order(self, wanted: set[Subject]) -> list[Subject]:
        return [each for each in self.listed if each in wanted] if wanted else []

    def enter(self) -> None:
        """The keys go to the days."""
        self._focused.focus()

    # -- reading

    def reload(self) -> None:
        """Read the stretch and lay it out; a week or a month of everyone may be long to read, and is read aside."""
        self.workers.cancel_group(self, READING)
        if self._rep is None and self._span != "day":
            self.run_worker(self._read_aside(), group=READING)
        else:
            self._take(keeper.ask(self._read))

    async def _read_aside(self) -> None:
        self._take(await keeper.ask_aside(self._read))
        self.crm.tell()

    def _take(self, outcome: Outcome[Stretch]) -> None:
        """Show what was read; the cursor comes to the day when it is another stretch than before."""
        self._stretch = outcome.value
        if outcome.value is None:
            self._display(self._days)
            self._days.fill([plain(outcome.refused, "bad"), plain(outcome.hint)])
            return
        read = (*outcome.value.late, *outcome.value.entries)
        self._marked &= {entries.subject(each) for each in read if each.noun != "task" or each.state == "open"}
        self._lay_out()
        if self._turned:
            self._turned = False
            self._days.scroll_home(animate=False)
            self._days.action_edge(-1)
            if self._span == "week" and not (self._day == clock.today() and outcome.value.late):
                self._days.choose(entries.day_subject(self._day))
            if self.display:
                self.enter()

    def _read(self) -> Stretch:
        days = _days(self._span, self._day)
        giver = current().actor_id if self._given else None
        late = agenda.overdue(rep=self._rep, given_by=giver, limit=MOST)
        count = len(late) if len(late) < MOST else tasks.count(overdue=True, until=clock.today(), assignee=self._rep, given_by=giver)
        found = agenda.between(days[0], days[-1] + timedelta(days=1), rep=self._rep, given_by=giver)
        return Stretch(days, tuple(found), tuple(late), count)

    # -- laying out

    def on_resize(self) -> None:
        """The week stands in columns or in a list."""
        focused = self._late.has_focus or self._days.has_focus or self._week.has_focus or self._month.has_focus
        self._lay_out()
        if focused and not self._focused.has_focus:
            self.enter()

    def _lay_out(self) -> None:
        stretch = self._stretch
        if stretch is None or stretch.days != _days(self._span, self._day):
            return
        grid = self._grid
        self._display(grid or self._days)
        if grid is None:
            self._days.fill(list(self._listing(stretch)))
            return
        above = [self._title(stretch), *self._overdue(stretch, max(2, self.size.height // SHARE))]
        self._late.styles.height = len(above)
        self._late.can_focus = len(above) > 1
        self._late.fill(above)
        grid.fill(list(entries.by_day(stretch.entries, stretch.days)), self._day, self._marked)

    def _display(self, shown: Sheet | Grid) -> None:
        for widget in (self._days, self._week, self._month):
            widget.display = widget is shown
        self._late.display = shown is not self._days

    def _title(self, stretch: Stretch) -> Line:
        told = [entries.counts(stretch.entries).words() or "nothing is on"]
        if stretch.overdue and not self._now(stretch):
            told.append(f"{stretch.overdue:,} overdue in all")
        clashes = sum(each.clash for each in stretch.entries)
        told += [f"{clashes} clash"] if clashes else []
        return head(self._stretch_name(stretch), " · ".join(told))

    def _stretch_name(self, stretch: Stretch) -> str:
        if self._span == "month":
            return f"{self._day:%B %Y}"
        first, last = stretch.days[0], stretch.days[-1]
        return f"Week {first.isocalendar().week}: {first.day} {first:%B} – {last.day} {last:%B %Y}"

    def _now(self, stretch: Stretch) -> bool:
        return clock.today() in stretch.days

    def _overdue(self, stretch: Stretch, room: int) -> list[Line]:
        """The overdue tasks that there is room for, when today is shown; the last line tells of the others."""
        if not self._now(stretch):
            return []
        some = stretch.late if self._whole or len(stretch.late) <= room else stretch.late[: room - 1]
        more = stretch.overdue - len(some)
        beyond = f"  {more:,} more overdue" + ("" if self._whole else "; Enter shows them")
        return [*(self._line(each, dated=True) for each in some), *([Line((Part(beyond, REST, "bad"),), MORE)] if more else [])]

    def _listing(self, stretch: Stretch) -> list[Line]:
        """The overdue work, then the days one under the other."""
        late = self._overdue(stretch, max(4, self.size.height // 3))
        found = [head("Overdue", f"{stretch.overdue:,}"), *late, BLANK] if late else []
        told = {line.subject for line in late}
        if self._span == "week":
            found += [self._title(stretch)]
        for day, all_ in entries.by_day(stretch.entries, stretch.days):
            rest = [each for each in all_ if entries.subject(each) not in told]
            found += [entries.day_head(day, all_), *(self._line(each) for each in rest)]
            if not rest and self._span == "day":
                found.append(plain("nothing else is on; a adds a task" if all_ else "nothing is on; a adds a task"))
        if self._span == "day" and stretch.overdue and not late:
            found += [BLANK, plain(f"{stretch.overdue:,} overdue in all; 0 goes back to today", "bad")]
        return found

    def _line(self, entry: Entry, dated: bool = False) -> Line:
        marked = entries.subject(entry) in self._marked
        return entries.line(entry, cells=self.size.width - 2, who=self._rep is None, marked=marked, dated=dated)

    # -- its actions

    def do_period(self) -> None:
        """Day, week, month, and day again."""
        self._show(SPANS[(SPANS.index(self._span) + 1) % len(SPANS)], self._chosen_day())

    def do_next(self) -> None:
        """The day, week or month after."""
        self._show(self._span, self._step(1))

    def do_previous(self) -> None:
        """The one before."""
        self._show(self._span, self._step(-1))

    def do_today(self) -> None:
        """Back to today."""
        self._show(self._span, clock.today())

    def do_mine(self) -> None:
        """My agenda, or everyone's."""
        if current().actor_id is None:
            self.crm.say(NOBODY)
            return
        self._rep = current().actor_id if self._rep is None else None
        self._given = False
        self._show(self._span, self._day)

    def do_filter(self) -> None:
        """The agenda of one of the reps, or what one has given to others to do."""
        given = [(GIVEN, "what I gave to others")] if current().actor_id else []
        people = [("", "everyone"), *given, *((str(member.id), member.name) for member in team.load() if member.active)]

        async def picked(rep: str) -> None:
            self._given = rep == GIVEN
            self._rep = int(rep) if rep and not self._given else None
            self._show(self._span, self._day)

        pick(self.crm, "Whose agenda", people, picked, named=True)

    def do_add(self) -> None:
        """A task on the day that is shown, or chosen."""
        from screens import tasks as doing

        who = [Subject("rep", self._rep)] if self._rep and self._rep != current().actor_id else []
        doing.add(self.crm, who, due=self._chosen_day())

    def do_mark(self) -> None:
        """Mark the entry under the cursor, or unmark it, and go on to the next."""
        found = self._focused.subject
        if found and found.noun in ("task", "interaction"):
            self._marked ^= {found}
            self._lay_out()
            self._focused.action_move(1)
            self.crm.tell()

    def do_mark_all(self) -> None:
        """Mark all tasks that are open, or none."""
        stretch = self._stretch
        every = {entries.subject(each) for each in (*stretch.late, *stretch.entries) if each.state == "open"} if stretch else set()
        self._marked = set() if self._marked == every else every
        self._lay_out()
        self.crm.tell()

    def _step(self, by: int) -> date:
        if self._span == "month":
            return month_start(self._day, by)
        return self._day + timedelta(days=by if self._span == "day" else 7 * by)

    def _chosen_day(self) -> date:
        """The day under the cursor, else the one that is shown."""
        grid = self._grid
        if grid is not None:
            return grid.day
        found = self._days.subject
        if self._span == "day" or found is None or self._stretch is None or found in map(entries.subject, self._stretch.late):
            return self._day
        if found.noun == entries.DAY:
            return date.fromordinal(found.id)
        return next((each.on for each in self._stretch.entries if entries.subject(each) == found), self._day)

    def _show(self, span: str, day: date) -> None:
        """Show another stretch; the cursor comes to the day."""
        other = (span, _days(span, day)) != (self._span, self._stretch.days if self._stretch else ())
        self._span, self._day = span, day
        if other:
            self._marked, self._whole, self._turned = set(), False, True
        self.reload()
        self.crm.tell()

    # -- moving and opening

    @on(Sheet.Opened)
    async def _opened_line(self, event: Sheet.Opened) -> None:
        await self._open(event.subject)

    @on(Grid.Opened)
    async def _opened_cell(self, event: Grid.Opened) -> None:
        await self._open(event.subject)

    async def _open(self, subject: Subject) -> None:
        """An entry opens its form or its client, a day itself, the line of the other overdue tasks all of them."""
        if subject == MORE:
            self._show("day", clock.today())
            self._whole = True
            self._lay_out()
        elif subject.noun == entries.DAY:
            self._show("day", date.fromordinal(subject.id))
        else:
            await self.crm.action_act("edit" if subject.noun == "task" else "client.open", [subject])

    @on(Sheet.Chosen)
    @on(Grid.Chosen)
    def _chosen(self) -> None:
        if self._grid is not None:
            self._day = self._grid.day
        self.crm.tell()

    @on(Grid.Turned)
    def _turn(self, event: Grid.Turned) -> None:
        self._show(self._span, event.day)

    @on(Grid.Left)
    def _up(self, event: Grid.Left) -> None:
        """Above the days stands the overdue work."""
        if event.by < 0 and self._late.can_focus:
            self._late.action_edge(1)
            self._late.focus()

    @on(Sheet.Left)
    def _down(self, event: Sheet.Left) -> None:
        """Below the overdue work stand the days."""
        if event.sheet is self._late and event.by > 0 and self._grid is not None:
            self._grid.focus()


def _days(span: str, day: date) -> tuple[date, ...]:
    """The days of a stretch that holds a day; of a month all the weeks that it touches."""
    if span == "day":
        return (day,)
    first = week_start(day if span == "week" else day.replace(day=1))
    last = first + timedelta(days=6) if span == "week" else week_start(month_start(day, 1) - timedelta(days=1)) + timedelta(days=6)
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
