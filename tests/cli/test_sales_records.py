"""Pipelines, purchases and files as they are typed: what is refused, what is printed, what is left in the file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]


def test_a_stage_that_requires_a_value_says_which_option_to_pass(crm: Crm, ok: Ok) -> None:
    assert ok("edit-stage", "proposal", "--require", "value", "--require", "next-step") == "changed stage 3 Sales/Proposal\n"
    ok("add-deal", "Roof", "--next", "call")
    ran = crm("move-deal", "roof", "proposal")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == 'error: a deal in "Proposal" needs value; crmtui edit-deal 1 --value …, or pass --force\n'
    assert crm("add-deal", "Door", "--stage", "proposal").err.endswith("needs value and next step; pass --value … --next-step …\n")
    ok("move-deal", "roof", "proposal", "--force")
    assert json.loads(ok("show-deal", "1", "--format", "json"))["moves"][-1]["forced"] == ["value"]
    assert ok("show-deal", "1").splitlines()[-1].endswith("forced without value")
    ok("edit-stage", "proposal", "--require", "")
    assert json.loads(ok("show-stage", "proposal", "--format", "json"))["required"] == []


def test_a_stage_with_deals_is_deleted_by_saying_where_they_go(crm: Crm, ok: Ok) -> None:
    ok("add-deal", "Roof")
    assert crm("delete-stage", "lead").err == 'error: stage "Lead" has a deal; say where they go: --move-to STAGE\n'
    assert crm("delete-stage", "lead", "--move-to", "prop", "--dry-run").err.endswith("dry run: nothing was changed\n")
    assert ok("delete-stage", "lead", "--move-to", "prop") == "deleted stage 1 Sales/Lead; moved 1 deal\n"
    assert ok("list-stages", "--format", "ids").split() == ["2", "3", "4", "5", "6"]
    assert [move["entered"] for move in json.loads(ok("show-deal", "1", "--format", "json"))["moves"]] == ["Lead", "Proposal"]
    assert crm("list-deals", "--stage", "lead").code == 3


def test_a_clients_page_shows_what_was_bought_and_what_it_makes(ok: Ok) -> None:
    ok("add-client", "Ann")
    ok("add-purchase", "ann", "100.10", "--description", "oak", "--payment-method", "card", "--quantity", "2.5")
    ok("add-purchase", "ann", "--on", "2026-03-01", "--", "-50")
    page = ok("show-client", "ann").split("\n\n")
    assert page[1].splitlines()[0] == "Bought"
    assert page[1].splitlines()[-2].split() == ["1", "2026-03-04", "oak", "2.5", "100.10", "USD", "card"]
    assert page[2].split() == ["Bought", "in", "all", "currency", "purchases", "in", "all", "USD", "2", "50.10", "USD"]
    assert json.loads(ok("show-client", "1", "--format", "json"))["purchase_totals"] == [
        {"currency": "USD", "purchases": 2, "amount_cents": 5010}
    ]


def test_a_list_of_purchases_says_their_sum_to_people_only(crm: Crm, ok: Ok) -> None:
    ok("add-client", "Ann")
    for amount in ("10", "EUR 5", "20.50"):
        ok("add-purchase", "1", amount)
    assert crm("list-purchases").err == "in all 5 EUR, 30.50 USD\n"
    assert crm("list-purchases", "--limit", "2").err.startswith("in all 5 EUR, 30.50 USD; 2 of 3 purchases; --page 2 for the next")
    assert crm("list-purchases", "--format", "ids") == Ran(0, "3\n2\n1\n", "")


def test_a_file_is_attached_from_stdin_written_out_and_missed(crm: Crm, ok: Ok, folder: Path) -> None:
    ok("add-deal", "Roof")
    assert crm("attach", "deal", "roof", "-", stdin=b"x").err.startswith("error: the name of the file is empty")
    sentence = "attached plan.txt to deal 1 Roof: attachment 1\n"
    assert ok("attach", "deal", "roof", "-", "--name", "plan.txt", stdin=b"1200 x 800\n") == sentence
    assert ok("open-file", "plan", "--to", "-") == "1200 x 800\n"
    assert ok("open-file", "plan", "--to", "copy.txt") == "wrote attachment 1 plan.txt to copy.txt\n"
    assert crm("list-files", "--check", "--fail-on-findings") == Ran(0, "", "no file is missing or changed\n")
    (content,) = [file for file in (folder / "crm.db-files").iterdir() if file.is_file()]
    content.unlink()
    ran = crm("list-files", "--check", "--fail-on-findings")
    assert (ran.code, ran.err) == (9, "1 checked, 1 missing or changed\n")
    assert ran.out.splitlines()[1].endswith("missing")
    assert crm("open-file", "plan").code == 1
    assert ok("detach", "plan") == "detached attachment 1 plan.txt from deal 1 Roof\n"


def test_a_file_is_opened_by_the_program_that_the_settings_name(crm: Crm, ok: Ok, settings: Callable[[str], None], folder: Path) -> None:
    (folder / "viewer.py").write_text("import sys; open('seen', 'w').write(sys.argv[1])\n")
    settings(f"opener = '{sys.executable} {folder}/viewer.py'")
    ok("add-client", "Ann")
    ok("attach", "client", "ann", "viewer.py", "--name", "plan.txt")
    assert ok("open-file", "1") == "opened attachment 1 plan.txt\n"
    assert Path((folder / "seen").read_text()).name == "plan.txt"
    ok("attach", "client", "ann", "viewer.py")
    ran = crm("open-file", "viewer")
    assert (ran.code, ran.err.startswith('error: "viewer.py" may run as a program')) == (7, True)
    assert ok("open-file", "viewer", "--yes") == "opened attachment 2 viewer.py\n"


@pytest.mark.parametrize("words", [("edit-product", "oak", "--inactive"), ("delete-product", "oak")])
def test_a_product_is_no_longer_listed_and_can_be_offered_again(ok: Ok, words: tuple[str, ...]) -> None:
    ok("add-product", "Oak door", "--price", "450", "--family", "Doors")
    ok(*words)
    assert ok("list-products", "--format", "ids") == ""
    assert ok("list-products", "--state", "inactive", "--family", "doors", "--format", "ids") == "1\n"
    ok("edit-product", "oak", "--active")
    assert ok("list-products", "oak", "--format", "ids") == "1\n"
