"""Requests from web forms and mails: each makes a lead, a deal and a first task once, whoever delivers it and however often."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]
Settings = Callable[[str], None]

FORM = {"name": "Ina Ozola", "email": "ina@example.org", "message": "Two windows", "utm_source": "google", "delivery": "d1"}


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode() + b"\n"


@pytest.fixture
def reps(ok: Ok) -> None:
    for name in ("Nils", "Brigid", "Otto"):
        ok("add-rep", name)


@pytest.fixture
def take(crm: Crm) -> Callable[..., list[dict[str, Any]]]:
    """Captures lines that must all be taken in; what is printed of each."""

    def run(*lines: bytes, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        ran = crm("capture-lead", "-", "--format", "jsonl", *options, stdin=b"".join(lines))
        assert (ran.code, ran.err) == (0, "")
        return [json.loads(text) for text in ran.out.splitlines()]

    return run


Take = Callable[..., list[dict[str, Any]]]


def shown(ok: Ok, *words: str) -> Any:
    return json.loads(ok(*words, "--format", "json"))


def test_a_request_makes_a_lead_a_deal_and_a_first_task(ok: Ok, take: Take, reps: None) -> None:
    (done,) = take(line(**FORM))
    assert (done["line"], done["state"], done["rep"]) == (1, "created", "Nils")
    client = shown(ok, "show-client", str(done["client_id"]))
    deal = shown(ok, "show-deal", str(done["deal_id"]))
    assert (client["status"], client["owner"], client["source"], client["utm"]) == ("lead", "Nils", "web", {"utm_source": "google"})
    assert (deal["title"], deal["need"], deal["stage"], deal["owner"]) == ("Request from web", "Two windows", "Lead", "Nils")
    assert (deal["utm"], deal["next_step"]) == ({"utm_source": "google"}, "call back")
    (task,) = client["tasks"]
    assert (task["title"], task["assignee"], task["due_at"]) == ("call back", "Nils", "2026-03-04T10:15:00Z")


def test_one_undo_takes_all_of_it_back_and_then_it_may_come_again(ok: Ok, take: Take) -> None:
    take(line(**FORM))
    ok("undo")
    assert [shown(ok, name) for name in ("list-clients", "list-deals", "list-tasks")] == [[], [], []]
    ok("redo")
    assert [each["state"] for each in take(line(**FORM))] == ["unchanged"]
    ok("undo")
    assert [each["state"] for each in take(line(**FORM))] == ["created"]


def test_what_is_delivered_again_changes_nothing(ok: Ok, take: Take) -> None:
    (first,) = take(line(**FORM))
    (again,) = take(line(**FORM | {"message": "Three windows"}))
    assert again == first | {"state": "unchanged", "operation": None}
    unnamed = {name: value for name, value in FORM.items() if name != "delivery"} | {"email": "b@example.org", "name": "Bo"}
    states = [each["state"] for each in take(line(**unnamed), line(**dict(reversed(unnamed.items()))), line(**unnamed, rooms=3))]
    assert states == ["created", "unchanged", "found"]
    assert len(shown(ok, "list-deals")) == 3


def test_a_field_of_ones_own_can_be_the_key(take: Take) -> None:
    lines = [line(id=7, name="Ann", phone="+371 2000 0001", at=at) for at in (1, 2)]
    assert [each["state"] for each in take(*lines, options=("--key-field", "id"))] == ["created", "unchanged"]


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "ANN@example.org", "name": "Ann K."},
        {"phone": "00371 2000 0001"},
        {"external_id": "77", "name": "A. Kalns"},
        {"name": "ann kalns", "company": "ACME"},
    ],
)
def test_the_client_is_found_by_mail_phone_id_or_name_and_company(ok: Ok, take: Take, fields: dict[str, str]) -> None:
    take(line(name="Ann Kalns", email="ann@example.org", phone="+371 2000 0001", company="Acme", external_id="77", delivery="1"))
    (done,) = take(line(**fields, delivery="2"))
    assert (done["state"], done["client"]) == ("found", "Ann Kalns")
    assert len(shown(ok, "list-clients", "--kind", "person")) == 1


def test_a_known_client_gets_what_was_missing_and_keeps_the_rest(ok: Ok, take: Take, reps: None) -> None:
    ok("add-client", "Ann", "--email", "ann@example.org", "--as", "Otto")
    ok("disqualify-lead", "Ann", "--reason", "no money")
    (done,) = take(line(name="Anna Berg", email="ann@example.org", phone="+371 2000 0002", source="fair", utm_term="oak"))
    client = shown(ok, "show-client", "Ann")
    assert (done["state"], done["rep"], client["owner"]) == ("found", "Nils", "Otto")
    assert (client["name"], client["status"], client["phones"], client["source"]) == ("Ann", "lead", ["+371 2000 0002"], "fair")
    assert shown(ok, "show-deal", str(done["deal_id"]))["notes"] == "name: Anna Berg"


def test_a_url_encoded_form_is_read_and_keeps_what_nobody_asked_for(ok: Ok, take: Take) -> None:
    form = b"your-name=Zo%C3%AB+Q&tel=%2B371+2000+0003&service=Doors&rooms=3&utm%5Fcampaign=spring&_token=x"
    (done,) = take(form, options=("--source", "site"))
    deal = shown(ok, "show-deal", str(done["deal_id"]))
    assert (done["client"], deal["title"], deal["source"], deal["notes"]) == ("Zoë Q", "Doors", "site", "rooms: 3")
    assert deal["utm"] == {"utm_campaign": "spring"}


def test_bad_lines_are_told_with_their_number_and_the_others_go_in(crm: Crm, ok: Ok) -> None:
    bad = [b"not json\n", b'{"subject": "Doors"}\n', b"[1]\n", b'{"name": "\xff"}\n', b"[" * 100_000 + b"\n", line(email="nobody")]
    ran = crm("capture-lead", "-", "--format", "ids", stdin=line(name="Ann", n=1) + b"\n" + b"".join(bad) + line(name="Ben"))
    assert (ran.code, ran.out) == (6, "1\n2\n")
    assert [text.partition(":")[0] for text in ran.err.splitlines()] == [f"line {number}" for number in range(3, 9)]
    assert "line 4: it has no name, no mail and no phone" in ran.err
    assert [each["name"] for each in shown(ok, "list-clients")] == ["Ann", "Ben"]


def test_the_pipeline_can_be_named(ok: Ok, take: Take) -> None:
    ok("add-pipeline", "Repairs", "--stages", "First call,Visit,Done")
    (done,) = take(line(name="Ann"), options=("--pipeline", "repairs"))
    assert shown(ok, "show-deal", str(done["deal_id"]))["stage"] == "First call"


# ── who gets it


def test_leads_go_round_among_those_who_work_here(ok: Ok, take: Take, reps: None) -> None:
    ok("delete-rep", "Otto", "--hand-to", "Nils")
    assert [each["rep"] for each in take(*(line(name=f"N{n}") for n in range(5)))] == ["Nils", "Brigid", "Nils", "Brigid", "Nils"]


def test_the_least_loaded_gets_the_lead(ok: Ok, take: Take, reps: None, settings: Settings) -> None:
    settings('assign = "load"\n')
    for rep in ("Nils", "Nils", "Nils", "Brigid"):
        ok("add-task", "Measure", "--for", rep)
    given = [each["rep"] for each in take(*(line(name=f"N{n}") for n in range(4)))]
    assert given == ["Otto", "Brigid", "Otto", "Nils"]  # a lead is a deal and a task: 3 1 0 → 3 1 2 → 3 3 2 → 3 3 4 → Nils, longest without


def test_of_a_role_the_one_with_the_least_to_do_gets_the_lead(ok: Ok, crm: Crm, take: Take, reps: None, settings: Settings) -> None:
    for rep in ("Nils", "Otto"):
        ok("edit-rep", rep, "--role", "Seller")
    settings('assign = "role:seller"\n')
    ok("add-task", "Measure", "--for", "Nils")
    assert [each["rep"] for each in take(*(line(name=f"N{n}") for n in range(3)))] == ["Otto", "Nils", "Otto"]  # 1 0 → 1 2 → 3 2
    for rep in ("Nils", "Otto"):
        ok("delete-rep", rep, "--hand-to", "Brigid")
    assert [each["rep"] for each in take(line(name="N3"))] == ["Brigid"]
    settings('assign = "role:sellers"\n')
    assert crm("capture-lead", "-", stdin=line(name="A")).err == (
        'error: setting assign: nobody has the role "sellers"; did you mean "Seller"?\n'
    )


def test_a_source_has_its_rep_and_others_go_in_turn(take: Take, reps: None, settings: Settings) -> None:
    settings('assign = "source"\nassign_by_source = "web=Otto, Fair=Brigid"\n')
    assert [each["rep"] for each in take(*(line(name=f"N{n}", source=s) for n, s in enumerate(("fair", "web", "mail"))))] == [
        "Brigid", "Otto", "Nils",
    ]  # fmt: skip


def test_one_rep_or_nobody_may_get_them_all(ok: Ok, take: Take, reps: None, settings: Settings) -> None:
    settings('assign = "Brigid"\n')
    assert [each["rep"] for each in take(line(name="A"), line(name="B"))] == ["Brigid", "Brigid"]
    settings('assign = ""\nlead_task = ""\n')
    (done,) = take(line(name="C"))
    assert (done["rep"], done["task_id"], shown(ok, "show-client", "C")["owner"]) == (None, None, None)


def test_a_setting_that_names_nobody_is_refused_before_anything_is_read(crm: Crm, reps: None, settings: Settings) -> None:
    settings('assign = "Zelda"\n')
    ran = crm("capture-lead", "-", stdin=line(name="A"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('error: setting assign: no rep "Zelda"')


# ── many at once


def test_4_processes_that_deliver_every_line_twice_lose_and_double_nothing(ok: Ok, tmp_path: Path, reps: None) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", "from commands.app import main; main()", "capture-lead", "-", "--format", "jsonl"]
    running = []
    for place in range(4):
        numbers = [number for number in range(800) if number % 4 in (place, (place + 1) % 4)]
        lines = [line(delivery=f"d{n}", name=f"Lead {n}", email=f"l{n}@example.org") for n in numbers]
        file = tmp_path / f"{place}.jsonl"
        file.write_bytes(b"".join(lines if place % 2 else reversed(lines)))
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with file.open("rb") as stream:
            running.append(subprocess.Popen(command, env=environment, stdin=stream, text=True, **pipes))
    ended = [process.communicate() for process in running]
    assert [(process.returncode, err) for process, (_, err) in zip(running, ended, strict=True)] == [(0, "")] * 4
    told = [json.loads(text) for out, _ in ended for text in out.splitlines()]
    assert Counter(each["state"] for each in told) == {"created": 800, "unchanged": 800}
    made = [each for each in told if each["state"] == "created"]
    assert [len({each[name] for each in made}) for name in ("client", "deal_id", "task_id", "operation")] == [800] * 4
    assert len(ok("list-clients", "--status", "lead", "--format", "ids").split()) == 800
    assert len(ok("list-tasks", "--format", "ids").split()) == 800
    given = Counter(each["rep"] for each in made)
    assert sorted(given.values()) == [266, 267, 267]
