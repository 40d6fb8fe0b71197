"""What well-known programs export comes in with no option but the noun, or asks one question; every row is accounted for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crmtui.clients import clients
from crmtui.clients.records import Card
from crmtui.errors import Refused, Undecided, Unreadable
from crmtui.exchange import profiles
from crmtui.exchange.aliases import ALIASES
from crmtui.exchange.cleaning import Cleaner
from crmtui.exchange.columns import assign
from crmtui.exchange.importing import Imported
from crmtui.exchange.stages import read as read_stages
from crmtui.exchange.translating import Translator
from crmtui.sales import deals
from crmtui.store.tables import Client, Deal, ExternalId, Stage, Task, database
from tests.logic import vendors
from tests.logic.exchanging import content, counts, taken, taken_file
from tests.logic.vendors import EXPORTS, OWNER, PEOPLE, TITLES, Export

pytestmark = pytest.mark.usefixtures("base")


def answered(export: Export) -> tuple[Imported, str]:
    """The result of an import without options, else with what the one question asks for; and the question."""
    try:
        return taken(export.kind, export.text), ""
    except Undecided as asked:
        return taken(export.kind, export.text, **_options(asked)), str(asked)


def _options(asked: Undecided) -> dict[str, Any]:
    own, several = read_stages(asked.hint.partition('--stages "')[2].partition('"')[0]) if "--stages" in asked.hint else ((), {})
    return {"stages": own, "pipelines": several, "create_missing": "--create-missing" in asked.hint}


def brought(title: str) -> None:
    """Import all that a program exports."""
    for export in vendors.of(title):
        answered(export)


def card(name: str) -> Card:
    return clients.get(clients.find(name))


@pytest.mark.parametrize("export", EXPORTS, ids=[export.name for export in EXPORTS])
def test_an_export_is_recognised_by_its_header(export: Export) -> None:
    found = profiles.recognised(export.kind, export.header.split("|"))
    assert found
    assert (found.title, found.of) == (export.title, export.of)


@pytest.mark.parametrize("title", TITLES)
def test_all_that_a_program_exports_comes_in_whole_and_again_changes_nothing(title: str) -> None:
    for export in vendors.of(title):
        rows = len(list(csv.reader(io.StringIO(export.text.removeprefix(export.before)), delimiter=export.delimiter))) - 1
        done, _ = answered(export)
        new = done.created + done.updated + done.unchanged
        assert (done.rows, done.rejected, done.skipped, new) == (rows, 0, 0, rows), (export.name, done.rejects)
        assert counts(done)[1] == rows or title == "Google Contacts", export.name
    before = content()
    for export in vendors.of(title):
        done = taken(export.kind, export.text)
        assert (done.unchanged, done.rejected) == (done.rows, 0), (export.name, done)
    assert content() == before


@pytest.mark.parametrize("title", [title for title in TITLES if any(export.kind == "deals" for export in vendors.of(title))])
def test_deals_have_their_client_amount_and_outcome(title: str) -> None:
    brought(title)
    found = {deal.title: deal for deal in Deal.select(Deal, Stage).join(Stage)}
    assert {name: (deal.value_cents, deal.stage.outcome) for name, deal in found.items()} == {
        f"Order {n}": (n * 100_000 + 25, "won" if n < 3 else "lost" if n == 3 else "open") for n in range(1, 7)
    }
    names = dict(Client.select(Client.id, Client.name).tuples())
    assert {name: names[deal.client_id] for name, deal in found.items()} == {f"Order {n}": p.company for n, p in enumerate(PEOPLE, 1)}


@pytest.mark.parametrize("title", TITLES)
def test_people_have_their_names_mails_phones_and_companies(title: str) -> None:
    brought(title)
    for n, person in enumerate(PEOPLE, 1):
        found = card(person.mail if title != "LinkedIn" else person.name)
        assert (found.name, found.kind, found.company) == (person.name, "person", person.company)
        if title != "LinkedIn":
            assert found.emails[0] == person.mail
            assert person.phone in found.phones
        elif n % 2 == 0:
            assert found.emails == ()


def test_labels_and_several_values_in_a_cell_are_taken_apart() -> None:
    answered(vendors.of("Google Contacts")[0])
    ada = card("Ada Quill")
    points = [(point.value, point.label) for point in ada.contact_points]
    assert sorted(points) == [("+1 202-555-0101", "mobile"), ("a1@home.example", "work"), ("ada@acme.example", "work")]
    assert (ada.tags, ada.notes) == (("Clients",), "met\nat a fair")


def test_several_mails_in_a_cell_are_taken_apart() -> None:
    answered(vendors.of("Pipedrive")[1])
    assert card("Zoë Ødegård").emails == ("zoe@fjord.example", "second2@work.example", "me2@home.example")


def test_lists_of_a_vendor_are_taken_apart_and_its_placeholders_are_nothing() -> None:
    answered(vendors.of("Outlook")[0])
    found = card("Ada Quill")
    assert (found.tags, found.sex, found.birth_date, found.position) == (("Clients", "Fair"), None, None, "CTO")
    brought("Zoho CRM")
    company = card(PEOPLE[1].company)
    assert (company.kind, company.industry, company.status) == ("company", None, "lead")


def test_notes_of_several_columns_stand_under_each_other() -> None:
    brought("amoCRM")
    assert card(PEOPLE[2].company).notes == "первое\nвторое"
    assert deals.get(1).notes == "первое\nвторое"
    assert deals.get(3).lost_reason == "Цена"


def test_the_words_of_a_vendor_become_statuses() -> None:
    brought("HubSpot")
    assert [card(person.name).status for person in PEOPLE] == ["prospect"] * 5 + ["disqualified"]
    assert card(PEOPLE[0].company).status == "customer"


@pytest.mark.parametrize("title", ["Salesforce", "Zoho CRM", "Bitrix24"])
def test_leads_of_a_vendor_are_clients_whose_status_is_lead(title: str) -> None:
    export = next(export for export in vendors.of(title) if export.of == "leads")
    answered(export)
    assert [card(f"lead{n}@x.example").status for n in range(1, 7)] == ["lead"] * 5 + ["disqualified"]
    if title == "Salesforce":
        assert taken("leads", export.text, reject_missing=True, dry_run=True).notes[0].endswith("of leads: crmtui import-csv clients FILE")
    else:
        with pytest.raises(Refused, match="export of leads: crmtui import-csv clients FILE"):
            taken("leads", export.text)


def test_ids_link_what_a_vendor_exports_in_several_files() -> None:
    brought("Salesforce")
    systems = {system for (system,) in ExternalId.select(ExternalId.system).distinct().tuples()}
    assert systems == {"salesforce"}
    titles = dict(Deal.select(Deal.id, Deal.title).tuples())
    names = dict(Client.select(Client.id, Client.name).tuples())
    found = {task.title: (names[task.client_id], titles.get(task.deal_id)) for task in Task.select()}
    assert found == {f"Talk {n}": (p.name, f"Order {n}" if n < 4 else None) for n, p in enumerate(PEOPLE, 1)}


def test_an_id_comes_before_a_name_that_others_have_too() -> None:
    taken("clients", "Record ID,Company name\n1,Acme\n2,Acme Oslo\n")
    taken("clients", "Record ID,First Name,Last Name,Associated Company IDs,Associated Company\n7,Ann,Lee,2,Acme\n")
    assert card("Ann Lee").company == "Acme Oslo"


def test_the_id_of_a_record_that_is_not_here_is_told(tmp_path: Path) -> None:
    text = "Id,FirstName,LastName,AccountId\n3,Ann,Lee,0019\n4,Bo,Dahl,\n"
    done = taken("clients", text, rejects=tmp_path / "r.csv")
    assert (done.created, done.rejects) == (
        1,
        ((2, "AccountId", 'no company with the id "0019" of salesforce; import the companies first'),),
    )
    assert (tmp_path / "r.csv").read_text().splitlines()[1].startswith("3,Ann,Lee,0019,")


def test_a_contact_without_a_name_is_its_company_or_called_by_its_mail() -> None:
    text = "First Name,Last Name,File As,Organization Name,Labels,E-mail 1 - Label,E-mail 1 - Value\n,,,Globex,,,\n,,,,,Work,x@y.example\n"
    assert taken("clients", text).created == 2
    assert [(row.name, row.kind) for row in Client.select().order_by(Client.id)] == [("Globex", "company"), ("x@y.example", "person")]


def test_a_file_that_names_people_who_are_not_here_asks_once() -> None:
    export = vendors.of("HubSpot")[0]
    with pytest.raises(Undecided) as asked:
        taken("clients", export.text)
    assert asked.value.sentence == f'no rep "{OWNER}"'
    assert asked.value.hint.startswith("pass --create-missing to make what the rows name, or import the reps first")
    assert database.execute_sql("SELECT count(*) FROM client").fetchone() == (0,)
    assert taken("clients", export.text, create_missing=True).related == {"reps": 1}


def test_statuses_of_nobody_are_asked_for_once() -> None:
    text = "Name,Lead Owner,Status\nAnn,,GOOD_LEAD\nBo,Dan,COLD\nCid,,\n"
    with pytest.raises(Undecided) as asked:
        taken("clients", text)
    assert asked.value.sentence == 'no status "GOOD_LEAD", "COLD" of column "Status"'
    assert '--map "Status=tags" to keep the words as tags' in asked.value.hint
    done = taken("clients", text, create_missing=True, mapping={"Status": "tags"})
    assert (done.created, card("Bo").tags) == (3, ("COLD",))


def test_ids_of_a_file_that_was_not_imported_are_asked_for_once() -> None:
    text = "Record ID,Deal Name,Pipeline,Deal Stage,Associated Contact IDs\n1,Doors,Sales,Lead,77\n"
    with pytest.raises(Undecided) as asked:
        taken("deals", text)
    assert asked.value.sentence == 'no id "77" of column "Associated Contact IDs"'
    assert asked.value.hint.startswith(
        'import the file that has these ids first, or pass --map "Associated Contact IDs=" to leave them out'
    )
    assert taken("deals", text, mapping={"Associated Contact IDs": ""}).created == 1


def test_stages_and_what_is_missing_are_asked_for_together() -> None:
    export = next(export for export in EXPORTS if export.title == "amoCRM" and export.of == "deals")
    with pytest.raises(Undecided) as asked:
        taken("deals", export.text)
    assert 'no pipeline "Продажи"' in asked.value.sentence
    assert 'no client "Acme, Inc."' in asked.value.sentence
    assert taken("deals", export.text, **_options(asked.value)).created == 6


def test_a_profile_is_overruled_by_name_and_by_none() -> None:
    text = "Record ID,First Name,Last Name\n7,Ann,Lee\n"
    assert taken("clients", text, dry_run=True).notes == ("it reads like a HubSpot export of contacts",)
    assert taken("clients", text, dry_run=True, profile="none").notes == ()
    assert taken("clients", text, dry_run=True, profile="zoho").notes == ("it reads like a Zoho CRM export of contacts",)
    with pytest.raises(Unreadable, match='no profile "hubspott"; did you mean "hubspot"'):
        taken("clients", text, profile="hubspott")
    with pytest.raises(Unreadable, match='the profile "google" has no deals'):
        taken("deals", text, profile="google")


def test_what_the_user_says_comes_before_the_profile() -> None:
    text = "Record ID,First Name,Last Name,Email,Old mail,Lead Source\n7,Ann,Lee,a@x.example,b@x.example,Web\n"
    done = taken("clients", text, mapping={"Old mail": "emails", "Lead Source": "-", "Record ID": "notes"}, system="old")
    assert done.columns["Lead Source"] is None
    ann = card("Ann Lee")
    assert (ann.source, ann.notes, set(ann.emails), ann.external_ids) == (None, "7", {"a@x.example", "b@x.example"}, {})


def test_a_file_of_nobody_is_nobodys() -> None:
    plain = (
        "Name,Email,Phone", "First Name,Last Name,Email Address,Company", "ID,Name,Stage,Amount,Close Date", "ID,Name,Industry,Website",
        "ID,Last Name,Company,Status", "ID,First Name,Last Name,Work Email", "Имя,Фамилия,Телефон,Почта", "客户名称,手机,公司",
    )  # fmt: skip
    for header in plain:
        assert not any(export.fits(header.split(",")) for export in profiles.load()), header


def test_every_profile_names_fields_that_there_are() -> None:
    for export in profiles.load():
        for kind in export.kinds:
            named = {*export.claimed(kind, [column.replace("#", "1") for columns in export.fields.values() for column in columns]).values()}
            named |= {*export.words, *export.defaults, *(one.field for one in export.overrules)}
            as_task = {"subject": "title", "rep": "assignee"} if kind == "tasks" else {}
            assert {as_task.get(name, name) for name in named} <= {*ALIASES[kind]}, (export.name, export.of)


WORDS = {
    "clients": {
        "name": ("ФИО", "полное имя", "客户名称", "姓名", "이름", "성명"), "company": ("Компания", "Организация", "公司", "회사", "회사명"),
        "emails": ("Почта", "Эл. почта", "E-Mail-Adresse", "电子邮件", "邮箱", "이메일"), "status": ("Статус", "状态", "상태"),
        "phones": ("Телефон рабочий", "Мобильный", "手机", "电话", "전화번호", "휴대폰"), "city": ("Город", "城市", "도시"),
        "notes": ("Комментарий", "备注", "비고"), "owner": ("Менеджер", "负责人", "담당자"), "position": ("Должность", "职位", "직책"),
    },
    "deals": {
        "title": ("Название сделки", "Сделка", "交易名称", "거래명"), "value": ("Сумма", "金额", "금액"), "stage": ("Этап", "阶段", "단계"),
        "client": ("Клиент", "客户", "고객"), "pipeline": ("Воронка", "销售管道", "파이프라인"),
    },
    "tasks": {"title": ("Задача", "任务", "할 일"), "due": ("Срок", "截止日期", "마감일"), "state": ("Статус", "状态", "상태")},
    "interactions": {"at": ("Дата", "日期", "날짜"), "note": ("Заметка", "内容", "내용"), "client": ("Клиент", "客户", "고객")},
    "products": {
        "name": ("Товар", "Наименование", "产品名称", "제품명"), "price": ("Цена", "价格", "가격"), "code": ("Артикул", "编号", "코드"),
    },
}  # fmt: skip


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in WORDS.items() for field in fields])
def test_columns_are_known_in_four_languages(kind: str, field: str) -> None:
    beside = {"clients": "name", "deals": "title", "tasks": "title", "interactions": "client", "products": "name"}
    more = {"interactions": ["at"]}.get(kind, [])
    for word in WORDS[kind][field]:
        header = dict.fromkeys([word, *(name for name in (beside[kind], *more) if name != field)])
        for written in (word, word.upper(), f" {word.replace(' ', '_')}: "):
            assert assign(kind, [written, *list(header)[1:]], {}).fields[0] == field, written


@pytest.mark.parametrize(
    ("kind", "name", "rows"),
    [("clients", "google-contacts-new", (4, 0)), ("clients", "linkedin-connections", (5, 1)), ("deals", "pipedrive-deals", (3, 0)),
     ("deals", "amocrm-leads", (3, 0)), ("deals", "salesforce-report-latin1-footer", (3, 0))],
)  # fmt: skip
def test_sample_files_come_in_or_ask_one_question(kind: str, name: str, rows: tuple[int, int], tmp_path: Path) -> None:
    """The one row that is rejected is a connection without a name, a company and a mail."""
    path = f"formats/{name}.csv"
    options: dict[str, Any] = {"rejects": tmp_path / "r.csv"}
    try:
        done = taken_file(kind, path, **options)
    except Undecided as asked:
        options |= _options(asked)
        done = taken_file(kind, path, **options)
    assert (done.rows, done.rejected) == rows
    options["rejects"] = tmp_path / "again.csv"
    assert counts(taken_file(kind, path, **options))[3] == rows[0] - rows[1]


@pytest.mark.parametrize("export", [one for one in EXPORTS if one.kind == "clients"], ids=lambda one: one.name)
def test_cells_are_translated_by_column_as_they_are_by_row(export: Export) -> None:
    header, *rows = csv.reader(io.StringIO(export.text.removeprefix(export.before)), delimiter=export.delimiter)
    found = profiles.recognised(export.kind, header)
    columns = assign(export.kind, header, {}, usual=found.claimed(export.kind, header) if found else {})
    rng = Random(export.name)
    strange = ("", " ", "-", "Select", "a@x.lv, b@x.lv", "+1 ::: +2", "one; two", "two\nlines")
    cleaner = Cleaner(export.kind, columns, _NoSheet())
    translator = Translator(export.kind, columns, found, "there")
    together = 0
    for turn in range(40):
        mixed = [[rng.choice(strange) if rng.random() < turn / 400 else cell for cell in row] for row in rows]
        by_column = translator.by_column(cleaner.by_column(list(zip(*mixed, strict=True))))
        if by_column is not None:
            together += 1
            assert list(map(list, zip(*by_column, strict=True))) == [translator.cells(cleaner.cells(row)) for row in mixed]
    assert together or translator.by_column(list(zip(*rows, strict=True))) is None


class _NoSheet:
    """The rows of no file: no column of amounts shows its marks."""

    def rows(self, _aside: object) -> Iterator[Any]:
        yield from ()
