"""A person who is erased is nowhere any more: no byte of theirs is in any file of the base, in any form; and others lose nothing."""

from __future__ import annotations

import io
import json
import random
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from crmtui.activities import interactions, tasks
from crmtui.clients import clients, consents, merging
from crmtui.errors import NotFound, Refused, Undecided
from crmtui.exchange import importing
from crmtui.exchange.importing import Options
from crmtui.sales import attachments, deals, moves, persons, purchases
from crmtui.store import backups, checking, connection, contents, drafts, files, history, personal, rewind, search
from crmtui.store.connection import Base
from crmtui.store.keys import fold
from crmtui.store.tables import Change, Interaction, Operation, Purchase

NAME, MAIL, PHONE = "Žofie Šimůnková", "zofie@simunkova.example", "+420 601 234 567"
SECRETS = (
    NAME, "Žofie", "Šimůnková", MAIL, "simunkova.example", PHONE, "601234567", "+420 602 999 888", "blue kitchens", "oak cupboards",
    "1980-02-03", "Dlouhá 77", "secret bargain", "hates mondays", "walnut sample", "passport of hers", "passport", "paper slip",
    "white knob", "CRM-4711", "flat above the baker",
)  # fmt: skip
"""What is told of her and of nobody else."""


def forms(text: str) -> set[bytes]:
    """A text in every form in which it could lie in a file."""
    spellings = {text, text.upper(), text.lower(), text.casefold(), fold(text), "".join(text.split()), json.dumps(text)[1:-1]}
    return {each.encode(encoding) for each in spellings for encoding in ("utf-8", "utf-16-le", "utf-16-be")}


def found(folder: Path, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which of the texts are in which file of a folder, inside deflated parts too."""
    hits = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        inside = b"\0".join([whole, path.name.encode(), *unfolded(whole)])
        hits += [(path.name, text) for text in texts if any(form in inside for form in forms(text))]
    return hits


def unfolded(data: bytes) -> list[bytes]:
    """What lies deflated in a file, as runs of the journal do."""
    parts, place = [], data.find(b"zx\x01")
    while place >= 0:
        with suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(data[place + 1 :]))
        place = data.find(b"zx\x01", place + 1)
    return parts


@pytest.fixture
def her(base: Base) -> int:
    """A person of whom much is told, in every table that can, and in texts of others."""
    other = clients.add({"name": "Jan Novák", "emails": ["jan@example.org"]}).id
    her = clients.add(
        {"name": NAME, "emails": [MAIL], "phones": [PHONE], "notes": "likes blue kitchens", "birth_date": "1980-02-03",
         "street": "Dlouhá 77", "external_ids": {"hubspot": "CRM-4711"}}
    ).id  # fmt: skip
    clients.edit(her, {"phones": ["+420 602 999 888"], "notes": "now prefers oak cupboards"})
    deal = deals.add({"title": f"Kitchen for {NAME}", "client": her, "value": "1200", "notes": "secret bargain", "need": "white knob"}).id
    moves.move(deal, "won")
    deals.add({"title": "House of Jan", "client": other, "contacts": [her], "value": "500"})
    interactions.log("call", client=her, deal=deal, note="she hates mondays", subject="flat above the baker")
    tasks.add("Ring about the walnut sample", client=her, items=["bring walnut sample"])
    interactions.log("note", client=other, note="spoke with ŽOFIE  ŠIMŮNKOVÁ, call +420 601 234-567 or 602999888 again; tall windows")
    purchases.add(her, "80", {"description": "white knob"})
    attachments.add("client", her, BytesIO(b"passport of hers"), "passport.txt")
    consents.answer(her, "email", "no", source="paper slip")
    tasks.add("Give the white knob back", client=her)
    drafts.keep("calls", {"note": "Zofie Simunkova wants"})
    rewind.undo()
    return her


def test_no_byte_of_an_erased_person_is_in_any_file(base: Base, her: int, tmp_path: Path) -> None:
    assert {text for _, text in found(tmp_path, SECRETS)} >= {NAME, MAIL, PHONE, "passport of hers", "hates mondays"}
    gone = persons.erase(her, sure=True)
    assert found(tmp_path, SECRETS) == []
    assert (gone.contents, gone.copies, gone.notes) == (1, (), ())
    backups.write(tmp_path / "later.backup")
    assert found(tmp_path, SECRETS) == []


def test_what_others_need_stays_without_the_person(her: int) -> None:
    persons.erase(her, sure=True)
    assert [(deal.title, deal.value_cents, deal.outcome, deal.client) for deal in deals.page()] == [
        ("erased", 120000, "won", "erased"),
        ("House of Jan", 50000, "open", "Jan Novák"),
    ]
    assert deals.page()[1].contacts == ()
    assert [(row.amount_cents, row.description) for row in Purchase.select()] == [(8000, None)]
    notes = [row.note for row in Interaction.select().order_by(Interaction.id)]
    assert notes == [None, "spoke with [erased], call [erased] or [erased] again; tall windows"]
    assert [card.name for card in clients.page()] == ["Jan Novák"]
    assert search.found("client", "zofie") == search.found("deal", "simunkova") == []
    assert [each.name for each in checking.check("deep") if each.state == "wrong"] == []


def test_the_history_keeps_its_operations_without_their_words(her: int) -> None:
    before = Operation.select().count()
    persons.erase(her, sure=True)
    events = history.operations(limit=100)
    assert len(events) == before + 1
    assert events[0].summary == f"erased the person who was client {her}"
    assert {event.summary for event in events[1:]} == {
        "added client Jan Novák", "added deal House of Jan", "logged note with Jan Novák", "erased on 2026-03-04"
    }  # fmt: skip


def test_nothing_brings_an_erased_person_back(her: int, base: Base, tmp_path: Path) -> None:
    gone = persons.erase(her, sure=True)
    with pytest.raises(Refused, match="cannot be undone"):
        rewind.undo(gone.operation)
    for event in history.operations(limit=100):
        try:
            rewind.undo(event.id)
        except (Refused, NotFound):
            continue
    base.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert found(tmp_path, SECRETS) == []


def test_who_comes_again_by_an_old_list_is_told(her: int, base: Base) -> None:
    persons.erase(her, sure=True)
    file = f"name,email,phone\nJan,new@example.org,\nZ. S.,,{PHONE}\nZofie,{MAIL.upper()},\n"
    importing.run("clients", BytesIO(file.encode()), Options(file_name="old.csv"))
    (told,) = base.notes
    assert told.startswith("client 4 (erased on 2026-03-04), client 5 (erased on 2026-03-04) had themselves erased and are here again")


def test_a_person_who_came_by_import_is_gone_from_its_runs_and_from_what_was_taken_back(base: Base, tmp_path: Path) -> None:
    rows = "".join(f"Client {number},c{number}@example.org,\n" for number in range(30))
    file = f"name,email,notes\n{rows}{NAME},{MAIL},likes blue kitchens\n"
    importing.run("clients", BytesIO(file.encode()), Options(file_name="list.csv"))
    importing.run("clients", BytesIO(file.replace("blue kitchens", "oak cupboards").encode()), Options(file_name="list.csv"))
    her = clients.find(MAIL)
    persons.erase(her, sure=True)
    assert found(tmp_path, SECRETS) == []
    assert clients.count() == 30


def test_deleted_rows_in_the_runs_of_the_journal_are_emptied(base: Base, tmp_path: Path) -> None:
    file = f"name,email,notes\nJan,jan@example.org,tall\n{NAME},{MAIL},likes blue kitchens\n"
    importing.run("clients", BytesIO(file.encode()), Options(file_name="list.csv"))
    rewind.undo()
    rewind.redo()
    persons.erase(clients.find(MAIL), sure=True)
    assert found(tmp_path, SECRETS) == []
    assert any(b"jan@example.org" in part for path in [base.path] for part in [path.read_bytes(), *unfolded(path.read_bytes())])


def test_who_was_merged_into_a_person_goes_with_them(base: Base, tmp_path: Path) -> None:
    kept = clients.add({"name": "Zofie S.", "emails": [MAIL]}).id
    merging.merge(kept, clients.add({"name": NAME, "phones": [PHONE], "notes": "likes blue kitchens"}).id)
    persons.erase(kept, sure=True)
    assert found(tmp_path, SECRETS) == []


def test_a_namesake_stays(base: Base) -> None:
    twins = [clients.add({"name": NAME, "emails": [mail]}).id for mail in (MAIL, "other@example.org")]
    persons.erase(twins[0], sure=True)
    assert [(card.id, card.name, card.emails) for card in clients.page()] == [(twins[1], NAME, ("other@example.org",))]


def test_a_content_that_another_needs_stays(base: Base, her: int) -> None:
    attachments.add("client", 1, BytesIO(b"passport of hers"), "theirs.txt")
    assert persons.erase(her, sure=True).contents == 0
    assert [path.read_bytes() for path in contents.folder().iterdir() if path.is_file()] == [b"passport of hers"]


def test_backups_from_before_are_named_and_replaced_when_asked_to(base: Base, her: int, tmp_path: Path) -> None:
    old = Path(backups.write().path)
    assert persons.erase(her, rehearse=True).copies == (old.name,)
    again = clients.add({"name": "Eva Malá"}).id
    assert persons.erase(her, sure=True).copies == (old.name,)
    assert persons.erase(again, sure=True, copies=True).copies == ()
    assert len(list(tmp_path.glob("*.backup"))) == 1
    assert found(tmp_path, SECRETS) == []


def test_only_a_person_is_erased_and_only_by_who_is_sure(base: Base, her: int) -> None:
    company = clients.add({"name": "Firm", "kind": "company"}).id
    with pytest.raises(Refused, match="is a company"):
        persons.erase(company, sure=True)
    with pytest.raises(Undecided, match="cannot be undone"):
        persons.erase(her)
    with pytest.raises(NotFound):
        persons.erase(99, sure=True)
    before = Change.select().count()
    assert persons.erase(her, rehearse=True).operation is None
    assert (clients.get(her).name, Change.select().count()) == (NAME, before)


def test_while_another_program_reads_the_log_stays_and_that_is_told(base: Base, her: int) -> None:
    reader = connection.driver.connect(str(base.path), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM client").fetchone()
    base.database.execute_sql("PRAGMA busy_timeout = 50")
    assert "another program" in persons.erase(her, sure=True).notes[-1]
    reader.close()


# ── strings in texts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("met Ann Berg today", "met [erased] today"),
        ("ANN\n berg", "[erased]"),
        ("Ａｎｎ Ｂｅｒｇ", "[erased]"),
        ("Ánn Bérg and Jan", "[erased]"),
        ("Joann Bergman", "Joann Bergman"),
        ("Ann alone", "Ann alone"),
        ("mail ANN@example.org!", "mail [erased]!"),
        ("joann@example.org", "joann@example.org"),
        ("call 2000-1234 or (371) 20 00 12 34", "call [erased] or [erased]"),
        ("call +371 2000 1234", "call [erased]"),
        ("김민수님께 드림", "[erased]님께 드림"),
    ],
)
def test_a_person_is_found_in_a_text_however_they_are_written(text: str, left: str) -> None:
    strings = personal.Strings(["Ann Berg", "김민수"], ["ann@example.org"], ["+37120001234"])
    assert strings.removed(text) == left if strings.within(text) else text == left


def test_people_of_random_names_leave_nothing_behind(tmp_path: Path) -> None:
    """Of ten people with names in many scripts each second one is erased: nothing of these is left, everything of the others."""
    letters = ("abcdefghij", "абвгдежзик", "αβγδεζηθικ", "김이박최정강조윤장임", "àéîõüçñšžł", "अआइईउऊऋएऐओ")
    chance = random.Random(4)
    names = [" ".join("".join(chance.choices(script, k=9)).title() for _ in "12") for script in letters for _ in "ab"]
    with connection.opened(tmp_path / "crm.db", actor="ann"):
        for number, name in enumerate(names):
            id_ = clients.add({"name": name, "emails": [f"mail{number}x@example.org"], "notes": f"note {number} of {name}"}).id
            deals.add({"title": f"Deal {name}", "client": id_, "value": "1"})
            interactions.log("note", client=1, note=f"heard of {name.upper()} and of mail{number}x@example.org")
        for id_ in range(1, len(names), 2):
            persons.erase(id_ + 1, sure=True)
        gone, kept = tuple(names[1::2]), [card.name for card in clients.page()]
    assert found(tmp_path, gone) == []
    assert sorted(kept) == sorted(names[::2])


# ── taken out


def document(client: int) -> dict[str, Any]:
    stream = io.StringIO()
    persons.write(client, stream)
    told: dict[str, Any] = json.loads(stream.getvalue())
    return told


def test_the_document_on_a_person_holds_everything_that_is_told_of_them(her: int) -> None:
    text = json.dumps(document(her), ensure_ascii=False)
    held = [each for each in SECRETS if each not in ("passport of hers", "601234567", "Žofie", "Šimůnková")]
    assert [each for each in held if each not in text] == []
    told = document(her)
    assert [deal["title"] for deal in told["deals_as_contact"]] == ["House of Jan"]
    assert [(each["channel"], each["state"]) for each in told["consents"]] == [("email", "refused")]
    assert [each["sha256"] is not None for each in told["files"]] == [True]


def test_copies_under_other_names_are_told_and_left(base: connection.Base, tmp_path: Path) -> None:
    person = clients.add({"name": "Gone Soon"}).id
    backups.write(tmp_path / "plain.bak")
    backups.write()
    gone = persons.erase(person, sure=True, copies=True)
    assert any("removed 1 backup from before" in note for note in gone.notes)
    assert "bases of other names lie beside this one: plain.bak; look there too" in gone.notes
    assert (tmp_path / "plain.bak").exists()


def test_backups_in_the_making_are_told_and_removed_once_nobody_makes_them(base: connection.Base, tmp_path: Path) -> None:
    first = clients.add({"name": "Gone Soon"}).id
    left = tmp_path / ".b1.backup-ab12_xyz"
    left.write_bytes(b"Gone Soon")
    making = files.Draft(tmp_path / "b2.backup")
    assert any(making.path.name in note for note in persons.erase(first, sure=True).notes)
    assert (left.exists(), making.path.exists()) == (False, True)
    making.drop()
