"""Leads converted and given up; tags; what was deleted brought back. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

import pytest

from crmtui import team
from crmtui.activities import interactions
from crmtui.clients import clients, tags
from crmtui.errors import Ambiguous, NotFound, Refused
from crmtui.sales import deals, leads, trash
from crmtui.store import history, rewind
from crmtui.store.connection import Base


def test_a_lead_becomes_a_prospect_with_a_deal_that_takes_over_source_and_owner(base: Base) -> None:
    ann = team.add({"name": "Ann"}).id
    lead = clients.add({"name": "Kim", "source": "fair", "owner": ann})
    interactions.log("call", client=lead.id, outcome="reached")
    deal = leads.convert(lead.id, {"value": "9,000", "next_step": "measure"})
    assert (deal.title, deal.client, deal.stage, deal.source, deal.owner) == ("Kim", "Kim", "Lead", "fair", "Ann")
    assert (deal.value_cents, deal.next_step) == (900_000, "measure")
    assert clients.get(lead.id).status == "prospect"
    assert len(interactions.of(client=lead.id)) == 1
    assert history.operations(limit=1)[0].summary == "converted lead Kim"
    rewind.undo()
    assert (clients.get(lead.id).status, deals.count()) == ("lead", 0)


def test_what_is_given_wins_over_what_the_lead_says(base: Base) -> None:
    lead = clients.add({"name": "Kim", "source": "fair"})
    deal = leads.convert(lead.id, {"title": "Roof", "source": "web"}, stage=2)
    assert (deal.title, deal.source, deal.stage) == ("Roof", "web", "Qualified")


def test_a_lead_is_converted_once(base: Base) -> None:
    lead = clients.add({"name": "Kim"})
    leads.convert(lead.id, {})
    with pytest.raises(Refused, match="client 1 Kim is no lead but a prospect") as refused:
        leads.convert(lead.id, {})
    assert refused.value.hint == "crmtui add-deal TITLE --client 1 adds another deal"
    assert deals.count() == 1


def test_a_lead_whose_deal_is_refused_stays_a_lead(base: Base) -> None:
    lead = clients.add({"name": "Kim"})
    with pytest.raises(Refused, match="is negative"):
        leads.convert(lead.id, {"value": "-5"})
    assert (clients.get(lead.id).status, deals.count()) == ("lead", 0)


def test_a_lead_is_given_up_for_a_reason(base: Base) -> None:
    lead = clients.add({"name": "Kim"})
    with pytest.raises(Refused, match="the reason is empty"):
        leads.disqualify(lead.id, " ")
    card = leads.disqualify(lead.id, "no budget")
    assert (card.status, card.status_reason) == ("disqualified", "no budget")
    assert history.operations(limit=1)[0].summary == "disqualified lead Kim"
    for again in (lambda: leads.disqualify(lead.id, "twice"), lambda: leads.convert(lead.id, {})):
        with pytest.raises(Refused, match="is no lead but disqualified"):
            again()


def test_nobody_is_given_up_while_a_deal_is_open_or_after_buying(base: Base) -> None:
    kim = clients.add({"name": "Kim"})
    leads.convert(kim.id, {})
    with pytest.raises(Refused, match="Kim has an open deal"):
        leads.disqualify(kim.id, "no budget")
    lee = clients.add({"name": "Lee", "status": "customer"})
    with pytest.raises(Refused, match="is no lead but a customer"):
        leads.disqualify(lee.id, "no budget")


# ── tags


def test_tags_are_put_beside_those_there_and_taken_off_whatever_their_case(base: Base) -> None:
    kim = clients.add({"name": "Kim", "tags": ["VIP"]})
    deal = deals.add({"title": "Roof", "client": kim.id})
    assert clients.tag(kim.id, ["vip", "Oak"]).tags == ("Oak", "VIP")
    assert deals.tag(deal.id, ["OAK", "oak"]).tags == ("Oak",)
    assert [(use.clients, use.deals) for use in tags.uses()] == [(1, 1), (1, 0)]
    assert clients.untag(kim.id, ["oak", "Vip"]).tags == ()
    assert [(use.clients, use.deals) for use in tags.uses()] == [(0, 1)]
    deals.delete(deal.id)
    assert tags.uses() == []


def test_a_tag_that_nobody_knows_cannot_be_taken_off(base: Base) -> None:
    kim = clients.add({"name": "Kim", "tags": ["windows"]})
    with pytest.raises(NotFound, match='no tag "window"') as refused:
        clients.untag(kim.id, ["window"])
    assert refused.value.hint == 'did you mean "windows"?'
    with pytest.raises(Refused, match="the tag is empty"):
        clients.tag(kim.id, [" "])


# ── the deleted


def test_a_client_comes_back_with_the_deals_that_went_with_it(base: Base) -> None:
    kim = clients.add({"name": "Kim", "emails": ["kim@example.com"]})
    gone_before = deals.add({"title": "Door", "client": kim.id})
    deal = deals.add({"title": "Roof", "client": kim.id})
    rewound = deals.delete(gone_before.id)
    clients.delete(kim.id, with_deals=True)
    with pytest.raises(Refused, match="its client 1 Kim is deleted"):
        trash.restore_deal(rewound.id)
    assert trash.find_client("kim") == kim.id
    restored = trash.restore_client(kim.id)
    assert restored.client.emails == ("kim@example.com",)
    assert deals.get(deal.id).title == "Roof"
    with pytest.raises(NotFound):
        trash.restore_client(kim.id)


def test_a_deal_comes_back_alone(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    deals.delete(deal.id)
    with pytest.raises(NotFound):
        deals.find("roof")
    assert trash.restore_deal(trash.find_deal("#1")) == deals.get(deal.id)
    assert deals.find("roof") == deal.id


def test_a_client_does_not_come_back_beside_one_with_the_same_mail(base: Base) -> None:
    kim = clients.add({"name": "Kim", "emails": ["kim@example.com"]})
    clients.delete(kim.id)
    clients.add({"name": "Kim Lee", "emails": ["kim@example.com"]})
    with pytest.raises(Refused, match=r'client 2 Kim Lee has "kim@example.com" already'):
        trash.restore_client(kim.id)
    assert trash.restore_client(kim.id, allow_duplicate=True).client.id == kim.id


def test_the_deleted_are_found_by_name_and_told_apart(base: Base) -> None:
    for name in ("Ann Lee", "Ann Lee Berg", "Ann Ode"):
        clients.delete(clients.add({"name": name}).id)
    assert trash.find_client("ann lee") == 1
    with pytest.raises(Ambiguous, match='"ann" may be 3 deleted clients') as several:
        trash.find_client("ann")
    assert several.value.candidates[0].label == "Ann Lee (deleted 2026-03-04 10:00)"
    clients.add({"name": "Bob"})
    with pytest.raises(NotFound, match='no deleted client "bob"'):
        trash.find_client("bob")
