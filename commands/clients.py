"""Commands on clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

from typer import Argument, Option

from commands import pages
from commands.output import say
from commands.paging import Limit, Page, listed
from commands.parameters import ClientRef, Many, RepRef
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from crmtui.clients.records import Card

Kind = Literal["person", "company"]
Status = Literal["lead", "prospect", "customer", "former", "disqualified"]
Role = Literal["supplier", "partner", "competitor"]
Channel = Literal["call", "email", "message", "post"]

OWN = "An own field, by name or label, as field=value; may be given again. crmtui list-fields lists them."

Where = Annotated[
    list[str] | None,
    Option(
        help="Only where an own field is so: roof=flat, size>=10, note~word. = != < <= > >= ~ compare; may be given again.",
        metavar="CONDITION",
    ),
]

Duplicate = Annotated[bool, Option("--allow-duplicate", help="Do it although another client has this mail or phone.")]


class ClientFields(TypedDict, total=False):
    """The options that adding and changing a client share, one for each field of a client."""

    first_name: Annotated[str | None, Option(help="First name.")]
    last_name: Annotated[str | None, Option(help="Last name.")]
    kind: Annotated[Kind | None, Option(help="A person or a company.")]
    status: Annotated[Status | None, Option(help="How far it is with us.")]
    status_reason: Annotated[str | None, Option(help="Why it has this status.")]
    email: Annotated[list[str] | None, Option(help="A mail, or label:mail; may be given again. A change replaces the former ones.")]
    phone: Annotated[list[str] | None, Option(help="A phone, or label:phone; may be given again. A change replaces the former ones.")]
    company: Annotated[ClientRef | None, Option(help="The company it belongs to.", metavar="CLIENT")]
    position: Annotated[str | None, Option(help="Position in the company.")]
    owner: Annotated[RepRef | None, Option(help="The rep who looks after it.", metavar="REP")]
    source: Annotated[str | None, Option(help="Where it came from.")]
    tag: Annotated[list[str] | None, Option(help="A tag; may be given again. A change replaces the former ones.")]
    role: Annotated[list[str] | None, Option(help="What it is beside a buyer: supplier, partner, competitor; may be given again.")]
    street: Annotated[str | None, Option(help="Street and number.")]
    city: Annotated[str | None, Option(help="City or village.")]
    region: Annotated[str | None, Option(help="State, province or region.")]
    postcode: Annotated[str | None, Option(help="Post code.")]
    country: Annotated[str | None, Option(help="Country.")]
    website: Annotated[str | None, Option(help="Address of the website.")]
    birth_date: Annotated[str | None, Option(help="Date of birth.", metavar="DAY")]
    sex: Annotated[str | None, Option(help="Sex or gender, in your own words.")]
    marital_status: Annotated[str | None, Option(help="Married, single, …, in your own words.")]
    income: Annotated[str | None, Option(help="Income, or its bracket, in your own words.")]
    purpose: Annotated[str | None, Option(help="What they buy for.")]
    industry: Annotated[str | None, Option(help="Industry or trade.")]
    founded: Annotated[str | None, Option(help="Year of foundation.", metavar="YEAR")]
    employees: Annotated[str | None, Option(help="Number of employees.", metavar="NUMBER")]
    revenue: Annotated[str | None, Option(help="Revenue of a year, like 1.5M or 'EUR 300,000'.", metavar="AMOUNT")]
    notes: Annotated[str | None, Option(help="Whatever is worth knowing.")]
    external_id: Annotated[
        list[str] | None, Option(help="The id in another system, as system:id; may be given again.", metavar="SYSTEM:ID")
    ]
    set: Annotated[list[str] | None, Option(help=OWN, metavar="FIELD=VALUE")]


def add_client(
    name: Annotated[str | None, Argument(help="The name; or give --first-name and --last-name.")] = None,
    *,
    allow_duplicate: Duplicate = False,
    **fields: Unpack[ClientFields],
) -> Done:
    """Add a person or a company. A new client is a person and a lead unless --kind and --status say otherwise."""
    from crmtui.clients import clients, duplicates

    card = clients.add(values(fields, name), allow_duplicate=allow_duplicate)
    for pair in [] if allow_duplicate else duplicates.of(card.id)[:1]:
        say(f"looks like client {pair.a_id} {pair.a} ({pair.why}); crmtui merge-clients {pair.a_id} {pair.b_id} makes them one")
    return _done("added", card)


def edit_client(
    client: Annotated[ClientRef, Many("changed")],
    *,
    name: Annotated[str | None, Option(help="The whole name.")] = None,
    allow_duplicate: Duplicate = False,
    **fields: Unpack[ClientFields],
) -> Done:
    """Change a client: what is given is set, an empty text ('') empties a field, the rest stays."""
    from crmtui.clients import clients

    given = values(fields, name)
    return _done("changed" if given else "nothing to change in", clients.edit(client, given, allow_duplicate=allow_duplicate))


_LISTS = {"email": "emails", "phone": "phones", "tag": "tags", "role": "roles"}


def values(options: ClientFields, name: str | None) -> dict[str, Any]:
    """The options that were given, under the names of the fields."""
    found: dict[str, Any] = {_LISTS.get(option, option): value for option, value in options.items() if value is not None}
    if name is not None:
        found["name"] = name
    if "external_id" in found:
        found["external_ids"] = external_ids(found.pop("external_id"))
    return own_fields(found)


def own_fields(found: dict[str, Any]) -> dict[str, Any]:
    """The values with the `field=value` texts of `--set` as a mapping. Raises `Unreadable` for one without an equals sign."""
    from crmtui.errors import Unreadable

    for pair in found.pop("set", ()):
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise Unreadable(f'"{pair}" sets no field', "write it as field=value; an empty value empties the field")
        found.setdefault("fields", {})[name.strip()] = value
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
    words: Annotated[list[str] | None, Argument(help="Words that must all be found, as search finds them.")] = None,
    *,
    kind: Annotated[Kind | None, Option(help="Only persons or only companies.")] = None,
    status: Annotated[Status | None, Option(help="Only of this status.")] = None,
    owner: Annotated[RepRef | None, Option(help="Only of this rep.", metavar="REP")] = None,
    company: Annotated[ClientRef | None, Option(help="Only of this company.", metavar="CLIENT")] = None,
    source: Annotated[str | None, Option(help="Only from this source.")] = None,
    tag: Annotated[str | None, Option(help="Only with this tag.")] = None,
    role: Annotated[Role | None, Option(help="Only with this role.")] = None,
    may: Annotated[Channel | None, Option(help="Only those who said yes to this.")] = None,
    where: Where = None,
    sort: Annotated[Literal["name", "company", "status", "owner", "created", "updated"], Option(help="By what they are ordered.")] = "name",
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
        "may": may,
        "where": where or (),
    }
    order = {"sort": sort, "descending": descending}
    return listed(clients, filters, order, limit, page, lists.CLIENTS, Card, "clients")


def delete_client(
    client: Annotated[ClientRef, Many("deleted")],
    *,
    with_deals: Annotated[bool, Option("--with-deals", help="Delete its open deals too.")] = False,
) -> Done:
    """Delete a client. It leaves every list and search; history keeps it, and undo brings it back."""
    from crmtui.clients import clients

    return _done("deleted", clients.delete(client, with_deals=with_deals))


def _done(verb: str, card: Card) -> Done:
    return Done(f"{verb} client {card.id} {card.name}", card, card.id)
