"""Commands on clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from commands import pages
from commands.paging import Limit, Page, listed
from commands.parameters import ClientRef, RepRef
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from crmtui.clients.records import Card

Kind = Literal["person", "company"]
Status = Literal["lead", "prospect", "customer", "former", "disqualified"]
Role = Literal["supplier", "partner", "competitor"]

FirstName = Annotated[str | None, Option(help="First name.")]
LastName = Annotated[str | None, Option(help="Last name.")]
Email = Annotated[list[str] | None, Option(help="A mail, or label:mail; may be given again. Replaces the former ones in edit.")]
Phone = Annotated[list[str] | None, Option(help="A phone, or label:phone; may be given again. Replaces the former ones in edit.")]
Tag = Annotated[list[str] | None, Option(help="A tag; may be given again. Replaces the former ones in edit.")]
RoleOption = Annotated[list[str] | None, Option(help="What it is beside a buyer: supplier, partner, competitor; may be given again.")]
ExternalId = Annotated[list[str] | None, Option(help="The id in another system, as system:id; may be given again.", metavar="SYSTEM:ID")]
Birth = Annotated[str | None, Option(help="Date of birth.", metavar="DAY")]
Revenue = Annotated[str | None, Option(help="Revenue of a year, like 1.5M or 'EUR 300,000'.", metavar="AMOUNT")]
Street = Annotated[str | None, Option(help="Street and number.")]
City = Annotated[str | None, Option(help="City or village.")]
Region = Annotated[str | None, Option(help="State, province or region.")]
Postcode = Annotated[str | None, Option(help="Post code.")]
Country = Annotated[str | None, Option(help="Country.")]
Website = Annotated[str | None, Option(help="Address of the website.")]
Sex = Annotated[str | None, Option(help="Sex or gender, in your own words.")]
MaritalStatus = Annotated[str | None, Option(help="Married, single, …, in your own words.")]
Income = Annotated[str | None, Option(help="Income, or its bracket, in your own words.")]
Industry = Annotated[str | None, Option(help="Industry or trade.")]
Notes = Annotated[str | None, Option(help="Whatever is worth knowing.")]
CompanyOption = Annotated[ClientRef | None, Option(help="The company it belongs to.", metavar="CLIENT")]
OwnerOption = Annotated[RepRef | None, Option(help="The rep who looks after it.", metavar="REP")]
Duplicate = Annotated[bool, Option("--allow-duplicate", help="Add it although another client has this mail or phone.")]


def add_client(
    name: Annotated[str | None, Argument(help="The name; or give --first-name and --last-name.")] = None,
    *,
    first_name: FirstName = None,
    last_name: LastName = None,
    kind: Annotated[Kind, Option(help="A person or a company.")] = "person",
    status: Annotated[Status, Option(help="How far it is with us.")] = "lead",
    email: Email = None,
    phone: Phone = None,
    company: CompanyOption = None,
    position: Annotated[str | None, Option(help="Position in the company.")] = None,
    owner: OwnerOption = None,
    source: Annotated[str | None, Option(help="Where it came from.")] = None,
    tag: Tag = None,
    role: RoleOption = None,
    street: Street = None,
    city: City = None,
    region: Region = None,
    postcode: Postcode = None,
    country: Country = None,
    website: Website = None,
    birth_date: Birth = None,
    sex: Sex = None,
    marital_status: MaritalStatus = None,
    income: Income = None,
    purpose: Annotated[str | None, Option(help="What they buy for.")] = None,
    industry: Industry = None,
    founded: Annotated[str | None, Option(help="Year of foundation.", metavar="YEAR")] = None,
    employees: Annotated[str | None, Option(help="Number of employees.", metavar="NUMBER")] = None,
    revenue: Revenue = None,
    notes: Notes = None,
    external_id: ExternalId = None,
    allow_duplicate: Duplicate = False,
) -> Done:
    """Add a person or a company. A new client is a lead unless --status says otherwise."""
    from crmtui.clients import clients

    return _done("added", clients.add(values(locals()), allow_duplicate=allow_duplicate))


def edit_client(
    client: ClientRef,
    *,
    name: Annotated[str | None, Option(help="The whole name.")] = None,
    first_name: FirstName = None,
    last_name: LastName = None,
    kind: Annotated[Kind | None, Option(help="A person or a company.")] = None,
    status: Annotated[Status | None, Option(help="How far it is with us.")] = None,
    status_reason: Annotated[str | None, Option(help="Why it has this status.")] = None,
    email: Email = None,
    phone: Phone = None,
    company: CompanyOption = None,
    position: Annotated[str | None, Option(help="Position in the company.")] = None,
    owner: OwnerOption = None,
    source: Annotated[str | None, Option(help="Where it came from.")] = None,
    tag: Tag = None,
    role: RoleOption = None,
    street: Street = None,
    city: City = None,
    region: Region = None,
    postcode: Postcode = None,
    country: Country = None,
    website: Website = None,
    birth_date: Birth = None,
    sex: Sex = None,
    marital_status: MaritalStatus = None,
    income: Income = None,
    purpose: Annotated[str | None, Option(help="What they buy for.")] = None,
    industry: Industry = None,
    founded: Annotated[str | None, Option(help="Year of foundation.", metavar="YEAR")] = None,
    employees: Annotated[str | None, Option(help="Number of employees.", metavar="NUMBER")] = None,
    revenue: Revenue = None,
    notes: Notes = None,
    external_id: ExternalId = None,
    allow_duplicate: Duplicate = False,
) -> Done:
    """Change a client: what is given is set, an empty text ('') empties a field, the rest stays."""
    from crmtui.clients import clients

    given = values(locals())
    return _done("changed" if given else "nothing to change in", clients.edit(client, given, allow_duplicate=allow_duplicate))


_LISTS = {"email": "emails", "phone": "phones", "tag": "tags", "role": "roles"}


def values(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, under the names of the fields."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or name in ("client", "clients", "allow_duplicate"):
            continue
        if name == "external_id":
            found["external_ids"] = external_ids(value)
        else:
            found[_LISTS.get(name, name)] = value
    return found


def external_ids(pairs: Sequence[str]) -> dict[str, str]:
    """`system:id` texts as a mapping. Raises `Unreadable` for one without a colon."""
    from crmtui.errors import Unreadable

    found = {}
    for pair in pairs:
        system, colon, value = pair.partition(":")
        if not colon or not system.strip():
            raise Unreadable(f'"{pair}" is no outside id', "write it as system:id")
        found[system.strip()] = value.strip()
    return found


def show_client(client: ClientRef) -> Shown:
    """Show a client on one page: contact data, deals, tasks ahead, and what was done, newest first."""
    from crmtui.sales import pages as built

    page = built.of_client(client)
    return Shown(page, lambda width, bold: pages.client(page, width, bold))


def list_clients(
    words: Annotated[list[str] | None, Argument(metavar="[WORDS]…", help="Words that must all be found, as search finds them.")] = None,
    *,
    kind: Annotated[Kind | None, Option(help="Only persons or only companies.")] = None,
    status: Annotated[Status | None, Option(help="Only of this status.")] = None,
    owner: Annotated[RepRef | None, Option(help="Only of this rep.", metavar="REP")] = None,
    company: Annotated[ClientRef | None, Option(help="Only of this company.", metavar="CLIENT")] = None,
    source: Annotated[str | None, Option(help="Only from this source.")] = None,
    tag: Annotated[str | None, Option(help="Only with this tag.")] = None,
    role: Annotated[Role | None, Option(help="Only with this role.")] = None,
    sort: Annotated[Literal["name", "created", "updated"], Option(help="By what they are ordered.")] = "name",
    descending: Annotated[bool, Option("--descending", help="Turn the order round.")] = False,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List clients. For people 50 at a time, for machines all, unless --limit says otherwise."""
    from crmtui.clients import clients
    from crmtui.clients.records import Card
    from crmtui.present import lists

    filters = {
        "words": " ".join(words or ()),
        "kind": kind,
        "status": status,
        "owner": owner,
        "company": company,
        "source": source,
        "tag": tag,
        "role": role,
    }
    order = {"sort": sort, "descending": descending}
    return listed(clients, filters, order, limit, page, lists.CLIENTS, Card, "clients")


def delete_client(
    client: ClientRef, *, with_deals: Annotated[bool, Option("--with-deals", help="Delete its open deals too.")] = False
) -> Done:
    """Delete a client. It leaves every list and search; history keeps it, and undo brings it back."""
    from crmtui.clients import clients

    return _done("deleted", clients.delete(client, with_deals=with_deals))


def _done(verb: str, card: Card) -> Done:
    return Done(f"{verb} client {card.id} {card.name}", card, card.id)
