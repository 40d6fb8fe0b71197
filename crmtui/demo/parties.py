"""The clients of the made-up company: first as a plan, written when their deals are known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crmtui.clients import rules
from crmtui.demo import names, words
from crmtui.demo.days import Days
from crmtui.demo.sheets import Sheet
from crmtui.store.keys import fold, sort_key
from crmtui.store.search import findable, key_of
from crmtui.store.tables import Address, Client, ClientRole, ClientTag, ContactPoint, Tag

_EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands until the deals tell since when a client is known."""


@dataclass(eq=False, slots=True)
class Party:
    """A client to be: `sort` is a key of `words.ORDERS`, or "" for those who order nothing. `id` is set when it is written."""

    name: str
    sort: str
    region: str
    owner: int
    weight: float
    values: dict[str, Any]
    people: list[Party] = field(default_factory=list)
    company: Party | None = None
    status: str = "lead"
    since: datetime = _EVER
    id: int = 0


class Names:
    """Draws people's names, each once."""

    def __init__(self, days: Days) -> None:
        self._days = days
        self._used: set[str] = set()

    def draw(self, tongue: str, domain: str) -> dict[str, Any]:
        """First name, last name, name and mail of somebody new."""
        people = names.PEOPLE[tongue]
        while True:
            (given, plain), (family, plain_family) = self._days.rng.choice(people.given), self._days.rng.choice(people.family)
            whole = people.joined.join((family, given) if people.family_first else (given, family))
            if whole not in self._used:
                self._used.add(whole)
                return {"first_name": given, "last_name": family, "name": whole, "emails": [f"{plain}.{plain_family}@{domain}"]}


def plan(days: Days, owners: dict[str, int], manager: int) -> list[Party]:
    """Companies with their people, then private people; `owners` are reps by region. Each region has few big buyers and many small."""
    drawn = Names(days)
    companies = [_company(days, row, owners[row[3]]) for row in names.COMPANIES]
    days.rng.shuffle(companies)
    seen: Counter[str] = Counter()
    for company in companies:
        seen[company.region] += 1
        company.weight = 1 / seen[company.region] ** 0.8
    circle = [_friend(days, row, manager) for row in names.CIRCLE]
    for place, company in enumerate([*companies, *circle]):
        for _ in range(2 if place < 16 else 1):
            _employ(days, drawn, company)
    tongues = [tongue for tongue, count in names.HOMEOWNERS.items() for _ in range(count)]
    return [*companies, *circle, *(_homeowner(days, drawn, tongue, owners) for tongue in tongues)]


def _phone(days: Days, label: str) -> str:
    """A number that is kept free for fiction."""
    if days.chance(0.4):
        return f"{label}:+44 7700 900{days.rng.randrange(1000):03d}"
    return f"{label}:+1 {days.rng.choice((202, 206, 312, 415, 617))} 555 01{days.rng.randrange(100):02d}"


def _address(days: Days, region: str) -> dict[str, str]:
    return {
        "street": f"{days.rng.choice(names.STREETS)} {days.rng.randint(1, 120)}",
        "city": days.rng.choice(names.TOWNS[region]),
        "postcode": f"{days.rng.randint(10, 99)}{days.rng.randint(100, 999)}",
        "region": region,
    }


def _company(days: Days, row: tuple[str, str, str, str], owner: int) -> Party:
    name, domain, sort, region = row
    ending = days.rng.choice(("com", "org", "net"))
    values = _address(days, region) | {
        "industry": sort,
        "website": f"https://{domain}.example.{ending}",
        "employees": str(round(days.rng.lognormvariate(3.4, 0.9)) + 2),
        "founded": str(days.rng.randint(1921, 2019)),
        "source": days.rng.choices(words.SOURCES, words.SOURCE_WEIGHTS)[0],
        "emails": [f"office@{domain}.example.{ending}"],
        "phones": [_phone(days, "office")],
        "tags": [tag for tag, share in (("new build", 0.3), ("heritage", 0.15), ("slow payer", 0.06)) if days.chance(share)],
    }
    return Party(name, sort, region, owner, 1.0, values)


def _friend(days: Days, row: tuple[str, str, str], manager: int) -> Party:
    name, domain, role = row
    values = {"roles": [role], "website": f"https://{domain}.example.org", "emails": [f"info@{domain}.example.org"]}
    return Party(name, "", days.rng.choice(list(names.REGIONS)), manager, 0.0, values)


def _employ(days: Days, drawn: Names, company: Party) -> None:
    mail: str = company.values["emails"][0]
    values = drawn.draw(days.rng.choice(names.REGIONS[company.region]), mail.partition("@")[2])
    values |= {"position": days.rng.choice(names.POSITIONS), "phones": [_phone(days, "mobile")]}
    values |= {"source": company.values["source"]} if "source" in company.values else {}
    company.people.append(Party(values["name"], "", company.region, company.owner, 0.0, values, company=company))


def _homeowner(days: Days, drawn: Names, tongue: str, owners: dict[str, int]) -> Party:
    region = days.rng.choice([region for region, tongues in names.REGIONS.items() if tongue in tongues])
    birth = days.today - timedelta(days=days.rng.randint(27 * 365, 74 * 365))
    values = drawn.draw(tongue, "example.net") | _address(days, region)
    values |= {
        "phones": [_phone(days, "mobile")],
        "birth_date": birth.isoformat(),
        "marital_status": days.rng.choice(("married", "single", "widowed", "divorced")),
        "purpose": days.rng.choice(("renovation", "new build", "energy saving", "extension")),
        "source": days.rng.choices(words.SOURCES, words.SOURCE_WEIGHTS)[0],
        "tags": ["renovation"] if days.chance(0.35) else [],
    }
    return Party(values["name"], "home", region, owners[region], 1.0, values)


class Writer:
    """Puts the planned clients with all that hangs on them on their sheets."""

    def __init__(self) -> None:
        self._tags: dict[str, int] = {}
        self.tags, self.clients, self.points = Sheet(Tag), Sheet(Client), Sheet(ContactPoint)
        self.addresses, self.roles, self.links = Sheet(Address), Sheet(ClientRole), Sheet(ClientTag)
        self.sheets = (self.tags, self.clients, self.points, self.addresses, self.roles, self.links)

    def write(self, party: Party) -> None:
        """One client, after the company it belongs to."""
        kind = "person" if "first_name" in party.values else "company"
        checked = rules.check({**party.values, "kind": kind, "name": party.name, "status": party.status})
        company = party.company
        found = (text for value, key, _ in (*(checked.emails or ()), *(checked.phones or ())) for text in findable(value, key))
        party.id = self.clients.add(
            **checked.columns, company=company.id if company else None, owner=party.owner, created_at=party.since, updated_at=party.since,
            sort_key=sort_key(party.name),
            search_key=key_of(party.name, company.name if company else "", *found),
        )  # fmt: skip
        for kind, points in (("email", checked.emails), ("phone", checked.phones)):
            for position, (value, key, label) in enumerate(points or ()):
                self.points.add(client=party.id, kind=kind, value=value, key=key, label=label, position=position)
        if checked.address:
            self.addresses.add(client=party.id, **checked.address)
        for role in checked.roles or ():
            self.roles.add(client=party.id, role=role)
        for tag in checked.tags or ():
            self.links.add(client=party.id, tag=self.tag(tag))

    def tag(self, name: str) -> int:
        """The id of a tag, made when it is new."""
        if name not in self._tags:
            self._tags[name] = self.tags.add(name=name, key=fold(name))
        return self._tags[name]


def age(party: Party, day: date, before: int, days: Days) -> None:
    """Have a client and its people known since so many days before a day."""
    party.since = days.moment(days.working_before(day - timedelta(days=before)))
    for person in party.people:
        person.since = party.since
