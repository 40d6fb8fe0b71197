"""Many records at once by `--ids`: one operation, all or none. The base is that of the twins: two of everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from commands import door, registry
from tests.cli import lines
from tests.cli.books import contents
from tests.conftest import Ran
from tests.house import schemas

Crm = Callable[..., Ran]
Ok = Callable[..., str]
Fresh = Callable[[], Path]

BATCHED = [name for name in lines.EVERY if door.batched(door.load(registry.BY_NAME[name]))]


def wanted(name: str) -> tuple[str, str]:
    """The ids of two records that a command can be carried out on."""
    return {"restore-client": ("4", "5"), "restore-deal": ("3", "4")}.get(name, ("1", "2"))


def bulk(name: str, ids: str, *options: str) -> list[str]:
    """The example of a command with `--ids` instead of its reference."""
    line = lines.example(name)
    return [name, *line.options, "--ids", ids, *options, "--", *line.arguments[1:]]


BEFORE = {
    "disqualify-lead": ("move-deal", "--ids", "1,2", "lost", "--reason", "price"),
    "untag-client": ("tag-client", "--ids", "1,2", "heritage"),
    "untag-deal": ("tag-deal", "--ids", "1,2", "heritage"),
}
"""What must be done first so that a command has something to do."""


@pytest.fixture
def ready(twins: Fresh, ok: Ok) -> Callable[[str], Path]:
    """Makes the base of the twins on which a command can be carried out."""

    def start(name: str) -> Path:
        path = twins()
        if name in BEFORE:
            ok(*BEFORE[name])
        return path

    return start


def test_what_can_be_done_to_many_is_known() -> None:
    assert {
        "edit-client", "delete-client", "restore-client", "convert-lead", "disqualify-lead", "tag-client", "untag-client", "edit-deal",
        "move-deal", "delete-deal", "restore-deal", "tag-deal", "untag-deal", "edit-task", "snooze-task", "complete-task", "delete-task",
    } <= set(BATCHED)  # fmt: skip


@pytest.mark.parametrize("name", BATCHED)
def test_a_command_on_many_is_one_operation_that_is_undone_at_once(crm: Crm, ok: Ok, ready: Callable[[str], Path], name: str) -> None:
    ready(name)
    ids = wanted(name)
    before = ok("list-clients", "--format", "json"), ok("list-deals", "--format", "json"), ok("list-tasks", "--state", "all")
    ran = crm(*bulk(name, ",".join(ids)))
    assert ran.code == 0, ran
    assert lines.harmless(ran)
    assert ran.out.count("\n") == 1
    ok("undo")
    assert (ok("list-clients", "--format", "json"), ok("list-deals", "--format", "json"), ok("list-tasks", "--state", "all")) == before


@pytest.mark.parametrize("name", BATCHED)
def test_its_json_is_an_array_that_keeps_to_the_schema(ok: Ok, ready: Callable[[str], Path], name: str) -> None:
    ready(name)
    found = json.loads(ok(*bulk(name, ",".join(wanted(name)), "--format", "json")))
    Draft202012Validator(json.loads((schemas.FOLDER / f"{name}.json").read_text(encoding="utf-8"))).validate(found)
    assert len(found) == 2


@pytest.mark.parametrize("name", BATCHED)
def test_one_unknown_id_stops_all_with_its_number(crm: Crm, ready: Callable[[str], Path], name: str) -> None:
    path = ready(name)
    before = contents(path)
    ran = crm(*bulk(name, f"{wanted(name)[0]},999"))
    assert lines.is_refusal(ran, 3), ran
    assert "999" in ran.err
    assert contents(path) == before


@pytest.mark.parametrize("name", BATCHED)
def test_a_rehearsal_on_many_changes_nothing(crm: Crm, ready: Callable[[str], Path], name: str) -> None:
    path = ready(name)
    before = contents(path)
    ran = crm(*bulk(name, ",".join(wanted(name)), "--dry-run"))
    assert (ran.code, contents(path)) == (0, before), ran


def test_ids_come_from_a_pipe_one_a_line(ok: Ok, twins: Fresh) -> None:
    twins()
    ids = ok("list-deals", "--stage", "lead", "--format", "ids", "twin").encode()
    assert ok("move-deal", "--ids", "-", "proposal", stdin=ids) == "moved 2 deals\n"
    assert ok("list-deals", "--stage", "proposal", "--format", "ids") == "1\n2\n"
    assert "moved 2 deals" in ok("history", "--limit", "1")


def test_an_id_counts_once_and_their_order_is_kept(ok: Ok, twins: Fresh) -> None:
    twins()
    assert ok("tag-deal", "--ids", "2, #1,2,", "oak", "--format", "ids") == "2\n1\n"


def test_one_id_is_told_as_one_record(ok: Ok, twins: Fresh) -> None:
    twins()
    assert ok("move-deal", "--ids", "1", "next") == "moved deal 1 Twin door for Ann from Lead to Qualified\n"
    assert json.loads(ok("move-deal", "--ids=1", "next", "--format", "json"))[0]["stage"] == "Proposal"


def test_what_was_so_already_is_not_counted_as_done(ok: Ok, twins: Fresh) -> None:
    twins()
    ok("move-deal", "1", "won")
    assert ok("move-deal", "--ids", "1,2", "won") == "moved 1 of 2 deals; the others were so already\n"
    assert ok("move-deal", "--ids", "1,2", "won") == "moved 0 of 2 deals; they were so already\n"


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "ids"])
def test_no_ids_are_nothing_to_do(ok: Ok, twins: Fresh, form: str) -> None:
    path = twins()
    before = contents(path)
    told = ok("delete-deal", "--ids", "-", "--format", form, stdin=b"\n\n")
    assert told == {"table": "deleted 0 deals\n", "json": "[]\n"}.get(form, "")
    assert contents(path) == before


@pytest.mark.parametrize("ids", ["1,x", "1 2", "-1", "1.5", "id\n1", "\u0661", "1,\x1b[31m"])
def test_what_is_no_id_is_refused_before_the_base_is_opened(crm: Crm, folder: Path, ids: str) -> None:
    ran = crm("delete-deal", "--ids", "-", stdin=ids.encode()) if "\n" in ids else crm("delete-deal", f"--ids={ids}")
    assert lines.is_refusal(ran, 2)
    assert "is no id" in ran.err
    assert not (folder / "crm.db").exists()


@pytest.mark.parametrize("ids", ["0", "9" * 19, "9" * 4000])
def test_an_id_that_no_record_has_is_not_found(crm: Crm, twins: Fresh, ids: str) -> None:
    twins()
    assert lines.is_refusal(crm("complete-task", "--ids", ids), 3)


def test_bytes_that_are_no_text_are_no_ids(crm: Crm, twins: Fresh) -> None:
    twins()
    assert lines.is_refusal(crm("delete-deal", "--ids", "-", stdin=b"1\n\xff\xfe\n"), 2)


def test_a_refusal_names_the_record_that_was_refused(crm: Crm, twins: Fresh) -> None:
    path = twins()
    crm("move-deal", "2", "won")
    before = contents(path)
    ran = crm("move-deal", "--ids", "1,2", "next")
    assert lines.is_refusal(ran, 5)
    assert ran.err.startswith('error: deal 2: there is no stage after "Won"')
    assert contents(path) == before


def test_a_reference_and_ids_together_are_wrong_usage(crm: Crm, twins: Fresh) -> None:
    twins()
    assert lines.is_refusal(crm("delete-deal", "1", "--ids", "2"), 2)
    assert lines.is_refusal(crm("show-deal", "--ids", "2"), 2)


def test_after_the_double_dash_ids_is_a_word_like_any_other(ok: Ok, twins: Fresh) -> None:
    twins()
    assert ok("tag-deal", "1", "--", "--ids") == "tagged deal 1 Twin door for Ann: --ids\n"
