"""Encrypted bases: made, opened, copied, put back, given another key; and where the key may come from."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.places import COMMAND, environment
from tests.cli.test_terminal import on_terminal

pytest.importorskip("sqlcipher3")

NAME, MAIL = "Žofie Hawksmere", "zofie@hawksmere.example"
PASSPHRASE = "correct horse battery"
RAW = "0123456789abcdef" * 4
Run = Callable[..., subprocess.CompletedProcess[str]]

BACKEND = """
from keyring.backend import KeyringBackend
class Backend(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return {("crmtui", "key"): "correct horse battery"}.get((service, username))
    def set_password(self, service, username, password):
        raise NotImplementedError
    def delete_password(self, service, username):
        raise NotImplementedError
"""


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs a command as a process of its own: `run("list-clients", CRMTUI_KEY=…)`; it must succeed unless its code is told."""

    def one(*words: str, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=environment(folder, **more), check=False)
        assert ran.returncode == code, ran
        return ran

    return one


@pytest.fixture
def safe(run: Run) -> None:
    """A base that was made with a passphrase, with one client."""
    run("add-client", NAME, "--email", MAIL, CRMTUI_KEY=PASSPHRASE)


def test_nothing_of_an_encrypted_base_or_its_backup_can_be_read_without_its_key(run: Run, safe: None, folder: Path) -> None:
    run("backup", CRMTUI_KEY=PASSPHRASE)
    run("edit-client", "1", "--phone", "+371 2000 0000", CRMTUI_KEY=PASSPHRASE)
    for file in folder.rglob("crm.db*"):
        content = file.read_bytes()
        assert not any(text.encode() in content for text in (NAME, "hawksmere", "SQLite format", "20000000")), file
    assert NAME in run("list-clients", CRMTUI_KEY=PASSPHRASE).stdout
    for key in ({}, {"CRMTUI_KEY": "another"}):
        told = run("list-clients", code=1, **key)
        assert told.stdout == ""
        assert told.stderr.count("\n") == 1
        assert "CRMTUI_KEY, or db_key" in told.stderr
    assert "encryption,sound,0,encrypted" in run("check", "--quick", "--format", "csv", CRMTUI_KEY=PASSPHRASE).stdout


def test_a_base_is_encrypted_given_another_key_and_decrypted_again_and_is_the_same(run: Run, folder: Path) -> None:
    run("add-client", NAME, "--email", MAIL)
    run("add-deal", "Windows", "--client", "1", "--value", "1200")
    before = run("export-csv", "deals").stdout
    ways = (("a.db", PASSPHRASE, {}), ("b.db", RAW, {"CRMTUI_KEY": PASSPHRASE}))
    here = {}
    for name, key, old in ways:
        run("encrypt-base", name, CRMTUI_NEW_KEY=key, **here, **old)
        assert run("export-csv", "deals", CRMTUI_DB=str(folder / name), CRMTUI_KEY=key).stdout == before
        here = {"CRMTUI_DB": str(folder / name)}
    run("decrypt-base", "c.db", CRMTUI_KEY=RAW, **here)
    assert run("export-csv", "deals", CRMTUI_DB=str(folder / "c.db")).stdout == before
    assert run("encrypt-base", "a.db", code=5, CRMTUI_NEW_KEY=RAW).stderr.startswith("error: a.db exists already")
    assert "pass --key-file FILE" in run("encrypt-base", "d.db", code=5).stderr
    assert run("decrypt-base", "d.db").stdout.startswith("copied, for it was not encrypted, to d.db")
    assert run("encrypt-base", "no/d.db", code=1, CRMTUI_NEW_KEY=RAW).stderr
    assert sorted(path.name for path in folder.glob(".*")) == []


def test_a_backup_is_put_back_whether_it_or_the_base_is_encrypted(run: Run, folder: Path) -> None:
    plain, safe = {"CRMTUI_DB": str(folder / "plain.db")}, {"CRMTUI_DB": str(folder / "safe.db"), "CRMTUI_KEY": PASSPHRASE}
    run("add-client", NAME, **plain)
    run("backup", "plain.backup", **plain)
    run("add-client", "Another", **safe)
    run("backup", "safe.backup", **safe)
    run("restore", "plain.backup", **safe)
    assert NAME in run("list-clients", **safe).stdout
    assert NAME.encode() not in (folder / "safe.db").read_bytes()
    run("restore", "safe.backup", **{**safe, **plain})
    assert "Another" in run("list-clients", **plain).stdout
    assert "damaged" in run("restore", "safe.backup", code=1, **plain).stderr
    assert "sound" in run("check", **safe).stdout


def test_the_key_is_that_of_a_file_that_nobody_else_can_read(run: Run, safe: None, folder: Path) -> None:
    (folder / "key").write_text(f"{PASSPHRASE}\n")
    (folder / "config.toml").write_text(f'db_key = "{folder / "key"}"\n')
    (folder / "key").chmod(0o644)
    assert f"{folder / 'key'} can be read by others; chmod 600" in run("list-clients", code=5).stderr
    (folder / "key").chmod(0o600)
    assert NAME in run("list-clients").stdout
    run("add-client", "Plain", CRMTUI_DB=str(folder / "new.db"))
    assert b"SQLite" not in (folder / "new.db").read_bytes()[:16]


def test_the_key_is_that_of_the_keyring(run: Run, safe: None, folder: Path) -> None:
    pytest.importorskip("keyring")
    (folder / "config.toml").write_text('db_key = "keyring"\n')
    (folder / "ours.py").write_text(BACKEND)
    root = environment(folder)["PYTHONPATH"]
    ours = {"PYTHONPATH": f"{root}:{folder}", "PYTHON_KEYRING_BACKEND": "ours.Backend"}
    assert NAME in run("list-clients", **ours).stdout
    empty = run("list-clients", code=5, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring").stderr
    assert empty == "error: the keyring has no key of the database; put it there: keyring set crmtui key\n"
    none = run("list-clients", code=1, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring").stderr
    assert "keep it in a file" in none


def test_who_sits_at_a_terminal_is_asked_for_the_key_which_is_not_shown(run: Run, safe: None, folder: Path) -> None:
    (folder / "config.toml").write_text('db_key = "ask"\n')
    code, seen = on_terminal(folder, "list-clients", typed=f"{PASSPHRASE}\n", prompt=b"the key of the database: ")
    assert (code, NAME in seen, PASSPHRASE in seen) == (0, True, False)
    assert "nobody is there to answer" in run("list-clients", code=5).stderr


def test_openings_at_the_same_moment_make_one_encrypted_base(folder: Path) -> None:
    world = environment(folder, CRMTUI_KEY=PASSPHRASE)
    at_once = [subprocess.Popen([*COMMAND, "add-client", f"Client {n}"], env=world, stdout=subprocess.PIPE) for n in range(6)]
    assert [each.communicate() and each.returncode for each in at_once] == [0] * 6
    listed = subprocess.run([*COMMAND, "list-clients", "--format", "ids"], env=world, capture_output=True, text=True, check=True)
    assert sorted(listed.stdout.split()) == list("123456")


def test_what_a_killed_program_left_of_the_base_is_told_and_removed(run: Run, folder: Path) -> None:
    run("add-client", NAME)
    for draft in (".crm.db-recast.backup-ab12cd34", ".plain.db.backup-ab12cd34"):
        (folder / draft).write_bytes((folder / "crm.db").read_bytes())
    assert "2 copies of the base that were never finished" in run("check").stdout
    run("encrypt-base", "safe.db", CRMTUI_NEW_KEY=RAW)
    assert list(folder.glob(".*")) == []


def test_the_key_is_in_no_message(run: Run, safe: None, folder: Path) -> None:
    told = run("list-clients", code=2, CRMTUI_KEY="secret\udcff")
    assert told.stderr == "error: CRMTUI_KEY holds bytes that are no text; write it in UTF-8\n"
    other = run("restore", "crm.db", code=1, CRMTUI_DB=str(folder / "x.db"), CRMTUI_KEY="hidden words").stderr
    assert "encrypted with another key" in other
    assert "hidden" not in other


def test_a_key_reads_the_same_however_it_is_written(run: Run, folder: Path) -> None:
    run("add-client", NAME, CRMTUI_KEY="caf\u00e9")
    (folder / "key").write_bytes("\ufeffcafe\u0301  \r\n".encode())
    (folder / "key").chmod(0o600)
    (folder / "config.toml").write_text('db_key = "key"\n')
    assert NAME in run("list-clients").stdout
    (folder / "key").unlink()
    os.mkfifo(folder / "key", 0o600)
    assert "is no file" in run("list-clients", code=5).stderr


def test_a_plain_base_is_told_where_a_key_is_set(run: Run) -> None:
    run("add-client", NAME)
    told = run("list-clients", CRMTUI_KEY=RAW)
    assert NAME in told.stdout
    assert "is not encrypted, though a key is set" in told.stderr


def test_names_of_an_encrypted_base_are_completed_with_its_key_and_nothing_is_said_without(run: Run, safe: None) -> None:
    words, asked = ("show-client", "Žo"), {"_CRMTUI_COMPLETE": "zsh", "COMP_CWORD": "2"}
    assert run(*words, CRMTUI_KEY=PASSPHRASE, **asked).stdout == f"{NAME}\n"
    assert run(*words, **asked).stdout == ""
