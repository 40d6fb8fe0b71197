"""The playbook as it is used from a shell and by cron: shown, checked, rehearsed, told on stderr, run by many at once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.places import COMMAND, environment
from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]

RULES = """\
[[rule]]
name = "measure"
on = "stage entered"
stage = "Proposal"
[[rule.task]]
title = "Measure at {client}"
for = "role:surveyor"
due = "2 working days"

[[rule]]
name = "cold"
on = "untouched"
after = "48 hours"
[[rule.task]]
title = "Wake {deal}"
"""


@pytest.fixture(autouse=True)
def book(ok: Ok, folder: Path) -> None:
    """Ann sells, Sue measures; one deal of Kim's."""
    ok("add-rep", "Ann")
    ok("add-rep", "Sue", "--role", "surveyor")
    ok("add-client", "Kim", "--owner", "ann")
    ok("add-deal", "Roof", "--client", "kim", "--owner", "ann")
    (folder / "playbooks.toml").write_text(RULES)


def test_the_rules_are_shown_and_checked(crm: Crm, ok: Ok, folder: Path) -> None:
    told = ok("show-playbooks").splitlines()
    assert told[1].split(None, 2)[:2] == ["1", "measure"]
    assert [rule["on"] for rule in json.loads(ok("show-playbooks", "--format", "json"))] == [
        "stage entered: Proposal", "untouched: deals for 2 days",
    ]  # fmt: skip
    assert ok("check-playbooks") == f"2 rules in {folder / 'playbooks.toml'}, no mistake\n"
    (folder / "playbooks.toml").write_text(RULES.replace("Proposal", "Propsal").replace("48 hours", "long"))
    ran = crm("check-playbooks", "--format", "json")
    assert (ran.code, ran.err) == (5, "")
    assert [(each["line"], each["rule"], each["problem"]) for each in json.loads(ran.out)["problems"]] == [
        (4, "measure", 'no stage "Propsal"; did you mean "Proposal"?'),
        (13, "cold", 'after: "long" is no time; write it like 48 hours, 3 days or 2 weeks'),
    ]
    assert crm("check-playbooks").out == (
        'playbooks.toml line 4, rule 1 "measure": no stage "Propsal"; did you mean "Proposal"?\n'
        'playbooks.toml line 13, rule 2 "cold": after: "long" is no time; write it like 48 hours, 3 days or 2 weeks\n'
    )


def test_a_rehearsed_move_says_what_would_follow_and_a_move_says_what_did(crm: Crm, ok: Ok) -> None:
    told = 'playbook "measure": task 1 Measure at Kim for Sue, due 2026-03-06\n'
    ran = crm("move-deal", "roof", "proposal", "--dry-run")
    assert ran == Ran(0, "not done: moved deal 1 Roof from Lead to Proposal\n", f"{told}dry run: nothing was changed\n")
    assert ok("list-tasks") == ""
    assert crm("move-deal", "roof", "proposal") == Ran(0, "moved deal 1 Roof from Lead to Proposal\n", told)
    assert ok("list-tasks", "--format", "ids") == "1\n"
    ok("undo")
    assert ok("list-tasks") == ""


def test_data_on_stdout_stays_data(crm: Crm) -> None:
    ran = crm("log-call", "kim", "reached", "--move", "proposal", "--format", "json")
    assert json.loads(ran.out)["outcome"] == "reached"
    assert ran.err.startswith('playbook "measure": ')


def test_a_file_that_cannot_be_read_is_told_and_the_change_is_made(crm: Crm, ok: Ok, folder: Path) -> None:
    (folder / "playbooks.toml").write_text(RULES + "[[rule]\n")
    ran = crm("move-deal", "roof", "proposal")
    assert (ran.code, ran.out) == (0, "moved deal 1 Roof from Lead to Proposal\n")
    assert ran.err.startswith("playbooks.toml line 16: this is no TOML: ")
    assert ran.err.endswith("; the change itself was made\n")
    assert crm("check-playbooks").code == 5


def test_the_setting_names_another_file_and_a_missing_one_is_told(crm: Crm, ok: Ok, folder: Path, settings: Callable[[str], None]) -> None:
    (folder / "playbooks.toml").rename(folder / "ours.toml")
    assert crm("show-playbooks").err.startswith("no rules: ")
    settings(f"playbooks = '{folder / 'ours.toml'}'")
    assert len(ok("show-playbooks").splitlines()) == 3
    settings("playbooks = '/no/such.toml'")
    assert "cannot be read" in crm("move-deal", "roof", "proposal").err


def test_cron_fires_what_is_on_time_once_however_many_run_at_once(ok: Ok, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = "2026-03-07T10:00:00+00:00"
    monkeypatch.setenv("CRMTUI_NOW", later)
    assert "Wake Roof" in ok("run-playbooks", "--dry-run")
    assert ok("list-tasks") == ""
    running = [
        subprocess.Popen(
            [*COMMAND, "run-playbooks", "--format", "json"], env=environment(folder, CRMTUI_NOW=later), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    ended = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum(len(json.loads(out)) for out, _ in ended) == 1
    assert ok("list-tasks", "--format", "ids") == "1\n"
    ok("log-call", "kim", "reached")
    assert ok("run-playbooks") == ""


def test_a_captured_request_is_answered_by_the_playbook_in_the_same_step(crm: Crm, ok: Ok, folder: Path) -> None:
    rule = '[[rule]]\nname = "greet"\non = "lead captured"\nsource = "web"\nset = { need = "asks by {client}" }\nnotify = "owner"\n'
    (folder / "playbooks.toml").write_text(rule)
    ran = crm("capture-lead", "-", stdin=b'{"name": "Yan Ode", "delivery": "7"}\n')
    assert ran.err == 'playbook "greet": sets need; tells Ann\n'
    assert json.loads(ok("show-deal", "2", "--format", "json"))["need"] == "asks by Yan Ode"
    assert crm("capture-lead", "-", stdin=b'{"name": "Yan Ode", "delivery": "7"}\n').err == ""


def test_a_stage_shows_its_script_and_its_checklist(ok: Ok) -> None:
    ok("edit-stage", "proposal", "--script", "Good day, here is the offer.", "--checklist", "price agreed", "--checklist", "papers")
    assert ok("show-stage", "proposal").splitlines()[-3:] == [
        "script       Good day, here is the offer.", "check        price agreed", "check        papers",
    ]  # fmt: skip
    assert "check   papers" in ok("show-pipeline", "sales")
    ok("move-deal", "roof", "proposal")
    assert "Good day, here is the offer." in ok("show-deal", "roof")
    (step,) = [each for each in json.loads(ok("list-stages", "--format", "json")) if each["name"] == "Proposal"]
    assert (step["script"], step["checklist"]) == ("Good day, here is the offer.", ["price agreed", "papers"])


def test_a_rep_has_a_role_that_is_exported_and_imported(ok: Ok, folder: Path) -> None:
    assert "role        surveyor" in ok("show-rep", "sue")
    (folder / "reps.csv").write_text(ok("export-csv", "reps"))
    ok("import-csv", "reps", "reps.csv", "--db", "other.db")
    assert json.loads(ok("list-reps", "--format", "json", "--db", "other.db"))[1]["role"] == "surveyor"
