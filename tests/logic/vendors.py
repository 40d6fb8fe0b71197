"""Exports as well-known programs write them, invented: their documented headers over people in several scripts."""
# ruff: noqa: E501, ARG005

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A made-up person."""

    first: str
    last: str
    mail: str
    phone: str
    company: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


PEOPLE = (
    Person("Ada", "Quill", "ada@acme.example", "+1 202-555-0101", "Acme, Inc."),
    Person("Zoë", "Ødegård", "zoe@fjord.example", "+47 21 00 00 02", "Fjord & Sønner"),
    Person("Анна", "Сидорова", "anna@romashka.example", "+7 900 000-00-03", 'ООО "Ромашка"'),
    Person("伟", "王", "wang@dongfang.example", "+86 10 5555 0104", "东方科技"),
    Person("민수", "김", "kim@hanbit.example", "+82 2-555-0105", "한빛"),
    Person("Նարե", "Գրիգորյան", "nare@ararat.example", "+374 10 550106", "Արարատ"),
)
"""Six of them, each of a company of its own."""

OWNER = "Jane Doe"
Cells = Callable[[int, Person], Sequence[object]]


@dataclass(frozen=True)
class Export:
    """One export: whose, what it is called there, what it is imported as, its header, and its rows of six people."""

    title: str
    of: str
    kind: str
    header: str
    cells: Cells
    delimiter: str = ","
    before: str = ""

    @property
    def text(self) -> str:
        """The file."""
        stream = io.StringIO()
        out = csv.writer(stream, delimiter=self.delimiter, lineterminator="\r\n")
        out.writerow(self.header.split("|"))
        out.writerows(self.cells(number, person) for number, person in enumerate(PEOPLE, 1))
        return self.before + stream.getvalue()

    @property
    def name(self) -> str:
        return f"{self.title} {self.of} {self.header.split('|')[0]}"


EXPORTS = (
    # ── HubSpot
    Export(
        "HubSpot", "companies", "clients",
        "Record ID|Company name|Company owner|Create Date|Phone Number|City|Country/Region|Industry|Annual Revenue|Lifecycle Stage",
        lambda n, p: (100 + n, p.company, OWNER, f"2024-01-0{n} 09:30", p.phone, "Oslo", "Norway", "Computer Software", f"{n}500000.50", "Customer"),
    ),
    Export(
        "HubSpot", "contacts", "clients",
        "Record ID|First Name|Last Name|Email|Additional email addresses|Phone Number|Mobile Phone Number|Job Title|Lead Status|Lifecycle Stage|Contact owner"
        "|Associated Company IDs|Associated Company|Create Date",
        lambda n, p: (n, p.first, p.last, p.mail, f"a{n}@home.example;b{n}@home.example", "", p.phone, "CTO", "Unqualified" if n == 6 else "Open",
                      "Sales Qualified Lead", OWNER, f"{100 + n};{100 + n % 6 + 1}", f"{p.company};Other", f"2024-02-0{n} 09:30"),
    ),
    Export(
        "HubSpot", "deals", "deals",
        "Record ID|Deal Name|Deal Stage|Pipeline|Amount|Currency|Close Date|Create Date|Deal owner|Associated Company IDs|Associated Company|Associated Contact IDs"
        "|Weighted amount",
        lambda n, p: (900 + n, f"Order {n}", "Closed Won" if n < 3 else "Closed Lost" if n == 3 else "Presentation Scheduled", "Sales Pipeline",
                      f"{n}000.25", "EUR", "2025-03-31 10:00", "2025-01-15 10:00", OWNER, 100 + n, p.company, n, "1"),
    ),
    # ── Pipedrive
    Export(
        "Pipedrive", "organizations", "clients",
        "Organization - Name|Organization - Label|Organization - Address|Organization - Owner|Organization - ID|Organization - People|Organization - Open deals",
        lambda n, p: (p.company, "Hot, Big", f"{n} Main St", OWNER, n, 1, 1),
    ),
    Export(
        "Pipedrive", "people", "clients",
        "Person - Name|Person - Label|Person - Organization|Person - Email - Work|Person - Email - Home|Person - Phone - Work|Person - Phone - Mobile|Person - Owner"
        "|Person - ID|Person - Open deals",
        lambda n, p: (p.name, "", p.company, f"{p.mail}, second{n}@work.example", f"me{n}@home.example", "", p.phone, OWNER, n, 0),
    ),
    Export(
        "Pipedrive", "deals", "deals",
        "Deal - Title|Deal - Value|Deal - Currency of Value|Deal - Weighted value|Deal - Organization|Deal - Contact person|Deal - Pipeline|Deal - Stage|Deal - Status"
        "|Deal - Lost reason|Deal - Deal created|Deal - Won time|Deal - Lost time|Deal - Expected close date|Deal - Owner|Deal - ID",
        lambda n, p: (f"Order {n}", f"{n}000.25", "EUR", 1, p.company, p.name, "Sales", "Proposal Made", "Won" if n < 3 else "Lost" if n == 3 else "Open",
                      "Price" if n == 3 else "", "2025-01-15 10:00:00", "2025-03-30 14:20:11" if n < 3 else "", "2025-03-30 14:20:11" if n == 3 else "",
                      "2025-06-30", OWNER, n),
    ),
    Export(
        "Pipedrive", "activities", "interactions",
        "Activity - Subject|Activity - Type|Activity - Due date|Activity - Done|Activity - Contact person|Activity - Organization|Activity - Deal|Activity - Assigned to user"
        "|Activity - Note|Activity - ID",
        lambda n, p: (f"Talk {n}", "Call" if n < 4 else "Lunch", f"2025-02-0{n}", "Done" if n < 5 else "To do", p.name, p.company, f"Order {n}", OWNER, "said yes", n),
    ),
    # ── Salesforce
    Export(
        "Salesforce", "accounts", "clients",
        "Id|Name|Type|BillingStreet|BillingCity|BillingCountry|Phone|Website|Industry|NumberOfEmployees|OwnerId|CreatedDate",
        lambda n, p: (f"001{n}", p.company, "Customer - Direct", f"{n} Main St\nDoor 2", "Oslo", "Norway", p.phone, f"https://c{n}.example", "Banking", n * 10, "005x",
                      f"2024-01-0{n}T09:30:00.000Z"),
    ),
    Export(
        "Salesforce", "contacts", "clients",
        "Id|FirstName|LastName|AccountId|Email|Phone|MobilePhone|Title|OwnerId|LeadSource|MailingCity|CreatedDate",
        lambda n, p: (f"003{n}", p.first, p.last, f"001{n}", p.mail, "", p.phone, "CTO", "005x", "Web", "Oslo", f"2024-02-0{n}T09:30:00.000Z"),
    ),
    Export(
        "Salesforce", "leads", "clients",
        "Lead Owner|First Name|Last Name|Title|Company / Account|Email|Phone|Lead Status|Lead Source|Create Date",
        lambda n, p: (OWNER, p.first, p.last, "CTO", p.company, f"lead{n}@x.example", "-", "Closed - Not Converted" if n == 6 else "Open - Not Contacted", "Web",
                      "15/02/2024"),
    ),
    Export(
        "Salesforce", "opportunities", "deals",
        "Id|Name|StageName|Amount|CurrencyIsoCode|CloseDate|CreatedDate|AccountId|OwnerId|LeadSource|NextStep|ExpectedRevenue",
        lambda n, p: (f"006{n}", f"Order {n}", "Closed Won" if n < 3 else "Closed Lost" if n == 3 else "Negotiation/Review", f"{n}000.25", "EUR", "2025-03-31",
                      "2025-01-15T10:00:00.000Z", f"001{n}", "005x", "Web", "", 1),
    ),
    Export(
        "Salesforce", "activities", "tasks",
        "Id|WhoId|WhatId|Subject|ActivityDate|Status|Priority|OwnerId|Description|Type",
        lambda n, p: (f"00T{n}", f"003{n}", f"006{n}" if n < 4 else f"001{n}", f"Talk {n}", f"2026-05-0{n}", "Not Started", "Normal", "005x", "", ""),
    ),
    # ── Zoho CRM
    Export(
        "Zoho CRM", "accounts", "clients",
        "Record Id|Account Name|Account Owner.id|Account Owner|Phone|Website|Account Type|Industry|Employees|Annual Revenue|Billing City|Billing Country|Created Time",
        lambda n, p: (f"zcrm_{n}", p.company, "zcrm_9", OWNER, p.phone, "", "-None-", "-None-", n, "", "Oslo", "Norway", f"2024-01-0{n} 09:30:00"),
    ),
    Export(
        "Zoho CRM", "contacts", "clients",
        "Record Id|Contact Owner.id|Contact Owner|First Name|Last Name|Account Name.id|Account Name|Email|Phone|Mobile|Lead Source|Mailing City|Tag|Created Time",
        lambda n, p: (f"zcrm_1{n}", "zcrm_9", OWNER, p.first, p.last, f"zcrm_{n}", p.company, p.mail, "", p.phone, "-None-", "Oslo", "", f"2024-02-0{n} 09:30:00"),
    ),
    Export(
        "Zoho CRM", "leads", "clients",
        "Record Id|Lead Owner|First Name|Last Name|Company|Email|Phone|Lead Status|Lead Source|No. of Employees",
        lambda n, p: (f"zcrm_2{n}", OWNER, p.first, p.last, p.company, f"lead{n}@x.example", "", "Junk Lead" if n == 6 else "Attempted to Contact", "Web", ""),
    ),
    Export(
        "Zoho CRM", "deals", "deals",
        "Record Id|Deal Owner|Deal Name|Account Name.id|Account Name|Stage|Amount|Closing Date|Contact Name.id|Contact Name|Expected Revenue|Created Time",
        lambda n, p: (f"zcrm_3{n}", OWNER, f"Order {n}", f"zcrm_{n}", p.company, "Closed Won" if n < 3 else "Closed-Lost to Competition" if n == 3 else "Qualification",
                      f"{n}000.25", "2025-03-31", f"zcrm_1{n}", p.name, 1, "2025-01-15 10:00:00"),
    ),
    Export(
        "Zoho CRM", "tasks", "tasks",
        "Record Id|Task Owner|Subject|Due Date|Contact Name.id|Contact Name|Related To.id|Related To|Status|Priority",
        lambda n, p: (f"zcrm_4{n}", OWNER, f"Talk {n}", f"2026-05-0{n}", f"zcrm_1{n}", p.name, f"zcrm_3{n}", f"Order {n}", "Not Started", "High"),
    ),
    # ── address books
    Export(
        "Google Contacts", "contacts", "clients",
        "Name|Given Name|Additional Name|Family Name|Birthday|Notes|Group Membership|E-mail 1 - Type|E-mail 1 - Value|Phone 1 - Type|Phone 1 - Value"
        "|Organization 1 - Name|Organization 1 - Title",
        lambda n, p: (p.name, p.first, "", p.last, "1985-04-12", "met\nat a fair", "Clients ::: * myContacts", "* Work", f"{p.mail} ::: a{n}@home.example", "Mobile", p.phone,
                      p.company, "CTO"),
    ),
    Export(
        "Google Contacts", "contacts", "clients",
        "First Name|Middle Name|Last Name|File As|Organization Name|Organization Title|Birthday|Notes|Labels|E-mail 1 - Label|E-mail 1 - Value|E-mail 2 - Label"
        "|E-mail 2 - Value|Phone 1 - Label|Phone 1 - Value",
        lambda n, p: (p.first, "", p.last, "", p.company, "CTO", "", "", "Clients ::: * myContacts", "* Work", p.mail, "Home", f"a{n}@home.example", "Mobile", p.phone),
    ),
    Export(
        "Outlook", "contacts", "clients",
        "First Name|Middle Name|Last Name|Title|Company|Job Title|Business Street|Business City|Business Phone|Mobile Phone|Categories|E-mail Address|E-mail Type"
        "|E-mail 2 Address|Gender|Priority|Birthday",
        lambda n, p: (p.first, "", p.last, "Dr.", p.company, "CTO", "1 Main St", "Oslo", "", p.phone, "Clients;Fair", p.mail, "SMTP", f"a{n}@home.example", "Unspecified",
                      "Normal", "0/0/00"),
    ),
    Export(
        "LinkedIn", "connections", "clients",
        "First Name|Last Name|URL|Email Address|Company|Position|Connected On",
        lambda n, p: (p.first, p.last, f"https://www.linkedin.com/in/p{n}", p.mail if n % 2 else "", p.company, "CTO", f"0{n} Mar 2025"),
        before='Notes:\n"When exporting your connection data, some addresses may be missing."\n\n',
    ),
    # ── amoCRM
    Export(
        "amoCRM", "companies", "clients",
        "ID|Название компании|Ответственный|Дата создания|Теги компании|Примечание 1|Примечание 2|Рабочий телефон|Рабочий email|Web|Адрес",
        lambda n, p: (n, p.company, OWNER, f"0{n}.02.2024 14:05:00", "опт, дача", "первое", "второе", p.phone, "", f"c{n}.example", "Рига"),
        delimiter=";",
    ),
    Export(
        "amoCRM", "contacts", "clients",
        "ID|Тип|Полное имя контакта|Имя|Фамилия|Название компании|Ответственный|Дата создания|Теги|Рабочий телефон|Мобильный телефон|Рабочий email|Должность",
        lambda n, p: (10 + n, "контакт", p.name, p.first, p.last, p.company, OWNER, f"0{n}.02.2024 14:05:00", "", "", p.phone, p.mail, "Директор"),
        delimiter=";",
    ),
    Export(
        "amoCRM", "deals", "deals",
        "ID|Название сделки|Бюджет|Ответственный|Дата создания|Дата закрытия|Теги|Примечание к сделке|Примечание к сделке|Этап сделки|Воронка|Основной контакт"
        "|Компания контакта|Рабочий email|Причина отказа|utm_source",
        lambda n, p: (20 + n, f"Order {n}", f"{n} 000,25", OWNER, "15.01.2025 10:00:00", "28.02.2025" if n < 4 else "", "дача", "первое", "второе",
                      "Успешно реализовано" if n < 3 else "Закрыто и не реализовано" if n == 3 else "Замер", "Продажи", p.name, p.company, p.mail, "Цена" if n == 3 else "",
                      "yandex"),
        delimiter=";",
    ),
    # ── Bitrix24
    Export(
        "Bitrix24", "companies", "clients",
        "ID|Название компании|Тип компании|Сфера деятельности|Ответственный|Рабочий телефон|Рабочий e-mail|Дата создания|Комментарий",
        lambda n, p: (n, p.company, "Клиент", "не указано", OWNER, p.phone, "", f"0{n}.02.2024 14:05:00", "постоянный"),
        delimiter=";",
    ),
    Export(
        "Bitrix24", "contacts", "clients",
        "ID|Обращение|Имя|Отчество|Фамилия|Дата рождения|Рабочий телефон|Мобильный телефон|Рабочий e-mail|Компания|Должность|Тип контакта|Ответственный",
        lambda n, p: (10 + n, "не указано", p.first, "", p.last, "", "", p.phone, p.mail, p.company, "Директор", "Клиенты", OWNER),
        delimiter=";",
    ),
    Export(
        "Bitrix24", "deals", "deals",
        "ID|Название сделки|Стадия сделки|Вероятность|Валюта|Сумма|Компания|Контакт|Дата начала|Дата завершения|Ответственный|Комментарий",
        lambda n, p: (20 + n, f"Order {n}", "Сделка успешна" if n < 3 else "Сделка провалена" if n == 3 else "Подготовка документов", 10, "Евро", f"{n}000.25", p.company,
                      p.name, "15.01.2025", "28.02.2025", OWNER, ""),
        delimiter=";",
    ),
    Export(
        "Bitrix24", "leads", "clients",
        "ID|Lead name|Status|First name|Last name|Company Name|Source|Work phone|Work E-mail|Responsible person|Created on|Currency|Total",
        lambda n, p: (30 + n, f"Wants {n} doors", "Junk lead" if n == 6 else "In progress", p.first, p.last, p.company, "Web", "", f"lead{n}@x.example", OWNER,
                      "15.02.2024 10:00:00", "Euro", 1),
        delimiter=";",
    ),
    # ── EspoCRM
    Export(
        "EspoCRM", "accounts", "clients",
        "id|name|website|emailAddress|phoneNumber|type|industry|billingAddressStreet|billingAddressCity|createdAt|assignedUserId|assignedUserName",
        lambda n, p: (f"a{n}", p.company, "", "", p.phone, "Customer" if n == 1 else "Reseller", "Banking", "1 Main St", "Oslo", f"2024-01-0{n} 09:30:00", "u1", OWNER),
    ),
    Export(
        "EspoCRM", "contacts", "clients",
        "id|firstName|lastName|accountId|accountName|title|emailAddress|phoneNumber|addressCity|createdAt|assignedUserName",
        lambda n, p: (f"c{n}", p.first, p.last, f"a{n}", p.company, "CTO", p.mail, p.phone, "Oslo", f"2024-02-0{n} 09:30:00", OWNER),
    ),
    Export(
        "EspoCRM", "opportunities", "deals",
        "id|name|amount|amountCurrency|accountId|accountName|stage|probability|closeDate|createdAt|assignedUserName",
        lambda n, p: (f"o{n}", f"Order {n}", f"{n}000.25", "EUR", f"a{n}", p.company, "Closed Won" if n < 3 else "Closed Lost" if n == 3 else "Proposal", 10, "2025-03-31",
                      "2025-01-15 10:00:00", OWNER),
    ),
    Export(
        "EspoCRM", "tasks", "tasks",
        "id|name|status|priority|dateStart|dateEnd|parentType|parentId|parentName|accountId|contactId|description|assignedUserName",
        lambda n, p: (f"t{n}", f"Talk {n}", "Started", "Urgent", "", f"2026-05-0{n} 10:00:00", "Opportunity", f"o{n}", f"Order {n}", f"a{n}", f"c{n}", "", OWNER),
    ),
)  # fmt: skip
"""In the order in which each program's files are imported: companies, people, deals, what hangs on them."""

TITLES = tuple(dict.fromkeys(export.title for export in EXPORTS))


def of(title: str) -> list[Export]:
    """The exports of one program."""
    return [export for export in EXPORTS if export.title == title]
