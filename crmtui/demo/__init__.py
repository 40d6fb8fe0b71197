"""A made-up company that sells windows and doors, for the tour, the pictures and the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from crmtui import clock, config, team
from crmtui.demo import activities, deals, names, parties
from crmtui.demo.days import Days
from crmtui.demo.deals import Sale
from crmtui.demo.parties import Party
from crmtui.demo.sheets import Sheet
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.sales import pipelines
from crmtui.store.journal import Recorder, operation
from crmtui.store.tables import Client, Deal, Interaction, Product, Rep, Task


@dataclass(frozen=True, slots=True)
class Filled:
    """How many records were made; `clients` are the companies and the people, `open_deals` those of the deals still open."""

    reps: int
    clients: int
    companies: int
    people: int
    products: int
    deals: int
    open_deals: int
    interactions: int
    tasks: int


def fill() -> Filled:
    """Fill the open base with a year of a made-up company's business up to now; one operation, the same rows for the same clock.

    Amounts are in the configured currency. Raises `Refused` when the base has clients, deals or products, deleted ones
    included, or a rep of one of the names.
    """
    with operation("filled the base with a made-up company") as recorder:
        _refuse_a_real_book()
        recorder.quiet = True
        days = Days(recorder.at)
        manager, owners = _hire(recorder, days)
        catalogue = deals.catalogue()
        currency = config.current().currency
        plan = parties.plan(days, owners, manager)
        sales = deals.Planner(days, catalogue, currency).plan(plan)
        activities.set_next_steps(days, sales)
        _judge(days, plan, sales)
        plan.sort(key=lambda party: -sum(sale.party is party for sale in sales))  # client 1 is one worth looking at
        sheets, counts = _written(days, currency, plan, sales, manager)
        for sheet in sheets:
            sheet.write(recorder)
        _throw_away(recorder)
    everybody = [*plan, *(person for party in plan for person in party.people)]
    people = sum("first_name" in party.values for party in everybody)
    running = sum(sale.closed is None for sale in sales)
    return Filled(1 + len(owners), len(everybody), len(everybody) - people, people, len(catalogue), len(sales), running, *counts)


def _throw_away(recorder: Recorder) -> None:
    """A client and a deal that were entered by mistake and deleted: something to restore. No list and no figure knows them."""
    gone = {"created_at": recorder.at, "deleted_at": recorder.at}
    recorder.insert(Client, kind="person", name="Mara Kalns", status="lead", source="web", **gone)
    client = Client.select().order_by(Client.id).first()
    entered = {"stage": pipelines.load()[0].id, "stage_since": recorder.at, "opened_at": recorder.at}
    recorder.insert(Deal, title="Winter garden", client=client, currency=config.current().currency, **entered, **gone)


def _refuse_a_real_book() -> None:
    found = {"client": Client.select().count(), "deal": Deal.select().count(), "product": Product.select().count()}
    if any(found.values()):
        held = ", ".join(f"{count:,} {noun}{'s' if count > 1 else ''}" for noun, count in found.items() if count)
        raise Refused(f"the base holds {held}; the made-up company is for an empty one", "name a new file: --db demo.db")


def _hire(recorder: Recorder, days: Days) -> tuple[int, dict[str, int]]:
    """The manager, and the reps by region; here since before the first deal."""
    since = days.moment(days.ago(600))
    present = {member.name for member in team.load()}
    taken = present & {names.MANAGER[0], *(name for name, _, _ in names.REPS)}
    if taken:
        raise Refused(f'there is a rep "{min(taken)}" already', "name a new file: --db demo.db")

    def hired(row: tuple[str, str, str], manager: int | None) -> int:
        values = team.check(dict(zip(("name", "email", "region"), row, strict=True)))
        return recorder.insert(Rep, **values, manager=manager, created_at=since, updated_at=since).id

    manager = hired(names.MANAGER, None)
    return manager, {row[2]: hired(row, manager) for row in names.REPS}


def _judge(days: Days, plan: Sequence[Party], sales: Sequence[Sale]) -> None:
    """Set what each client is to us, and since when it is known, by its deals."""
    of: dict[int, list[Sale]] = defaultdict(list)
    for sale in sales:
        of[id(sale.party)].append(sale)
    for party in plan:
        bought = of[id(party)]
        outcomes = {sale.stage.outcome for sale in bought}
        friend = "roles" in party.values
        first = clock.local(bought[0].opened).date() if bought else days.ago(400 if friend else int(100 * days.rng.random()))
        parties.age(party, first, days.rng.randint(1, 30) if bought else 0, days)
        if "won" in outcomes:
            party.status = "customer"
        elif "open" in outcomes or friend:
            party.status = "prospect"
        elif bought:
            party.status = "disqualified" if days.chance(0.3) else "former"
        if party.status == "disqualified":
            party.values["status_reason"] = days.rng.choice(("bought elsewhere", "no project any more", "outside our region"))
        for person in party.people:
            person.status = party.status


def _written(days: Days, currency: str, plan: Sequence[Party], sales: Sequence[Sale], manager: int) -> tuple[list[Sheet], tuple[int, int]]:
    """Every sheet, in the order in which they depend on each other, and how many interactions and tasks there are."""
    clients, book = parties.Writer(), deals.Writer(days, currency)
    for party in plan:
        clients.write(party)
    for party in plan:
        for person in party.people:
            clients.write(person)
    biggest = sorted((sale for sale in sales if not sale.closed), key=lambda sale: -sum(n.quantity * n.price_cents for n in sale.lines))[:6]
    for sale in sales:
        book.write(sale, clients.tag("big ticket") if sale in biggest else None)
    idle = [party for party in plan if party.status == "lead" or party.values.get("roles")]
    talks = activities.talks(days, sales, idle)
    interactions, tasks = Sheet(Interaction), Sheet(Task)
    activities.write_talks(days, interactions, talks)
    activities.write_tasks(days, tasks, sales, talks, manager)
    return [*clients.sheets, *book.sheets, interactions, tasks], (len(interactions), len(tasks))
