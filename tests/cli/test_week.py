"""A rep's working week on the command line, from an empty base to the weekly figures, each worked out by hand.

Monday 2 March to Friday 6 March 2026, UTC. Ann (West) and Ben (East) are managed by Mia.

What they do with deals (USD):
    Roof     Ann   9,000   Mon 09:30 added · Tue next → Qualified · Wed → Proposal · Fri → won
    Door     Ann   1,500   Mon 10:30 added · Thu → lost (price)
    Garden   Ann  20,000   Tue 11:00 added · Fri next → Qualified, expected Fri 27 March
    Gate     Ben   4,000   Mon 12:00 added · Wed → won
    Fence    Ben     500   Wed 15:00 added, stays in Lead, no next step
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

Ok = Callable[..., str]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, ok: Ok) -> Callable[..., str]:
    """Runs a command at a moment of the week: `at("mon 09:00", "ann", "add-client", …)`."""
    days = {"mon": 2, "tue": 3, "wed": 4, "thu": 5, "fri": 6}

    def run(moment: str, rep: str, *arguments: str) -> str:
        day, clock = moment.split()
        monkeypatch.setenv("CRMTUI_NOW", f"2026-03-{days[day]:02d}T{clock}:00+00:00")
        return ok(*arguments, *(["--as", rep] if rep else []))

    return run


def report(ok: Ok, name: str, *options: str) -> dict:
    return json.loads(ok("report", name, *options, "--format", "json"))


def test_a_working_week(at: Callable[..., str], ok: Ok, crm: Callable) -> None:
    at("mon 08:00", "", "add-rep", "Mia Lund")
    at("mon 08:01", "mia", "add-rep", "Ann Lee", "--email", "ann@example.com", "--manager", "mia", "--region", "West")
    at("mon 08:02", "mia", "add-rep", "Ben Ode", "--manager", "Mia Lund", "--region", "East")

    assert at("mon 09:00", "ann", "add-client", "Иванов Пётр", "--phone", "mobile:+371 2000 0001") == "added client 1 Иванов Пётр\n"
    at("mon 09:10", "ann", "add-client", "Kim 김", "--email", "kim@example.com", "--source", "web")
    at("mon 09:20", "ben", "add-client", "Acme [Holding]", "--kind", "company", "--role", "partner")
    at("mon 09:30", "ann", "add-deal", "Roof", "--client", "иванов", "--value", "9,000", "--next", "call", "--next-on", "tue")
    at("mon 10:30", "ann", "add-deal", "Door", "--client", "kim@example.com", "--value", "1500", "--next", "measure")
    at("mon 12:00", "ben", "add-deal", "Gate", "--client", "acme", "--value", "USD 4,000", "--next", "sign")

    said = at("tue 10:00", "ann", "log-call", "+37120000001", "reached", "--minutes", "12", "--next", "send offer", "--due", "wed 12:00",
              "--move", "next")  # fmt: skip
    assert said == "logged call 1 with Иванов Пётр; task 1 send offer; deal 1 to Qualified\n"
    at("tue 11:00", "ann", "add-deal", "Garden", "--client", "kim", "--value", "20k", "--expected-close", "27.03.2026", "--next", "visit")
    at("tue 11:30", "ann", "log-call", "kim", "no answer", "--deal", "garden")
    at("tue 12:00", "ben", "log-call", "acme", "reached", "--minutes", "3")

    assert json.loads(at("wed 13:00", "ann", "list-tasks", "--overdue", "--format", "json"))[0]["title"] == "send offer"
    overdue = report(ok, "overdue")["tables"]["items"]
    assert [(line["kind"], line["title"]) for line in overdue] == [("task", "send offer")]
    at("wed 13:05", "ann", "complete-task", "offer")
    at("wed 13:10", "ann", "move-deal", "roof", "proposal", "--note", "offer sent")
    at("wed 14:00", "ben", "move-deal", "gate", "won")
    at("wed 15:00", "ben", "add-deal", "Fence", "--client", "acme", "--value", "500")

    refused = crm("move-deal", "door", "lost", "--as", "ann")
    assert (refused.code, refused.out) == (5, "")
    assert refused.err == 'error: a deal moved to "Lost" needs a reason; pass --reason, for example --reason price\n'
    at("thu 09:00", "ann", "move-deal", "door", "lost", "--reason", "price", "--competitor", "Globex")
    at("thu 09:05", "ann", "move-deal", "roof", "prev")
    assert at("thu 09:06", "ann", "undo") == "undone: moved deal Roof from Proposal to Qualified (operation 19)\n"

    at("fri 10:00", "ann", "move-deal", "roof", "won")
    at("fri 10:30", "ann", "move-deal", "garden", "next")
    at("fri 11:00", "ann", "log-call", "иванов", "reached", "--minutes", "4")
    check_kpi(report(ok, "kpi", "--period", "week"))
    check_pipeline(report(ok, "pipeline"))
    check_funnel(report(ok, "funnel"))
    check_velocity(report(ok, "velocity"))
    check_forecast(report(ok, "forecast"))
    check_overdue(report(ok, "overdue"))
    check_ranking(report(ok, "ranking"))


def check_kpi(kpi: dict) -> None:
    """Won: Roof 9,000 + Gate 4,000 of three closed. Ann: one of two; Ben: one of one. Calls: Ann 3, Ben 1."""
    figures = kpi["figures"]
    assert (figures["won"], figures["won_cents"], figures["lost"], figures["calls"]) == (2, 1_300_000, 1, 4)
    assert figures["win_rate"] == pytest.approx(2 / 3, abs=1e-6)
    assert kpi["period"] == {"from": "2026-03-02", "to": "2026-03-09"}
    reps = {row["rep"]: row for row in kpi["tables"]["reps"]}
    assert (reps["Ann Lee"]["won_cents"], reps["Ann Lee"]["win_rate"], reps["Ann Lee"]["calls"]) == (900_000, 0.5, 3)
    assert (reps["Ben Ode"]["won_cents"], reps["Ben Ode"]["win_rate"], reps["Ben Ode"]["calls"]) == (400_000, 1.0, 1)
    assert (reps["Ann Lee"]["opened"], reps["Ben Ode"]["opened"]) == (3, 2)


def check_pipeline(pipeline: dict) -> None:
    """Open: Fence 500 in Lead at 10 %, Garden 20,000 in Qualified at 25 %: 20,500, weighted 50 + 5,000."""
    rows = {row["stage"]: row for row in pipeline["tables"]["stages"]}
    assert [(rows[s]["deals"], rows[s]["value_cents"], rows[s]["weighted_cents"]) for s in ("Lead", "Qualified", "Proposal")] == [
        (1, 50_000, 5_000),
        (1, 2_000_000, 500_000),
        (0, 0, 0),
    ]
    closed = {row["stage"]: row["deals"] for row in pipeline["tables"]["closed"]}
    assert closed == {"Won": 2, "Lost": 1}


def check_funnel(funnel: dict) -> None:
    """Five entered Lead. Roof and Gate (won) and Garden got to Qualified or beyond; Roof and Gate to the end; Door's loss is no step."""
    reached = {row["stage"]: row["reached"] for row in funnel["tables"]["stages"]}
    assert reached == {"Lead": 5, "Qualified": 3, "Proposal": 2, "Negotiation": 2, "Won": 2}


def check_velocity(velocity: dict) -> None:
    """Roof Monday to Friday: 4 days; Gate Monday to Wednesday: 2. Mean and median 3."""
    figures = velocity["figures"]
    assert (figures["won"], figures["mean_days"], figures["median_days"]) == (2, 3.0, 3.0)


def check_forecast(forecast: dict) -> None:
    """Garden 20,000 at 25 % in March; Fence has no date."""
    march = next(row for row in forecast["tables"]["months"] if row["month"] == "2026-03")
    assert (march["deals"], march["best_case_cents"], march["weighted_cents"], march["committed_cents"]) == (1, 2_000_000, 500_000, 0)


def check_overdue(overdue: dict) -> None:
    """Only Fence lacks a next step; nothing is late or cold yet."""
    assert [(line["kind"], line["title"]) for line in overdue["tables"]["items"]] == [("next step", "Fence")]


def check_ranking(ranking: dict) -> None:
    """Иванов 9,000 of 13,000 (69.2 %), Acme 4,000: both are needed for 80 %."""
    rows = ranking["tables"]["clients"]
    assert [(row["rank"], row["client"], row["won_cents"]) for row in rows] == [(1, "Иванов Пётр", 900_000), (2, "Acme [Holding]", 400_000)]
    assert ranking["figures"]["clients_to_80"] == 2
