"""Dialling a client: the number as a telephone takes it, handed to the configured command; no shell ever reads it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from threading import Thread

from crmtui import config, contacts
from crmtui.clients import clients
from crmtui.errors import Failed, Refused, Unreadable

PLACE = "{number}"
"""Where the number goes in the setting `dial`."""

_EXTENSION = re.compile(r"[,;]|e?xt?", re.IGNORECASE)
_EXAMPLE = f'write it like dial = "linphonecsh dial {PLACE}"'


def number(client_id: int) -> str:
    """The main phone of a client as it is dialled: E.164 where the country is known, else its digits; without the extension.

    A phone that is no number gives way to the next one. Raises `NotFound`, and `Refused` when the client has none that can be dialled.
    """
    card = clients.get(client_id)
    dialled = next(filter(None, map(_dialled, card.phones)), "")
    if not dialled:
        told = f'"{card.phones[0]}" of {card.name} cannot be dialled' if card.phones else f"{card.name} has no phone"
        raise Refused(told, f"give one: crmtui edit-client {client_id} --phone NUMBER")
    return dialled


def _dialled(phone: str) -> str:
    """What is dialled to reach a phone as it is kept; nothing when it is no number, or one of a country that has no such numbers."""
    try:
        key = contacts.phone(phone)[1]
    except Refused:
        return ""
    if key.startswith("+"):
        return key.partition("x")[0]
    if "+" in phone or phone.strip().startswith("00"):
        return ""
    return "".join(str(int(each)) for each in _EXTENSION.split(phone)[0] if each.isdecimal())


def dial(client_id: int) -> list[str]:
    """Start the configured command with the number of a client, and return it as a list of arguments; nobody waits for it to end.

    Raises what `number` does, `Refused` when no command is configured, `Unreadable` for a setting that is no command or has no place
    for the number, `Failed` when there is no such program.
    """
    words = _command()
    called = number(client_id)
    arguments = [word.replace(PLACE, called) for word in words]
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(arguments, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    except OSError as why:
        raise Failed(f'"{arguments[0]}" cannot be started: {why.strerror}', "name a program: the setting dial") from None
    # One that has ended stays in the table of processes until somebody asks how it ended.
    Thread(target=process.wait, daemon=True).start()
    return arguments


def _command() -> list[str]:
    named = config.current().dial
    if not named.strip():
        raise Refused("no command that dials is configured", f"the setting dial: {_EXAMPLE}")
    try:
        words = shlex.split(named)
    except ValueError as why:
        raise Unreadable(f'the setting dial is "{named}": {why}', _EXAMPLE) from None
    if not any(PLACE in word for word in words[1:]):
        raise Unreadable(f'the setting dial is "{named}": it has no {PLACE}', _EXAMPLE)
    words[0] = str(Path(words[0]).expanduser()) if words[0].startswith("~") else words[0]
    return words
