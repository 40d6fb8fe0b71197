"""Commands that look after the base as a file: restore, check, recover."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from commands.results import Done, Listing

if TYPE_CHECKING:
    from crmtui.store.restoring import Restored


def restore(
    file: Annotated[Path, Argument(help="A copy that crmtui backup made.")],
    *,
    dry_run: Annotated[bool, Option("--dry-run", help="Look the copy through and change nothing.")] = False,
) -> Done:
    """Put the content of a backup in the place of the base's. What is there is backed up first; whoever has the base open reads the new.

    The copy is looked through before anything is changed; one of an older crmtui is brought up to date.
    """
    from crmtui.store import restoring

    done = restoring.restore(file.expanduser(), rehearse=dry_run)
    holds = f"{done.clients:,} clients, {done.deals:,} deals, {done.operations:,} operations"
    if dry_run:
        return Done(f"{file} is sound: {holds}; nothing was changed", done, None)
    saved = f"; what was there is in {done.saved}" if done.saved else ""
    return Done(f"restored {file}: {holds}{saved}", done, done.operation, _returned(done))


def _returned(done: Restored) -> list[str]:
    """Who was erased after the copy was made is in it still."""
    return [f"client {id_} was erased since and is back; crmtui erase-person {id_} --yes" for id_ in done.erased]


def check(
    *,
    quick: Annotated[bool, Option("--quick", help="Only what takes a moment.")] = False,
    deep: Annotated[bool, Option("--deep", help="Every search key, every change of the history, every byte of attached files.")] = False,
    repair: Annotated[
        bool, Option("--repair", help="Mend search keys, the search index and permissions; remove attached contents that nothing needs.")
    ] = False,
) -> Listing:
    """Look the base through: the file, its rows, links, search, history, attached files, backups. Leaves with 9 when anything is wrong."""
    from crmtui.errors import Unreadable
    from crmtui.present import lists
    from crmtui.store import checking

    if quick and deep:
        raise Unreadable("a check is quick or deep", "pass one of them")
    found = checking.check("quick" if quick else "deep" if deep else "usual", repair=repair)
    return Listing(found, lists.CHECKS, checking.Finding, code=9 if checking.is_wrong(found) else 0)


def recover(
    damaged: Annotated[Path, Argument(help="The damaged base, or one that is not trusted. It is only read.")],
    new: Annotated[Path, Argument(help="The new base to be made.")],
) -> Done:
    """Save what can be read of a damaged base into a new one, row by row, and count what was lost."""
    from crmtui.store import salvage

    saved = salvage.recover(damaged.expanduser(), new.expanduser())
    hurt = (each for each in saved.tables if each.lost or each.left_out)
    lost = [f"{each.table}: {each.kept:,} kept, {each.lost:,} lost, {each.left_out:,} left out" for each in hurt]
    return Done(f"saved {saved.kept:,} rows to {new}, at most {saved.lost:,} lost", saved, None, lost)


def encrypt_base(
    new: Annotated[Path, Argument(help="The encrypted base to be made.")],
    *,
    key_file: Annotated[
        Path | None, Option("--key-file", help="The file with the new passphrase or key, that only you may read.", show_default=False)
    ] = None,
) -> Done:
    """Copy the base to a new file that is encrypted, or encrypted with another key. What is here stays as it is.

    The key is the first line of --key-file, else that of CRMTUI_NEW_KEY, else it is asked for, twice: a passphrase, or a raw key of 64
    hexadecimal digits. Without it nobody can ever read the new base. Attached files come along and are not encrypted.
    """
    from crmtui import secret
    from crmtui.errors import Refused
    from crmtui.store import backups

    named = os.environ.get("CRMTUI_NEW_KEY", "")
    if not key_file and not named and not secret.can_ask():
        raise Refused("nothing says the new key", "pass --key-file FILE, or set CRMTUI_NEW_KEY")
    told = secret.of_file(key_file) if key_file else named or secret.asking("the new key")
    if not told.strip():
        raise Refused("the new key is empty", "a passphrase, or 64 hexadecimal digits")
    if not key_file and not named and secret.asking("the new key again") != told:
        raise Refused("the two keys differ", "type the same one twice")
    made = backups.recast(new.expanduser(), told)
    notes = ["what is not encrypted lies where it lay: the base, its backups, attached files; remove what is no longer needed"]
    return Done(f"encrypted to {made.path} ({made.bytes:,} bytes)", made, None, notes)


def decrypt_base(new: Annotated[Path, Argument(help="The plain base to be made.")]) -> Done:
    """Copy an encrypted base to a new file that is not encrypted."""
    from crmtui.store import backups, cipher
    from crmtui.store.connection import current

    done = "copied, for it was not encrypted," if cipher.is_plain(current().path) else "decrypted"
    made = backups.recast(new.expanduser(), "")
    return Done(f"{done} to {made.path} ({made.bytes:,} bytes)", made, None)
