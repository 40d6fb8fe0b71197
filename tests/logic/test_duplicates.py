"""Clients entered twice: that they are found whatever was typed, that those who only look alike are not, that a no is remembered."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bench import doubles
from crmtui import contacts
from crmtui.clients import clients, duplicates, likeness, merging, signs
from crmtui.errors import NotFound, Refused
from crmtui.store import history, rewind
from crmtui.store.connection import Base


def pairs(least: int = duplicates.LIKELY) -> list[tuple[int, int]]:
    """Who is offered, by ids."""
    return [(pair.a_id, pair.b_id) for pair in duplicates.find(least=least).pairs]


def add(name: str, *mails: str, phone: str = "", **values: Any) -> int:
    return clients.add({"name": name, "emails": mails, "phones": [phone] if phone else [], **values}, allow_duplicate=True).id


# ── names


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("김민수", "Kim Min-su", 100),
        ("김민수", "Minsoo Kim", 95),
        ("김", "Kim", 100),
        ("박지훈", "Park Ji Hoon", 95),
        ("이서연", "Lee Seo-yeon", 100),
        ("王伟", "Wei Wang", 100),
        ("Юлия Щукина", "Julia Shchukina", 95),
        ("Сергей Петров", "Petrov Sergej", 95),
        ("Дмитрий Хабаров", "Dmitry Khabarov", 95),
        ("Иванoв Пётр", "Иванов Петр", 100),
        ("Аnna Рetrova", "Anna Petrova", 100),
        ("Müller Jürgen", "Juergen Mueller", 90),
        ("Anna Petrova", "Ana Petorva", 90),
        ("Dr. Anna Petrova", "Anna Petrova", 100),
        ("Anna Petrova", "A. Petrova", 85),
    ],
)
def test_one_name_is_known_in_every_script_order_and_spelling(one: str, other: str, least: int) -> None:
    assert likeness.people(likeness.words(one), likeness.words(other)) >= least
    assert likeness.people(likeness.words(other), likeness.words(one)) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Petrova", "Ivan Petrov"),
        ("Anna Petrova", "Anna Ivanova"),
        ("김민수", "이민수"),
        ("王伟", "王芳"),
        ("John Smith", "Jane Smythe"),
        ("", "A"),
    ],
)
def test_two_names_are_two(one: str, other: str) -> None:
    assert likeness.people(likeness.words(one), likeness.words(other)) < 85


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acme Ltd.", "ACME Limited", True),
        ("ООО «Ромашка»", "Romashka LLC", True),
        ("Alderbrook Homes", "Alderbrok Homes", True),
        ("School 12", "School 14", False),
        ("Acme Riga", "Acme Berlin", False),
        ("Acme", "Acme Group", False),
    ],
)
def test_companies_are_told_by_their_names_without_legal_forms(one: str, other: str, same: bool) -> None:
    assert (likeness.firms(likeness.firm_words(one)[0], likeness.firm_words(other)[0]) >= 94) is same


@pytest.mark.parametrize("other", ["anna", "nna", "aanna", "anan", "anno", "ana"])
def test_one_letter_too_many_missing_wrong_or_in_the_place_of_its_neighbour_is_a_typing_error(other: str) -> None:
    assert likeness.typing_error("anna", other) is (other != "anna")
    assert likeness.typing_error(other, "anna") is (other != "anna")


@pytest.mark.parametrize("other", ["", "an", "naan", "bnno", "annaxx", "xanny"])
def test_two_errors_are_more_than_one(other: str) -> None:
    assert not likeness.typing_error("anna", other)
    assert not likeness.typing_error(other, "anna")


# ── phones and mails


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+79161234567", "89161234567", True),
        ("79161234567", "+79161234567", True),
        ("+79161234567", "9161234567", True),
        ("0891234567", "+49891234567", True),
        ("+49891234567", "+43891234567", False),
        ("+12025550101x7", "+12025550101x8", False),
        ("+12025550101x7", "+12025550101", True),
        ("110", "+49110", False),
    ],
)
def test_a_phone_is_one_however_it_is_written(one: str, other: str, same: bool) -> None:
    assert signs.same_phone(contacts.one_key(one), contacts.one_key(other)) is same


def test_of_gmail_dots_and_tags_do_not_count_and_elsewhere_they_do() -> None:
    assert signs.mail("a.n.n+crm@googlemail.com") == signs.mail("ann@gmail.com")
    assert signs.mail("a.nn@example.com") != signs.mail("ann@example.com")
    assert signs.mail("аnn@example.com") == "ann@example.com"  # the first letter is a Cyrillic one


# ── who is offered


def test_the_reasons_are_told_the_strongest_first(base: Base) -> None:
    firm = add("Acme", kind="company", website="acme.example.com")
    add("김민수", "kim@acme.example.com", company=firm)
    add("Minsu Kim", "kim@acme.example.com", company=firm)
    found = duplicates.find().pairs
    assert [(pair.a_id, pair.b_id, pair.score) for pair in found] == [(2, 3, 100)]
    assert found[0].reasons == ("same mail", "same company", "swapped first and last name")


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (("Ivan Petrov", "i@example.com"), ("Ivan Petrvo", "i@example.com"), "same mail"),
        (("Ivan Petrov", "ivan@example.com"), ("Ivan Petrov", "ivan@exmaple.com"), "mails alike"),
        (("Ann Lee", "ann.lee@gmail.com"), ("Ann Lee", "annlee+x@googlemail.com"), "same mail"),
        (("Иванов Пётр", ""), ("Petr Ivanov", "p@example.com"), "nothing else known"),
    ],
)
def test_people_with_a_second_sign_in_common_are_offered(base: Base, first: Any, second: Any, reason: str) -> None:
    for values in (first, second):
        add(*filter(None, values))
    (pair,) = duplicates.find(least=70).pairs
    assert pair.reasons[0] == reason


def test_phones_with_8_and_with_plus_7_are_one(base: Base) -> None:
    add("Пётр Иванов", phone="+7 916 123-45-67")
    add("Иванов Петр", phone="8 (916) 123-45-67")
    add("Пётр Иванов", phone="8 (916) 123-45-76")
    assert pairs() == [(1, 2), (1, 3), (2, 3)]
    assert duplicates.find().pairs[0].reasons[0] == "same phone"


def test_one_name_in_two_companies_with_two_mails_is_two_people(base: Base) -> None:
    for place in ("acme", "globex"):
        firm = add(place, kind="company", website=f"{place}.example.com")
        add("Ivan Petrov", f"ivan.petrov@{place}.example.com", phone=f"+7916123456{firm}", company=firm)
    add("Ivan Petrov", "ivan1@mail.ru")
    add("Ivan Petrov", "ivan2@mail.ru")
    assert pairs() == []


def test_families_offices_and_generations_are_not_offered(base: Base) -> None:
    add("Anna Petrova", phone="+79161234567")
    add("Ivan Petrov", phone="+79161234567")
    add("Ann Lee", "info@example.com")
    add("Ben Moe", "info@example.com")
    add("James Ward", phone="+12025550101", birth_date="1950-01-01")
    add("James Ward", phone="+12025550101", birth_date="1980-01-01")
    assert pairs() == []
    assert pairs(50) == [(5, 6), (1, 2)]


def test_companies_of_one_name_at_two_domains_are_two(base: Base) -> None:
    add("Acme Ltd", kind="company", website="acme.example.com")
    add("Acme Limited", kind="company", website="www.acme.example.net")
    add("ACME", kind="company")
    assert pairs() == [(1, 3), (2, 3)]


def test_a_person_and_a_company_are_never_one(base: Base) -> None:
    add("Ivan Petrov", "i@example.com", kind="company")
    add("Ivan Petrov", "i@example.com")
    assert pairs(0) == []


def test_the_deleted_and_the_merged_are_not_offered(base: Base) -> None:
    for _ in range(3):
        add("Ivan Petrov", "i@example.com")
    clients.delete(3)
    assert pairs() == [(1, 2)]
    merging.merge(1, 2)
    assert pairs() == []


def test_a_crowd_that_shares_a_sign_is_still_looked_through(base: Base) -> None:
    """A hundred with one phone: more than are compared each with each."""
    crowd = [doubles.Made(f"{first} {last}ov", phones=("+12025550101",)) for first in "ABCDEFGHIJ" for last in "KLMNOPQRST"]
    doubles.write(
        doubles.World(
            [*crowd, doubles.Made("Sergey Petrov", phones=("+12025550101",)), doubles.Made("Сергей Петров", phones=("2025550101",))]
        )
    )
    assert (101, 102) in pairs()


# ── no is remembered


def test_those_told_apart_are_never_offered_again_and_undo_forgets_it(base: Base) -> None:
    add("Ivan Petrov", "i@mail.ru")
    add("Ivan Petrov", "i@mail.ru")
    pair, news = duplicates.tell_apart(2, 1)
    assert (pair.a_id, pair.b_id, pair.score, news) == (1, 2, 98, True)
    assert history.operations(limit=1)[0].summary == "told client Ivan Petrov from Ivan Petrov"
    assert duplicates.tell_apart(1, 2)[1] is False
    assert history.count() == 3
    assert pairs() == []
    assert duplicates.of(2) == []
    rewind.undo()
    assert pairs() == [(1, 2)]


def test_a_client_is_not_told_from_itself_nor_from_nobody(base: Base) -> None:
    add("Ann")
    with pytest.raises(Refused, match="client 1 cannot be told from itself"):
        duplicates.tell_apart(1, 1)
    with pytest.raises(NotFound):
        duplicates.tell_apart(1, 2)


# ── of one client


def test_the_likely_doubles_of_one_are_those_with_its_phone_or_name(base: Base) -> None:
    add("Пётр Иванов", phone="+79161234567")
    add("Иванов Пётр", phone="8 916 123 45 67")
    add("Ivanov Petr", phone="9161234567")
    add("Пётр Иванов", "p@example.com")
    assert [(pair.a_id, pair.b_id) for pair in duplicates.of(2)] == [(1, 2)]
    assert [(pair.a_id, pair.b_id) for pair in duplicates.of(1)] == [(1, 2)]
    assert duplicates.of(99) == []


def test_a_colleague_of_the_name_and_one_of_the_same_birthday_are_near_also_without_mail_or_phone(base: Base) -> None:
    firm = add("Acme", kind="company")
    add("Ann Lee", company=firm)
    add("Lee Ann", company=firm)
    add("Ben Moe", phone="+12025550101", birth_date="1980-02-03")
    add("Ben Moe", phone="+12025550199", birth_date="1980-02-03")
    add("Ben Moe", phone="+12025550155")
    assert [[(pair.a_id, pair.b_id) for pair in duplicates.of(id_)] for id_ in (2, 3, 4, 5, 6)] == [
        [(2, 3)],
        [(2, 3)],
        [(4, 5)],
        [(4, 5)],
        [],
    ]


def test_a_company_of_the_name_is_near(base: Base) -> None:
    add("Acme", kind="company")
    add("ACME", kind="company")
    assert [(pair.a_id, pair.b_id) for pair in duplicates.of(2)] == [(1, 2)]


def test_of_pairs_that_were_found_before_those_stand_who_are_there_and_not_told_apart_under_their_names_of_today(base: Base) -> None:
    for name in ("Ann Smith", "Ann Smith", "Kim Lee", "Kim Lee", "Zoe Fox", "Zoe Fox"):
        add(name, f"{name[:3].lower()}@example.com")
    found = duplicates.find().pairs
    assert [(pair.a_id, pair.b_id) for pair in found] == [(1, 2), (3, 4), (5, 6)]
    merging.merge(1, 2)
    duplicates.tell_apart(4, 3)
    clients.edit(6, {"name": "Zoë Fox"})
    assert [(pair.a_id, pair.a, pair.b_id, pair.b) for pair in duplicates.standing(found)] == [(5, "Zoe Fox", 6, "Zoë Fox")]
    assert duplicates.standing([]) == []


# ── many


def test_of_ten_thousand_with_five_hundred_doubles_nearly_all_are_found_and_hardly_any_other(base: Base) -> None:
    world = doubles.planted(10_000, 500)
    doubles.write(world)
    started = time.process_time()
    found = set(pairs())
    seconds = time.process_time() - started
    planted = {(one + 1, other + 1) for one, other in world.doubles}
    assert len(planted) == 500
    assert len(planted & found) >= 0.95 * 500
    assert len(found - planted) <= 0.02 * len(found)
    assert seconds < 5


def test_a_new_client_is_compared_in_a_moment_among_ten_thousand(base: Base) -> None:
    world = doubles.planted(10_000, 500)
    doubles.write(world)
    duplicates.of(5_000)
    started = time.process_time()
    for id_ in range(5_000, 5_100):
        duplicates.of(id_)
    assert time.process_time() - started < 1
