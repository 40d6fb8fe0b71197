"""Real files, untouched: a whole sales book to the unit, what vendors export, and one defect a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from statistics import mean, median

import pytest

from crmtui import team
from crmtui.errors import Refused, Undecided
from crmtui.store import rewind
from crmtui.store.tables import Client, Deal, DealProduct, Product, Stage, StageChange
from tests.logic.exchanging import content, counts, taken_file

pytestmark = pytest.mark.usefixtures("base")
STAGES = ("Prospecting", "Engaging")


def book() -> None:
    """Import the four files of the sales book."""
    assert (taken_file("reps", "maven/sales_teams.csv").created, len(team.load())) == (35, 41)
    assert taken_file("products", "maven/products.csv").created == 7
    assert taken_file("clients", "maven/accounts.csv").created == 85
    assert counts(taken_file("deals", "maven/sales_pipeline.csv", stages=STAGES)) == (8800, 8800, 0, 0, 0, 0)


def test_the_sales_book_comes_in_to_the_unit() -> None:
    book()
    rows = list(Deal.select(Deal, Stage).join(Stage))
    by_stage = {name: [row for row in rows if row.stage.name == name] for name in ("Won", "Lost", *STAGES)}
    assert {name: len(found) for name, found in by_stage.items()} == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    assert sum(row.value_cents for row in by_stage["Won"]) == 10_005_534_00
    days = [(row.closed_at - row.opened_at) / timedelta(days=1) for row in by_stage["Won"]]
    assert (round(mean(days), 2), median(days)) == (51.78, 57)
    assert sum(row.client_id is None for row in rows) == 1425
    assert sum(row.opened_at is None for row in rows) == 500
    assert sum(row.closed_at is None for row in rows) == 2089
    best = Product.get(Product.name == "GTX Pro")
    sold = {link.deal_id for link in DealProduct.select().where(DealProduct.product == best)}
    assert sum(row.value_cents for row in by_stage["Won"] if row.id in sold) == 3_510_578_00
    assert StageChange.select().count() == 8800


def test_the_accounts_keep_what_the_file_says_of_them() -> None:
    taken_file("clients", "maven/accounts.csv")
    acme = Client.get(Client.name == "Acme Corporation")
    assert (acme.kind, acme.industry, acme.founded, acme.revenue_cents, acme.employees) == ("company", "technolgy", 1996, 110004, 2822)
    blackzim = Client.get(Client.name == "Blackzim")
    assert Client.get_by_id(Client.get(Client.name == "Codehow").company_id).name == "Acme Corporation"
    assert blackzim.company_id is None


def test_the_whole_book_again_changes_nothing() -> None:
    book()
    before = content()
    files = (("reps", "sales_teams", 35), ("products", "products", 7), ("clients", "accounts", 85), ("deals", "sales_pipeline", 8800))
    for kind, name, rows in files:
        assert counts(taken_file(kind, f"maven/{name}.csv")) == (rows, 0, 0, rows, 0, 0)
    assert content() == before


def test_the_book_asks_for_its_stages_with_the_option_that_makes_them() -> None:
    taken_file("reps", "maven/sales_teams.csv")
    with pytest.raises(Undecided, match='--stages "Prospecting,Engaging"'):
        taken_file("deals", "maven/sales_pipeline.csv", create_missing=True)


def test_the_deals_of_the_book_are_undone_as_one_step() -> None:
    taken_file("reps", "maven/sales_teams.csv")
    before = content("stage")
    taken_file("deals", "maven/sales_pipeline.csv", stages=STAGES, create_missing=True)
    rewind.undo()
    assert content("stage") == before


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("clients", "02-facebook-leads-messy-headers", (3, 2, 0, 0, 0, 1)),
        ("clients", "06-agency-crm-export", (4, 0, 0, 0, 0, 4)),
        ("clients", "10-mixed-date-formats", (3, 3, 0, 0, 0, 0)),
        ("clients", "12-unicode-emoji", (3, 3, 0, 0, 0, 0)),
        ("clients", "14-blank-rows", (3, 2, 0, 0, 1, 0)),
        ("clients", "16-messy-formatting", (3, 2, 0, 0, 0, 1)),
        ("clients", "17-formula-injection", (5, 5, 0, 0, 0, 0)),
        ("clients", "18-international-phones", (6, 6, 0, 0, 0, 0)),
        ("clients", "21-tab-separated", (2, 2, 0, 0, 0, 0)),
        ("clients", "23-quoted-fields-multiline", (2, 2, 0, 0, 0, 0)),
    ],
)
def test_every_row_of_a_messy_file_is_accounted_for(tmp_path: Path, kind: str, name: str, expected: tuple[int, ...]) -> None:
    done = taken_file(kind, f"messy/{name}.csv", reject_missing=True, rejects=tmp_path / "r.csv")
    assert counts(done) == expected
    assert all(reason for _, _, reason in done.rejects)
    again = taken_file(kind, f"messy/{name}.csv", reject_missing=True, rejects=tmp_path / "again.csv")
    assert (again.created, again.updated, again.unchanged) == (0, 0, done.created)


def test_a_messy_file_with_columns_of_one_name_says_how_to_tell_them_apart() -> None:
    with pytest.raises(Refused, match="more than one column called Name, Email"):
        taken_file("clients", "messy/09-duplicate-headers.csv")
    done = taken_file("clients", "messy/09-duplicate-headers.csv", mapping={"Name (2)": "-", "Email (2)": "emails"})
    assert counts(done) == (2, 2, 0, 0, 0, 0)


@pytest.mark.parametrize(("name", "rows", "made"), [("contacts", 950, {"companies": 193, "reps": 5}), ("companies", 200, {"reps": 5})])
def test_the_exports_of_a_big_vendor_come_in_whole(name: str, rows: int, made: dict[str, int]) -> None:
    done = taken_file("clients", f"hubspot/hubspot_{name}.csv", create_missing=True)
    assert (counts(done), done.related) == ((rows, rows, 0, 0, 0, 0), made)
    assert counts(taken_file("clients", f"hubspot/hubspot_{name}.csv")) == (rows, 0, 0, rows, 0, 0)


def test_the_deals_of_a_big_vendor_come_in_with_the_options_the_hints_name(tmp_path: Path) -> None:
    with pytest.raises(Undecided, match="--pipeline NAME"):
        taken_file("deals", "hubspot/hubspot_deals.csv", create_missing=True)
    with pytest.raises(Undecided) as asked:
        taken_file("deals", "hubspot/hubspot_deals.csv", create_missing=True, pipeline="Vendor")
    stages = tuple(asked.value.hint.partition('--stages "')[2].partition('"')[0].split(","))
    done = taken_file(
        "deals", "hubspot/hubspot_deals.csv", create_missing=True, pipeline="Vendor", stages=stages, rejects=tmp_path / "r.csv"
    )
    assert done.rows == 500 == sum(counts(done)[1:])
    assert done.created + done.rejected == 500
