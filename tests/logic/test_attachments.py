"""Files attached to clients and deals: kept under their hash, opened by their name, missed when they are gone."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from crmtui.clients import clients
from crmtui.errors import Ambiguous, CrmError, Failed, NotFound, Refused, Undecided
from crmtui.sales import attachments, deals, opening, pages
from crmtui.store import backups, contents, history, rewind
from crmtui.store.connection import Base

PLAN = b"1200 x 800\n"


@pytest.fixture
def ann(base: Base) -> int:
    return clients.add({"name": "Ann"}).id


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_content_is_kept_once_under_its_hash_for_its_owner_alone(ann: int, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes(PLAN)
    deal = deals.add({"title": "Doors", "client": ann})
    before = os.umask(0)
    try:
        first = attachments.add("client", ann, tmp_path / "plan.txt")
        second = attachments.add("deal", deal.id, BytesIO(PLAN), "copy of plan.txt")
    finally:
        os.umask(before)
    digest = hashlib.sha256(PLAN).hexdigest()
    assert (first.name, first.size_bytes, first.sha256, first.record, first.state) == ("plan.txt", 11, digest, "Ann", "kept")
    assert (second.name, second.sha256, second.record) == ("copy of plan.txt", digest, "Doors")
    home = tmp_path / "crm.db-files"
    assert [file.name for file in home.iterdir()] == [digest]
    assert (mode(home), mode(home / digest), (home / digest).read_bytes()) == (0o700, 0o600, PLAN)
    assert [file.name for file in pages.of_client(ann).files] == ["plan.txt"]
    assert [file.name for file in pages.of_deal(deal.id).files] == ["copy of plan.txt"]


def test_what_cannot_be_attached_is_refused(ann: int, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes(PLAN)
    attachments.add("client", ann, tmp_path / "plan.txt")
    for source, name, told in (
        (tmp_path / "none.txt", "", "no file"), (tmp_path, "", "is no file"), (BytesIO(b"x"), "", "name of the file is empty"),
        (tmp_path / "plan.txt", "", "has this file"), (BytesIO(b"x"), "a\0b", "NUL"),
    ):  # fmt: skip
        with pytest.raises(CrmError) as refused:
            attachments.add("client", ann, source, name)
        assert told in refused.value.sentence
    for noun, id_ in (("client", 99), ("task", 1)):
        with pytest.raises(CrmError):
            attachments.add(noun, id_, BytesIO(PLAN), "plan.txt")
    assert len(attachments.listed()) == 1


def test_missing_and_changed_contents_are_found(ann: int) -> None:
    files = [attachments.add("client", ann, BytesIO(text), f"{n}.txt") for n, text in enumerate((b"kept", b"gone", b"size", b"same"))]
    places = [contents.place(file.sha256) for file in files]
    places[1].unlink()
    places[2].write_bytes(b"other size")
    places[3].write_bytes(b"emas")
    assert [file.state for file in attachments.listed()] == ["kept", "missing", "changed", "kept"]
    assert [file.state for file in attachments.listed(thorough=True)] == ["kept", "missing", "changed", "changed"]
    for bad, told in ((files[1], "is missing"), (files[3], "no longer what was attached")):
        with pytest.raises(Failed, match=told):
            attachments.prepare(bad.id)
    attachments.add("client", ann, BytesIO(b"same"), "again.txt")
    assert attachments.get(files[3].id).state == "kept"


def test_detaching_can_be_undone_and_stands_in_the_history_of_the_record(ann: int) -> None:
    file = attachments.add("client", ann, BytesIO(PLAN), "plan.txt")
    attachments.detach(file.id)
    assert attachments.listed() == []
    rewind.undo()
    assert attachments.get(file.id) == file
    rewind.undo()
    assert attachments.listed() == []
    rewind.redo()
    assert attachments.read(file.id) == PLAN
    assert ("attachment.name", None, "plan.txt") in {(c.field, c.before, c.after) for c in history.of("client", ann)}


def test_a_file_is_meant_by_its_id_or_words_of_its_name_while_its_record_lives(ann: int) -> None:
    for name in ("Plan Ann.txt", "Plan Bob.txt"):
        attachments.add("client", ann, BytesIO(PLAN), name)
    assert attachments.find("1") == attachments.find("ann plan") == attachments.find("PLAN ANN.TXT") == 1
    with pytest.raises(Ambiguous, match="may be 2 attachments"):
        attachments.find("plan")
    clients.delete(ann)
    for ref in ("1", "plan"):
        with pytest.raises(NotFound):
            attachments.find(ref)
    assert attachments.listed() == []


def test_it_is_opened_as_a_copy_under_its_name_by_the_configured_program(ann: int, tmp_path: Path, settings: Callable[[str], None]) -> None:
    """The program writes down what it was given: one argument, absolute, whatever the name holds."""
    program = tmp_path / "viewer"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$#" "$@" > "{tmp_path}/seen"\n')
    program.chmod(0o700)
    settings(f'opener = "{program} --read-only"')
    file = attachments.add("client", ann, BytesIO(PLAN), "-rf ../$(touch x); plan.txt")
    opening.open_file(file.id)
    count, option, path, _ = (tmp_path / "seen").read_text().split("|")
    assert (count, option) == ("2", "--read-only")
    assert Path(path) == tmp_path / "crm.db-files" / "opened" / file.sha256 / "rf .._$(touch x); plan.txt"
    assert (Path(path).read_bytes(), mode(Path(path))) == (PLAN, 0o400)
    opening.open_file(file.id)
    assert not Path("x").exists()


@pytest.mark.parametrize(
    ("setting", "told"), [("/nowhere/viewer", "cannot be started"), ("false", "ended with 1"), ("'open", "setting opener")]
)
def test_a_program_that_does_not_open_it_is_told(ann: int, settings: Callable[[str], None], setting: str, told: str) -> None:
    settings(f'opener = "{setting}"')
    attachments.add("client", ann, BytesIO(PLAN), "plan.txt")
    with pytest.raises(CrmError, match=told):
        opening.open_file(1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.sh", b"x"),
        ("Offer.pdf.EXE", b"x"),
        ("app.desktop", b"x"),
        ("plan.txt", b"#!/bin/sh\n"),
        ("plan", b"\x7fELF"),
        ("a.bat ", b"x"),
    ],
)
def test_what_may_run_is_opened_only_when_it_is_said(ann: int, name: str, content: bytes) -> None:
    file = attachments.add("client", ann, BytesIO(content), name)
    with pytest.raises(Undecided, match="may run as a program"):
        attachments.prepare(file.id)
    assert mode(attachments.prepare(file.id, programs=True)) == 0o400


def test_a_rehearsal_leaves_no_content(base: Base, tmp_path: Path) -> None:
    clients.add({"name": "Ann"})
    with base.rehearsing():
        attachments.add("client", 1, BytesIO(PLAN), "plan.txt")
    assert attachments.listed() == []
    assert not (tmp_path / "crm.db-files").exists()


def test_a_copy_never_replaces_a_file(ann: int, tmp_path: Path) -> None:
    attachments.add("client", ann, BytesIO(PLAN), "plan.txt")
    attachments.copy(1, tmp_path / "out.txt")
    assert ((tmp_path / "out.txt").read_bytes(), mode(tmp_path / "out.txt")) == (PLAN, 0o600)
    with pytest.raises(Refused, match="exists already"):
        attachments.copy(1, tmp_path / "out.txt")


@pytest.mark.parametrize(
    ("name", "harmless"),
    [("..", "file"), ("a/b\\c", "a_b_c"), ("\x1b[31m.txt", "_[31m.txt"), ("x" * 200 + ".pdf", "x" * 88 + ".pdf"), ("김.pdf", "김.pdf")],
)
def test_a_given_name_becomes_a_harmless_one(name: str, harmless: str) -> None:
    assert contents.harmless(name) == harmless


def test_a_backup_takes_the_attached_files_along(ann: int, base: Base, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes(PLAN)
    kept = attachments.add("client", ann, tmp_path / "plan.txt")
    backups.write(tmp_path / "copy.db")
    copy = tmp_path / "copy.db-files" / kept.sha256
    assert (copy.read_bytes(), mode(copy), mode(copy.parent)) == (PLAN, 0o600, 0o700)
