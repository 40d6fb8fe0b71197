"""The window company's story from the shell, from the request to the manager's report; who works there is told in `window`.

Kim Ode asks on the site for windows, Lea Roz of a fair for a door.

    Kim    site   Mon 09:00 asked · 09:20 called, Measurement for Thu · Thu measured, Approval, offer of 1,350, Payment
                  Mon 9 March paid, Installation on the 12th · Thu 12 March installed, won
    Lea    fair   Mon 09:05 asked · Tue lost (price)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli import window
from tests.conftest import Ran

Crm = Callable[..., Ran]


@pytest.fixture
def company(folder: Path, settings: Callable[[str], None]) -> Path:
    """The samples as the configuration."""
    window.configured(folder, settings)
    return folder


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, ok: Callable[..., str]) -> Callable[..., str]:
    """Runs a command at a moment of the story: `at("02 09:00", "ann", "log-call", …)`."""

    def run(moment: str, rep: str, *arguments: str, **more: bytes) -> str:
        monkeypatch.setenv("CRMTUI_NOW", window.moment(moment))
        return ok(*arguments, *(["--as", rep] if rep else []), **more)

    return run


@pytest.fixture
def asked(ok: Callable[..., str]) -> Callable[..., Any]:
    """What a command prints as JSON."""
    return lambda *arguments: json.loads(ok(*arguments, "--format", "json"))


def todo(asked: Callable[..., Any]) -> list[tuple[str, str, str]]:
    """The open tasks: what, for whom, due when."""
    return [(task["title"], task["assignee"], task["due_at"]) for task in asked("list-tasks")]


def test_the_window_company(company: Path, at: Callable[..., str], asked: Callable[..., Any], crm: Crm) -> None:
    the_company_is_set_up(company, at)
    a_request_arrives(at, asked, crm)
    the_seller_calls_and_moves_it_on(company, at, asked, crm)
    the_surveyor_attaches_the_sizes(company, at, asked)
    the_price_is_worked_out(at, asked)
    the_contract_is_written(at, asked, company)
    the_payment_lets_the_installer_know(company, at, asked, crm)
    the_manager_reads_the_report(at, asked)


def the_company_is_set_up(company: Path, at: Callable[..., str]) -> None:
    """With no mistake in its playbook and its templates."""
    window.furnished(lambda *words: at("02 08:00", "", *words))
    assert at("02 08:30", "mia", "check-playbooks") == f"5 rules in {company / 'playbooks.toml'}, no mistake\n"
    assert "empties next_step_on" in at("02 08:30", "mia", "show-playbooks")
    assert [line.split()[:2] for line in at("02 08:30", "mia", "list-templates").splitlines()[1:]] == [
        ["contract.md", "markdown"], ["offer.md", "markdown"],
    ]  # fmt: skip


def a_request_arrives(at: Callable[..., str], asked: Callable[..., Any], crm: Crm) -> None:
    """A card in First call, a task within a quarter of an hour for a seller; one minute late the manager is told, once."""
    for moment, line in (("02 09:00", window.KIM), ("02 09:05", window.LEA), ("02 09:06", window.KIM)):
        at(moment, "", *window.CAPTURE, stdin=line)
    deals = asked("list-deals")
    assert {(deal["title"], deal["stage"], deal["owner"]) for deal in deals} == {
        ("Windows for Kim", "First call", "Ann Lee"), ("Door for Lea", "First call", "Art Moe"),
    }  # fmt: skip
    assert todo(asked) == [("call back", "Ann Lee", "2026-03-02T07:15:00Z"), ("call back", "Art Moe", "2026-03-02T07:20:00Z")]

    job = ("report", "overdue", "--new-only", "--escalate", "--fail-on-findings", "--quiet-empty", "--format", "json")
    at("02 09:15", "", "report", "overdue", "--fail-on-findings")
    at("02 09:16", "", "list-reps")
    first = crm(*job)
    tables = json.loads(first.out)["tables"]
    assert first.code == 9
    assert [(line["title"], line["client"], line["owner"]) for line in tables["items"]] == [("call back", "Kim Ode", "Ann Lee")]
    assert [(line["client"], line["owner"], line["manager"]) for line in tables["alerts"]] == [("Kim Ode", "Ann Lee", "Mia Lund")]
    assert crm(*job) == Ran(0, "", "")
    again = crm("report", "overdue", "--escalate", "--fail-on-findings", "--format", "json")
    assert (again.code, json.loads(again.out)["tables"]["alerts"]) == (9, [])


def the_seller_calls_and_moves_it_on(company: Path, at: Callable[..., str], asked: Callable[..., Any], crm: Crm) -> None:
    """The call from the card; the move makes the surveyor's task, its undo takes the task and the notice away."""
    at("02 09:20", "ann", "log-call", "kim ode", "reached", "--minutes", "4", "--note", "will be at home on Thursday")
    at("02 09:21", "ann", "edit-client", "kim ode", "--street", "Hill 1", "--postcode", "LV-1001", "--city", "Riga")
    at("02 09:21", "ann", "complete-task", "1")
    refused = crm("move-deal", "windows for kim", "measurement", "--as", "ann")
    assert (refused.code, refused.err.partition(";")[0]) == (5, 'error: a deal in "Measurement" needs next step on')
    at("02 09:22", "ann", "edit-deal", "windows for kim", "--next", "measure", "--next-on", "thu")
    before = todo(asked)
    assert before == [("call back", "Art Moe", "2026-03-02T07:20:00Z")]
    measure = ("Measure at Kim Ode", "Sue Orr", "2026-03-05T08:00:00Z")
    at("02 09:23", "ann", "move-deal", "windows for kim", "measurement")
    assert todo(asked) == [*before, measure]
    at("02 09:24", "ann", "undo")
    assert todo(asked) == before
    assert at("02 09:24", "", "notify") == "sent 0 letters\n"
    at("02 09:25", "ann", "move-deal", "windows for kim", "measurement")
    assert todo(asked) == [*before, measure]
    assert at("02 09:26", "", "notify") == "sent 1 letter\n"
    assert "To: Sue Orr <sue@example.com>\nSubject: Measure at Kim Ode on 2026-03-05, 10:00\n" in (company / "mails").read_text()

    at("02 09:30", "art", "log-call", "lea", "reached", "--minutes", "2")
    at("02 09:30", "art", "log-call", "lea", "no answer")
    at("02 09:31", "art", "complete-task", "2")
    at("03 11:00", "art", "move-deal", "door for lea", "lost", "--reason", "price")


def the_surveyor_attaches_the_sizes(company: Path, at: Callable[..., str], asked: Callable[..., Any]) -> None:
    (company / "sizes.csv").write_text("opening,width,height\nkitchen,120,150\nbath,60,60\n")
    assert at("05 10:40", "sue", "attach", "deal", "windows for kim", "sizes.csv").startswith("attached sizes.csv")
    at("05 10:41", "sue", "complete-task", "Measure at Kim")
    at("05 10:42", "sue", "move-deal", "windows for kim", "approval")
    assert todo(asked) == [("Work out the price and call", "Ann Lee", "2026-03-05T10:42:00Z")]


def the_price_is_worked_out(at: Callable[..., str], asked: Callable[..., Any]) -> None:
    """480 + 270 + 600 are 1,350: the offer is a document with its lines, kept with the deal."""
    lines = [word for name in ("Oak window 120 x 150", "Oak window 60 x 60", "Fitting") for word in ("--product", name)]
    at("05 11:30", "ann", "edit-deal", "windows for kim", "--value", "1,350", *lines)
    at("05 11:31", "ann", "write-document", "windows for kim", "offer", "--to", "offer.md")
    offer = Path("offer.md").read_text("utf-8")
    assert "1. Oak window 120 x 150, 1: 480 EUR\n" in offer
    assert "3. Fitting, 1: 600 EUR\n" in offer
    assert "Altogether: **1,350 EUR**" in offer
    at("05 11:40", "ann", "log-call", "kim ode", "reached", "--minutes", "9", "--note", "agrees")
    at("05 11:50", "ann", "complete-task", "work out")
    assert [file["name"] for file in asked("list-files", "--deal", "windows for kim")] == ["sizes.csv", "offer-1-2026-03-05.md"]


def the_contract_is_written(at: Callable[..., str], asked: Callable[..., Any], company: Path) -> None:
    """Name, address, service, amount, payment details."""
    at("05 12:00", "ann", "move-deal", "windows for kim", "payment")
    (contract,) = [file for file in asked("list-files", "--deal", "windows for kim") if file["name"].startswith("contract")]
    (kept,) = [file for file in company.rglob(f"*{contract['sha256']}*") if file.is_file()]
    assert kept.read_text("utf-8") == window.CONTRACT.format(service="Oak window 120 x 150, Oak window 60 x 60, Fitting")
    assert todo(asked) == [("Send the contract to Kim Ode", "Ann Lee", "2026-03-05T11:00:00Z")]
    at("05 12:10", "ann", "complete-task", "send the contract")


def the_payment_lets_the_installer_know(company: Path, at: Callable[..., str], asked: Callable[..., Any], crm: Crm) -> None:
    at("09 09:30", "ann", "add-purchase", "kim ode", "1,350", "--deal", "windows for kim", "--payment-method", "transfer")
    (paid,) = asked("list-purchases", "--client", "kim ode")
    assert (paid["amount_cents"], paid["payment_method"], paid["bought_on"]) == (135000, "transfer", "2026-03-09")
    assert crm("move-deal", "windows for kim", "installation").code == 5
    at("09 09:31", "ann", "edit-deal", "windows for kim", "--next", "install", "--next-on", "2026-03-12")
    at("09 09:32", "ann", "move-deal", "windows for kim", "installation")
    assert todo(asked) == [("Install at Kim Ode", "Ian Fox", "2026-03-12T07:00:00Z")]
    assert at("09 09:33", "", "notify") == "sent 1 letter\n"
    assert "To: Ian Fox <ian@example.com>\nSubject: Install at Kim Ode on 2026-03-12, 9:00\n" in (company / "mails").read_text()
    at("12 15:00", "ian", "complete-task", "install at")
    at("12 15:01", "ann", "move-deal", "windows for kim", "won")


def the_manager_reads_the_report(at: Callable[..., str], asked: Callable[..., Any]) -> None:
    """Two requests, one won: half. Ann called twice, Art twice. One deal won of 1,350, one lost; the site brought all of it."""
    at("13 09:00", "mia", "list-reps")
    report = asked("report", "business", "--period", "2026-03")
    figures, tables = report["figures"], report["tables"]
    assert [figures[name] for name in ("closed", "won", "lost", "won_cents", "average_won_cents")] == [2, 1, 1, 135000, 135000]
    assert [figures[name] for name in ("calls", "calls_per_rep", "requests", "requests_won", "conversion")] == [4, 2.0, 2, 1, 0.5]
    assert {row["rep"]: (row["calls"], row["won"], row["lost"], row["won_cents"]) for row in tables["reps"] if row["calls"]} == {
        "Ann Lee": (2, 1, 0, 135000), "Art Moe": (2, 0, 1, 0),
    }  # fmt: skip
    assert [(row["source"], row["deals"], row["won"], row["won_cents"], row["conversion"]) for row in tables["sources"]] == [
        ("site", 1, 1, 135000, 1.0), ("fair", 1, 0, 0, 0.0),
    ]  # fmt: skip
