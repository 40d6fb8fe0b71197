"""Documents from templates: filled in for a deal, attached to it; what is unknown, empty, too much or none of a template's business."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from crmtui import team
from crmtui.clients import clients, fields
from crmtui.errors import CrmError, NotFound, Refused, Unreadable
from crmtui.sales import attachments, deals, documents, products, proofs, sandbox, templates
from crmtui.sales.templates import Template
from crmtui.store import rewind
from crmtui.store.connection import Base
from tests.house.places import ROOT

COMPANY = 'company_name = "Lark & Sons"\ncompany_address = "1 Mill Lane"\npayment_details = """IBAN LV80\n14 days"""\n'


@pytest.fixture
def deal(base: Base, settings: Callable[[str], None]) -> int:
    """A deal of Mara's: two and a half windows at 640.50, owned by Ann; our own company is known."""
    settings(COMPANY)
    base.actor_id = ann = team.add({"name": "Ann", "email": "ann@example.com"}).id
    mara = clients.add({"name": "Mara Kalns", "street": "Hill 1", "postcode": "LV-1001", "city": "Riga"}).id
    window = products.add({"name": "Roof window", "price": "640.50"}).id
    return deals.add({"title": "Attic", "client": mara, "value": "1601.25", "owner": ann, "products": [window]}).id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the templates."""
    found = tmp_path / "templates"
    found.mkdir()
    return found


def filled(text: str, deal: int, name: str = "x.txt") -> str:
    return documents.fill(Template(name, text), deal)


def wrong(text: str) -> list[str]:
    return [proofs.told(flaw) for flaw in proofs.flaws(Template("x.txt", text))]


def test_a_template_is_filled_in_and_attached_as_one_step(deal: int, folder: Path) -> None:
    (folder / "offer.md").write_text("To {{ client.name }}, {{ client.address }}: {{ deal.service }} for {{ deal.amount }}; "
                                     "{{ company.payment_details }}. {{ today|long }}\n")  # fmt: skip
    file = documents.write("offer", deal)
    assert (file.noun, file.record_id, file.name) == ("deal", deal, f"offer-{deal}-2026-03-04.md")
    assert attachments.read(file.id).decode() == (
        "To Mara Kalns, Hill 1, LV-1001 Riga: Roof window for 1,601.25 USD; IBAN LV80\n14 days. 4 March 2026\n"
    )
    assert documents.write("offer.md", deal) == file
    rewind.undo()
    assert attachments.listed(deal=deal) == []


def test_the_samples_can_be_filled_in(deal: int) -> None:
    for name in ("offer.md", "contract.html"):
        template = Template(name, (ROOT / "docs" / "samples" / name).read_text("utf-8"))
        assert proofs.flaws(template) == []
        text = documents.fill(template, deal)
        assert "Mara Kalns" in text
        assert "1,601.25 USD" in text
    assert "Lark &amp; Sons" in text
    assert "Altogether: 1,601.25 USD" in documents.fill(Template("letter.md", templates.SAMPLE), deal)


def test_what_is_empty_stops_it_by_its_name_and_says_what_fills_it(deal: int) -> None:
    with pytest.raises(Refused) as why:
        filled("{{ client.phone }} {{ deal.need }}", deal)
    assert why.value.sentence == 'the template "x.txt" needs client.phone and deal.need, which are empty'
    assert why.value.hint.startswith("crmtui edit-client 1 --phone")
    with pytest.raises(Refused, match=r"needs deal\.contacts, which is empty; crmtui edit-deal 1 --contact"):
        filled("{{ deal.contacts|upper }}", deal)
    assert filled('{% if client.phone %}call {{ client.phone }}{% else %}{{ client.phone|default("none") }}{% endif %}', deal) == "none"


def test_a_deal_without_client_and_rep_says_what_is_missing(base: Base) -> None:
    alone = deals.add({"title": "Lone"}).id
    for text, hint in (
        ("{{ client.name }}", "--client CLIENT"),
        ("{{ rep.email }}", "--owner REP"),
        ("{{ company.name }}", "company_name"),
    ):
        with pytest.raises(Refused) as why:
            filled(text, alone)
        assert hint in why.value.hint


def test_an_unknown_placeholder_is_named_with_its_line(deal: int) -> None:
    assert wrong("a\n{{ client.adress }}\n{{ nobody }}") == [
        'line 2: no placeholder client.adress; did you mean "client.address"?', "line 3: no placeholder nobody",
    ]  # fmt: skip
    with pytest.raises(Refused, match=r"line 2: no placeholder client\.adress"):
        filled("a\n{{ client.adress }}", deal)


def test_products_are_gone_through_line_by_line(deal: int) -> None:
    text = "{% for line in deal.products %}{{ line.number }} {{ line.name }} {{ line.quantity }} {{ line.amount }}{% endfor %}"
    assert filled(text, deal) == "1 Roof window 1 640.50 USD"
    assert wrong("{% for a in deal.products %}{{ a.colour }}{% endfor %}") == ["line 1: no placeholder a.colour"]


def test_own_fields_are_placeholders(deal: int) -> None:
    fields.add("client", "Roof type")
    clients.edit(1, {"fields": {"roof_type": "flat"}})
    assert filled("{{ client.roof_type }}", deal) == "flat"


@pytest.mark.parametrize("text", [
    "{{ ''.__class__ }}", "{{ client.__class__ }}", "{{ client.name.__class__.__mro__ }}", "{{ client['name'] }}", "{{ client.items() }}",
    "{{ client.items }}", "{{ client.name.format }}", "{{ self }}", "{{ range(9) }}", "{{ lipsum() }}", "{{ cycler }}", "{{ config }}",
    "{% for a in range(10**9) %}{% endfor %}", "{% for a in client.notes %}{% endfor %}", "{{ 'a' * 1000000000 }}", "{{ 9 ** 9 ** 9 }}",
    "{% for a in deal.products recursive %}{{ loop(a) }}{% endfor %}", "{% include '/etc/passwd' %}", "{% import 'x' as y %}",
    "{% for a in deal.products %}{% for b in deal.products %}{% endfor %}{% endfor %}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set x = 1 %}", "{% extends 'x' %}", "{% block x %}{% endblock %}", "{{ deal.products }}", "{{ client.name|attr('x') }}",
    "{{ client.name|replace('a', 'b') }}", "{{ client.name|safe }}", "{{ client.name ~ client.name }}", "{{ [1] }}", "{{ 1 is odd }}",
    "{{ loop.index }}", "{{", "{% if %}", "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "{{ " + "9" * 100_000 + " }}",
    "{% if today %}" * 100 + "{% endif %}" * 100, "{{ today }}" * 2500, "{{ " + " or ".join(["today"] * 300) + " }}",
])  # fmt: skip
def test_nothing_but_placeholders_can_be_used(deal: int, text: str) -> None:
    begun = time.process_time()
    assert wrong(text)
    assert sandbox.placeholders(text) is not None
    with pytest.raises(Refused):
        filled(text, deal)
    assert time.process_time() - begun < 1


def test_the_greatest_template_is_filled_in_within_a_second(deal: int) -> None:
    part = "{% if client.phone %}{{ today }}{% endif %}"
    many = products.add({"name": "Pane", "price": "1"}).id
    deals.edit(deal, {"products": [many]})
    text = "{% for line in deal.products %}" + part * 400 + "{% endfor %}" + "x" * 100_000
    begun = time.process_time()
    assert len(filled(text, deal)) == 100_000
    assert time.process_time() - begun < 1


def test_a_document_is_no_larger_than_a_megabyte(deal: int) -> None:
    clients.edit(1, {"notes": "n" * 900_000})
    with pytest.raises(Refused, match="more than 1,000,000 bytes"):
        filled("{{ client.notes }}{{ client.notes }}", deal)


def test_hostile_values_stay_text(deal: int) -> None:
    clients.edit(1, {"name": "<script>x</script>\x1b[31m \u202eevil\n# Head {{ today }}"})
    assert filled("{{ client.name }}", deal) == "<script>x</script>[31m evil # Head {{ today }}"
    assert filled("{{ client.name }}", deal, "x.md").startswith("&lt;script>x")
    assert filled("{{ client.name|upper }}", deal, "x.html").startswith("&lt;SCRIPT&gt;X")


def test_dates_can_be_written_out_in_a_language(deal: int) -> None:
    deals.edit(deal, {"expected_close": "2026-05-01"})
    assert filled('{{ deal.expected_close }} {{ deal.expected_close|long("de") }}', deal) == "2026-05-01 1. Mai 2026"
    with pytest.raises(CrmError):
        filled('{{ today|long("qq") }}', deal)


@pytest.mark.parametrize("name", ["../secret.md", "/etc/passwd", "a/b.md", "..", "", ".hidden.md", "x\0.md", "offer.exe", "-", "a\\b.md"])
def test_a_name_is_never_a_path(deal: int, folder: Path, name: str) -> None:
    (folder.parent / "secret.md").write_text("secret")
    with pytest.raises(NotFound):
        templates.get(name)


def test_templates_are_listed_with_what_is_wrong(deal: int, folder: Path) -> None:
    (folder / "a.md").write_text("{{ client.name }} {{ deal.amount }} {{ client.name }}")
    (folder / "b.html").write_text("{{ client.nam }}")
    (folder / "c.txt").write_bytes(b"\xff\xfe")
    (folder / "d.txt").write_bytes(b"x" * 300_000)
    (folder / "e.docx").write_text("x")
    found = proofs.cards()
    assert [(each.name, each.kind, each.trouble is None) for each in found] == [
        ("a.md", "markdown", True), ("b.html", "html", False), ("c.txt", "text", False), ("d.txt", "text", False),
    ]  # fmt: skip
    assert found[0].placeholders == ("client.name", "deal.amount")
    with pytest.raises(NotFound, match=r'did you mean "a\.md"'):
        templates.get("aa.md")


def test_a_template_from_a_stream_needs_a_name_that_says_what_it_makes(base: Base) -> None:
    assert templates.read(BytesIO("\ufeffä".encode()), "x.md") == Template("x.md", "ä")
    with pytest.raises(Unreadable):
        templates.read(BytesIO(b"x"), "x.docx")


def test_without_a_folder_there_are_no_templates(base: Base) -> None:
    assert proofs.cards() == []
    with pytest.raises(NotFound, match=r"put a file like offer\.md into"):
        templates.get("offer")


def test_a_file_that_is_there_is_kept_and_nothing_is_attached(deal: int, tmp_path: Path) -> None:
    (tmp_path / "taken.md").write_text("mine")
    with pytest.raises(Refused):
        documents.write(Template("x.md", "new"), deal, to=tmp_path / "taken.md")
    assert attachments.listed(deal=deal) == []
    documents.write(Template("x.md", "new"), deal, to=tmp_path / "new.md")
    assert (tmp_path / "new.md").read_text() == "new"
