"""Clients: what they may be, how they are found in any script, what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crmtui import contacts, team
from crmtui.clients import clients
from crmtui.errors import Ambiguous, CrmError, NotFound, Refused, Unreadable
from crmtui.sales import deals
from crmtui.store import keys, rewind, search
from crmtui.store.connection import Base

NAMES = (
    "Иван Петров",
    "Їжак Олена",
    "Müller & Söhne",
    "Łukasz Żak",
    "王伟",
    "김철수",
    "ｶﾀｶﾅ 商事",
    "İrem Işık",
    "Đặng Thị",
    "O’Brien",
    "Ægir Ødegård",
    "Ελένη",
    "[red]Ann[/]",
    "a\nb",
    "-x",
    "%_like",
    '"quoted"',
    "محمد",
    "Straße 5",
)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Иван Петров", "иван"),
        ("Иван Петров", "ПЕТР"),
        ("Їжак Олена", "їжак"),
        ("Müller & Söhne", "muller"),
        ("Łukasz Żak", "lukasz zak"),
        ("王伟", "王"),
        ("王伟", "伟"),
        ("김철수", "김"),
        ("김철수", "철수"),
        ("ｶﾀｶﾅ 商事", "カタカナ"),
        ("İrem Işık", "irem isik"),
        ("Đặng Thị", "dang thi"),
        ("O’Brien", "o'brien"),
        ("Ægir Ødegård", "odegard"),
        ("Ελένη", "ελενη"),
        ("[red]Ann[/]", "[red]"),
        ("a\nb", "a b"),
        ("-x", "-x"),
        ("%_like", "%_"),
        ('"quoted"', '"quoted"'),
        ("محمد", "محمد"),
        ("Straße 5", "strasse"),
    ],
)
def test_a_client_is_found_in_its_own_script_and_folded(base: Base, name: str, typed: str) -> None:
    made = {each: clients.add({"name": each}).id for each in NAMES}
    assert clients.find(typed) == made[name]
    assert clients.get(made[name]).name == name


def test_a_client_is_found_by_id_mail_and_phone_in_any_format(base: Base, settings: Callable[[str], None]) -> None:
    settings('phone_region = "LV"')
    ann = clients.add({"name": "Ann", "emails": ["Ann.Lee@Example.org"], "phones": ["mobile: 2612 3456", "+1 (202) 555-0101 x7"]})
    for ref in ("1", "#1", "ann.lee@example.ORG", "+37126123456", "00371 26 123 456", "26123456", "+1 202 555 0101 ext. 7"):
        assert clients.find(ref) == ann.id, ref


def test_the_whole_name_wins_over_a_part_and_the_name_over_the_company(base: Base) -> None:
    acme = clients.add({"name": "Acme", "kind": "company"})
    clients.add({"name": "Ann", "company": acme.id})
    clients.add({"name": "Acme South", "kind": "company"})
    assert clients.find("acme") == acme.id
    assert clients.find("south") == 3


def test_several_matches_are_named_with_their_ids(base: Base) -> None:
    clients.add({"name": "Ann Lee", "emails": ["lee@example.org"]})
    clients.add({"name": "Ann Moe"})
    with pytest.raises(Ambiguous) as refused:
        clients.find("ann")
    assert [(c.id, c.label) for c in refused.value.candidates] == [(1, "Ann Lee (lee@example.org)"), (2, "Ann Moe")]


def test_no_match_offers_the_nearest_names(base: Base) -> None:
    clients.add({"name": "Johansson"})
    with pytest.raises(NotFound, match="nearest: 1 Johansson"):
        clients.find("Johanson Ltd")


def test_a_number_that_is_no_id_does_not_mean_somebody_with_it_in_a_phone(base: Base) -> None:
    clients.add({"name": "Ann", "phones": ["+37126123456"]})
    clients.add({"name": "4711"})
    for ref in ("9", "23", "#7", "612"):
        with pytest.raises(NotFound):
            clients.find(ref)
    assert clients.find("4711") == 2


@pytest.mark.parametrize(
    "ref", ["", " ", "0", "99", "99999999999999999999999", "#", "-1", "\x1b[31m", "'; DROP TABLE client; --", '"', "*", "a" * 2000]
)
def test_a_reference_to_nothing_is_not_found(base: Base, ref: str) -> None:
    clients.add({"name": "Ann"})
    with pytest.raises(NotFound):
        clients.find(ref)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "the name of the client is empty"),
        ({"name": "  "}, "is empty"),
        ({"name": "x" * 1001}, "1,001 characters"),
        ({"name": "a\0b"}, "NUL"),
        ({"name": "a\udcffb"}, "not text"),
        ({"name": "A", "emails": ["no mail"]}, "no e-mail address"),
        ({"name": "A", "phones": ["call me"]}, "no phone number"),
        ({"name": "A", "status": "boss"}, "no status"),
        ({"name": "A", "kind": "horse"}, "no kind"),
        ({"name": "A", "birth_date": "2030-01-01"}, "in the future"),
        ({"name": "A", "founded": "long ago"}, "no year"),
        ({"name": "A", "roles": ["friend"]}, "no role"),
        ({"name": "A", "shoe": "42"}, "no field"),
    ],
)
def test_a_client_that_cannot_be_is_refused_and_nothing_is_kept(base: Base, values: dict, told: str) -> None:
    with pytest.raises(CrmError) as refused:
        clients.add(values)
    assert told in refused.value.sentence
    assert clients.count() == 0


def test_a_mail_that_another_has_is_refused_unless_allowed(base: Base) -> None:
    clients.add({"name": "Ann", "emails": ["a@example.org"]})
    with pytest.raises(Refused, match=r'client 1 Ann has "a@example\.org" already'):
        clients.add({"name": "Ben", "emails": ["A@example.org"]})
    assert clients.add({"name": "Ben", "emails": ["A@example.org"]}, allow_duplicate=True).id == 2


def test_a_phone_may_be_shared_but_not_under_one_name(base: Base) -> None:
    clients.add({"name": "Ann", "phones": ["+37126123456"]})
    clients.add({"name": "Ben", "phones": ["+37126123456"]})
    with pytest.raises(Refused):
        clients.add({"name": "ANN", "phones": ["+371 26 123 456"]})


def test_an_edit_sets_what_is_given_and_an_empty_text_empties(base: Base) -> None:
    acme = clients.add({"name": "Acme", "kind": "company"})
    ann = clients.add(
        {"name": "Ann", "source": "web", "company": acme.id, "phones": ["+37126123456", "home:+37126999999"], "tags": ["vip", "Oak"]}
    )
    changed = clients.edit(ann.id, {"source": "", "phones": ["+37126999999"], "tags": ["oak"], "city": "Riga", "company": None})
    assert (changed.source, changed.tags, changed.company) == (None, ("Oak",), None)
    assert [(p.value, p.label) for p in changed.contact_points] == [("+37126999999", "home")]
    assert changed.addresses[0].city == "Riga"


def test_a_client_does_not_belong_to_a_person_nor_to_itself(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    acme = clients.add({"name": "Acme", "kind": "company"})
    part = clients.add({"name": "Part", "kind": "company", "company": acme.id})
    with pytest.raises(Refused, match="is a person"):
        clients.add({"name": "Ben", "company": ann.id})
    with pytest.raises(Refused, match="belong to itself"):
        clients.edit(acme.id, {"company": part.id})


def test_a_company_is_named_by_its_whole_name_and_added_when_nobody_knows_it(base: Base) -> None:
    base.actor_id = team.add({"name": "Mia"}).id
    clients.add({"name": "Müller & Söhne Nord", "kind": "company"})
    clients.add({"name": "Muller & Sohne"})
    ann = clients.add({"name": "Ann"}, company_named=" Müller & Söhne ")
    made = clients.get(ann.company_id or 0)
    assert (ann.company, made.kind, made.name, made.owner, made.status) == (made.name, "company", "Müller & Söhne", "Mia", "lead")
    assert clients.add({"name": "Ben"}, company_named="MULLER & SOHNE").company_id == made.id
    assert clients.add({"name": "Kim"}, company_named=" ").company is None
    assert clients.count(kind="company") == 2
    for _ in range(3):
        rewind.undo()
    assert [client.name for client in clients.every()] == ["Muller & Sohne", "Müller & Söhne Nord"]


def test_an_edit_names_the_company_too_and_leaves_it_where_none_is_named(base: Base) -> None:
    ann = clients.add({"name": "Ann"}, company_named="Acme").id
    assert clients.edit(ann, {"source": "web"}).company == "Acme"
    assert clients.edit(ann, {}, company_named="Beta").company == "Beta"
    assert clients.edit(ann, {}, company_named="acme").company_id == 1
    with pytest.raises(Refused, match="belong to itself"):
        clients.edit(1, {}, company_named="Acme")


def test_a_name_that_several_companies_have_is_refused_and_nothing_is_kept(base: Base) -> None:
    for name in ("Acme", "ACME"):
        clients.add({"name": name, "kind": "company"})
    with pytest.raises(Refused) as refused:
        clients.add({"name": "Ann"}, company_named="acme")
    assert str(refused.value) == 'several companies are called "acme"; choose one by its id: 1, 2'
    clients.delete(1)
    assert clients.add({"name": "Ann"}, company_named="acme").company_id == 2


def test_a_company_that_is_named_is_not_kept_when_its_person_is_refused(base: Base) -> None:
    clients.add({"name": "Ann", "emails": ["a@example.org"]})
    with pytest.raises(Refused):
        clients.add({"name": "Ben", "emails": ["a@example.org"]}, company_named="Acme")
    with pytest.raises(CrmError, match="NUL"):
        clients.add({"name": "Ben"}, company_named="A\0")
    assert clients.count() == 1


def test_a_client_with_open_deals_goes_only_with_them(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    deals.add({"title": "Roof", "client": ann.id})
    with pytest.raises(Refused, match="an open deal"):
        clients.delete(ann.id)
    clients.delete(ann.id, with_deals=True)
    assert (clients.count(), deals.count()) == (0, 0)
    assert search.found("client", "ann") == []


def test_filters_narrow_and_pages_follow_the_alphabet(base: Base) -> None:
    for name in ("Ёлка", "Жук", "Ева", "Ann", "Öl", "Zoe"):
        clients.add({"name": name, "tags": ["x"] if name < "B" else []})
    assert [c.name for c in clients.page(limit=10)] == ["Ann", "Öl", "Zoe", "Ева", "Ёлка", "Жук"]
    assert [c.name for c in clients.page(limit=2, offset=2)] == ["Zoe", "Ева"]
    assert [c.name for c in clients.every(tag="X")] == ["Ann"]
    assert clients.count(words="ж") == 1


def test_reps_are_found_and_never_manage_themselves(base: Base) -> None:
    mia = team.add({"name": "Mia", "email": "mia@example.org"})
    ann = team.add({"name": "Ann", "manager": mia.id})
    assert team.find("mia@example.org") == mia.id
    assert team.get(ann.id).manager == "Mia"
    with pytest.raises(Refused, match="own manager"):
        team.edit(mia.id, {"manager": ann.id})
    with pytest.raises(Refused, match="already"):
        team.add({"name": "MIA"})


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("+371 2612-3456", "+37126123456"),
        ("0037126123456", "+37126123456"),
        ("555 0100", "5550100"),
        ("831.605.2433x72946", "831605243372946"),
        ("+1 (202) 555-0101 ext 7", "+12025550101x7"),
    ],
)
def test_a_phone_is_known_by_its_number_however_it_is_written(typed: str, key: str) -> None:
    assert contacts.phone(typed) == (typed, key)


@pytest.mark.parametrize("typed", ["", "12", "phone", "1" * 31, "+37126123456 call after six in the evening please"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        contacts.phone(typed)


@pytest.mark.parametrize(
    "typed", ["a@b.example", "ünal@example.org", "x@bücher.example", "o'neil@example.org", "first.last+tag@sub.example.co.uk"]
)
def test_a_mail_is_taken_as_it_is_written(typed: str) -> None:
    assert contacts.email(typed)[0] == typed


@pytest.mark.parametrize("typed", ["", "a", "a@", "@b.example", "a b@c.example", "a@b..example", "a@b", "a@-b.example"])
def test_what_is_no_mail_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        contacts.email(typed)


def test_an_unknown_word_says_what_would_do() -> None:
    from crmtui.clients import rules

    with pytest.raises(Unreadable) as refused:
        rules.READERS["status"]("custommer")
    assert str(refused.value).startswith('no status "custommer"; did you mean "customer"?')


def test_folding_is_the_same_for_what_looks_the_same() -> None:
    assert keys.fold("Ёж") == keys.fold("ЕЖ")
    assert keys.fold("Müller") == keys.fold("MULLER")
    assert keys.fold("ﾀﾞ") == keys.fold("ダ")
    assert keys.fold("が") != keys.fold("か")
    assert keys.letters("GTX Pro") == keys.letters("gtx-pro")
    assert keys.letters("***") == "***"
