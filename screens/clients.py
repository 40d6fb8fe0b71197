"""What can be done with clients: added and changed in forms, taken up from leads, given up, and what they bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmtui import money, team
from crmtui.clients import clients, rules
from crmtui.clients.records import Card, Point
from crmtui.sales import leads, products, purchases
from screens import deals, duplicates, own_fields
from screens.forms import fields
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

KINDS = tuple((word, word) for word in rules.KINDS)
STATUSES = tuple((word, word) for word in rules.STATUSES if word != "disqualified")
_PLAIN = ("position", "source", "website", "birth_date", "sex", "marital_status", "income", "purpose", "industry")
_PLACE = ("street", "city", "region", "postcode", "country")
_LISTS = ("emails", "phones", "tags", "roles")


def add(app: CrmApp, chosen: list[Subject]) -> None:
    """A new client; its page comes up when it is saved."""
    made = [
        Field("name", "Name", required=True),
        Field("phones", "Phone", reads=_phones, hint="several with commas; mobile:+371 … gives a label"),
        fields.company("company", "Company"),
        Field("emails", "Mail", reads=_emails),
        Field("kind", "Kind", "person", choices=KINDS),
        Field("status", "Status", "lead", choices=STATUSES),
        Field("source", "Source"),
        fields.tag_names("tags", "Tags"),
        fields.rep("owner", "Owner", hint="empty: you"),
        *own_fields.made("client", {}),
        Field("notes", "Notes", prose=True),
    ]
    plan = Plan(
        "New client", made, _added, lambda card: f"added {', '.join(filter(None, (card.name, card.company)))}", place="add-client",
        insist=lambda typed: _added(typed, allow_duplicate=True),
    )  # fmt: skip

    async def saved(card: Card) -> None:
        await app.open(Subject("client", card.id))
        duplicates.warn(app, card.id)

    fill_in(app, plan, saved)


def _added(typed: dict[str, str], allow_duplicate: bool = False) -> Card:
    given = {name: text for name, text in typed.items() if text.strip()}
    return clients.add(values(given), allow_duplicate=allow_duplicate, company_named=given.get("company", ""))


def edit(app: CrmApp, chosen: list[Subject]) -> None:
    """Change a client."""
    id_ = chosen[0].id
    card = clients.get(id_)
    texts = _texts(card)
    made = [
        Field("name", "Name", texts["name"], required=True),
        Field("phones", "Phone", texts["phones"], reads=_phones),
        Field("emails", "Mail", texts["emails"], reads=_emails),
        fields.company("company", "Company", texts["company"]),
        Field("kind", "Kind", texts["kind"], choices=KINDS),
        Field("status", "Status", texts["status"], choices=[(word, word) for word in rules.STATUSES]),
        fields.rep("owner", "Owner", texts["owner"]),
        fields.tag_names("tags", "Tags", texts["tags"]),
        *(Field(name, name.replace("_", " ").capitalize(), texts[name], reads=_reader(name)) for name in (*_PLAIN, *_PLACE)),
        Field("roles", "Roles", texts["roles"], offers=lambda text: [role for role in rules.ROLES if text.strip() in role]),
        *own_fields.made("client", card.fields),
        Field("notes", "Notes", texts["notes"], prose=True),
    ]
    plan = Plan(
        card.name, made, lambda typed: _changed(id_, typed), lambda done: f"changed {done.name}", place=f"edit-client-{id_}",
        whole=False, now=lambda: _texts(clients.get(id_)), insist=lambda typed: _changed(id_, typed, allow_duplicate=True),
    )  # fmt: skip
    fill_in(app, plan)


def _changed(id_: int, typed: dict[str, str], allow_duplicate: bool = False) -> Card:
    given = values(typed)
    if "company" in typed and not typed["company"].strip():
        given["company"] = None
    return clients.edit(id_, given, allow_duplicate=allow_duplicate, company_named=typed.get("company", ""))


def values(typed: dict[str, str]) -> dict[str, Any]:
    """The texts of a form as `clients.add` and `clients.edit` take them; the company goes beside them."""
    found = own_fields.taken({name: text for name, text in typed.items() if name != "company"})
    for name in _LISTS:
        if name in found:
            found[name] = _parts(found[name])
    if "owner" in found:
        found["owner"] = team.find(found["owner"]) if found["owner"].strip() else None
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _texts(card: Card) -> dict[str, str]:
    """A client's fields as they are typed."""
    place = card.addresses[0] if card.addresses else None
    found = {name: getattr(card, name) or "" for name in ("name", "company", "kind", "status", "owner", "notes", *_PLAIN)}
    found |= {name: getattr(place, name, None) or "" for name in _PLACE}
    found |= {"birth_date": fields.day_text(card.birth_date), "tags": ", ".join(card.tags), "roles": ", ".join(card.roles)}
    for name, kind in (("emails", "email"), ("phones", "phone")):
        found[name] = ", ".join(_point(point) for point in card.contact_points if point.kind == kind)
    return found | own_fields.texts(card.fields)


def _point(point: Point) -> str:
    return f"{point.label}:{point.value}" if point.label else point.value


def _phones(text: str) -> str:
    return " · ".join(value for value, _, _ in rules.check({"phones": _parts(text)}).phones or ())


def _emails(text: str) -> str:
    rules.check({"emails": _parts(text)})
    return ""


def _reader(name: str) -> Any:
    """How a plain field is read, so that a refusal stands beside it."""

    def reads(text: str) -> str:
        rules.check({name: text})
        return ""

    return reads


def convert(app: CrmApp, chosen: list[Subject]) -> None:
    """A lead becomes a prospect with a first deal."""
    card = clients.get(chosen[0].id)
    made = [
        Field("title", "Deal", card.name, required=True),
        fields.amount("value", "Value"),
        Field("need", "Need"),
        Field("next_step", "Next step"),
        fields.day("next_step_on", "On"),
    ]

    def save(typed: dict[str, str]) -> Any:
        return leads.convert(card.id, deals.values({name: text for name, text in typed.items() if text.strip()}))

    plan = Plan(f"Take up {card.name}", made, save, lambda deal: f"{card.name} is a prospect, with the deal {deal.title}")
    fill_in(app, plan, lambda deal: app.open(Subject("deal", deal.id)))


def disqualify(app: CrmApp, chosen: list[Subject]) -> None:
    """A lead is given up, for a reason."""
    card = clients.get(chosen[0].id)
    made = [Field("reason", "Why", required=True)]
    save = lambda typed: leads.disqualify(card.id, typed["reason"])  # noqa: E731 — read where it is used
    fill_in(app, Plan(f"Give up {card.name}", made, save, lambda done: f"gave {done.name} up"))


def purchase(app: CrmApp, chosen: list[Subject]) -> None:
    """Something that the client bought."""
    card = clients.get(chosen[0].id)
    made = [fields.amount("amount", "Amount", required=True), *_purchase_fields({})]

    def save(typed: dict[str, str]) -> Any:
        return purchases.add(card.id, typed["amount"], _bought(typed))

    fill_in(app, Plan(f"{card.name} bought", made, save, lambda _: "added the purchase", place=f"purchase-{card.id}"))


def edit_purchase(app: CrmApp, chosen: list[Subject]) -> None:
    """Change a purchase."""
    bought = purchases.get(chosen[0].id)
    texts = {
        "amount": money.shown(bought.amount_cents, bought.currency), "product": bought.product or "", "quantity": bought.quantity,
        "bought_on": fields.day_text(bought.bought_on), "description": bought.description or "",
        "payment_method": bought.payment_method or "",
    }  # fmt: skip
    made = [fields.amount("amount", "Amount", texts["amount"], required=True), *_purchase_fields(texts)]

    def save(typed: dict[str, str]) -> Any:
        return purchases.edit(bought.id, _bought(typed) | ({"amount": typed["amount"]} if "amount" in typed else {}))

    fill_in(app, Plan(f"{bought.client} bought", made, save, lambda _: "changed the purchase", whole=False))


def _purchase_fields(texts: dict[str, str]) -> list[Field]:
    def offers(text: str) -> list[str]:
        return [item.name for item in products.page(words=text, limit=fields.OFFERED)] if text.strip() else []

    def reads(text: str) -> str:
        return str(products.labels([products.find(text)])[0].label)

    return [
        Field("product", "Product", texts.get("product", ""), reads, offers),
        Field("quantity", "Quantity", texts.get("quantity", "")),
        fields.day("bought_on", "On", texts.get("bought_on", ""), hint="empty: today"),
        Field("description", "Description", texts.get("description", "")),
        Field("payment_method", "Paid by", texts.get("payment_method", "")),
    ]


def _bought(typed: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: text for name, text in typed.items() if name not in ("amount", "product") and text.strip()}
    if typed.get("product", "").strip():
        found["product"] = products.find(typed["product"])
    return found
