"""Playbooks: what follows from a change is part of it, happens once, never in a circle, and never at the cost of the change."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crmtui import clock, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients, fields, merging
from crmtui.errors import CrmError, Refused
from crmtui.exchange import importing
from crmtui.sales import assigning, deals, followups, intake, moves, notices, pipelines, playbooks, stages
from crmtui.sales.intake import Request
from crmtui.sales.playbooks import checking, firing, reading, words
from crmtui.sales.playbooks import clock as timed
from crmtui.store import batches, history, rewind, takeback
from crmtui.store.connection import Base
from crmtui.store.tables import Firing, Notice

Write = Callable[[str], None]

MEASURE = """
[[rule]]
name = "measure"
on = "stage entered"
stage = "Sales/Proposal"
[[rule.task]]
title = "Measure at {client}"
for = "role:surveyor"
due = "2 working days"
"""
CALL = """
[[rule]]
name = "first call"
on = "lead captured"
[[rule.task]]
title = "Call {client}"
due = "in 15 minutes"
"""


@pytest.fixture
def playbook(base: Base, tmp_path: Path) -> Write:
    """Writes the playbook and has it followed."""
    playbooks.watch(base)
    return lambda text: (tmp_path / "playbooks.toml").write_text(text) and None


def rep(name: str, **values: Any) -> int:
    return team.add({"name": name, **values}).id


def todo() -> list[tuple[str, str | None]]:
    """The open tasks, by title and who is to do them."""
    return [(job.title, job.assignee) for job in tasks.listed()]


def fired() -> list[tuple[str, str, int, str]]:
    return [(row.rule, row.kind, row.record_id, row.state) for row in Firing.select().order_by(Firing.id)]


def imported(kind: str, text: str) -> importing.Imported:
    return importing.run(kind, BytesIO(text.encode()), importing.Options(file_name="leads.csv"))


# ── a stage entered


def test_entering_a_stage_makes_the_task_once_for_each_entry_and_nothing_before(base: Base, playbook: Write) -> None:
    playbook(MEASURE)
    ann = rep("Ann", region="North")
    rep("Sue", role="Surveyor", region="North")
    client = clients.add({"name": "Alder"}).id
    deal = deals.add({"title": "Door", "client": client, "owner": ann}).id
    assert todo() == []
    moves.move(deal, "proposal")
    (job,) = tasks.listed()
    assert (job.title, job.assignee, job.due_on, job.client_id, job.deal_id) == ("Measure at Alder", "Sue", date(2026, 3, 6), client, deal)
    moves.move(deal, "proposal")
    moves.move(deal, "negotiation")
    assert len(todo()) == 1
    moves.move(deal, "proposal")
    assert len(todo()) == 2


def test_undo_takes_move_and_task_back_together_and_redo_brings_both_again(base: Base, playbook: Write) -> None:
    playbook(MEASURE)
    ann = rep("Ann")
    deal = deals.add({"title": "Door", "owner": ann}).id
    moves.move(deal, "proposal")
    (event, *_) = history.operations()
    assert event.summary == "moved deal Door from Lead to Proposal"
    rewind.undo()
    assert (todo(), fired(), deals.get(deal).stage) == ([], [], "Lead")
    rewind.redo()
    assert (todo(), fired(), deals.get(deal).stage) == ([("Measure at ", "Ann")], [("measure", "deal", deal, "done")], "Proposal")


def test_a_role_is_taken_by_the_one_in_the_region_with_the_least_to_do_else_by_the_owner_who_is_told_why(
    base: Base, playbook: Write
) -> None:
    playbook(MEASURE)
    ann = rep("Ann", region="North")
    deal = deals.add({"title": "Door", "owner": ann}).id
    moves.move(deal, "proposal")
    assert base.notes[0] == 'playbook "measure": nobody has the role "surveyor": it is for the owner'
    assert todo() == [("Measure at ", "Ann")]
    rewind.undo()
    busy, free, far = (rep(name, role="surveyor", region=region) for name, region in (("B", "north"), ("F", "North"), ("S", "South")))
    tasks.add("Something", assignee=busy)
    tasks.add("Else", assignee=free)
    tasks.add("More", assignee=busy)
    assert far
    moves.move(deal, "proposal")
    assert ("Measure at ", "F") in todo()


def test_a_task_and_a_notice_take_their_day_from_the_deal_and_one_without_it_is_told(base: Base, playbook: Write) -> None:
    on_its_day = MEASURE.replace("2 working days", "{next_step_on} 10:00").replace("Measure at {client}", "{deal}: {next_step}")
    playbook(on_its_day.replace("[[rule.task]]", 'notify = "role:surveyor"\nsubject = "{next_step} on {next_step_on}"\n[[rule.task]]'))
    rep("Sue", role="surveyor")
    assert checking.check().problems == ()
    days = ("2026-03-09", "2026-03-10", "")
    made = [deals.add({"title": f"Door {day}", "next_step": "measure", "next_step_on": day}).id for day in days]
    batches.each("deal", made, "moved", lambda id_: moves.move(id_, "proposal"))
    due = datetime(2026, 3, 9, 10, tzinfo=UTC)
    assert [(job.title, job.due_at) for job in tasks.listed()] == [
        ("Door 2026-03-09: measure", due), ("Door 2026-03-10: measure", due.replace(day=10)),
    ]  # fmt: skip
    assert [row.subject_line for row in Notice.select().order_by(Notice.id)] == ["measure on 2026-03-09", "measure on 2026-03-10"]
    assert deals.get(3).stage == "Proposal"
    assert base.notes[0] == (
        'playbooks.toml line 2, rule 1 "measure": due is "{next_step_on} 10:00", and Door has no next_step_on;'
        " crmtui edit-deal 3 --next-step-on DAY; the change itself was made"
    )
    playbook(MEASURE.replace("2 working days", "{value} 10:00"))
    assert [each.problem for each in checking.check().problems] == [
        'unknown "{value}"; known: {next_step_on}, {expected_close}',
    ]  # fmt: skip


def test_one_change_of_many_deals_shares_the_work_and_is_undone_at_once(base: Base, playbook: Write) -> None:
    playbook(MEASURE)
    for name in ("Sue", "Tom"):
        rep(name, role="surveyor")
    ids = [deals.add({"title": f"Door {number}"}).id for number in range(60)]
    batches.each("deal", ids, "moved", lambda id_: moves.move(id_, "proposal"))
    assert [who for _, who in todo()].count("Sue") == [who for _, who in todo()].count("Tom") == 30
    assert base.notes == ['playbook "measure": 60 tasks']
    rewind.undo()
    assert todo() == fired() == []


def test_a_new_deal_enters_its_first_stage_and_a_stage_of_another_pipeline_is_another_one(base: Base, playbook: Write) -> None:
    playbook(MEASURE.replace("Sales/Proposal", "Lead"))
    other = pipelines.add("Repairs", ["Visit"])
    deals.add({"title": "Hinge"}, stage=other.stages[0].id)
    assert todo() == []
    deals.add({"title": "Door"})
    assert len(todo()) == 1


# ── leads


def test_a_request_that_comes_in_fires_once_however_often_it_is_delivered(base: Base, playbook: Write) -> None:
    playbook(CALL)
    rep("Ann")
    request = Request("web", "7", {"name": "Yan Ode"})
    for _ in range(2):
        intake.capture(request, assigning.rule())
    assert [title for title, _ in todo()] == ["call back", "Call Yan Ode"]
    assert tasks.listed()[1].due_at == clock.now().replace(minute=15)
    assert fired() == [("first call", "deal", 1, "done")]


def test_a_thousand_imported_leads_get_a_thousand_first_tasks_in_the_same_step(base: Base, playbook: Write) -> None:
    playbook(CALL.replace("[[rule.task]]", 'assign = "load"\n[[rule.task]]'))
    for name in "ABCD":
        rep(name)
    result = imported("clients", "name,email\n" + "".join(f"Lead {number},l{number}@example.com\n" for number in range(1000)))
    assert result.created == tasks.count() == 1000
    assert {job.client_id for job in tasks.listed()} == set(range(1, 1001))
    assert Counter(job.assignee for job in tasks.listed()) == dict.fromkeys("ABCD", 250)
    assert base.notes == ['playbook "first call": 1,000 assignments, 1,000 tasks']
    assert history.operations()[0].id == result.operation
    rewind.undo()
    assert (tasks.count(), clients.count(), fired()) == (0, 0, [])
    rewind.redo()
    assert (tasks.count(), len(fired())) == (1000, 1000)


def test_an_import_that_is_taken_back_row_by_row_takes_the_tasks_along_and_fires_nothing(base: Base, playbook: Write) -> None:
    playbook(CALL)
    result = imported("clients", "name\nAnn Alder\nBen Birch\n")
    assert result.operation
    tasks.complete(2)
    back = takeback.run(result.operation)
    assert [kept.label for kept in back.kept] == ["Ben Birch", "Call Ben Birch"]
    assert (clients.count(), tasks.count(), len(fired())) == (1, 0, 1)


def test_a_rehearsed_import_says_what_would_follow(base: Base, playbook: Write) -> None:
    playbook(CALL)
    importing.run("clients", BytesIO(b"name\nAnn Alder\n"), importing.Options(file_name="leads.csv", dry_run=True))
    assert base.notes == ['playbook "first call": task 1 Call Ann Alder, due 2026-03-04 10:15']
    assert todo() == []


def test_a_company_that_comes_with_its_people_is_no_lead_of_its_own(base: Base, playbook: Write) -> None:
    playbook(CALL)
    imported("clients", "name,company\nAnn Alder,Alder Ltd\nBen Birch,Alder Ltd\n")
    assert sorted(title for title, _ in todo()) == ["Call Ann Alder", "Call Ben Birch"]


def test_a_rule_may_leave_imports_alone(base: Base, playbook: Write) -> None:
    playbook(CALL.replace('captured"', 'captured"\nimports = false'))
    imported("clients", "name\nAnn Alder\n")
    assert todo() == []
    clients.add({"name": "Ben Birch"})
    assert len(todo()) == 1


def test_leads_are_given_out_in_turn(base: Base, playbook: Write) -> None:
    playbook('[[rule]]\nname = "share"\non = "lead captured"\nassign = "turn"\n')
    for name in "AB":
        rep(name)
    owners = [clients.get(clients.add({"name": f"Lead {number}"}).id).owner for number in range(3)]
    assert owners == ["A", "B", "A"]


# ── fields, outcomes


FLAG = """
[[rule]]
name = "{0}"
on = "field changed"
field = "{1}"
set = {{ {2} = "x{0}" }}
"""


def test_rules_that_set_off_each_other_fire_once_each_and_stop(base: Base, playbook: Write) -> None:
    playbook(FLAG.format("a", "deal.need", "competitor") + FLAG.format("b", "competitor", "need"))
    deal = deals.add({"title": "Door"}).id
    deals.edit(deal, {"need": "soon"})
    card = deals.get(deal)
    assert (card.competitor, card.need) == ("xa", "xb")
    assert [name for name, *_ in fired()] == ["a", "b"]


def test_no_more_than_five_rules_follow_from_one_another(base: Base, playbook: Write) -> None:
    way = ("source", "need", "competitor", "notes", "lost_reason", "next_step", "title")
    playbook("".join(FLAG.format(number, *pair) for number, pair in enumerate(pairwise(way))))
    deal = deals.add({"title": "Door"}).id
    deals.edit(deal, {"source": "web"})
    assert [name for name, *_ in fired()] == ["0", "1", "2", "3", "4"]
    assert deals.get(deal).title == "Door"
    assert base.notes[-1] == 'playbooks.toml: "5" did not fire: more than 5 rules would have followed from one another'


def test_a_field_may_have_to_change_to_a_value_and_may_be_one_of_your_own(base: Base, playbook: Write) -> None:
    fields.add("client", "Roof type", kind="choice", choices=["flat", "pitched"])
    rule = '[[rule]]\nname = "{0}"\non = "field changed"\nfield = "client.{0}"\nto = "{1}"\n[[rule.task]]\ntitle = "{0} is {1}"\n'
    playbook(rule.format("status", "customer") + rule.format("roof_type", "flat"))
    client = clients.add({"name": "Alder", "fields": {"roof_type": "flat"}}).id
    clients.edit(client, {"status": "prospect", "fields": {"roof_type": "pitched"}})
    assert todo() == []
    clients.edit(client, {"status": "customer", "fields": {"roof_type": "flat"}})
    assert sorted(title for title, _ in todo()) == ["roof_type is flat", "status is customer"]


def test_the_outcome_of_a_call_makes_the_next_one(base: Base, playbook: Write) -> None:
    playbook(
        '[[rule]]\nname = "again"\non = "call logged"\noutcome = "no answer"\n'
        '[[rule.task]]\ntitle = "Try {client} again"\ndue = "tomorrow 10:00"\nchecklist = ["look up the mobile"]\n'
    )
    client = clients.add({"name": "Alder"}).id
    followups.log("call", client, outcome="reached")
    interactions.log("email", client=client, outcome="no answer")
    assert todo() == []
    followups.log("call", client, outcome="No answer ")
    (job,) = tasks.listed()
    assert (job.title, job.due_at) == ("Try Alder again", datetime(2026, 3, 5, 10, tzinfo=UTC))


# ── what fails


BROKEN = MEASURE + '[[rule.task]]\ntitle = "Draw"\nfor = "Nobody Known"\n' + MEASURE.replace('"measure"', '"sound"')


def test_a_rule_that_is_wrong_is_told_with_its_line_and_the_move_and_the_other_rules_stand(base: Base, playbook: Write) -> None:
    playbook(BROKEN)
    deal = deals.add({"title": "Door"}).id
    moves.move(deal, "proposal")
    assert deals.get(deal).stage == "Proposal"
    assert len(todo()) == 1
    assert fired() == [("measure", "deal", deal, "failed"), ("sound", "deal", deal, "done")]
    told = 'playbooks.toml line 12, rule 1 "measure": no rep "Nobody Known"'
    assert base.notes[0].startswith(told)
    assert base.notes[0].endswith("; the change itself was made")


def test_what_fails_for_one_record_alone_is_taken_back_for_that_one_alone(base: Base, playbook: Write) -> None:
    playbook('[[rule]]\nname = "tell"\non = "stage entered"\nset = { need = "soon" }\nnotify = "owner"\n')
    ann = rep("Ann")
    imported("deals", "title,owner\nDoor,Ann\nGate,\n")
    assert [(deals.get(id_).need, state) for _, _, id_, state in sorted(fired())] == [("soon", "done"), (None, "failed")]
    assert [row.rep_id for row in Notice.select()] == [ann]
    assert base.notes[0].endswith("there is nobody to tell: it has no owner; name a rep; the change itself was made")


@pytest.mark.parametrize("text", ["[[rule]\nname = 1\n", "[rule]\nname = 'x'\n", "[[rule]]\nname = 'x'\non = 'stage enterd'\n"])
def test_a_file_that_cannot_be_read_is_told_and_loses_nothing(base: Base, playbook: Write, text: str) -> None:
    playbook(text)
    deal = deals.add({"title": "Door"}).id
    assert deals.get(deal).stage == "Lead"
    assert len(base.notes) == 1
    assert base.notes[0].startswith("playbooks.toml")
    assert [state for *_, state in fired()] == ["failed"]


def test_a_change_that_is_refused_takes_back_what_followed(base: Base, playbook: Write) -> None:
    playbook(MEASURE.replace("Sales/Proposal", "Lead"))

    def together() -> None:
        with base.writing():
            deals.add({"title": "Door"})
            moves.move(1, "nowhere")

    with pytest.raises(CrmError, match="no stage"):
        together()
    assert todo() == []


def test_every_mistake_of_a_file_is_found_with_its_line(base: Base) -> None:
    text = """\
colour = "red"
[[rule]]
name = "measure"
on = "stage entered"
stage = "Propsal"
set = { next_stp = "x", next_step_on = "someday" }
[[rule.task]]
title = "Ask {clint}"
[[rule.task]]
title = "Draw"
for = "role:surveyer"
due = "the day after"
priority = "urgent"
[[rule]]
name = "measure"
on = "lead captured"
outcome = "reached"
[[rule]]
on = "untouched"
after = "a while"
assgn = "turn"
"""
    rep("Sue", role="surveyor")
    found = [str(each) for each in checking.problems(reading.read(text, "playbooks.toml"))]
    assert found == [
        'playbooks.toml: unknown "colour"; rules begin with [[rule]]',
        'playbooks.toml line 5, rule 1 "measure": no stage "Propsal"; did you mean "Proposal"?',
        'playbooks.toml line 6, rule 1 "measure": set: no field "next_stp" of a deal; did you mean "next_step"?',
        'playbooks.toml line 8, rule 1 "measure": unknown "{clint}"; '
        "known: {deal}, {client}, {owner}, {stage}, {value}, {next_step}, {next_step_on}, {expected_close}",
        'playbooks.toml line 11, rule 1 "measure": nobody has the role "surveyer"; did you mean "surveyor"?',
        'playbooks.toml line 12, rule 1 "measure": "the day after" is no date; write it like 2026-12-31, "fri 10:00", tomorrow, +3d or 2w',
        'playbooks.toml line 13, rule 1 "measure": no priority "urgent"; it is one of low, normal, high',
        'playbooks.toml line 14, rule 2 "measure": it does nothing; give it one of: assign, set, task, document, notify, run',
        'playbooks.toml line 15, rule 2 "measure": there is a rule "measure" already',
        'playbooks.toml line 17, rule 2 "measure": "outcome" says nothing on "lead captured"',
        "playbooks.toml line 18, rule 3: it has no name",
        'playbooks.toml line 18, rule 3: it does nothing; give it one of: assign, set, task, document, notify, run',
        'playbooks.toml line 20, rule 3: after: "a while" is no time; write it like 48 hours, 3 days or 2 weeks',
        'playbooks.toml line 21, rule 3: unknown "assgn"; did you mean "assign"?',
    ]  # fmt: skip


def test_the_rules_are_told_in_words(base: Base, playbook: Write) -> None:
    playbook(
        MEASURE + '[[rule]]\nname = "cold"\non = "untouched"\nafter = "36 hours"\nnotify = ["owner", "manager of owner"]\nrun = ["beep"]\n'
    )
    rep("Sue", role="surveyor")
    assert [(card.line, card.name, card.on, card.does, card.trouble) for card in words.cards()] == [
        (2, "measure", "stage entered: Sales/Proposal", 'task "Measure at {client}" for role:surveyor, due 2 working days', None),
        (10, "cold", "untouched: deals for 36 hours", "tells owner, manager of owner; runs beep", None),
    ]


# ── notices and commands


def test_somebody_is_told_once_and_the_notice_is_undone_with_the_change(base: Base, playbook: Write) -> None:
    boss = rep("Eve")
    ann = rep("Ann", manager=boss)
    playbook(
        '[[rule]]\nname = "won"\non = "stage entered"\nstage = "won"\nnotify = ["manager of owner"]\n'
        'subject = "{deal} is won"\nmessage = "by {owner} for {value}"\n'
    )
    deal = deals.add({"title": "Door", "owner": ann, "value": "1200"}).id
    moves.move(deal, "won")
    (row,) = Notice.select()
    assert (row.rep_id, row.subject_line, row.body, row.sent_at) == (boss, "Door is won", "by Ann for 1,200 USD", None)
    rewind.undo()
    assert Notice.select().count() == 0
    assert notices.queue(ann, "x", "", "one") is True
    assert notices.queue(ann, "x", "", "one") is False
    with pytest.raises(Refused):
        notices.queue(ann, " ", "", "two")


HOOK = """
[[rule]]
name = "hook"
on = "stage entered"
stage = "proposal"
run = ["sh", "-c", '{0}']
"""


def test_a_command_gets_the_record_once_the_change_is_committed_and_never_when_it_was_only_rehearsed(
    base: Base, playbook: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    playbook(HOOK.format(f"cat >> {out}"))
    deal = deals.add({"title": "Door; $(rm -rf x)"}).id
    with base.rehearsing():
        moves.move(deal, "proposal")
    assert not out.exists()
    moves.move(deal, "proposal")
    told = json.loads(out.read_text())
    assert (told["rule"], told["deal"]["title"], told["deal"]["stage"]) == ("hook", "Door; $(rm -rf x)", "Proposal")


@pytest.mark.parametrize(("run", "why"), [("echo oh >&2; exit 3", "left with exit code 3: oh"), ("kill -9 $$", "left with exit code -9")])
def test_a_command_that_fails_is_told_and_kept_and_the_change_stands(base: Base, playbook: Write, run: str, why: str) -> None:
    playbook(HOOK.format(run))
    deal = deals.add({"title": "Door"}).id
    moves.move(deal, "proposal")
    assert base.notes[-1] == f'playbook "hook": sh {why}; the change stands'
    assert (Firing.get().trouble, deals.get(deal).stage) == (f"sh {why}", "Proposal")
    rewind.undo()
    assert deals.get(deal).stage == "Lead"


def test_what_a_command_leaves_running_is_not_waited_for(base: Base, playbook: Write, tmp_path: Path) -> None:
    playbook(HOOK.format(f"sleep 20 & echo $! > {tmp_path / 'left'}"))
    began = time.monotonic()
    moves.move(deals.add({"title": "Door"}).id, "proposal")
    os.kill(int((tmp_path / "left").read_text()), signal.SIGKILL)  # it is there still
    assert time.monotonic() - began < 10
    assert base.notes == ['playbook "hook": runs sh']


def test_a_command_that_is_not_there_is_told(base: Base, playbook: Write) -> None:
    playbook(HOOK.format("x").replace('"sh"', '"/no/such"'))
    moves.move(deals.add({"title": "Door"}).id, "proposal")
    assert base.notes[-1] == 'playbook "hook": /no/such cannot be run: No such file or directory; the change stands'


# ── time


COLD = """
[[rule]]
name = "cold"
on = "untouched"
after = "3 days"
set = { next_step = "wake up" }
[[rule.task]]
title = "Wake {deal}"
"""


def test_a_deal_that_nobody_touches_fires_once_until_it_is_touched_again(
    base: Base, playbook: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on(day: int) -> int:
        monkeypatch.setenv("CRMTUI_NOW", f"2026-03-{day:02}T10:00:00+00:00")
        return len(timed.run())

    playbook(COLD)
    client = clients.add({"name": "Alder"}).id
    deal = deals.add({"title": "Door", "client": client}).id
    moves.move(deals.add({"title": "Old"}).id, "won")
    assert [on(day) for day in (4, 6, 7, 7, 12)] == [0, 0, 1, 0, 0]
    assert (todo(), deals.get(deal).next_step) == ([("Wake Door", None)], "wake up")
    interactions.log("call", client=client, deal=deal)
    assert [on(day) for day in (14, 15, 16)] == [0, 1, 0]
    tasks.complete(1)
    assert [on(day) for day in (18, 19, 20)] == [0, 1, 0]
    rewind.undo()
    assert on(20) == 1


def test_a_rule_on_time_may_be_on_leads_and_on_a_stage(base: Base, playbook: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    playbook(COLD.replace('after', 'stage = "Proposal"\nafter') + COLD.replace("cold", "leads").replace("after", 'of = "leads"\nafter')
             .replace("{deal}", "{client}").replace("next_step", "purpose"))  # fmt: skip
    clients.add({"name": "Alder"})
    clients.add({"name": "Birch", "status": "customer"})
    moves.move(deals.add({"title": "Door"}).id, "proposal")
    deals.add({"title": "Gate"})
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-08T10:00:00+00:00")
    assert [(done.rule, done.record, done.state) for done in timed.run()] == [("cold", "Door", "done"), ("leads", "Alder", "done")]


# ── what a stage says, what reps do


def test_a_stage_carries_a_script_and_a_checklist(base: Base) -> None:
    step = stages.add("Visit", 1, script="Good day,\nwe come to measure.", checklist=["laser", "photos\nladder", "laser"])
    assert (step.script, step.checklist) == ("Good day,\nwe come to measure.", ("laser", "photos", "ladder"))
    assert stages.edit(step.id, name="Visits").checklist == step.checklist
    changed = stages.edit(step.id, script="", checklist=[])
    assert (changed.script, changed.checklist) == (None, ())


def test_the_role_of_a_rep_goes_out_and_comes_in(base: Base) -> None:
    imported("reps", "name,role\nSue,surveyor\n")
    assert team.load()[0].role == "surveyor"
    assert team.edit(1, {"role": ""}).role is None


def test_without_a_playbook_nothing_is_looked_for(base: Base, playbook: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firing, "follow", lambda *_: pytest.fail("asked for rules"))
    deals.add({"title": "Door"})
    assert (base.notes, fired()) == ([], [])


def test_the_template_is_a_playbook_without_a_mistake(base: Base, playbook: Write) -> None:
    playbook(words.template())
    book = reading.book()
    assert (checking.problems(book), len(book.rules)) == ([], 4)
    rep("Ann")
    client = clients.add({"name": "Alder", "owner": 1}).id
    moves.move(deals.add({"title": "Door", "client": client}).id, "proposal")
    assert [title for title, _ in todo()] == ["Call Alder", "Work out the price for Door and call"]


def test_two_clients_who_were_silent_alike_can_still_be_merged(base: Base, playbook: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    playbook(COLD.replace("after", 'of = "leads"\nafter').replace("next_step", "purpose"))
    imported("clients", "name\nAnn Alder\nAnne Alder\n")
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-08T10:00:00+00:00")
    assert len(timed.run()) == 2
    merging.merge(1, 2)
    assert {row.record_id for row in Firing.select()} == {1}
